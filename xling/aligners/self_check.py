"""Whether an alignment that saw no dictionary, or a small one, can be trusted.

Self-learning always ends in a dictionary that suits its map: the mean CSLS of best neighbours and
the share of mutual ones are high even where nothing links the two spaces. What tells the two
apart is what else would have come out. *Stability*: restarts that drop other similarities end
in the same dictionary, or each in its own. *Gain*: the mean CSLS, beside what the same rounds
reach on a target without any link, drawn at random with the mean and the covariance of the true
one. The thresholds were chosen on made worlds and real spaces whose answers are known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from xling.aligners.base import Verdict
from xling.arrays import Matrix, unit_rows
from xling.retrieval.mutual import BestNeighbors

__all__ = ["CLEAR_GAIN", "GAIN", "STABILITY", "Checks", "agreement", "mutual_share", "unlinked"]

#: Least share of words that restarts translate alike.
STABILITY = 0.5

#: Least ratio of the mean CSLS to that of a target without a link, where restarts agree.
GAIN = 1.05

#: From this ratio on, the best restart is trusted even where the others ended elsewhere.
CLEAR_GAIN = 1.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Checks:
    """What the verdict stands on.

    Parameters
    ----------
    stability : float
        Share of frequent words that all restarts translate alike, in [0, 1].
    mutual : float
        Share of frequent words that are the best neighbour of their own best neighbour.
    csls : float
        Mean CSLS of best neighbours, of the best restart.
    csls_by_chance : float
        What the same rounds reach on a target without a link.
    """

    stability: float
    mutual: float
    csls: float
    csls_by_chance: float

    @property
    def gain(self) -> float:
        """Mean CSLS in units of what chance reaches."""
        return self.csls / max(self.csls_by_chance, 1e-9)

    @property
    def verdict(self) -> Verdict:
        """Trusted where chance does clearly less well, or less well and restarts agree."""
        agreed = self.stability >= STABILITY and self.gain >= GAIN
        return Verdict.TRUSTED if agreed or self.gain >= CLEAR_GAIN else Verdict.FAILED

    @property
    def values(self) -> Mapping[str, float]:
        """All that was measured, by name."""
        return {**asdict(self), "gain": self.gain}


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


def unlinked(rows: Matrix, *, seed: int) -> Matrix:
    """Draw a space that has a given one's mean and covariance, and nothing else of it.

    Parameters
    ----------
    rows : ndarray, shape (n, d), float32
        Not changed.
    seed : int
        Of the draw.

    Returns
    -------
    ndarray, shape (n, d), float32
        Rows of unit length.
    """
    mean = rows.mean(axis=0, dtype=np.float64)
    variances, turn = np.linalg.eigh(np.cov(rows.T.astype(np.float64), bias=True))
    spread = np.sqrt(np.maximum(variances, 0))
    drawn = np.random.default_rng(seed).standard_normal(rows.shape) * spread
    return unit_rows((drawn @ turn.T + mean).astype(np.float32))
