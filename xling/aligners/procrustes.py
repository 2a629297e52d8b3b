"""Procrustes: the rotation of one space that brings a seed lexicon's pairs together."""

from dataclasses import dataclass

from xling.aligners.base import Alignment, Supervision
from xling.aligners.closed_form import linear_alignment
from xling.aligners.pairs import check_dim, paired_rows
from xling.arrays import Matrix, Vector
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.errors import ConfigError, ConflictError
from xling.linalg.procrustes import leading_directions, orthogonal_map
from xling.mapping.linear import check_steps
from xling.progress import Progress, silent

__all__ = ["ProcrustesAligner", "ProcrustesSettings"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcrustesSettings:
    """How the spaces are prepared, and what counts as a rotation.

    Parameters
    ----------
    normalization : tuple of str
        Steps of `xling.mapping.linear.Normalization`, for both spaces.
    reflections : bool
        ``False`` allows proper rotations alone, of determinant +1.
    rank : int, optional
        Bring both spaces into the one of so many dimensions along which the pairs agree most;
        ``None`` keeps the target space. With a rank, widths may differ.
    robust : bool
        Whether pairs weigh as much as they are probably right
        (`xling.linalg.robust.robust_fit`), and the others are named.

    Raises
    ------
    ConfigError
        If a step does not exist, or ``"centre"`` stands twice; or the rank is below 1.
    ConflictError
        If a rank is given and reflections are refused.
    """

    normalization: tuple[str, ...] = ("unit", "centre", "unit")
    reflections: bool = True
    rank: int | None = None
    robust: bool = False

    def __post_init__(self) -> None:
        check_steps(self.normalization)
        if self.rank is not None and self.rank < 1:
            raise ConfigError(f"rank is {self.rank}; 1 or more is needed, or none for all")
        if self.rank is not None and not self.reflections:
            raise ConflictError(
                "a rank moves both spaces, which leaves no determinant to ask for",
                hint="leave out the rank, or reflections=false",
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcrustesAligner:
    """Rotate the source space; the target space stays, unless a rank is given.

    Both spaces are normalised over their whole vocabularies; each pair weighs as much as the
    lexicon is confident of it. The last value of ``history`` is the mean cosine of the pairs
    after the rotation, weighted likewise.

    Parameters
    ----------
    settings : ProcrustesSettings
        How the spaces are prepared, and what counts as a rotation.

    References
    ----------
    Schönemann (1966), A generalized solution of the orthogonal Procrustes problem. Xing, Wang,
    Liu and Lin (2015), Normalized word embedding and orthogonal transform for bilingual word
    translation. Artetxe, Labaka and Agirre (2016), Learning principled bilingual mappings of
    word embeddings while preserving monolingual invariance. With a rank: Smith, Turban, Hamblin
    and Hammerla (2017), Offline bilingual word vectors, orthogonal transformations and the
    inverted softmax.
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
        check_dim("rank", self.settings.rank, source, target)
        pairs = paired_rows(
            "procrustes",
            source,
            target,
            lexicon,
            self.settings.normalization,
            one_width=self.settings.rank is None,
        )
        return linear_alignment(
            pairs, self._solve, settings=self.settings, seed=seed, robust=self.settings.robust
        )

    def _solve(self, x: Matrix, y: Matrix, weights: Vector) -> tuple[Matrix, Matrix | None]:
        """Find the rotation of some pairs."""
        rank = self.settings.rank
        if rank is not None:
            return leading_directions(x, y, rank, weights=weights)
        return orthogonal_map(x, y, weights=weights, reflections=self.settings.reflections), None
