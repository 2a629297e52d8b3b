"""Undo what a curved map does: by fixed-point steps, checked by mapping forward again."""

from collections.abc import Callable

import numpy as np

from xling.arrays import Matrix, blocks
from xling.errors import NotInvertibleError

__all__ = ["fixed_points", "undone"]

_BLOCK = 4096  # rows that are undone at once
_MOST = 500  # fixed-point steps of a row
_NEAR = 1e-6  # change, as a share of the row's length, at which they end
_AGREES = 1e-4  # difference, as a share of the row's length, that counts as the same row
_NAMED = 5  # rows named in a message


def fixed_points(rows: Matrix, step: Callable[[Matrix, Matrix], Matrix], start: Matrix) -> Matrix:
    """Repeat a step on each row until it changes no more, or 500 times.

    Parameters
    ----------
    rows : ndarray, shape (n, d)
        What the step is given of each row, beside where the row stands.
    step : callable
        ``(standing, rows)``, some rows of both, to where they stand next.
    start : ndarray, shape (n, d)
        Where each begins; not changed.

    Returns
    -------
    ndarray, shape (n, d)
        Where each ended; what did not come to rest may be anything, NaN too.
    """
    found, moving = start.copy(), np.arange(len(start))
    with np.errstate(over="ignore", invalid="ignore"):  # of rows that run away
        rest = _NEAR * np.linalg.norm(start, axis=1)
        for _ in range(_MOST):
            before = found[moving]
            found[moving] = step(before, rows[moving])
            changed = np.linalg.norm(found[moving] - before, axis=1)
            moving = moving[changed > rest[moving]]
            if not len(moving):
                break
    return found


def undone(
    rows: Matrix, undo: Callable[[Matrix], Matrix], forward: Callable[[Matrix], Matrix]
) -> Matrix:
    """Undo a map, and refuse rows that mapping forward again does not give back.

    Parameters
    ----------
    rows : ndarray, shape (n, d)
        What the map gave, or anything of its width; of zero rows nothing is known.
    undo : callable
        Tries to undo a block of them.
    forward : callable
        The map.

    Returns
    -------
    ndarray, shape (n, d), float32
        Rows that the map brings to within 1e-4 of the given ones, as a share of their lengths;
        zero for zero rows.

    Raises
    ------
    NotInvertibleError
        If that is not so for some of them.
    """
    found, lost = np.zeros(rows.shape, dtype=np.float32), []
    known = np.flatnonzero(rows.any(axis=1))
    with np.errstate(over="ignore", invalid="ignore"):  # of rows that ran away
        for block in blocks(len(known), _BLOCK):
            chosen = known[block]
            found[chosen] = undo(rows[chosen])
            off = np.linalg.norm(forward(found[chosen]) - rows[chosen], axis=1)
            near = off <= _AGREES * np.linalg.norm(rows[chosen], axis=1)
            lost += chosen[~near].tolist()  # NaN too
    if lost:
        shown = ", ".join(str(row + 1) for row in lost[:_NAMED])
        raise NotInvertibleError(
            f"{len(lost)} of {len(rows)} rows cannot be undone: nothing was found that the map "
            f"brings to row {shown}{', ...' if len(lost) > _NAMED else ''}",
            hint="choose other rows, or take a linear method such as procrustes",
        )
    return found
