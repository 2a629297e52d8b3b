"""What every map of a space is: it brings rows into the shared space."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np

from xling.arrays import Matrix
from xling.errors import InputError

__all__ = ["SpaceMap", "Tensors", "check_stored_widths", "stored_parts"]

#: Arrays by name, as safetensors stores them.
Tensors: TypeAlias = dict[str, np.ndarray[Any, np.dtype[Any]]]


@runtime_checkable
class SpaceMap(Protocol):
    """Pure and immutable: row ``i`` of what comes out depends on row ``i`` alone."""

    @property
    def dim_in(self) -> int:
        """Width of the rows that go in."""

    @property
    def dim_out(self) -> int:
        """Width of the rows that come out."""

    def apply(self, rows: Matrix) -> Matrix:
        """Map rows.

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

    def inverse(self) -> "SpaceMap":
        """Give the map back to the rows as they were after normalisation.

        Returns
        -------
        SpaceMap
            From the shared space to the space's own.

        Raises
        ------
        NotInvertibleError
            If the map has forgotten too much to be undone.
        """

    def to_tensors(self) -> tuple[Tensors, dict[str, Any]]:
        """Take the map apart for storage.

        Returns
        -------
        tensors : dict of str to ndarray
            By names of the map's own.
        meta : dict
            The rest, with the map's ``kind``; JSON can hold it.
        """

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, Any], meta: Mapping[str, Any]) -> "SpaceMap":
        """Put a map together that `to_tensors` took apart.

        Parameters
        ----------
        tensors : mapping of str to ndarray
            As `to_tensors` gave them; others are not looked at.
        meta : mapping
            As `to_tensors` gave it, or as JSON gives it back.

        Returns
        -------
        SpaceMap
            The same map, bit for bit.

        Raises
        ------
        InputError
            If something is missing or does not fit together.
        """


@contextmanager
def stored_parts(kind: str, meta: Mapping[str, Any]) -> Iterator[None]:
    """Put a stored map together inside of this, and what is wrong with it is said.

    Parameters
    ----------
    kind : str
        That the map must be of.
    meta : mapping
        Of `SpaceMap.to_tensors`, with its ``kind``.

    Raises
    ------
    InputError
        If the map is of another kind, or a part is missing or of another type.
    """
    try:
        if meta["kind"] != kind:
            raise InputError(f"a map of kind {meta['kind']!r}; {kind!r} is needed")
        yield
    except (KeyError, TypeError) as error:
        raise InputError(f"a stored map is not complete: {error}") from error


def check_stored_widths(made: SpaceMap, meta: Mapping[str, Any]) -> None:
    """Refuse a map that leads elsewhere than it was said to.

    Parameters
    ----------
    made : SpaceMap
        Put together from stored parts.
    meta : mapping
        With ``dim_in`` and ``dim_out``.

    Raises
    ------
    InputError
        If they differ.
    """
    widths, wanted = (made.dim_in, made.dim_out), (meta["dim_in"], meta["dim_out"])
    if widths != wanted:
        raise InputError(
            f"a stored map leads from {widths[0]} to {widths[1]} columns, not from {wanted[0]} to "
            f"{wanted[1]}"
        )
