"""The multi-step framework: whitening, rotation, re-weighting, de-whitening, reduction."""

from dataclasses import dataclass

from xling.aligners.base import Alignment, Supervision
from xling.aligners.closed_form import linear_alignment
from xling.aligners.pairs import check_dim, paired_rows
from xling.arrays import Matrix, Vector
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.errors import ConfigError
from xling.linalg.multi_step import Dewhitening, multi_step_maps
from xling.linalg.robust import pairs_needed
from xling.mapping.linear import check_steps
from xling.progress import Progress, silent

__all__ = ["MultiStepAligner", "MultiStepSettings"]

_SPREADS = ("none", "source", "target")


@dataclass(frozen=True, kw_only=True, slots=True)
class MultiStepSettings:
    """Which steps are taken, and how.

    Parameters
    ----------
    whiten : bool
        Step 1. Without it, nothing is de-whitened either.
    penalty : float
        From 0; for rows of length 1, what is added to each side's ``X^T X`` before it is
        whitened (`xling.linalg.whitening.whitening`). The paper has 0, and as many pairs are
        needed then as the wider space has dimensions.
    source_power, target_power : float
        Step 3: the singular values to this power scale each side's directions, from 0. The paper
        gives one side the power 1 and the other 0; 0 on both leaves the step out.
    source_dewhiten, target_dewhiten : str
        Step 4: ``"source"`` or ``"target"`` gives the side that space's spread back, ``"none"``
        none.
    dim : int, optional
        Step 5: keep the first so many directions; ``None`` keeps all, as many as the narrower
        space has.
    normalization : tuple of str
        Step 0: steps of `xling.mapping.linear.Normalization`, for both spaces.
    robust : bool
        Whether pairs weigh as much as they are probably right
        (`xling.linalg.robust.robust_fit`), and the others are named.

    Raises
    ------
    ConfigError
        If a value lies outside its range, a step does not exist, or ``"centre"`` stands twice.
    """

    whiten: bool = True
    penalty: float = 5.0
    source_power: float = 0.25
    target_power: float = 0.25
    source_dewhiten: Dewhitening = "source"
    target_dewhiten: Dewhitening = "target"
    dim: int | None = None
    normalization: tuple[str, ...] = ("unit", "centre", "unit")
    robust: bool = False

    def __post_init__(self) -> None:
        check_steps(self.normalization)
        if self.dim is not None and self.dim < 1:
            raise ConfigError(f"dim is {self.dim}; 1 or more is needed, or none for all")
        for name in ("penalty", "source_power", "target_power"):
            value = getattr(self, name)
            if not 0 <= value < float("inf"):
                raise ConfigError(f"{name} is {value}; a finite number from 0 is needed")
        for name in ("source_dewhiten", "target_dewhiten"):
            value = getattr(self, name)
            if value not in _SPREADS:
                raise ConfigError(f"{name} is {value!r}; known: {', '.join(_SPREADS)}")


@dataclass(frozen=True, kw_only=True, slots=True)
class MultiStepAligner:
    """Map both spaces linearly, in steps that can each be left out. Widths may differ.

    With no whitening and no powers it is Procrustes up to one rotation of both spaces; without
    de-whitening it is canonical correlation analysis.

    Parameters
    ----------
    settings : MultiStepSettings
        Which steps are taken, and how.

    References
    ----------
    Artetxe, Labaka and Agirre (2018), Generalizing and improving bilingual word embedding
    mappings with a multi-step framework of linear transformations (AAAI). Powers of 1/2 on both
    sides: Artetxe, Labaka and Agirre (2018), A robust self-learning method for fully
    unsupervised cross-lingual mappings of word embeddings (ACL).
    """

    settings: MultiStepSettings = MultiStepSettings()

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
        """Find both maps; see `xling.aligners.base.Aligner.fit`."""
        settings = self.settings
        check_dim("dim", settings.dim, source, target)
        singular = settings.whiten and not settings.penalty
        least = max(source.dim, target.dim)
        if settings.robust:
            least = pairs_needed(least)
        pairs = paired_rows(
            "multi-step",
            source,
            target,
            lexicon,
            settings.normalization,
            least=least if singular else 1,
        )
        return linear_alignment(
            pairs, self._solve, settings=settings, seed=seed, robust=settings.robust
        )

    def _solve(self, x: Matrix, y: Matrix, weights: Vector) -> tuple[Matrix, Matrix]:
        """Find the maps of some pairs."""
        settings = self.settings
        source, target, _ = multi_step_maps(
            x,
            y,
            whiten=settings.whiten,
            penalty=settings.penalty,
            powers=(settings.source_power, settings.target_power),
            dewhiten=(settings.source_dewhiten, settings.target_dewhiten),
            dim=settings.dim,
            weights=weights,
        )
        return source, target
