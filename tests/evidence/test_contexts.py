import numpy as np
import pytest

from xling.evidence import contexts
from xling.evidence.base import Asked, Candidates
from xling.evidence.contexts import Contexts
from xling.retrieval.criteria import augment, mean_similarity
from xling.retrieval.index import ExactIndex


def unit(random: np.random.Generator, count: int) -> np.ndarray:
    rows = random.standard_normal((count, 6))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def space() -> tuple[Contexts, Asked, np.ndarray]:
    """Give a channel, queries and their CSLS with all answers, by the formula."""
    random = np.random.default_rng(0)
    x, y = unit(random, 25), unit(random, 80)
    cosines = x.astype(np.float64) @ y.T
    near_x = -np.sort(-cosines, axis=1)[:, :10].mean(axis=1)
    near_y = -np.sort(-cosines, axis=0)[:10].mean(axis=0)
    asked = Asked(rows=np.arange(25), vectors=x, means=mean_similarity(x, y))
    channel = Contexts(index=ExactIndex(rows=augment(y, mean_similarity(y, x))))
    return channel, asked, 2 * cosines - near_x[:, None] - near_y


def test_features_equal_the_formula(space) -> None:
    channel, asked, csls = space
    random = np.random.default_rng(1)
    chosen = random.random(csls.shape) < 0.2
    candidates = Candidates(
        ends=np.concatenate([[0], np.cumsum(chosen.sum(axis=1))]), columns=np.nonzero(chosen)[1]
    )
    found = channel.look(asked).measure(candidates)
    best = np.where(chosen, csls, -np.inf).max(axis=1)
    means = channel.index.rows[:, -1]
    for row, (i, j) in zip(found, np.argwhere(chosen), strict=True):
        expected = [csls[i, j], best[i] - csls[i, j], asked.means[i], means[j]]
        np.testing.assert_allclose(row, expected, atol=1e-5)
    assert found.dtype == np.float32


def test_the_fifty_nearest_are_brought_up(space) -> None:
    channel, asked, csls = space
    proposed = channel.look(asked).proposed
    for row, scores in zip(proposed.toarray(), csls, strict=True):
        assert set(np.flatnonzero(row)) == set(np.argsort(-scores)[:50].tolist())


def test_all_are_brought_up_where_there_are_fewer(space) -> None:
    channel, asked, _ = space
    few = Contexts(index=ExactIndex(rows=channel.index.rows[:7]))
    proposed = few.look(asked).proposed
    assert proposed.shape == (25, 7)
    assert proposed.nnz == 25 * 7


def test_many_candidates_are_measured_in_blocks(space, everything, monkeypatch) -> None:
    channel, asked, _ = space
    candidates = everything(25, 80)
    whole = channel.look(asked).measure(candidates)
    monkeypatch.setattr(contexts, "_BLOCK", 7)
    np.testing.assert_array_equal(channel.look(asked).measure(candidates), whole)


def test_an_unknown_word_is_asked_by_its_vector_alone(space) -> None:
    channel, asked, _ = space
    nameless = Asked(rows=np.full(25, -1), vectors=asked.vectors, means=asked.means)
    one, other = channel.look(asked), channel.look(nameless)
    np.testing.assert_array_equal(one.proposed.toarray(), other.proposed.toarray())
    candidates = Candidates.united([one.proposed])
    np.testing.assert_array_equal(one.measure(candidates), other.measure(candidates))
