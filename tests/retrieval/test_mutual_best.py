import numpy as np
import pytest

from xling.retrieval.block_search import NearestRows
from xling.retrieval.mutual_best import mutual_best

THERE = NearestRows(
    ids=np.array([[1, 0], [1, 2]], np.int32),
    cosines=np.array([[0.9, 0.5], [0.9, 0.4]], np.float32),
)
BACK = NearestRows(
    ids=np.array([[1], [0], [0]], np.int32),
    cosines=np.array([[0.3], [0.9], [0.45]], np.float32),
)


def cosine(cosines: np.ndarray, _: np.ndarray, __: np.ndarray) -> np.ndarray:
    return cosines


def test_of_equal_candidates_the_smaller_row_wins() -> None:
    partner, scores = mutual_best(THERE, BACK, cosine)
    assert partner.tolist() == [1, -1]  # both rows have 0.9 with row 1
    assert scores[0] == pytest.approx(0.9)


def test_pairs_that_are_taken_away_leave_the_next_ones() -> None:
    partner, scores = mutual_best(THERE, BACK, cosine, without=np.array([1, -1]))
    assert partner.tolist() == [0, 1]
    assert scores == pytest.approx([0.5, 0.9])


def test_the_score_sees_the_means_of_both_rows() -> None:
    seen = set()

    def note(cosines: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        seen.update(
            zip(*(np.round(each, 4).tolist() for each in (cosines, one, other)), strict=True)
        )
        return cosines

    mutual_best(THERE, BACK, note)
    assert seen == {
        *((0.9, 0.7, 0.9), (0.5, 0.7, 0.3), (0.9, 0.65, 0.9), (0.4, 0.65, 0.45)),
        *((0.3, 0.65, 0.3), (0.45, 0.7, 0.45)),
    }
