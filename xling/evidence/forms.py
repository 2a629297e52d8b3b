"""Word forms as evidence: what words written alike inside one language translate to."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np
from scipy import sparse

from xling.arrays import Matrix
from xling.evidence.base import Asked, Candidates, Ground, values_at
from xling.evidence.ngrams import best_cells, ngram_profiles, unit_sparse_rows

__all__ = ["Forms"]

_ALIKE = 30  # linked words written most alike that a profile is made of
_PROPOSED = 50  # answers that a profile brings up
_LENGTHS = (3, 5)  # of the n-grams


@dataclass(frozen=True, kw_only=True, eq=False)
class Forms:
    """Character n-gram profiles, carried over through the table.

    The linked words ``e'`` of the query's language that are written most like the query ``e``
    say what ``e`` should look like in the other language: the mean of the n-gram profiles of
    their translations, weighted by ``cos(e, e')**2 * p(f' | e')``. An answer's score is the cosine
    of its own profile with that one. Both similarities stay inside one language, so that it works
    between any two scripts.

    Parameters
    ----------
    ground : Ground
        Of the direction.
    """

    FEATURES: ClassVar[tuple[str, ...]] = ("form", "form_gap")

    ground: Ground = field(repr=False)

    @cached_property
    def _profiles(self) -> tuple[sparse.csr_array, sparse.csr_array]:
        first, second = (ngram_profiles(words, *_LENGTHS) for words in self.ground.words)
        return first, second

    @cached_property
    def _turned(self) -> tuple[sparse.csr_array, sparse.csr_array]:
        """N-grams by linked query word, and n-grams by answer."""
        asked, answers = self._profiles
        linked = sparse.csr_array(asked[self.ground.linked_rows])
        return sparse.csr_array(linked.T), sparse.csr_array(answers.T)

    @cached_property
    def _carried(self) -> sparse.csr_array:
        """Translations of the linked words, each row summing to 1: shape (l, m)."""
        chosen = sparse.csr_array(self.ground.translations[self.ground.linked_rows])
        sums = np.asarray(chosen.sum(axis=1)).ravel()
        chosen.data = chosen.data / np.repeat(sums, np.diff(chosen.indptr))
        return chosen.astype(np.float32)

    def look(self, asked: Asked) -> "_Alike":
        """Carry the queries' profiles over; see `xling.evidence.base.Channel.look`."""
        profiles, answers = self._profiles
        linked_turned, answers_turned = self._turned
        alike = sparse.csr_array(profiles[asked.rows] @ linked_turned)
        self._forget_selves(alike, asked)
        alike = best_cells(alike, _ALIKE)
        alike.data = alike.data**2
        carried = unit_sparse_rows(sparse.csr_array((alike @ self._carried) @ answers))
        scores = sparse.csr_array(carried @ answers_turned)
        scores.sort_indices()
        return _Alike(scores=scores)

    def _forget_selves(self, alike: sparse.csr_array, asked: Asked) -> None:
        """Leave out the query itself, whose own translation is not to be told here."""
        rows = np.repeat(asked.rows, np.diff(alike.indptr))
        alike.data[self.ground.linked_rows[alike.indices] == rows] = 0
        alike.eliminate_zeros()


@dataclass(frozen=True, kw_only=True, eq=False)
class _Alike:
    """Cosines of carried profiles with the answers' own: shape (n, m)."""

    scores: sparse.csr_array

    @cached_property
    def proposed(self) -> sparse.csr_array:
        """The answers that look most as the query's translation should."""
        return best_cells(self.scores, _PROPOSED)

    def measure(self, candidates: Candidates) -> Matrix:
        """Give the cosine, and how far it is from the query's best."""
        form = values_at(self.scores, candidates)
        return np.column_stack([form, candidates.best_of_query(form) - form])
