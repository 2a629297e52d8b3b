"""Unsupervised: a first dictionary from how similarities are distributed, then self-learning."""

from dataclasses import dataclass

from xling.aligners.base import Alignment, Supervision, check_spaces
from xling.aligners.course import CourseSettings, prepare
from xling.aligners.initial import same_distribution
from xling.aligners.restarts import Course
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.progress import Progress, silent

__all__ = ["UnsupervisedAligner"]


@dataclass(frozen=True, kw_only=True, slots=True)
class UnsupervisedAligner:
    """Link two spaces without any word pair.

    The first dictionary pairs words whose similarities with all others are distributed alike.
    Then a map is fitted on the dictionary, and the dictionary induced anew by CSLS in both
    directions, with similarities dropped at random, less and less of them; the last rounds are
    orthogonal and see more words; the last step whitens, re-weighs and de-whitens. Unlike in the
    paper the first rounds see few words and re-weigh already, which is faster and succeeds on
    small spaces too. ``history`` holds the mean CSLS of best neighbours after each round. The
    alignment judges itself: see `xling.aligners.self_check`.

    Parameters
    ----------
    settings : CourseSettings
        How it proceeds.

    References
    ----------
    Artetxe, Labaka and Agirre (2018), A robust self-learning method for fully unsupervised
    cross-lingual mappings of word embeddings.
    """

    settings: CourseSettings = CourseSettings()

    @property
    def supervision(self) -> Supervision:
        """Nothing is needed."""
        return Supervision.NONE

    def fit(
        self,
        source: EmbeddingSpace,
        target: EmbeddingSpace,
        lexicon: Lexicon | None = None,
        *,
        seed: int = 0,
        progress: Progress = silent,
    ) -> Alignment:
        """Find the maps; of a lexicon only the languages are looked at.

        See `xling.aligners.base.Aligner.fit`.
        """
        check_spaces(source, target, lexicon)
        settings = self.settings
        first = prepare(source, settings.normalization, settings.cutoff)
        second = prepare(target, settings.normalization, settings.cutoff)
        return Course(
            method="unsupervised",
            sides=(first, second),
            start=lambda words: same_distribution(
                first.vectors, second.vectors, words=words, k=settings.neighborhood
            ),
            settings=settings,
            seed=seed,
            progress=progress,
        ).align()
