"""A linear map with a smooth correction of each region of the space."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xling.arrays import Matrix, blocks, check_finite, check_matrix, frozen
from xling.errors import InputError, NotInvertibleError, ShapeError
from xling.linalg.kernel import gaussian_kernel
from xling.mapping.base import SpaceMap, Tensors, check_stored_widths, stored_parts
from xling.mapping.linear import Normalization

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
    """

    matrix: Matrix = field(repr=False)
    landmarks: Matrix = field(repr=False)
    coefficients: Matrix = field(repr=False)
    bandwidth: float
    normalization: Normalization = field(default_factory=Normalization)

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
        """
        check_matrix(rows, "rows", columns=self.dim_in)
        result = np.empty((len(rows), self.dim_out), dtype=np.float32)
        for block in blocks(len(rows), _BLOCK):
            normalized = self.normalization.apply(rows[block])
            kernel = gaussian_kernel(normalized, self.landmarks, self.bandwidth)
            mapped = normalized @ self.matrix + kernel @ self.coefficients
            result[block] = np.where(normalized.any(axis=1, keepdims=True), mapped, 0)
        return result

    def inverse(self) -> SpaceMap:
        """Refuse: nothing says that no two rows are brought to one place.

        Raises
        ------
        NotInvertibleError
            Always.
        """
        raise NotInvertibleError(
            "a kernel map has no inverse: it may bring two rows to one place",
            hint="align in the other direction, or take a linear method such as procrustes",
        )

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
            )
            check_stored_widths(made, meta)
            return made
