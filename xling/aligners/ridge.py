"""Ridge regression: the linear map of one space onto the other that stays small."""

from dataclasses import dataclass
from typing import Literal

from xling.aligners.base import Alignment, Supervision
from xling.aligners.closed_form import linear_alignment
from xling.aligners.pairs import paired_rows
from xling.arrays import Matrix, Vector
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.errors import ConfigError
from xling.linalg.ridge import ridge_map
from xling.mapping.linear import check_steps
from xling.progress import Progress, silent

__all__ = ["RidgeAligner", "RidgeSettings"]


@dataclass(frozen=True, kw_only=True, slots=True)
class RidgeSettings:
    """How strongly the map is held back, and which space it moves.

    Parameters
    ----------
    penalty : float
        Above 0; for rows of length 1, the ``c`` of ``||X W - Y||^2 + c ||W||^2``. The scale of
        the vectors does not change what it means (`xling.linalg.ridge.ridge_map`).
    direction : str
        ``"forward"`` maps the source space onto the target's; ``"backward"`` the target space
        onto the source's, in which fewer words become hubs.
    normalization : tuple of str
        Steps of `xling.mapping.linear.Normalization`, for both spaces.
    robust : bool
        Whether pairs weigh as much as they are probably right
        (`xling.linalg.robust.robust_fit`), and the others are named.

    Raises
    ------
    ConfigError
        If the penalty is not above 0, the direction is unknown, a step does not exist, or
        ``"centre"`` stands twice.
    """

    penalty: float = 2.0
    direction: Literal["forward", "backward"] = "backward"
    normalization: tuple[str, ...] = ("unit", "centre", "unit")
    robust: bool = False

    def __post_init__(self) -> None:
        check_steps(self.normalization)
        if not 0 < self.penalty < float("inf"):
            raise ConfigError(f"penalty is {self.penalty}; a finite number above 0 is needed")
        if self.direction not in ("forward", "backward"):
            raise ConfigError(f"direction is {self.direction!r}; known: forward, backward")


@dataclass(frozen=True, kw_only=True, slots=True)
class RidgeAligner:
    """Map one space linearly onto the other, which stays. Widths may differ.

    A regression draws its predictions together, and then the rows in their middle become the
    nearest neighbours of too many. Mapping the searched (target) space instead of the queries
    makes fewer such hubs.

    Parameters
    ----------
    settings : RidgeSettings
        How strongly the map is held back, and which space it moves.

    References
    ----------
    Hoerl and Kennard (1970), Ridge regression: biased estimation for nonorthogonal problems.
    Dinu, Lazaridou and Baroni (2015), Improving zero-shot learning by mitigating the hubness
    problem. Backward: Shigeto, Suzuki, Hara, Shimbo and Matsumoto (2015), Ridge regression,
    hubness, and zero-shot learning.
    """

    settings: RidgeSettings = RidgeSettings()

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
        pairs = paired_rows("ridge", source, target, lexicon, self.settings.normalization)
        return linear_alignment(
            pairs, self._solve, settings=self.settings, seed=seed, robust=self.settings.robust
        )

    def _solve(self, x: Matrix, y: Matrix, weights: Vector) -> tuple[Matrix | None, Matrix | None]:
        """Find the map of some pairs."""
        penalty = self.settings.penalty
        if self.settings.direction == "forward":
            return ridge_map(x, y, penalty=penalty, weights=weights), None
        return None, ridge_map(y, x, penalty=penalty, weights=weights)
