"""Procrustes: the rotation of one space that brings a seed lexicon's pairs together."""

from dataclasses import asdict, dataclass

import numpy as np

from xling.aligners.base import Alignment, StopReason, Supervision, check_spaces
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.errors import ConfigError, ShapeError
from xling.linalg.procrustes import orthogonal_map
from xling.mapping.linear import LinearMap, check_steps, fit_normalization

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
    after the rotation, weighted likewise (the mean product, where rows are not made unit).

    Parameters
    ----------
    settings : ProcrustesSettings
        How the spaces are prepared.

    References
    ----------
    Xing, Wang, Liu and Lin (2015), Normalized word embedding and orthogonal transform for
    bilingual word translation. Artetxe, Labaka and Agirre (2016), Learning principled bilingual
    mappings of word embeddings while preserving monolingual invariance.
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
    ) -> Alignment:
        """Find the rotation.

        Parameters
        ----------
        source, target : EmbeddingSpace
            Of one width; as they were learned, not normalised.
        lexicon : Lexicon
            Seed lexicon in the direction of the spaces.
        seed : int
            Recorded; nothing here is random.

        Returns
        -------
        Alignment
            A rotation of the source, the identity for the target, each after normalisation.

        Raises
        ------
        ConfigError
            If no lexicon is given.
        LanguageMismatchError
            If the lexicon's languages are not those of the spaces, or these are equal.
        ShapeError
            If the spaces differ in width.
        CoverageError
            If no pair of the lexicon is covered.
        DegenerateInputError
            If nothing is known about the words of any pair.
        """
        check_spaces(source, target, lexicon)
        if lexicon is None:
            raise ConfigError("procrustes needs a seed lexicon; none was given")
        if source.dim != target.dim:
            raise ShapeError(
                f"the {source.language} space has {source.dim} dimensions, the {target.language} "
                f"space {target.dim}; a rotation needs equal numbers",
                hint="learn both spaces with the same number of dimensions, or use a method "
                "that is no rotation",
            )
        pairs = lexicon.resolve_some(source.vocabulary, target.vocabulary)
        steps = self.settings.normalization
        before = [fit_normalization(space.vectors, steps) for space in (source, target)]
        x = before[0].apply(source.vectors[pairs.source_rows])
        y = before[1].apply(target.vectors[pairs.target_rows])
        rotation = orthogonal_map(x, y, weights=pairs.confidences)
        products = np.einsum("ij,ij->i", x @ rotation, y, dtype=np.float64)
        return Alignment(
            source_mapping=LinearMap(dim_in=source.dim, normalization=before[0], matrix=rotation),
            target_mapping=LinearMap(dim_in=target.dim, normalization=before[1]),
            method="procrustes",
            pairs_used=int((x.any(axis=1) & y.any(axis=1)).sum()),
            coverage=pairs.coverage,
            settings=asdict(self.settings),
            seed=seed,
            source_fingerprint=source.fingerprint,
            target_fingerprint=target.fingerprint,
            history=(float(np.average(products, weights=pairs.confidences)),),
            converged=True,
            stop_reason=StopReason.CLOSED_FORM,
        )
