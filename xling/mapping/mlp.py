"""Curved maps: a matrix, then residual layers; applied without torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from xling.arrays import Matrix, Vector, blocks, check_finite, check_matrix, frozen
from xling.errors import NotInvertibleError, ShapeError
from xling.mapping.base import Tensors, stored_parts
from xling.mapping.linear import LinearMap
from xling.mapping.undone import fixed_points, undone

__all__ = ["MlpMap", "ResidualLayer"]

_BLOCK = 4096  # rows whose hidden units are held at once


@dataclass(frozen=True, kw_only=True, eq=False)
class ResidualLayer:
    """``h + relu(h A + a) B``: the identity and a little more.

    Parameters
    ----------
    into : ndarray, shape (d, k), float32
        ``A``.
    bias : ndarray, shape (k,), float32
        ``a``.
    out : ndarray, shape (k, d), float32
        ``B``; zero for the identity.

    Raises
    ------
    ShapeError
        If the shapes do not fit together.
    NonFiniteError
        If a number is NaN or infinite.
    """

    into: Matrix = field(repr=False)
    bias: Vector = field(repr=False)
    out: Matrix = field(repr=False)

    def __post_init__(self) -> None:
        check_matrix(self.into, "a layer's first matrix")
        check_matrix(self.out, "a layer's second matrix")
        if self.out.shape != self.into.shape[::-1] or self.bias.shape != self.into.shape[1:]:
            raise ShapeError(
                f"a layer of shapes {self.into.shape}, {self.bias.shape} and {self.out.shape}; "
                "(d, k), (k,) and (k, d) are needed"
            )
        for name in ("into", "bias", "out"):
            check_finite(getattr(self, name), f"a layer's {name}")
            object.__setattr__(self, name, frozen(getattr(self, name), np.float32))

    @property
    def dim(self) -> int:
        """Width of the rows."""
        return len(self.into)

    def added(self, rows: Matrix) -> Matrix:
        """Give ``relu(h A + a) B``.

        Parameters
        ----------
        rows : ndarray, shape (n, d), float32
            ``h``.

        Returns
        -------
        ndarray, shape (n, d), float32
            What the layer adds to each row.
        """
        made: Matrix = np.maximum(rows @ self.into + self.bias, 0) @ self.out
        return made

    def undone(self, rows: Matrix) -> Matrix:
        """Find ``h`` from ``h + relu(h A + a) B``, by fixed-point steps.

        Parameters
        ----------
        rows : ndarray, shape (n, d), float32
            What the layer gave.

        Returns
        -------
        ndarray, shape (n, d), float32
            Where the steps came to rest, or anything: `added` tells.
        """
        return fixed_points(rows, lambda standing, given: given - self.added(standing), rows)


@dataclass(frozen=True, kw_only=True, eq=False)
class MlpMap:
    """Rows are normalised, multiplied by a matrix, and taken through residual layers.

    A zero row stays zero: nothing is known of it. Of an inverse (``backwards``) the layers are
    undone from the last to the first, before the matrix is applied.

    Parameters
    ----------
    linear : LinearMap
        Normalisation and matrix; of an inverse, the matrix that undoes it.
    layers : tuple of ResidualLayer
        In the order in which a row passes them forwards.
    backwards : bool
        Whether this is the inverse of such a map.

    Raises
    ------
    ShapeError
        If the widths do not fit together.

    Examples
    --------
    >>> layer = ResidualLayer(into=np.eye(2), bias=np.zeros(2), out=0.5 * np.eye(2))
    >>> curved = MlpMap(linear=LinearMap(dim_in=2), layers=(layer,))
    >>> curved.apply(np.array([[2.0, -2.0]])).tolist()
    [[3.0, -2.0]]
    >>> curved.inverse().apply(np.array([[3.0, -2.0]])).round(4).tolist()
    [[2.0, -2.0]]
    """

    linear: LinearMap
    layers: tuple[ResidualLayer, ...]
    backwards: bool = False

    def __post_init__(self) -> None:
        width = self.linear.dim_in if self.backwards else self.linear.dim_out
        if any(layer.dim != width for layer in self.layers):
            found = [layer.dim for layer in self.layers]
            raise ShapeError(f"layers of widths {found} for rows of width {width}")

    @property
    def dim_in(self) -> int:
        """Width of the rows that go in."""
        return self.linear.dim_in

    @property
    def dim_out(self) -> int:
        """Width of the rows that come out."""
        return self.linear.dim_out

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
            given = rows.astype(np.float32)
            return self.linear.apply(undone(given, self._unbend, self._bend))
        made = np.empty((len(rows), self.dim_out), dtype=np.float32)
        for block in blocks(len(rows), _BLOCK):
            turned = self.linear.apply(rows[block])
            made[block] = np.where(turned.any(axis=1, keepdims=True), self._bend(turned), 0)
        return made

    def _bend(self, rows: Matrix) -> Matrix:
        """Take rows through the layers."""
        for layer in self.layers:
            rows = rows + layer.added(rows)
        return rows

    def _unbend(self, rows: Matrix) -> Matrix:
        """Undo the layers, from the last to the first."""
        for layer in reversed(self.layers):
            rows = layer.undone(rows)
        return rows

    def inverse(self) -> "MlpMap":
        """Give the map back to the normalised rows.

        A layer can be undone for certain where what it adds changes more slowly than the row
        itself: ``||A||_2 ||B||_2 < 1`` (Behrmann et al. 2019, Invertible residual networks). Most
        rows can be undone far beyond that bound, so it is tried, and what was found is mapped
        forward again. Where a layer brings two rows to one place, one of them is given.

        Returns
        -------
        MlpMap
            Without normalisation.

        Raises
        ------
        NotInvertibleError
            If the matrix is not square or singular, or this is an inverse already: how long its
            rows were is forgotten.
        """
        if self.backwards:
            raise NotInvertibleError("an inverse of a curved map; use the map itself")
        return replace(self, linear=self.linear.inverse(), backwards=True)

    def to_tensors(self) -> tuple[Tensors, dict[str, Any]]:
        """Take the map apart for storage.

        Returns
        -------
        tensors : dict of str to ndarray
            ``matrix`` and ``mean`` where there is one, and three for each layer.
        meta : dict
            The rest; JSON can hold it.
        """
        tensors, linear = self.linear.to_tensors()
        for number, layer in enumerate(self.layers):
            for name in ("into", "bias", "out"):
                tensors[f"layer{number}.{name}"] = getattr(layer, name)
        meta = {
            "kind": "mlp",
            "linear": linear,
            "layers": len(self.layers),
            "backwards": self.backwards,
        }
        return tensors, meta

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, Any], meta: Mapping[str, Any]) -> "MlpMap":
        """Put a map together; see `xling.mapping.base.SpaceMap.from_tensors`."""
        with stored_parts("mlp", meta):
            layers = tuple(
                ResidualLayer(
                    **{
                        name: np.asarray(tensors[f"layer{number}.{name}"])
                        for name in ("into", "bias", "out")
                    }
                )
                for number in range(meta["layers"])
            )
            return cls(
                linear=LinearMap.from_tensors(tensors, meta["linear"]),
                layers=layers,
                backwards=bool(meta["backwards"]),
            )
