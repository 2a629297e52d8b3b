import numpy as np
import pytest

from xling.evidence.base import Asked
from xling.evidence.two_way import TwoWay
from xling.retrieval.index import ExactIndex


def unit(random: np.random.Generator, count: int) -> np.ndarray:
    rows = random.standard_normal((count, 5))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def means_of(one: np.ndarray, other: np.ndarray, nearest: int = 4) -> np.ndarray:
    return np.sort(one @ other.T, axis=1)[:, -nearest:].mean(axis=1)


@pytest.fixture
def world() -> tuple[TwoWay, Asked, np.ndarray]:
    """Give the channel, all queries, and CSLS of the way back from every answer."""
    random = np.random.default_rng(3)
    here, there = unit(random, 30), unit(random, 20)
    r_here, r_there = means_of(here, there), means_of(there, here)
    channel = TwoWay(
        index=ExactIndex(rows=np.column_stack([there, r_there])),
        back=ExactIndex(rows=np.column_stack([here, r_here])),
    )
    asked = Asked(rows=np.arange(30), vectors=here, means=r_here)
    return channel, asked, 2 * there @ here.T - r_there[:, None] - r_here[None]


def test_equals_a_full_matrix_of_csls(world, everything) -> None:
    channel, asked, back = world
    found = channel.look(asked).measure(everything(30, 20)).reshape(30, 20, 2)
    gap = back.max(axis=1)[:, None] - back
    np.testing.assert_allclose(found[..., 0], gap.T, atol=2e-6)
    first = np.zeros((30, 20))
    first[back.argmax(axis=1), np.arange(20)] = 1
    np.testing.assert_array_equal(found[..., 1], first)


def test_each_answer_is_searched_once(world, everything, monkeypatch) -> None:
    channel, asked, _ = world
    searched: list[int] = []
    search = ExactIndex.search

    def counted(index: ExactIndex, queries: np.ndarray, k: int) -> object:
        searched.append(len(queries))
        return search(index, queries, k)

    monkeypatch.setattr(ExactIndex, "search", counted)
    one = channel.look(asked).measure(everything(30, 20))
    again = channel.look(asked.part(slice(4, 6))).measure(everything(2, 20))
    assert searched == [20]
    np.testing.assert_array_equal(again, one[80:120])
