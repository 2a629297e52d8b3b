"""What all channels of evidence share: queries, candidates, and what a channel says of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Protocol

import numpy as np
from scipy import sparse

from xling.arrays import BoolVector, IntVector, Matrix, Vector
from xling.errors import ShapeError

__all__ = ["Asked", "Candidates", "Channel", "Found", "Ground", "nothing_proposed", "values_at"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Ground:
    """What the channels of one direction stand on: two vocabularies and what links them.

    Parameters
    ----------
    words : pair of tuple of str
        Folded words of the queries' and of the answers' language, most frequent first.
    counts : pair of ndarray, int64
        How often each word occurs.
    translations : sparse array, shape (n, m)
        Symmetrised translation probabilities of the cells that are likely, in (0, 1].
    spellings : pair of ndarray, shape (n, k) and (m, k), float32
        Of `xling.evidence.spelling.spelling_space`.

    Raises
    ------
    ShapeError
        If the parts do not fit the words.
    """

    words: tuple[tuple[str, ...], tuple[str, ...]] = field(repr=False)
    counts: tuple[IntVector, IntVector] = field(repr=False)
    translations: sparse.csr_array = field(repr=False)
    spellings: tuple[Matrix, Matrix] = field(repr=False)

    def __post_init__(self) -> None:
        sizes = tuple(len(words) for words in self.words)
        if self.translations.shape != sizes:
            raise ShapeError(f"translations {self.translations.shape} for {sizes} words")
        for name in ("counts", "spellings"):
            found = tuple(len(part) for part in getattr(self, name))
            if found != sizes:
                raise ShapeError(f"{name} of {found} words; there are {sizes}")

    def turned(self) -> "Ground":
        """Look from the other language.

        Returns
        -------
        Ground
            Both languages exchanged.
        """
        turned = sparse.csr_array(self.translations.T)
        turned.sort_indices()
        return Ground(
            words=self.words[::-1],
            counts=self.counts[::-1],
            translations=turned,
            spellings=self.spellings[::-1],
        )

    @cached_property
    def linked_rows(self) -> IntVector:
        """The rows of the query language that have a likely translation: shape (l,), int64."""
        return np.flatnonzero(np.diff(self.translations.indptr))


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """Query words.

    Parameters
    ----------
    rows : ndarray, shape (n,), int64
        Rows in the vocabulary; -1 for words outside it, of which only contexts know something.
    vectors : ndarray, shape (n, d), float32
        In the shared space, of length 1.
    means : ndarray, shape (n,), float32
        Mean similarity with the nearest words of the answers' language.
    """

    rows: IntVector
    vectors: Matrix = field(repr=False)
    means: Vector = field(repr=False)

    def __len__(self) -> int:
        return len(self.rows)

    def part(self, chosen: slice) -> "Asked":
        """Choose some of the queries.

        Parameters
        ----------
        chosen : slice
            Which.

        Returns
        -------
        Asked
            In the same order.
        """
        return Asked(rows=self.rows[chosen], vectors=self.vectors[chosen], means=self.means[chosen])


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidates:
    """The answers that are considered: query ``i`` has ``columns[ends[i]:ends[i + 1]]``.

    Parameters
    ----------
    ends : ndarray, shape (n + 1,), int64
        Where each query's candidates start and end.
    columns : ndarray, shape (c,), int64
        Rows of the answers' vocabulary, rising within a query.
    """

    ends: IntVector
    columns: IntVector

    @cached_property
    def owner(self) -> IntVector:
        """The number of each candidate's query: shape (c,), int64."""
        return np.repeat(np.arange(len(self.ends) - 1), np.diff(self.ends))

    @classmethod
    def united(cls, proposals: Iterable[sparse.csr_array]) -> "Candidates":
        """Put together what several channels propose.

        Parameters
        ----------
        proposals : iterable of sparse array, shape (n, m)
            Stored cells are proposed, whatever their value; at least one array.

        Returns
        -------
        Candidates
            Each candidate once.
        """
        found = list(proposals)
        size = found[0].shape[1]
        keys = [
            np.repeat(np.arange(p.shape[0], dtype=np.int64), np.diff(p.indptr)) * size + p.indices
            for p in found
        ]
        rows, columns = np.divmod(np.unique(np.concatenate(keys)), max(size, 1))
        ends = np.searchsorted(rows, np.arange(found[0].shape[0] + 1))
        return cls(ends=ends.astype(np.int64), columns=columns)

    def best_of_query(self, values: Vector) -> Vector:
        """Give each candidate the largest value among its query's candidates.

        Parameters
        ----------
        values : ndarray, shape (c,)
            One for each candidate.

        Returns
        -------
        ndarray, shape (c,)
            The same for all candidates of a query.
        """
        starts = self.ends[:-1][np.diff(self.ends) > 0]
        if not len(starts):
            return values
        best = np.zeros(len(self.ends) - 1, values.dtype)
        best[np.diff(self.ends) > 0] = np.maximum.reduceat(values, starts)
        largest: Vector = best[self.owner]
        return largest


class Found(Protocol):
    """What one channel knows of some query words."""

    @property
    def proposed(self) -> sparse.csr_array:
        """Answers that it brings up, shape (n, m): the stored cells."""

    def measure(self, candidates: Candidates) -> Matrix:
        """Say something of each candidate.

        Parameters
        ----------
        candidates : Candidates
            Of the same queries, by any channel.

        Returns
        -------
        ndarray, shape (c, f), float32
            One column for each of the channel's features.
        """


class Channel(Protocol):
    """A kind of evidence, in one direction."""

    #: Names of what it tells of a candidate.
    FEATURES: ClassVar[tuple[str, ...]]

    def look(self, asked: Asked) -> Found:
        """Gather what is known of some query words.

        Parameters
        ----------
        asked : Asked
            All of them in the vocabulary, unless the channel is that of contexts.

        Returns
        -------
        Found
            To be asked about candidates.
        """


def values_at(matrix: sparse.csr_array, candidates: Candidates) -> Vector:
    """Read a matrix at the candidates.

    Parameters
    ----------
    matrix : sparse array, shape (n, m)
        A row for each query; indices sorted within a row.
    candidates : Candidates
        Of the same queries.

    Returns
    -------
    ndarray, shape (c,), dtype of the matrix
        Zero where no cell is stored.
    """
    rows = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
    stored = rows * matrix.shape[1] + matrix.indices
    wanted = candidates.owner * matrix.shape[1] + candidates.columns
    values = np.zeros(len(wanted), matrix.dtype)
    if len(stored):
        place = np.minimum(np.searchsorted(stored, wanted), len(stored) - 1)
        hit: BoolVector = stored[place] == wanted
        values[hit] = matrix.data[place[hit]]
    return values


def nothing_proposed(queries: int, answers: int) -> sparse.csr_array:
    """Give the proposals of a channel that only measures.

    Parameters
    ----------
    queries, answers : int
        Their numbers.

    Returns
    -------
    sparse array, shape (queries, answers), float32
        Without a cell.
    """
    none = np.zeros(0, np.float32), np.zeros(0, np.int64), np.zeros(queries + 1, np.int64)
    return sparse.csr_array(none, shape=(queries, answers))
