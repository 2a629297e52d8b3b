"""The counted table as evidence: what matched sentences say about a pair of words."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from scipy import sparse

from xling.arrays import BoolVector, IntVector, Matrix, Vector
from xling.counting.translation_table import TranslationTable
from xling.evidence.base import Asked, Candidates, values_at

__all__ = ["Cells", "Table", "TableEvidence", "table_evidence"]

_THRESHOLD = 0.01  # cells below it, by the geometric mean of both directions, are noise
_NOTHING = 1e-4  # added to a probability before the logarithm
_LIKELY = 0.05  # cells from it on are translations that other evidence is carried over by


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """The cells of some query words: query ``i`` has cells ``ends[i]:ends[i + 1]``.

    Parameters
    ----------
    ends : ndarray, shape (n + 1,), int64
        Where each query's cells start and end.
    columns : ndarray, shape (cells,), int64
        The answer's row of each cell, rising within a query.
    values : ndarray, shape (cells,), float64
        The table read as a dictionary: log of ``sqrt(p(f | e) * p(e | f))``.
    """

    ends: IntVector
    columns: IntVector
    values: Vector


@dataclass(frozen=True, kw_only=True, eq=False)
class TableEvidence:
    """A pruned translation table, seen from one of its languages.

    Parameters
    ----------
    forward, backward, links : sparse array, shape (n, m), float32
        As in `xling.counting.translation_table.TranslationTable`, the query's language in the
        rows; all with the same cells.
    """

    forward: sparse.csr_array = field(repr=False)
    backward: sparse.csr_array = field(repr=False)
    links: sparse.csr_array = field(repr=False)

    def turned(self) -> "TableEvidence":
        """Look at the table from the other language.

        Returns
        -------
        TableEvidence
            Transposed, with forward and backward exchanged.
        """
        return TableEvidence(
            forward=_transposed(self.backward),
            backward=_transposed(self.forward),
            links=_transposed(self.links),
        )

    def linked(self, rows: IntVector) -> BoolVector:
        """Tell which words have a cell.

        Parameters
        ----------
        rows : ndarray, shape (n,), int64
            Query words; -1 for a word outside the vocabulary.

        Returns
        -------
        ndarray, shape (n,), bool
            True where matched sentences link the word to something.
        """
        has = np.append(np.diff(self.forward.indptr) > 0, False)  # row -1 reads the last entry
        marked: BoolVector = has[rows]
        return marked

    def cells(self, rows: IntVector) -> Cells:
        """Give the cells of some query words.

        Parameters
        ----------
        rows : ndarray, shape (n,), int64
            Query words; -1 for a word outside the vocabulary, which has none.

        Returns
        -------
        Cells
            In the order of the queries.
        """
        inside = rows >= 0
        safe = np.where(inside, rows, 0)
        starts = self.forward.indptr[safe].astype(np.int64)
        lengths = np.where(inside, self.forward.indptr[safe + 1] - starts, 0)
        ends = np.concatenate([[0], np.cumsum(lengths)])
        place = np.arange(ends[-1]) + np.repeat(starts - ends[:-1], lengths)
        forward, backward = self.forward.data[place], self.backward.data[place]
        values = (np.log(forward.astype(np.float64)) + np.log(backward.astype(np.float64))) / 2
        columns = self.forward.indices[place].astype(np.int64)
        return Cells(ends=ends, columns=columns, values=values)

    def mean(self) -> sparse.csr_array:
        """Give the geometric mean of both directions.

        Returns
        -------
        sparse array, shape (n, m), float32
            ``sqrt(p(f | e) * p(e | f))`` of all cells.
        """
        found = self.forward.astype(np.float32)
        found.data = np.sqrt(found.data * self.backward.data)
        return found

    def likely(self) -> sparse.csr_array:
        """Give the likely translations.

        Returns
        -------
        sparse array, shape (n, m), float64
            ``sqrt(p(f | e) * p(e | f))`` where it is at least 0.05.
        """
        found = self.forward.astype(np.float64)
        found.data = np.sqrt(found.data * self.backward.data)
        found.data[found.data < _LIKELY] = 0
        found.eliminate_zeros()
        return found


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """The mined table as a channel.

    Parameters
    ----------
    table : TableEvidence
        The queries' language in the rows.
    """

    FEATURES: ClassVar[tuple[str, ...]] = ("present", "log_forward", "log_backward", "log_links")

    table: TableEvidence = field(repr=False)

    def look(self, asked: Asked) -> "_Linked":
        """Read the queries' rows; see `xling.evidence.base.Channel.look`."""
        parts = (self.table.forward, self.table.backward, self.table.links)
        forward, backward, links = (sparse.csr_array(part[asked.rows]) for part in parts)
        return _Linked(forward=forward, backward=backward, links=links)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Linked:
    """The cells of some queries: shape (n, m)."""

    forward: sparse.csr_array
    backward: sparse.csr_array
    links: sparse.csr_array

    @property
    def proposed(self) -> sparse.csr_array:
        """All of them."""
        return self.forward

    def measure(self, candidates: Candidates) -> Matrix:
        """Give whether there is a cell, its two log probabilities, and the log of its links."""
        forward = values_at(self.forward, candidates)
        backward = values_at(self.backward, candidates)
        return np.column_stack(
            [
                (forward > 0).astype(np.float32),
                np.log(forward + np.float32(_NOTHING)),
                np.log(backward + np.float32(_NOTHING)),
                np.log1p(values_at(self.links, candidates)),
            ]
        )


def table_evidence(table: TranslationTable) -> TableEvidence:
    """Keep what of a translation table is evidence.

    Parameters
    ----------
    table : TranslationTable
        As mined.

    Returns
    -------
    TableEvidence
        The cells of at least 0.01 by the geometric mean of both directions.
    """
    strong = np.sqrt(table.forward.data * table.backward.data) >= _THRESHOLD
    ends = np.concatenate([[0], np.cumsum(strong)])[table.forward.indptr].astype(np.int64)
    indices = table.forward.indices[strong].astype(np.int32)

    def cells(values: Vector) -> sparse.csr_array:
        parts = (values.astype(np.float32), indices, ends)
        return sparse.csr_array(parts, shape=table.forward.shape)

    return TableEvidence(
        forward=cells(table.forward.data[strong]),
        backward=cells(table.backward.data[strong]),
        links=cells(table.links.data[strong]),
    )


def _transposed(matrix: sparse.csr_array) -> sparse.csr_array:
    """Exchange rows and columns."""
    turned = sparse.csr_array(matrix.T)
    turned.sort_indices()
    return turned
