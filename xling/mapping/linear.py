"""Linear maps, with the normalisation of the rows that they were fitted on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xling.arrays import Matrix, Vector, blocks, check_finite, check_matrix, frozen, unit_rows
from xling.errors import (
    ConfigError,
    DegenerateInputError,
    NotInvertibleError,
    ShapeError,
)
from xling.mapping.base import Tensors, check_stored_widths, stored_parts

__all__ = ["LinearMap", "Normalization", "check_steps", "fit_normalization"]

_STEPS = ("unit", "centre")
_BLOCK = 16_384  # rows that are held in float64 at once


@dataclass(frozen=True, kw_only=True, eq=False)
class Normalization:
    """Steps that bring rows to the form on which a map was fitted.

    A zero row means that nothing is known: it stays zero, and it does not count for the mean.

    Parameters
    ----------
    steps : tuple of str
        ``"unit"`` scales each row to length 1, ``"centre"`` takes the mean away; any order,
        ``"centre"`` at most once.
    mean : ndarray, shape (d,), float64, optional
        What ``"centre"`` takes away: the mean of the rows at that step, when it was fitted.

    Raises
    ------
    ConfigError
        If a step does not exist, or ``"centre"`` stands twice.
    ShapeError
        If there is a mean and no ``"centre"``, or the other way round, or it is not a vector.
    NonFiniteError
        If the mean holds NaN or infinity.
    """

    steps: tuple[str, ...] = ()
    mean: Vector | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        check_steps(self.steps)
        if ("centre" in self.steps) != (self.mean is not None):
            raise ShapeError(
                f"steps {self.steps} {'without' if self.mean is None else 'with'} a mean; "
                "exactly the step 'centre' needs one"
            )
        if self.mean is not None:
            if self.mean.ndim != 1:
                raise ShapeError(f"the mean has shape {self.mean.shape}; one dimension is needed")
            check_finite(self.mean, "the mean")
            object.__setattr__(self, "mean", frozen(self.mean, np.float64))

    def apply(self, rows: Matrix) -> Matrix:
        """Normalise rows, old or new, with the stored mean.

        Parameters
        ----------
        rows : ndarray, shape (n, d), float32 or float64
            Not changed.

        Returns
        -------
        ndarray, shape (n, d), float32
            Of length 1 where the last step is ``"unit"``; zero rows are zero.

        Raises
        ------
        ShapeError
            If the rows are not as wide as the mean.
        """
        check_matrix(rows, "rows", columns=None if self.mean is None else len(self.mean))
        result = np.empty(rows.shape, dtype=np.float32)
        for block in blocks(len(rows), _BLOCK):
            result[block] = _run(rows[block].astype(np.float64), self.steps, self.mean)
        return result


def check_steps(steps: tuple[str, ...]) -> None:
    """Refuse steps that no normalisation has.

    Parameters
    ----------
    steps : tuple of str
        Names of steps, in order.

    Raises
    ------
    ConfigError
        If a step does not exist, or ``"centre"`` stands twice.
    """
    for step in steps:
        if step not in _STEPS:
            raise ConfigError(f"unknown normalisation step {step!r}; known: {', '.join(_STEPS)}")
    if steps.count("centre") > 1:
        raise ConfigError(f"steps {steps} hold 'centre' twice; once is enough")


def fit_normalization(
    vectors: Matrix, steps: tuple[str, ...] = ("unit", "centre", "unit")
) -> Normalization:
    """Learn the mean that a normalisation takes away.

    Parameters
    ----------
    vectors : ndarray, shape (n, d), float32 or float64
        All rows of a space; not changed.
    steps : tuple of str
        See `Normalization`.

    Returns
    -------
    Normalization
        With the mean of the rows that are not zero, after the steps before ``"centre"``.

    Raises
    ------
    ConfigError
        If a step does not exist, or ``"centre"`` stands twice.
    DegenerateInputError
        If a mean is needed and every row is zero.

    Examples
    --------
    >>> rows = np.array([[2.0, 0.0], [0.0, 3.0]])
    >>> centred = fit_normalization(rows)
    >>> centred.mean.tolist()
    [0.5, 0.5]
    >>> centred.apply(np.array([[5.0, 0.0], [0.0, 0.0]])).round(3)
    array([[ 0.707, -0.707],
           [ 0.   ,  0.   ]], dtype=float32)
    """
    check_matrix(vectors, "vectors")
    check_steps(steps)
    if "centre" not in steps:
        return Normalization(steps=steps)
    before = steps[: steps.index("centre")]
    total, known = np.zeros(vectors.shape[1]), 0
    for block in blocks(len(vectors), _BLOCK):
        rows = _run(vectors[block].astype(np.float64), before, None)
        total += rows.sum(axis=0)
        known += int(rows.any(axis=1).sum())
    if not known:
        raise DegenerateInputError(f"none of {len(vectors)} vectors is other than zero; no mean")
    return Normalization(steps=steps, mean=total / known)


def _run(rows: Matrix, steps: tuple[str, ...], mean: Vector | None) -> Matrix:
    """Take rows through the steps; zero rows stay zero."""
    known = rows.any(axis=1, keepdims=True)
    for step in steps:
        if step == "unit":
            rows = unit_rows(rows)
        elif mean is not None:
            rows = np.where(known, rows - mean, 0.0)
    return rows


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearMap:
    """Rows are normalised, then multiplied by a matrix from the right.

    Parameters
    ----------
    dim_in : int
        Width of the rows that go in.
    normalization : Normalization
        What is done to the rows before; none by default.
    matrix : ndarray, shape (dim_in, dim_out), float32, optional
        ``None`` for the identity.

    Raises
    ------
    ShapeError
        If the matrix or the mean does not fit ``dim_in``.
    NonFiniteError
        If the matrix holds NaN or infinity.

    Examples
    --------
    >>> swap = LinearMap(dim_in=2, matrix=np.array([[0.0, 1.0], [1.0, 0.0]]))
    >>> swap.apply(np.array([[3.0, 4.0]])).tolist()
    [[4.0, 3.0]]
    """

    dim_in: int
    normalization: Normalization = field(default_factory=Normalization)
    matrix: Matrix | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        mean = self.normalization.mean
        if self.dim_in < 1 or (mean is not None and len(mean) != self.dim_in):
            width = "no mean" if mean is None else f"a mean of width {len(mean)}"
            raise ShapeError(f"dim_in is {self.dim_in}, with {width}; they must agree, from 1")
        if self.matrix is not None:
            check_matrix(self.matrix, "the map's matrix")
            if len(self.matrix) != self.dim_in or not self.matrix.shape[1]:
                raise ShapeError(
                    f"a matrix of shape {self.matrix.shape}; ({self.dim_in}, dim_out) is needed"
                )
            check_finite(self.matrix, "the map's matrix")
            object.__setattr__(self, "matrix", frozen(self.matrix, np.float32))

    @property
    def dim_out(self) -> int:
        """Width of the rows that come out."""
        return self.dim_in if self.matrix is None else int(self.matrix.shape[1])

    def apply(self, rows: Matrix) -> Matrix:
        """Map rows; row ``i`` of the result depends on row ``i`` alone.

        Parameters
        ----------
        rows : ndarray, shape (n, dim_in), float32 or float64
            As they stand in their own space; not changed.

        Returns
        -------
        ndarray, shape (n, dim_out), float32
            Zero for zero rows.

        Raises
        ------
        ShapeError
            If the rows are not ``dim_in`` wide.
        """
        check_matrix(rows, "rows", columns=self.dim_in)
        normalized = self.normalization.apply(rows)
        return normalized if self.matrix is None else normalized @ self.matrix

    def inverse(self) -> "LinearMap":
        """Give the map back to the normalised rows.

        The matrix is undone, the normalisation is not: it has forgotten each row's length.

        Returns
        -------
        LinearMap
            Without normalisation; of an orthogonal matrix, its transpose.

        Raises
        ------
        NotInvertibleError
            If the matrix is not square, or singular.
        """
        if self.matrix is None:
            return LinearMap(dim_in=self.dim_in)
        if self.dim_in != self.dim_out:
            raise NotInvertibleError(
                f"a map of shape {self.matrix.shape} has no inverse; square is needed"
            )
        wide = self.matrix.astype(np.float64)
        if np.allclose(wide.T @ wide, np.eye(self.dim_in), atol=1e-4):
            return LinearMap(dim_in=self.dim_in, matrix=self.matrix.T)
        if np.linalg.matrix_rank(self.matrix) < self.dim_in:
            raise NotInvertibleError("a singular map has no inverse; full rank is needed")
        return LinearMap(dim_in=self.dim_in, matrix=np.linalg.inv(wide))

    def to_tensors(self) -> tuple[Tensors, dict[str, Any]]:
        """Take the map apart for storage.

        Returns
        -------
        tensors : dict of str to ndarray
            ``matrix`` and ``mean``, where there is one.
        meta : dict
            The rest; JSON can hold it.
        """
        parts = {"matrix": self.matrix, "mean": self.normalization.mean}
        tensors = {name: part for name, part in parts.items() if part is not None}
        meta = {
            "kind": "linear",
            "dim_in": self.dim_in,
            "dim_out": self.dim_out,
            "steps": list(self.normalization.steps),
            "tensors": sorted(tensors),
        }
        return tensors, meta

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, Any], meta: Mapping[str, Any]) -> "LinearMap":
        """Put a map together; see `xling.mapping.base.SpaceMap.from_tensors`."""
        with stored_parts("linear", meta):
            parts = {name: np.asarray(tensors[name]) for name in meta["tensors"]}
            made = cls(
                dim_in=int(meta["dim_in"]),
                normalization=Normalization(steps=tuple(meta["steps"]), mean=parts.get("mean")),
                matrix=parts.get("matrix"),
            )
            check_stored_widths(made, meta)
            return made
