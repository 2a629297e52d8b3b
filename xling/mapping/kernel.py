"""A linear map with a smooth correction of each region of the space."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from xling.arrays import Matrix, blocks, check_finite, check_matrix, frozen, unit_rows
from xling.errors import InputError, NotInvertibleError, ShapeError
from xling.linalg.kernel import gaussian_kernel
from xling.mapping.base import Tensors, check_stored_widths, stored_parts
from xling.mapping.linear import LinearMap, Normalization
from xling.mapping.undone import fixed_points, undone

__all__ = ["KernelMap"]

_BLOCK = 4096  # rows whose kernel with the landmarks is held at once


@dataclass(frozen=True, kw_only=True, eq=False)
class KernelMap:
    """Rows are normalised; then ``f(x) = x W + k(x) A``.

    ``k(x)`` is the Gaussian kernel of the row with some landmarks, of the given bandwidth.

    Parameters
    ----------
    matrix : ndarray, shape (d, e), float32
        ``W``.
    landmarks : ndarray, shape (m, d), float32
        Normalised rows.
    coefficients : ndarray, shape (m, e), float32
        ``A``.
    bandwidth : float
        Positive, in units of the distances of normalised rows.
    normalization : Normalization
        What is done to the rows before; none by default.
    backwards : bool
        Whether this is the inverse of such a map.

    Raises
    ------
    ShapeError
        If the arrays or the mean do not fit together.
    InputError
        If the bandwidth is not positive.
    NonFiniteError
        If an array holds NaN or infinity.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> bent = KernelMap(matrix=one, landmarks=2 * one, coefficients=one, bandwidth=1.0)
    >>> bent.apply(np.array([[2.0], [9.0]])).round(3).tolist()
    [[3.0], [9.0]]
    >>> bent.inverse().apply(np.array([[9.0]])).round(3).tolist()
    [[9.0]]
    """

    matrix: Matrix = field(repr=False)
    landmarks: Matrix = field(repr=False)
    coefficients: Matrix = field(repr=False)
    bandwidth: float
    normalization: Normalization = field(default_factory=Normalization)
    backwards: bool = False

    def __post_init__(self) -> None:
        for name in ("matrix", "landmarks", "coefficients"):
            part = getattr(self, name)
            check_matrix(part, f"the map's {name}")
            check_finite(part, f"the map's {name}")
            object.__setattr__(self, name, frozen(part, np.float32))
        shapes = (self.matrix.shape, self.landmarks.shape, self.coefficients.shape)
        wanted = (self.landmarks.shape[1], self.coefficients.shape[1])
        if shapes[0] != wanted or shapes[1][0] != shapes[2][0] or 0 in wanted:
            raise ShapeError(
                "matrix, landmarks and coefficients have shapes "
                f"{', '.join(map(str, shapes))}; (d, e), (m, d) and (m, e) are needed"
            )
        mean = self.normalization.mean
        if mean is not None and len(mean) != self.dim_in:
            raise ShapeError(f"a mean of width {len(mean)} for rows of width {self.dim_in}")
        if not 0 < self.bandwidth < float("inf"):
            raise InputError(f"the bandwidth is {self.bandwidth}; a number above 0 is needed")

    @property
    def dim_in(self) -> int:
        """Width of the rows that go in."""
        return len(self.matrix)

    @property
    def dim_out(self) -> int:
        """Width of the rows that come out."""
        return int(self.matrix.shape[1])

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
        NotInvertibleError
            Of an inverse, if some rows cannot be undone.
        """
        check_matrix(rows, "rows", columns=self.dim_in)
        if self.backwards:
            return self._undo(rows)
        result = np.empty((len(rows), self.dim_out), dtype=np.float32)
        for block in blocks(len(rows), _BLOCK):
            normalized = self.normalization.apply(rows[block])
            mapped = self._bend(normalized)
            result[block] = np.where(normalized.any(axis=1, keepdims=True), mapped, 0)
        return result

    def _bend(self, rows: Matrix) -> Matrix:
        """Give ``f`` of normalised rows."""
        return rows @ self.matrix + self._moved(rows)

    def _moved(self, rows: Matrix) -> Matrix:
        """Give by how much ``f`` moves rows that are only turned otherwise: ``k(x) A``."""
        return gaussian_kernel(rows, self.landmarks, self.bandwidth) @ self.coefficients

    def _undo(self, rows: Matrix) -> Matrix:
        """Find normalised rows that are brought to these; of length 1, to their directions."""
        matrix = np.linalg.inv(self.matrix.astype(np.float64))
        unit = self.normalization.steps[-1:] == ("unit",)

        def step(standing: Matrix, turned: Matrix) -> Matrix:
            moved = self._moved(standing) @ matrix
            return (_scale(turned, moved) * turned if unit else turned) - moved

        def undo(given: Matrix) -> Matrix:
            turned = given @ matrix
            return fixed_points(turned, step, unit_rows(turned) if unit else turned)

        def forward(found: Matrix) -> Matrix:
            return unit_rows(self._bend(found)) if unit else self._bend(found)

        given = rows.astype(np.float64)
        return undone(unit_rows(given) if unit else given, undo, forward)

    def inverse(self) -> "KernelMap":
        """Give the map back to the normalised rows, by ``x = (y - k(x) A) W^-1`` in steps.

        Where the last step of the normalisation is ``"unit"``, only the direction of a row counts,
        and rows of length 1 are given: ``c y`` is undone with the ``c`` at which that is so. Where
        the map brings two rows to one place, one of them is given.

        Returns
        -------
        KernelMap
            Without normalisation.

        Raises
        ------
        NotInvertibleError
            If ``W`` is not square or singular, or this is an inverse already.
        """
        if self.backwards:
            raise NotInvertibleError("an inverse of a kernel map; use the map itself")
        LinearMap(dim_in=self.dim_in, matrix=self.matrix).inverse()  # or says why there is none
        return replace(self, backwards=True)

    def to_tensors(self) -> tuple[Tensors, dict[str, Any]]:
        """Take the map apart for storage.

        Returns
        -------
        tensors : dict of str to ndarray
            ``matrix``, ``landmarks``, ``coefficients``, and ``mean`` where there is one.
        meta : dict
            The rest; JSON can hold it.
        """
        tensors: Tensors = {
            "matrix": self.matrix,
            "landmarks": self.landmarks,
            "coefficients": self.coefficients,
        }
        if self.normalization.mean is not None:
            tensors["mean"] = self.normalization.mean
        meta = {
            "kind": "kernel",
            "dim_in": self.dim_in,
            "dim_out": self.dim_out,
            "bandwidth": self.bandwidth,
            "steps": list(self.normalization.steps),
            "backwards": self.backwards,
            "tensors": sorted(tensors),
        }
        return tensors, meta

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, Any], meta: Mapping[str, Any]) -> "KernelMap":
        """Put a map together; see `xling.mapping.base.SpaceMap.from_tensors`."""
        with stored_parts("kernel", meta):
            parts = {name: np.asarray(tensors[name]) for name in meta["tensors"]}
            made = cls(
                matrix=parts["matrix"],
                landmarks=parts["landmarks"],
                coefficients=parts["coefficients"],
                bandwidth=float(meta["bandwidth"]),
                normalization=Normalization(steps=tuple(meta["steps"]), mean=parts.get("mean")),
                backwards=bool(meta.get("backwards", False)),
            )
            check_stored_widths(made, meta)
            return made


def _scale(turned: Matrix, moved: Matrix) -> Matrix:
    """Give the positive ``c``, one a row, at which ``c turned - moved`` has length 1."""
    squares, products = (np.sum(turned * one, axis=1, keepdims=True) for one in (turned, moved))
    apart = products**2 - squares * (np.sum(moved**2, axis=1, keepdims=True) - 1)
    return np.asarray((products + np.sqrt(np.maximum(apart, 0))) / squares)
