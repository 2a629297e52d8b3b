"""Undo that all vectors of an encoder point into one narrow cone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np

from xling.arrays import Matrix, Vector, blocks, check_finite, check_matrix, frozen
from xling.errors import ConfigError, DegenerateInputError, InputError, ShapeError
from xling.linalg.whitening import whitening

__all__ = ["Isotropy", "IsotropyKind", "check_components", "check_isotropy", "fit_isotropy"]

#: What is done to the vectors.
IsotropyKind = Literal["none", "centre", "all-but-the-top", "whiten"]

_BLOCK = 16_384  # rows that are held in float64 at once
_ROWS_A_TOP = 100  # dimensions for each direction that "all-but-the-top" takes out
_PENALTY = 0.01  # keeps directions in which no row lies from being blown up


@dataclass(frozen=True, kw_only=True, eq=False)
class Isotropy:
    """``(x - mean) @ matrix``: fitted once, the same for every later row.

    Parameters
    ----------
    kind : str
        One of `IsotropyKind`.
    mean : ndarray, shape (d,), float64
        Taken away; zeros where nothing is.
    matrix : ndarray, shape (d, d), float64, optional
        ``None`` for the identity.

    Raises
    ------
    ShapeError
        If they do not fit each other.
    """

    kind: IsotropyKind
    mean: Vector = field(repr=False)
    matrix: Matrix | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        check_isotropy(self.kind)
        dim = len(self.mean)
        if self.mean.ndim != 1 or (self.matrix is not None and self.matrix.shape != (dim, dim)):
            raise ShapeError(f"a mean of shape {self.mean.shape} and a matrix that does not fit it")
        object.__setattr__(self, "mean", frozen(self.mean, np.float64))

    def apply(self, rows: Matrix) -> Matrix:
        """Move rows, old or new.

        Parameters
        ----------
        rows : ndarray, shape (n, d)
            Not changed.

        Returns
        -------
        ndarray, shape (n, d), float32
            Not of length 1; zero rows, of which nothing is known, stay zero.

        Raises
        ------
        ShapeError
            If the rows are not ``d`` wide.
        """
        check_matrix(rows, "rows", columns=len(self.mean))
        made = np.zeros(rows.shape, np.float32)
        for block in blocks(len(rows), _BLOCK):
            part = rows[block].astype(np.float64)
            moved = part - self.mean
            if self.matrix is not None:
                moved = moved @ self.matrix
            made[block] = np.where(part.any(axis=1, keepdims=True), moved, 0.0)
        return made

    def to_arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """Take it apart for storage.

        Returns
        -------
        dict of str to ndarray
            ``kind``, ``mean`` and, where there is one, ``matrix``.
        """
        parts = {"kind": np.array(self.kind), "mean": self.mean}
        return parts if self.matrix is None else {**parts, "matrix": self.matrix}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> "Isotropy":
        """Put together what `to_arrays` took apart.

        Parameters
        ----------
        arrays : mapping of str to ndarray
            As it gave them.

        Returns
        -------
        Isotropy
            The same one.

        Raises
        ------
        InputError
            If something is missing.
        """
        try:
            matrix = np.asarray(arrays["matrix"]) if "matrix" in arrays else None
            kind = check_isotropy(str(arrays["kind"]))
            return cls(kind=kind, mean=np.asarray(arrays["mean"]), matrix=matrix)
        except KeyError as error:
            raise InputError(f"a stored isotropy is not complete: no {error}") from error


def check_isotropy(name: str) -> IsotropyKind:
    """Refuse a name that stands for nothing.

    Parameters
    ----------
    name : str
        One of `IsotropyKind`.

    Returns
    -------
    str
        The same name.

    Raises
    ------
    ConfigError
        If it is none.
    """
    for known in get_args(IsotropyKind):
        if name == known:
            found: IsotropyKind = known
            return found
    raise ConfigError(f"isotropy {name!r}; known: {', '.join(get_args(IsotropyKind))}")


def check_components(kind: IsotropyKind, components: int | None, dim: int) -> int:
    """Say how many directions are taken out; refuse more than there are.

    Parameters
    ----------
    kind : str
        One of `IsotropyKind`; all but ``all-but-the-top`` take none out.
    components : int, optional
        Wanted; a hundredth of the dimensions by default, at least 1.
    dim : int
        Dimensions of the vectors.

    Returns
    -------
    int
        From 1 on; 0 for other kinds.

    Raises
    ------
    ConfigError
        If there are not so many.
    """
    if kind != "all-but-the-top":
        return 0
    count = max(1, dim // _ROWS_A_TOP) if components is None else components
    if not 1 <= count < dim:
        raise ConfigError(f"components is {count}; a number from 1 to {dim - 1} is needed")
    return count


def fit_isotropy(rows: Matrix, kind: IsotropyKind, *, components: int | None = None) -> Isotropy:
    """Learn from an encoder's vectors what has to be taken out of them.

    ``centre`` takes the mean away; ``all-but-the-top`` the first principal components too; and
    ``whiten`` makes all directions vary alike, ``(x - mean) C^-1/2``.

    Parameters
    ----------
    rows : ndarray, shape (n, d), float32 or float64
        Not changed; zero rows do not count.
    kind : str
        One of `IsotropyKind`.
    components : int, optional
        That ``all-but-the-top`` takes out; a hundredth of the dimensions by default, at least 1.

    Returns
    -------
    Isotropy
        To be applied to these rows and others.

    Raises
    ------
    ConfigError
        If there is no such kind, or not so many components.
    DegenerateInputError
        If fewer than two rows are known.
    ShapeError, DTypeError, NonFiniteError
        If the rows are no matrix of finite floats.

    References
    ----------
    Mu and Viswanath (2018), All-but-the-top: simple and effective postprocessing for word
    representations. Su et al. (2021), Whitening sentence representations for better semantics.

    Examples
    --------
    >>> rows = np.array([[5.0, 1.0], [5.0, -1.0], [7.0, 1.0], [7.0, -1.0]])
    >>> fit_isotropy(rows, "centre").apply(rows)[0].tolist()
    [-1.0, 1.0]
    """
    check_matrix(rows, "rows")
    check_finite(rows, "rows")
    check_isotropy(kind)
    dim = rows.shape[1]
    count = check_components(kind, components, dim)
    if kind == "none":
        return Isotropy(kind=kind, mean=np.zeros(dim))
    known = rows[rows.any(axis=1)].astype(np.float64)
    if len(known) < 2:
        raise DegenerateInputError(f"{len(known)} rows that are not zero; {kind} needs at least 2")
    mean = known.mean(axis=0)
    if kind == "centre":
        return Isotropy(kind=kind, mean=mean)
    centred = known - mean
    if kind == "whiten":
        matrix, _ = whitening(centred, penalty=_PENALTY)
        return Isotropy(kind=kind, mean=mean, matrix=matrix)
    top = np.linalg.eigh(centred.T @ centred)[1][:, -count:]
    return Isotropy(kind=kind, mean=mean, matrix=np.eye(dim) - top @ top.T)
