import numpy as np
import pytest

from xling.report.word_map import layout, word_map


def test_queries_and_their_partners_come_first(small) -> None:
    asked, answers = small.sides
    partners = {50: [(40, "right"), (41, "wrong")], 3: [(3, "answer")]}
    found = word_map(asked, answers, partners, words=12, seed=1)
    words = [(one["word"], one["side"], one["rank"]) for one in found["words"]]
    assert len(words) == 12
    assert words[:2] == [("word50", 0, 51), ("word3", 0, 4)]
    assert words[6:9] == [("wort40", 1, 41), ("wort41", 1, 42), ("wort3", 1, 4)]
    assert words[2][2] == 1  # the most frequent fill up
    assert found["links"] == [[0, 6, "right"], [0, 7, "wrong"], [1, 8, "answer"]]
    assert [len(one["near"]) for one in found["words"]] == [2] * 12
    assert found == word_map(asked, answers, partners, words=12, seed=1)


def test_a_link_to_a_word_without_place_is_left_out(small) -> None:
    asked, answers = small.sides
    found = word_map(asked, answers, {0: [(row, "right") for row in range(9)]}, words=10)
    assert [link[1] for link in found["links"]] == [5, 6, 7, 8, 9]


def test_groups_stay_together() -> None:
    random = np.random.default_rng(0)
    centres = np.eye(4, 10)
    vectors = np.repeat(centres, 12, axis=0) + 0.02 * random.standard_normal((48, 10))
    points = layout(vectors.astype(np.float32))
    assert points.shape == (48, 2)
    assert points.min() >= 0
    assert points.max() <= 1
    assert np.ptp(points, axis=0).max() == pytest.approx(1.0)
    group = np.repeat(np.arange(4), 12)
    for i in range(48):
        apart = np.linalg.norm(points - points[i], axis=1)
        apart[i] = np.inf
        assert group[apart.argmin()] == group[i]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7])
def test_few_points(count: int) -> None:
    vectors = np.random.default_rng(count).standard_normal((count, 3)).astype(np.float32)
    points = layout(vectors)
    assert points.shape == (count, 2)
    assert np.isfinite(points).all()
    assert ((points >= 0) & (points <= 1)).all()


def test_points_that_are_all_the_same_stand_in_the_middle() -> None:
    points = layout(np.ones((9, 3), np.float32))
    assert np.allclose(points, 0.5)
