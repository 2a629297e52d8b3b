"""Canonical correlation analysis: both spaces move to where the pairs correlate."""

from dataclasses import dataclass

from xling.aligners.base import Alignment, Supervision
from xling.aligners.closed_form import linear_alignment
from xling.aligners.pairs import check_dim, paired_rows
from xling.arrays import Matrix, Vector
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.errors import ConfigError
from xling.linalg.cca import canonical_maps
from xling.linalg.robust import pairs_needed
from xling.mapping.linear import check_steps
from xling.progress import Progress, silent

__all__ = ["CcaAligner", "CcaSettings"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CcaSettings:
    """Which directions are kept, and how much each counts.

    Parameters
    ----------
    dim : int, optional
        Keep the directions of so many largest correlations; ``None`` keeps all, as many as the
        narrower space has.
    power : float
        Each direction is scaled by its correlation to this power, from 0. The paper has 0, and
        leaves out directions of small correlation instead.
    penalty : float
        From 0; for rows of length 1, what is added to each side's ``X^T X``
        (`xling.linalg.whitening.whitening`). Without one, as many pairs are needed as the wider
        space has dimensions.
    normalization : tuple of str
        Steps of `xling.mapping.linear.Normalization`, for both spaces.
    robust : bool
        Whether pairs weigh as much as they are probably right
        (`xling.linalg.robust.robust_fit`), and the others are named.

    Raises
    ------
    ConfigError
        If a number lies outside its range, a step does not exist, or ``"centre"`` stands twice.
    """

    dim: int | None = None
    power: float = 0.5
    penalty: float = 10.0
    normalization: tuple[str, ...] = ("unit", "centre", "unit")
    robust: bool = False

    def __post_init__(self) -> None:
        check_steps(self.normalization)
        if self.dim is not None and self.dim < 1:
            raise ConfigError(f"dim is {self.dim}; 1 or more is needed, or none for all")
        for name, value in (("power", self.power), ("penalty", self.penalty)):
            if not 0 <= value < float("inf"):
                raise ConfigError(f"{name} is {value}; a finite number from 0 is needed")


@dataclass(frozen=True, kw_only=True, slots=True)
class CcaAligner:
    """Map both spaces to the directions along which the pairs correlate most.

    Widths may differ. Means are those of whole vocabularies, taken away by the normalisation.

    Parameters
    ----------
    settings : CcaSettings
        Which directions are kept, and how much each counts.

    References
    ----------
    Hotelling (1936), Relations between two sets of variates. Faruqui and Dyer (2014), Improving
    vector space word representations using multilingual correlation. Penalty: Vinod (1976),
    Canonical ridge and econometrics of joint production.
    """

    settings: CcaSettings = CcaSettings()

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
        check_dim("dim", self.settings.dim, source, target)
        least = max(source.dim, target.dim)
        if self.settings.robust:
            least = pairs_needed(least)
        pairs = paired_rows(
            "cca",
            source,
            target,
            lexicon,
            self.settings.normalization,
            least=1 if self.settings.penalty else least,
        )
        return linear_alignment(
            pairs, self._solve, settings=self.settings, seed=seed, robust=self.settings.robust
        )

    def _solve(self, x: Matrix, y: Matrix, weights: Vector) -> tuple[Matrix, Matrix]:
        """Find the maps of some pairs."""
        settings = self.settings
        a, b, correlations = canonical_maps(
            x, y, dim=settings.dim, penalty=settings.penalty, weights=weights
        )
        scale = correlations**settings.power
        return a * scale, b * scale
