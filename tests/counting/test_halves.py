import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.counting.halves import kept_halves, sentence_keys, unlike
from xling.data.indexed import index_text

SENTENCE = st.lists(st.sampled_from(["a", "B", "b", "c", "d"]), min_size=1, max_size=2)


def folded(sentence: str) -> str:
    return " ".join(sentence.casefold().split())


def test_keys_are_equal_for_the_same_folded_words() -> None:
    text = index_text(["The cat.", "the CAT!", "cat the", "", "?", "the"], "en")
    keys = sentence_keys(text).tolist()
    assert keys[0] == keys[1]
    assert keys[3] == keys[4]
    assert len({keys[0], keys[2], keys[3], keys[5]}) == 4


@given(st.lists(SENTENCE), st.lists(SENTENCE), st.integers(0, 3), st.integers(1, 4))
def test_unlike_sentences_equal_no_other(
    drawn: list[list[str]], others: list[list[str]], first: int, block: int
) -> None:
    given_text = index_text([" ".join(s) for s in others + drawn], "en")
    other = given_text.select(np.arange(len(others)))
    text = given_text.select(np.arange(len(others), len(given_text)))
    first = min(first, len(text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xling.counting.halves._BLOCK", block)
        found = unlike(text, first, other)
    known = {folded(" ".join(s)) for s in others}
    assert found.tolist() == [
        i for i, s in enumerate(drawn) if i >= first and folded(" ".join(s)) not in known
    ]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1), st.data())
def test_kept_halves_tell_nothing_of_each_other(drawn: list[tuple[int, int]], data) -> None:
    a, b = (np.array(keys) for keys in zip(*drawn, strict=True))
    linked = np.flatnonzero(data.draw(st.lists(st.booleans(), min_size=len(a), max_size=len(a))))
    sources, targets = kept_halves(a, b, linked, seed=data.draw(st.integers(0, 3)))
    away = np.setdiff1d(np.arange(len(a)), linked)
    assert set(sources.tolist()) | set(targets.tolist()) <= set(away.tolist())
    # No kept sentence is the other half of a kept one or of a linked one.
    for kept, own, other in ((sources, a, b), (targets, b, a)):
        partners = {other[n] for n in away if own[n] in set(own[kept].tolist())}
        assert not partners & set(other[targets if kept is sources else sources].tolist())
        assert not {other[n] for n in kept} & set(other[linked].tolist())
