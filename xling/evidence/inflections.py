"""Forms of one translation as evidence: several answers of one stem share what the table says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np
from scipy import sparse

from xling.arrays import Matrix
from xling.data.text import without_marks
from xling.evidence.base import Asked, Candidates, Ground, nothing_proposed, values_at

__all__ = ["Inflections", "stem_families"]

_STEM = 3  # letters that two forms share at their start, at least
_ENDING = 3  # letters after them, at most
_NOTHING = 1e-4  # added before the logarithm


@dataclass(frozen=True, kw_only=True, eq=False)
class Inflections:
    """What the table says of all forms of a translation together.

    An inflected language spreads a word's translations over the forms of one word, so that each
    has a small probability: *modern* is *modern*, *moderne*, *modernen*. The cells of a query whose
    answers have one stem are a family. An answer is told the sum of its family's probabilities,
    its own share in it, and how common it is beside the family's most common form.

    Parameters
    ----------
    ground : Ground
        Of the direction.
    cells : sparse array, shape (n, m), float32
        ``sqrt(p(f | e) * p(e | f))`` of the table's cells.
    """

    FEATURES: ClassVar[tuple[str, ...]] = ("log_family", "log_share", "commonness", "several")

    ground: Ground = field(repr=False)
    cells: sparse.csr_array = field(repr=False)

    @cached_property
    def _log_counts(self) -> np.ndarray:
        return np.log(np.maximum(self.ground.counts[1], 1))

    def look(self, asked: Asked) -> "_Families":
        """Put the queries' cells into families; see `xling.evidence.base.Channel.look`."""
        rows = sparse.csr_array(self.cells[asked.rows])
        rows.sort_indices()
        words, common = self.ground.words[1], self._log_counts
        features = np.zeros((rows.nnz, 4), np.float32)
        for start, stop in zip(rows.indptr[:-1].tolist(), rows.indptr[1:].tolist(), strict=True):
            columns, values = rows.indices[start:stop], rows.data[start:stop]
            kin = stem_families([words[column] for column in columns.tolist()])
            mass = kin @ values
            most = np.where(kin, common[columns], -np.inf).max(axis=1, initial=-np.inf)
            features[start:stop, 0] = np.log(mass + _NOTHING)
            features[start:stop, 1] = np.log(values / mass + _NOTHING)
            features[start:stop, 2] = common[columns] - most
            features[start:stop, 3] = kin.sum(axis=1) > 1
        return _Families(
            places=sparse.csr_array(
                (np.arange(1, rows.nnz + 1), rows.indices, rows.indptr), shape=rows.shape
            ),
            features=features,
            proposed=nothing_proposed(*rows.shape),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Families:
    """The features of some queries' cells, and where each cell's are; it proposes nothing."""

    places: sparse.csr_array
    features: Matrix
    proposed: sparse.csr_array

    def measure(self, candidates: Candidates) -> Matrix:
        """Give the log of the family's sum, of the share in it, and the commonness."""
        nothing = np.array([[np.log(_NOTHING), 0, 0, 0]], np.float32)
        known = np.vstack([nothing, self.features])
        found: Matrix = known[values_at(self.places, candidates).astype(np.int64)]
        return found


def stem_families(words: Sequence[str]) -> np.ndarray:
    """Tell which words are forms of one word.

    Parameters
    ----------
    words : sequence of str
        Folded words.

    Returns
    -------
    ndarray, shape (n, n), bool
        True where two words share at least 3 letters and half of the longer one at the start, and
        differ in at most 3 letters after that; marks are left out. Each word is its own kin.

    Examples
    --------
    >>> stem_families(["modern", "moderne", "mode"]).astype(int).tolist()
    [[1, 1, 1], [1, 1, 1], [1, 1, 1]]
    >>> stem_families(["furchtbar", "schrecklich", "schreckliche"]).sum(axis=1).tolist()
    [1, 2, 2]
    """
    plain = [without_marks(word) for word in words]
    kin = np.eye(len(words), dtype=bool)
    for i, one in enumerate(plain):
        for j in range(i):
            kin[i, j] = kin[j, i] = _akin(one, plain[j])
    return kin


def _akin(one: str, other: str) -> bool:
    """Compare two words by the start that they share."""
    longest = max(len(one), len(other))
    if one[:_STEM] != other[:_STEM] or abs(len(one) - len(other)) > _ENDING:
        return False
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= max(_STEM, longest / 2) and longest - shared <= _ENDING
