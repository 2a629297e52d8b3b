"""What methods in closed form share: maps from paired rows, robust to wrong pairs if asked."""

from typing import Any

import numpy as np

from xling.aligners.base import Alignment, StopReason
from xling.aligners.pairs import PairedRows
from xling.arrays import Matrix
from xling.linalg.robust import Solve, robust_fit

__all__ = ["SUSPICIOUS", "linear_alignment"]

#: Pairs that are less probably right than this are named as suspicious.
SUSPICIOUS = 0.1


def linear_alignment(
    pairs: PairedRows, solve: Solve, *, settings: Any, seed: int, robust: bool = False
) -> Alignment:
    """Find two linear maps and write them down.

    Parameters
    ----------
    pairs : PairedRows
        To fit on, each weighed by its confidence.
    solve : callable
        Of `xling.linalg.robust.robust_fit`.
    settings : dataclass
        The aligner's.
    seed : int
        That the fit was given.
    robust : bool
        Whether pairs also weigh as much as they are probably right; those below
        `SUSPICIOUS` are then the alignment's suspects.

    Returns
    -------
    Alignment
        The last value of ``history`` is the mean cosine of the pairs after both maps, weighted
        as they were in the fit; before it stand, of a robust fit, those of left-out pairs.
    """
    if not robust:
        maps = solve(pairs.x, pairs.y, pairs.weights)
        return _alignment(pairs, maps, np.ones(len(pairs)), settings=settings, seed=seed)
    found = robust_fit(solve, pairs.x, pairs.y, weights=pairs.weights)
    return _alignment(
        pairs,
        found.maps,
        found.probabilities,
        settings=settings,
        seed=seed,
        history=found.history,
        converged=found.converged,
        stop_reason=StopReason.CONVERGED if found.converged else StopReason.MAX_ROUNDS,
        suspects=pairs.suspects(found.probabilities, SUSPICIOUS),
    )


def _alignment(
    pairs: PairedRows,
    maps: tuple[Matrix | None, Matrix | None],
    probabilities: Any,
    *,
    history: tuple[float, ...] = (),
    **more: Any,
) -> Alignment:
    """Add the mean cosine to the history, and make the maps."""
    ends = [
        rows if one is None else rows @ one
        for rows, one in zip((pairs.x, pairs.y), maps, strict=True)
    ]
    cosine = pairs.cosine(ends[0], ends[1], probabilities)
    return pairs.alignment(
        pairs.linear(0, maps[0]), pairs.linear(1, maps[1]), history=(*history, cosine), **more
    )
