"""Bilingual word pairs: as written, and as rows of two vocabularies."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from xling.arrays import IntVector, Vector, frozen
from xling.data.coverage import Coverage
from xling.data.text import fold
from xling.data.vocabulary import Vocabulary
from xling.errors import CoverageError, InputError, ShapeError

__all__ = ["Lexicon", "ResolvedLexicon"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ResolvedLexicon:
    """A lexicon as rows of two vocabularies.

    Parameters
    ----------
    source_rows, target_rows : ndarray, shape (n,), int64
        Rows of the two words of each covered pair.
    confidences : ndarray, shape (n,), float64
        In (0, 1]; 1 where the lexicon has none.
    coverage : Coverage
        What was found, and what was not.
    """

    source_rows: IntVector
    target_rows: IntVector
    confidences: Vector
    coverage: Coverage

    def __len__(self) -> int:
        return len(self.source_rows)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lexicon:
    """Many-to-many word pairs of two languages, in the order of their file.

    Parameters
    ----------
    source_language, target_language : str
        BCP-47 tags.
    pairs : tuple of (str, str)
        Source and target word; unique.
    confidences : ndarray, shape (n,), float64, optional
        In (0, 1], one for each pair.
    parts_of_speech : tuple of str, optional
        Of each pair, by name; ``""`` where it is not known.

    Raises
    ------
    InputError
        If a pair stands twice or a confidence lies outside (0, 1].
    ShapeError
        If there is not one confidence, or one part of speech, for each pair.
    """

    source_language: str
    target_language: str
    pairs: tuple[tuple[str, str], ...]
    confidences: Vector | None = None
    parts_of_speech: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if len(set(self.pairs)) != len(self.pairs):
            twice, _ = Counter(self.pairs).most_common(1)[0]
            raise InputError(f"the pair {twice} stands twice in the lexicon")
        if self.confidences is not None:
            if self.confidences.shape != (len(self.pairs),):
                raise ShapeError(f"{self.confidences.shape} confidences, {len(self.pairs)} pairs")
            if len(self.pairs) and not 0 < self.confidences.min() <= self.confidences.max() <= 1:
                raise InputError("a confidence lies outside (0, 1]")
            object.__setattr__(self, "confidences", frozen(self.confidences, np.float64))
        if self.parts_of_speech is not None and len(self.parts_of_speech) != len(self.pairs):
            raise ShapeError(
                f"{len(self.parts_of_speech)} parts of speech, {len(self.pairs)} pairs"
            )

    def __len__(self) -> int:
        return len(self.pairs)

    def resolve(self, source: Vocabulary, target: Vocabulary) -> ResolvedLexicon:
        """Find both words of each pair; nothing is dropped unseen.

        Parameters
        ----------
        source, target : Vocabulary
            Where to look for the words, as written or folded.

        Returns
        -------
        ResolvedLexicon
            The covered pairs, each pair of rows once, and the coverage.
        """
        a = source.find_all(word for word, _ in self.pairs)
        b = target.find_all(word for _, word in self.pairs)
        found = np.flatnonzero((a >= 0) & (b >= 0))
        _, first = np.unique(a[found] * (len(target) + 1) + b[found], return_index=True)
        kept = found[np.sort(first)]
        weights = np.ones(len(self.pairs)) if self.confidences is None else self.confidences
        coverage = Coverage(
            pairs=len(self.pairs),
            covered=len(found),
            missing_source=_distinct(self.pairs[i][0] for i in np.flatnonzero(a < 0)),
            missing_target=_distinct(self.pairs[i][1] for i in np.flatnonzero(b < 0)),
        )
        return ResolvedLexicon(
            source_rows=a[kept], target_rows=b[kept], confidences=weights[kept], coverage=coverage
        )

    def resolve_some(self, source: Vocabulary, target: Vocabulary) -> ResolvedLexicon:
        """Resolve, and refuse a lexicon of which nothing is covered.

        Parameters
        ----------
        source, target : Vocabulary
            Where to look for the words.

        Returns
        -------
        ResolvedLexicon
            At least one pair.

        Raises
        ------
        CoverageError
            If no pair is covered; names the coverage and three words that were not found.
        """
        resolved = self.resolve(source, target)
        if not len(resolved):
            raise CoverageError(
                f"no usable pair in the {self.source_language}-{self.target_language} lexicon: "
                + resolved.coverage.describe(),
                hint="are the languages in the lexicon's order, and the words in the vocabularies?",
            )
        return resolved

    def inverted(self) -> "Lexicon":
        """Swap the two sides.

        Returns
        -------
        Lexicon
            From target to source, same order.
        """
        return Lexicon(
            source_language=self.target_language,
            target_language=self.source_language,
            pairs=tuple((b, a) for a, b in self.pairs),
            confidences=self.confidences,
            parts_of_speech=self.parts_of_speech,
        )

    def queries(self) -> dict[str, tuple[str, ...]]:
        """Give each distinct folded source word with its gold target words.

        Returns
        -------
        dict
            Folded source word to distinct folded target words, in the lexicon's order.
        """
        gold: dict[str, dict[str, None]] = {}
        for source, target in self.pairs:
            gold.setdefault(fold(source), {})[fold(target)] = None
        return {word: tuple(targets) for word, targets in gold.items()}

    def without(self, source: Iterable[str] = (), target: Iterable[str] = ()) -> "Lexicon":
        """Leave out the pairs that hold one of some words.

        Parameters
        ----------
        source, target : iterable of str
            Words in any casing, of either side.

        Returns
        -------
        Lexicon
            The other pairs, in the same order.
        """
        a, b = {fold(word) for word in source}, {fold(word) for word in target}
        kept = [i for i, (x, y) in enumerate(self.pairs) if fold(x) not in a and fold(y) not in b]
        return self.some(kept)

    def some(self, places: Sequence[int]) -> "Lexicon":
        """Keep some pairs, with what is known of them.

        Parameters
        ----------
        places : sequence of int
            Of the pairs, each once.

        Returns
        -------
        Lexicon
            In the order of ``places``.
        """
        tags = self.parts_of_speech
        return Lexicon(
            source_language=self.source_language,
            target_language=self.target_language,
            pairs=tuple(self.pairs[i] for i in places),
            confidences=None if self.confidences is None else self.confidences[list(places)],
            parts_of_speech=None if tags is None else tuple(tags[i] for i in places),
        )

    def split(self, share: float, seed: int) -> tuple["Lexicon", "Lexicon"]:
        """Cut into two parts by source word: none occurs in both.

        Parameters
        ----------
        share : float
            Fraction of the source words in the first part.
        seed : int
            Decides which.

        Returns
        -------
        tuple of Lexicon
            The chosen words' pairs, and the others.
        """
        words = sorted(self.queries())
        order = np.random.default_rng(seed).permutation(len(words))
        chosen = {words[i] for i in order[: round(share * len(words))]}
        return self.without(set(words) - chosen), self.without(chosen)


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    """Drop repetitions, keep the order."""
    return tuple(dict.fromkeys(words))
