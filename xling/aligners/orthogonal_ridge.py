"""A linear map that leaves the rotation of the pairs only where they ask for it."""

from dataclasses import dataclass

from xling.aligners.base import Alignment, Supervision
from xling.aligners.closed_form import linear_alignment
from xling.aligners.pairs import paired_rows
from xling.arrays import Matrix, Vector
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.errors import ConfigError
from xling.linalg.procrustes import orthogonal_map
from xling.linalg.ridge import ridge_map
from xling.mapping.linear import check_steps
from xling.progress import Progress, silent

__all__ = ["OrthogonalRidgeAligner", "OrthogonalRidgeSettings"]


@dataclass(frozen=True, kw_only=True, slots=True)
class OrthogonalRidgeSettings:
    """How near the map stays to a rotation.

    Parameters
    ----------
    penalty : float
        Above 0; for rows of length 1, the ``c`` of the formula. The scale of the vectors does
        not change what it means (`xling.linalg.ridge.ridge_map`). A great one gives Procrustes,
        a small one least squares.
    normalization : tuple of str
        Steps of `xling.mapping.linear.Normalization`, for both spaces.
    robust : bool
        Whether pairs weigh as much as they are probably right
        (`xling.linalg.robust.robust_fit`), and the others are named.

    Raises
    ------
    ConfigError
        If the penalty is not above 0, a step does not exist, or ``"centre"`` stands twice.
    """

    penalty: float = 30.0
    normalization: tuple[str, ...] = ("unit", "centre", "unit")
    robust: bool = False

    def __post_init__(self) -> None:
        check_steps(self.normalization)
        if not 0 < self.penalty < float("inf"):
            raise ConfigError(f"penalty is {self.penalty}; a finite number above 0 is needed")


@dataclass(frozen=True, kw_only=True, slots=True)
class OrthogonalRidgeAligner:
    """Map the source space by ``W`` that minimises ``||X W - Y||^2 + c ||W - R||^2``.

    ``R`` is the rotation of Procrustes on the same pairs; the target space stays. So a direction
    of which the pairs say much is mapped as least squares would, and one of which they say
    little is rotated.

    Parameters
    ----------
    settings : OrthogonalRidgeSettings
        How near the map stays to a rotation.

    References
    ----------
    The estimate is ridge regression with a prior mean other than zero (Hoerl and Kennard 1970;
    Swindel 1976, Good ridge estimators based on prior information); the prior mean is that of
    Schönemann (1966). Soft orthogonality of the map in another form: the update ``(1 + b) W - b
    W W^T W`` of Conneau, Lample, Ranzato, Denoyer and Jégou (2018), Word translation without
    parallel data.
    """

    settings: OrthogonalRidgeSettings = OrthogonalRidgeSettings()

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
            "orthogonal-ridge", source, target, lexicon, self.settings.normalization, one_width=True
        )
        return linear_alignment(
            pairs, self._solve, settings=self.settings, seed=seed, robust=self.settings.robust
        )

    def _solve(self, x: Matrix, y: Matrix, weights: Vector) -> tuple[Matrix, None]:
        """Find the map of some pairs."""
        rotation = orthogonal_map(x, y, weights=weights)
        penalty = self.settings.penalty
        return ridge_map(x, y, penalty=penalty, towards=rotation, weights=weights), None
