"""Procrustes: the rotation of one space that brings a seed lexicon's pairs together."""

from dataclasses import dataclass

from xling.aligners.base import Alignment, Supervision
from xling.aligners.pairs import paired_rows
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.linalg.procrustes import orthogonal_map
from xling.mapping.linear import check_steps
from xling.progress import Progress, silent

__all__ = ["ProcrustesAligner", "ProcrustesSettings"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcrustesSettings:
    """How the spaces are prepared.

    Parameters
    ----------
    normalization : tuple of str
        Steps of `xling.mapping.linear.Normalization`, for both spaces.

    Raises
    ------
    ConfigError
        If a step does not exist, or ``"centre"`` stands twice.
    """

    normalization: tuple[str, ...] = ("unit", "centre", "unit")

    def __post_init__(self) -> None:
        check_steps(self.normalization)


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcrustesAligner:
    """Rotate the source space; the target space stays.

    Both spaces are normalised over their whole vocabularies; each pair weighs as much as the
    lexicon is confident of it. The one value of ``history`` is the mean cosine of the pairs
    after the rotation, weighted likewise.

    Parameters
    ----------
    settings : ProcrustesSettings
        How the spaces are prepared.

    References
    ----------
    Schönemann (1966), A generalized solution of the orthogonal Procrustes problem. Xing, Wang,
    Liu and Lin (2015), Normalized word embedding and orthogonal transform for bilingual word
    translation. Artetxe, Labaka and Agirre (2016), Learning principled bilingual mappings of
    word embeddings while preserving monolingual invariance.
    """

    settings: ProcrustesSettings = ProcrustesSettings()

    @property
    def supervision(self) -> Supervision:
        """A seed lexicon is needed."""
        return Supervision.LEXICON

    def fit(
        self,
        source: EmbeddingSpace,
        target: EmbeddingSpace,
        lexicon: Lexicon | None = None,
        *,
        seed: int = 0,
        progress: Progress = silent,  # noqa: ARG002 - a closed form
    ) -> Alignment:
        """Find the rotation; see `xling.aligners.base.Aligner.fit`."""
        pairs = paired_rows(
            "procrustes", source, target, lexicon, self.settings.normalization, one_width=True
        )
        rotation = orthogonal_map(pairs.x, pairs.y, weights=pairs.weights)
        return pairs.alignment(
            pairs.linear(0, rotation),
            pairs.linear(1, None),
            settings=self.settings,
            seed=seed,
            history=(pairs.cosine(pairs.x @ rotation, pairs.y),),
        )
