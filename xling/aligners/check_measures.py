"""What an alignment's check of itself measures, and the targets without a link beside it."""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.stats import rankdata

from xling.arrays import IntVector, Matrix, Vector, blocks, unit_rows
from xling.data.vocabulary import Vocabulary
from xling.linalg.reweighting import weighted_maps
from xling.retrieval.mutual import BestNeighbors, best_neighbors

__all__ = [
    "agreement", "frequencies", "held_out", "mean_beyond", "mutual_share", "rank_correlation",
    "unlinked",
]  # fmt: skip

_BLOCK = 4096  # rows that are held in float64 at once
_POWER = 0.5  # of the re-weighting of the maps that look for pairs held out
_STREAM = 0x5EAF  # draws of unlinked targets: no space that a user draws by the same seed is one


def agreement(runs: Sequence[BestNeighbors]) -> float:
    """Give the share of words that all runs translate alike.

    Parameters
    ----------
    runs : sequence of BestNeighbors
        Of the same words of both sides, without dropout; at least one.

    Returns
    -------
    float
        Mean of both directions, in [0, 1].
    """
    fore = np.mean([np.equal(run.forward, runs[0].forward) for run in runs], axis=0) == 1
    back = np.mean([np.equal(run.backward, runs[0].backward) for run in runs], axis=0) == 1
    return float(fore.mean() + back.mean()) / 2


def mutual_share(neighbors: BestNeighbors) -> float:
    """Give the share of words that are the best neighbour of their own best neighbour.

    Parameters
    ----------
    neighbors : BestNeighbors
        Without dropout.

    Returns
    -------
    float
        Of the smaller side, in [0, 1].
    """
    return len(neighbors.mutual) / min(len(neighbors.forward), len(neighbors.backward))


def held_out(x: Matrix, y: Matrix, neighbors: BestNeighbors) -> float:
    """Give the share of mutual neighbours that maps fitted on the others find again.

    Every other pair, in the order of the source words, is held out in turn. Under the maps of
    `xling.linalg.reweighting.weighted_maps` on the rest, its source word must have its target
    word as the best neighbour by CSLS, among all words.

    Parameters
    ----------
    x, y : ndarray, shape (n, d) and (m, e), float32
        Rows of unit length, as many as there are neighbours.
    neighbors : BestNeighbors
        Without dropout.

    Returns
    -------
    float
        Mean of both halves, in [0, 1]; 0 where there are fewer than four pairs.
    """
    rows = neighbors.mutual
    if len(rows) < 4:
        return 0.0
    others = neighbors.forward[rows]
    found = []
    for turn in (0, 1):
        out = np.arange(len(rows)) % 2 == turn
        maps = weighted_maps(x, y, power=_POWER, pairs=(rows[~out], others[~out]))
        sides = (unit_rows(side @ matrix) for side, matrix in zip((x, y), maps, strict=True))
        again = best_neighbors(*sides)
        found.append(np.mean(again.forward[rows[out]] == others[out]))
    return float(np.mean(found))


def mean_beyond(neighbors: BestNeighbors, seen: int) -> float | None:
    """Give the mean CSLS of the best neighbours of the words after the first ones.

    Parameters
    ----------
    neighbors : BestNeighbors
        Of all words.
    seen : int
        Words of each side that are passed over.

    Returns
    -------
    float or None
        Over both sides; ``None`` where no word is left.
    """
    scores = np.append(neighbors.forward_scores[seen:], neighbors.backward_scores[seen:])
    return float(scores.mean()) if len(scores) else None


def frequencies(vocabulary: Vocabulary, rows: IntVector) -> Vector:
    """Say how frequent words are: by their counts, or by where they stand if there are none.

    Parameters
    ----------
    vocabulary : Vocabulary
        The most frequent word first.
    rows : ndarray, shape (n,), int64
        Of the vocabulary.

    Returns
    -------
    ndarray, shape (n,), float64
        Larger is more frequent; only the order has a meaning.
    """
    made = -rows if vocabulary.counts is None else vocabulary.counts[rows]
    return np.asarray(made, dtype=np.float64)


def rank_correlation(
    neighbors: BestNeighbors, frequent: tuple[Vector, Vector], *, seen: int = 0
) -> tuple[float, int]:
    """Correlate the frequency ranks of mutual neighbours (Spearman).

    Parameters
    ----------
    neighbors : BestNeighbors
        Without dropout.
    frequent : pair of ndarray, shape (n,) and (m,)
        How frequent the words of both sides are.
    seen : int
        Words of each side that are passed over.

    Returns
    -------
    correlation : float
        In [-1, 1]; 0 where there are fewer than three pairs, or all words are equally frequent.
    pairs : int
        How many it was taken over.
    """
    mine = neighbors.mutual
    mine = mine[(mine >= seen) & (neighbors.forward[mine] >= seen)]
    if len(mine) < 3:
        return 0.0, len(mine)
    ranks = np.stack([rankdata(frequent[0][mine]), rankdata(frequent[1][neighbors.forward[mine]])])
    if (np.ptp(ranks, axis=1) == 0).any():
        return 0.0, len(mine)
    ranks -= ranks.mean(axis=1, keepdims=True)
    ranks /= np.linalg.norm(ranks, axis=1, keepdims=True)
    return float(np.vdot(ranks[0], ranks[1])), len(mine)


def unlinked(rows: Matrix, *, seed: int) -> Iterator[Matrix]:
    """Make two spaces that resemble a given one, and have no word in common with it.

    Parameters
    ----------
    rows : ndarray, shape (n, d), float32
        Not changed.
    seed : int
        Of the draws.

    Yields
    ------
    ndarray, shape (n, d), float32
        Rows of unit length, made when their turn comes. The first space is drawn at random with
        the mean and the covariance of the given one; in the second each principal component is
        exchanged among the words, which leaves its skewness and its heavy tails. Which of them is
        harder to tell from a link depends on the space.
    """
    rng = np.random.default_rng([seed, _STREAM])
    mean = rows.mean(axis=0, dtype=np.float64)
    covariance = np.zeros((len(mean), len(mean)))
    for part in blocks(len(rows), _BLOCK):
        centred = rows[part] - mean
        covariance += centred.T @ centred / len(rows)
    variances, turn = np.linalg.eigh(covariance)
    spread = np.sqrt(np.maximum(variances, 0))
    made = np.empty_like(rows)
    for part in blocks(len(rows), _BLOCK):
        made[part] = rng.standard_normal(rows[part].shape) * spread
    yield _turned_back(made, turn, mean)
    made = np.empty_like(rows)
    for part in blocks(len(rows), _BLOCK):
        made[part] = (rows[part] - mean) @ turn
    for column in made.T:
        column[:] = rng.permutation(column)
    yield _turned_back(made, turn, mean)


def _turned_back(components: Matrix, turn: Matrix, mean: Vector) -> Matrix:
    """Turn components back into rows of unit length, in place."""
    for part in blocks(len(components), _BLOCK):
        components[part] = components[part].astype(np.float64) @ turn.T + mean
    return unit_rows(components, out=components)
