"""Whether an alignment that saw no dictionary, or a small one, can be trusted.

Self-learning always ends in a dictionary that suits its map: the mean CSLS of best neighbours and
the share of mutual ones are high even where nothing links the two spaces. What tells the two
apart is what else would have come out. *Stability*: two restarts end in the same dictionary, or
each in its own. *Gain*: the mean CSLS, beside what the same rounds reach on targets without a link,
made from the true one. *Ranks*: words that mean the same are about equally frequent, so that the
frequency ranks of mutual neighbours go together; no geometry tells a space from the same space
with its words exchanged, but this does. *Beyond*: the gain among rarer words than the first rounds
saw. *Written*: whether the maps that are written still translate as the judged ones. The
thresholds were chosen on made worlds and real spaces whose answers are known.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from scipy.stats import rankdata

from xling.aligners.base import Verdict
from xling.arrays import IntVector, Matrix, Vector, blocks, unit_rows
from xling.data.vocabulary import Vocabulary
from xling.retrieval.mutual import BestNeighbors

__all__ = [
    "BEYOND", "CLEAR_GAIN", "DOUBT", "GAIN", "RANKS", "STABILITY", "Checks", "agreement", "fault",
    "frequencies",
    "mean_beyond", "mutual_share", "rank_correlation", "ranks_needed", "unlinked",
]  # fmt: skip

#: Least share of words that restarts, and the maps that are written, translate alike.
STABILITY = 0.5

#: Least ratio of the mean CSLS to that of a target without a link, where restarts agree.
GAIN = 1.1

#: From this ratio on, the best restart is trusted even where the others ended elsewhere.
CLEAR_GAIN = 1.5

#: From this ratio on a failure may be that of the restarts: further ones are made.
DOUBT = 1.05

#: Least ratio among words that the first rounds did not see.
BEYOND = 1.05

#: Least rank correlation of mutual neighbours' frequencies, where there are many of them.
RANKS = 0.2

_BLOCK = 4096  # rows that are held in float64 at once
_DEVIATIONS = 3  # of the rank correlation of words that have nothing to do with each other


@dataclass(frozen=True, kw_only=True, slots=True)
class Checks:
    """What the verdict stands on.

    Parameters
    ----------
    stability : float
        Share of frequent words that the best restart and the one most like it translate alike,
        in [0, 1].
    mutual : float
        Share of frequent words that are the best neighbour of their own best neighbour.
    csls : float
        Mean CSLS of best neighbours, of the best restart.
    csls_by_chance : float
        What the same rounds reach on a target without a link; the most of `unlinked`'s targets.
    ranks : float
        Rank correlation of the frequencies of words that are each other's best neighbour.
    ranks_needed : float
        What it must reach: see `ranks_needed`.
    beyond : float, optional
        Mean CSLS of the words that the first rounds did not see, in units of what an unlinked
        target reaches; ``None`` where there are none.
    written : float
        Share of frequent words that the maps which are written translate as the judged ones.
    """

    stability: float
    mutual: float
    csls: float
    csls_by_chance: float
    ranks: float
    ranks_needed: float
    beyond: float | None = None
    written: float = 1.0

    @property
    def gain(self) -> float:
        """Mean CSLS in units of what chance reaches."""
        return self.csls / max(self.csls_by_chance, 1e-9)

    @property
    def linked(self) -> bool:
        """Whether chance does clearly less well, or less well and restarts agree."""
        return self.gain >= CLEAR_GAIN or (self.stability >= STABILITY and self.gain >= GAIN)

    @property
    def verdict(self) -> Verdict:
        """Trusted where `linked`, and nothing else speaks against it.

        The ranks must go together, the words beyond must gain too, and the maps that are written
        must be the judged ones.
        """
        fine = (
            self.linked
            and self.ranks >= self.ranks_needed
            and (self.beyond is None or self.beyond >= BEYOND)
            and self.written >= STABILITY
        )
        return Verdict.TRUSTED if fine else Verdict.FAILED

    @property
    def undecided(self) -> bool:
        """Whether more than chance was found, and restarts that agree were not."""
        return self.gain >= DOUBT and not self.linked

    @property
    def values(self) -> Mapping[str, float]:
        """All that was measured, by name."""
        values = {**asdict(self), "gain": self.gain}
        return {name: value for name, value in values.items() if value is not None}


def fault(values: Mapping[str, float]) -> str:
    """Say why an alignment is not trusted.

    Parameters
    ----------
    values : mapping of str to float
        Of `Checks.values`.

    Returns
    -------
    str
        A clause; empty where nothing speaks against it.
    """
    found = Checks(**{name: value for name, value in values.items() if name != "gain"})
    if not found.linked:
        return (
            f"neighbours are {found.gain:.2f} times as near as by chance and restarts agree on "
            f"{found.stability:.0%} of the words"
        )
    if found.ranks < found.ranks_needed:
        return (
            "words and their translations are not about equally frequent (rank correlation "
            f"{found.ranks:.2f}; both files must have the most frequent words first)"
        )
    if found.beyond is not None and found.beyond < BEYOND:
        return f"rarer words are {found.beyond:.2f} times as near as by chance"
    if found.written < STABILITY:
        return f"the last step changed the translations of {1 - found.written:.0%} of the words"
    return ""


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


def rank_correlation(neighbors: BestNeighbors, frequent: tuple[Vector, Vector]) -> float:
    """Correlate the frequency ranks of mutual neighbours (Spearman).

    Parameters
    ----------
    neighbors : BestNeighbors
        Without dropout.
    frequent : pair of ndarray, shape (n,) and (m,)
        How frequent the words of both sides are.

    Returns
    -------
    float
        In [-1, 1]; 0 where there are fewer than three pairs, or all words are equally frequent.
    """
    mine = neighbors.mutual
    if len(mine) < 3:
        return 0.0
    ranks = np.stack([rankdata(frequent[0][mine]), rankdata(frequent[1][neighbors.forward[mine]])])
    if (np.ptp(ranks, axis=1) == 0).any():
        return 0.0
    ranks -= ranks.mean(axis=1, keepdims=True)
    ranks /= np.linalg.norm(ranks, axis=1, keepdims=True)
    return float(np.vdot(ranks[0], ranks[1]))


def ranks_needed(pairs: int) -> float:
    """Say which rank correlation so many pairs must reach: what chance does not.

    Parameters
    ----------
    pairs : int
        Mutual neighbours.

    Returns
    -------
    float
        Three standard deviations of the correlation of unrelated ranks, `RANKS` at least, and 1
        at most.
    """
    return min(1.0, max(RANKS, _DEVIATIONS / math.sqrt(max(pairs - 1, 1))))


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
    rng = np.random.default_rng(seed)
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
