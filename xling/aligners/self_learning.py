"""Self-learning: from a small lexicon, or from words written alike, to a dictionary of all."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from xling.aligners.base import Alignment, Supervision, check_spaces
from xling.aligners.course import CourseSettings, Prepared, prepare
from xling.aligners.induction import Dictionary
from xling.aligners.initial import Strings, same_strings
from xling.aligners.restarts import Course
from xling.data.lexicon import Lexicon, ResolvedLexicon
from xling.data.space import EmbeddingSpace
from xling.errors import ConfigError, DegenerateInputError
from xling.progress import Progress, silent

__all__ = ["SelfLearningAligner", "SelfLearningSettings"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SelfLearningSettings(CourseSettings):
    """How self-learning starts and proceeds.

    Parameters
    ----------
    init : {"lexicon", "identical", "numerals"}
        Where the first dictionary comes from: the seed lexicon (without one, identical strings),
        or words written alike in both languages, all or only numerals, beside the lexicon if
        there is one.
    keep_lexicon : bool
        Whether the first dictionary stands in every round's dictionary.
    normalization, cutoff, start_words, keep, weighting, reweighting, neighborhood, restarts, \
rounds, patience, tolerance
        As in `xling.aligners.course.CourseSettings`.

    Raises
    ------
    ConfigError
        If a value is out of range.
    """

    init: Literal["lexicon", "identical", "numerals"] = "lexicon"
    keep_lexicon: bool = False

    def __post_init__(self) -> None:
        CourseSettings.__post_init__(self)
        if self.init not in ("lexicon", "identical", "numerals"):
            raise ConfigError(f"init is {self.init!r}; known: lexicon, identical, numerals")


@dataclass(frozen=True, kw_only=True, slots=True)
class SelfLearningAligner:
    """Start from few word pairs, and learn the rest from the spaces.

    A map is fitted on the dictionary, and the dictionary induced anew by CSLS in both directions,
    with similarities dropped at random, less and less of them; the last rounds are orthogonal and
    see more words; the last step whitens, re-weighs and de-whitens. ``history`` holds the mean
    CSLS of best neighbours after each round. Both spaces may differ in width. The alignment
    judges itself: see `xling.aligners.self_check`.

    Parameters
    ----------
    settings : SelfLearningSettings
        How it starts and proceeds.

    References
    ----------
    Artetxe, Labaka and Agirre (2017), Learning bilingual word embeddings with (almost) no
    bilingual data. Artetxe, Labaka and Agirre (2018), A robust self-learning method for fully
    unsupervised cross-lingual mappings of word embeddings.
    """

    settings: SelfLearningSettings = SelfLearningSettings()

    @property
    def supervision(self) -> Supervision:
        """A seed lexicon is taken, but not needed."""
        return Supervision.OPTIONAL

    def fit(
        self,
        source: EmbeddingSpace,
        target: EmbeddingSpace,
        lexicon: Lexicon | None = None,
        *,
        seed: int = 0,
        progress: Progress = silent,
    ) -> Alignment:
        """Find the maps; see `xling.aligners.base.Aligner.fit`."""
        check_spaces(source, target, lexicon)
        settings = self.settings
        found = None
        if lexicon is not None:
            found = lexicon.resolve_some(source.vocabulary, target.vocabulary)
        first, second = (
            prepare(space, settings.normalization, settings.cutoff, more)
            for space, more in (
                (source, None if found is None else found.source_rows),
                (target, None if found is None else found.target_rows),
            )
        )
        pairs, usable = _first_pairs((first, second), found, settings)
        made = Course(
            method="self-learning",
            sides=(first, second),
            start=lambda _: pairs,
            settings=settings,
            seed=seed,
            progress=progress,
            fixed=pairs if settings.keep_lexicon else None,
            coverage=None if found is None else found.coverage,
        ).align()
        return replace(made, seed_pairs=usable)


def _first_pairs(
    sides: tuple[Prepared, Prepared],
    found: ResolvedLexicon | None,
    settings: SelfLearningSettings,
) -> tuple[Dictionary, int]:
    """Give the first dictionary, of the lexicon, of strings, or of both, and the lexicon's part."""
    parts: list[Dictionary] = []
    usable = 0
    if found is not None:
        places = sides[0].find(found.source_rows), sides[1].find(found.target_rows)
        known = np.flatnonzero((places[0] >= 0) & (places[1] >= 0))
        parts.append((places[0][known], places[1][known]))
        usable = len(known)
        if not len(known) and settings.init == "lexicon":
            raise DegenerateInputError(
                f"{len(found)} covered pairs, and none with two vectors that are not zero; at "
                "least one is needed"
            )
    if found is None or settings.init != "lexicon":
        kind: Strings = "numerals" if settings.init == "numerals" else "identical"
        a, b = (
            tuple(side.space.words[row] for row in side.rows[: settings.cutoff]) for side in sides
        )
        parts.append(same_strings(a, b, kind))
    return (np.concatenate([a for a, _ in parts]), np.concatenate([b for _, b in parts])), usable
