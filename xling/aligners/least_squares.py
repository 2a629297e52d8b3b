"""Least squares: the linear map of one space that brings a seed lexicon's pairs together."""

from dataclasses import dataclass

from xling.aligners.base import Alignment, Supervision
from xling.aligners.closed_form import linear_alignment
from xling.aligners.pairs import paired_rows
from xling.arrays import Matrix, Vector
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.linalg.ridge import least_squares_map
from xling.linalg.robust import pairs_needed
from xling.mapping.linear import check_steps
from xling.progress import Progress, silent

__all__ = ["LeastSquaresAligner", "LeastSquaresSettings"]


@dataclass(frozen=True, kw_only=True, slots=True)
class LeastSquaresSettings:
    """How the spaces are prepared.

    Parameters
    ----------
    normalization : tuple of str
        Steps of `xling.mapping.linear.Normalization`, for both spaces; the paper has none.
    robust : bool
        Whether pairs weigh as much as they are probably right
        (`xling.linalg.robust.robust_fit`), and the others are named.

    Raises
    ------
    ConfigError
        If a step does not exist, or ``"centre"`` stands twice.
    """

    normalization: tuple[str, ...] = ("unit", "centre", "unit")
    robust: bool = False

    def __post_init__(self) -> None:
        check_steps(self.normalization)


@dataclass(frozen=True, kw_only=True, slots=True)
class LeastSquaresAligner:
    """Map the source space linearly; the target space stays. Widths may differ.

    At least as many pairs are needed as the source space has dimensions; with few more than
    that, the map fits the pairs and little else, and ridge is the better choice.

    Parameters
    ----------
    settings : LeastSquaresSettings
        How the spaces are prepared.

    References
    ----------
    Mikolov, Le and Sutskever (2013), Exploiting similarities among languages for machine
    translation; their stochastic gradient descent leads to this closed form.
    """

    settings: LeastSquaresSettings = LeastSquaresSettings()

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
        """Find the map; see `xling.aligners.base.Aligner.fit`."""
        pairs = paired_rows(
            "least-squares",
            source,
            target,
            lexicon,
            self.settings.normalization,
            least=pairs_needed(source.dim) if self.settings.robust else source.dim,
        )
        return linear_alignment(
            pairs, _solve, settings=self.settings, seed=seed, robust=self.settings.robust
        )


def _solve(x: Matrix, y: Matrix, weights: Vector) -> tuple[Matrix, None]:
    """Find the map of some pairs."""
    return least_squares_map(x, y, weights=weights), None
