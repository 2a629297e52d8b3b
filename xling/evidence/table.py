"""The counted table as evidence: what matched sentences say about a pair of words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from rapidfuzz.distance import Indel
from scipy import sparse

from xling.arrays import BoolVector, IntVector, Matrix, Vector
from xling.counting.translation_table import TranslationTable
from xling.data.text import fold

__all__ = ["FEATURES", "Cells", "TableEvidence", "table_evidence"]

#: What each cell of the table tells the ranker.
FEATURES = ("present", "log_forward", "log_backward", "log_links", "spelling")

_THRESHOLD = 0.01  # cells below it, by the geometric mean of both directions, are noise


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """The cells of some query words: query ``i`` has cells ``ends[i]:ends[i + 1]``.

    Parameters
    ----------
    ends : ndarray, shape (n + 1,), int64
        Where each query's cells start and end.
    columns : ndarray, shape (cells,), int64
        The answer's row of each cell, rising within a query.
    features : ndarray, shape (cells, 5), float64
        See `FEATURES`.
    """

    ends: IntVector
    columns: IntVector
    features: Matrix

    @property
    def natural(self) -> Vector:
        """The table read as a dictionary: log of ``sqrt(p(f | e) * p(e | f))``, each cell."""
        mean: Vector = (self.features[:, 1] + self.features[:, 2]) / 2
        return mean


@dataclass(frozen=True, kw_only=True, eq=False)
class TableEvidence:
    """A pruned translation table, seen from one of its languages.

    Parameters
    ----------
    forward, backward, links : sparse array, shape (n, m), float32
        As in `xling.counting.translation_table.TranslationTable`, the query's language in the
        rows.
    spelling : sparse array, shape (n, m), float32
        How alike the two words of each cell are written, from 0 to 1: names and cognates. All
        four parts have the same cells.
    """

    forward: sparse.csr_array = field(repr=False)
    backward: sparse.csr_array = field(repr=False)
    links: sparse.csr_array = field(repr=False)
    spelling: sparse.csr_array = field(repr=False)

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
            spelling=_transposed(self.spelling),
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
        features = np.ones((len(place), len(FEATURES)))
        features[:, 1] = np.log(self.forward.data[place])
        features[:, 2] = np.log(self.backward.data[place])
        features[:, 3] = np.log1p(self.links.data[place])
        features[:, 4] = self.spelling.data[place]
        columns = self.forward.indices[place].astype(np.int64)
        return Cells(ends=ends, columns=columns, features=features)


def table_evidence(
    table: TranslationTable, source: Sequence[str], target: Sequence[str]
) -> TableEvidence:
    """Keep what of a translation table is evidence.

    Parameters
    ----------
    table : TranslationTable
        As mined.
    source, target : sequence of str
        The words of its rows and columns.

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

    a, b = [fold(word) for word in source], [fold(word) for word in target]
    rows = np.repeat(np.arange(len(a)), np.diff(ends))
    alike = (
        Indel.normalized_similarity(a[row], b[column])
        for row, column in zip(rows.tolist(), indices.tolist(), strict=True)
    )
    return TableEvidence(
        forward=cells(table.forward.data[strong]),
        backward=cells(table.backward.data[strong]),
        links=cells(table.links.data[strong]),
        spelling=cells(np.fromiter(alike, np.float64, len(rows))),
    )


def _transposed(matrix: sparse.csr_array) -> sparse.csr_array:
    """Exchange rows and columns."""
    turned = sparse.csr_array(matrix.T)
    turned.sort_indices()
    return turned
