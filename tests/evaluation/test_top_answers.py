import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xling.evaluation.top_answers import Answer, top_answers

WORDS = ["a", "b", "c", "d", "e", "f"]


def test_best_first_and_the_best_wrong_one_further_down() -> None:
    scores = np.array([[0.5, 0.9, 0.7, 0.1, 0.2, 0.3]])
    (((best, second), wrong),) = top_answers(scores, [np.array([1, 2, 0])], WORDS, 2)
    assert best == Answer(word="b", score=0.9, rank=1, right=True)
    assert second == Answer(word="c", score=0.7, rank=2, right=True)
    assert wrong == Answer(word="f", score=0.3, rank=4, right=False)
    assert best.to_json() == {"word": "b", "score": 0.9, "rank": 1, "right": True}


def test_what_nothing_speaks_for_is_no_answer() -> None:
    scores = np.array([[-np.inf, 0.9, -np.inf], [-np.inf] * 3], np.float32)
    first, second = top_answers(scores, [np.array([1]), np.array([0])], WORDS[:3], 3)
    assert ([one.word for one in first[0]], first[1]) == (["b"], None)
    assert second == ((), None)


@given(st.data())
def test_against_sorting(data: st.DataObject) -> None:
    values = data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=6))
    right = data.draw(st.sets(st.integers(0, len(values) - 1), min_size=1))
    top = data.draw(st.integers(1, 7))
    order = sorted(range(len(values)), key=lambda i: (-values[i], i))
    ((answers, wrong),) = top_answers(
        np.array([values], float), [np.array(sorted(right))], WORDS[: len(values)], top
    )
    assert [one.word for one in answers] == [WORDS[i] for i in order[:top]]
    expected = next((i for i in order if i not in right), None)
    assert (None if wrong is None else wrong.word) == (
        None if expected is None else WORDS[expected]
    )
