"""What self-learning starts from: its settings, and spaces cut to their frequent words."""

from dataclasses import dataclass, field

import numpy as np

from xling.aligners.settings import check_finite
from xling.arrays import IntVector, Matrix, unit_rows
from xling.data.space import EmbeddingSpace
from xling.errors import ConfigError, DegenerateInputError
from xling.mapping.linear import Normalization, check_steps, fit_normalization

__all__ = ["CourseSettings", "Prepared", "prepare"]

_LEAST = 20  # words of a side: below, neighbourhoods are the whole space
_MOST_KEPT = 0.5  # of the stage that drops the most: restarts must be able to differ


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseSettings:
    """How self-learning proceeds.

    Parameters
    ----------
    normalization : tuple of str
        Steps of `xling.mapping.linear.Normalization`, for both spaces.
    cutoff : int
        Most frequent words of each side that the last rounds see.
    start_words : tuple of int
        Most frequent words of each side that the first rounds see. A further number is tried
        where the restarts of the one before do not agree.
    keep : tuple of float
        Probability with which a similarity stays in the choice, stage by stage, in (0, 1]; at
        least one of at most 0.5, since what is dropped is all that makes the restarts differ.
    weighting : float
        Power of the re-weighting in the first rounds; 0 is orthogonal, as in the paper.
    reweighting : float, optional
        Power on both sides in the last step, after whitening; ``None`` leaves the last step out,
        and the maps are orthogonal.
    neighborhood : int
        Neighbours of CSLS.
    restarts : int
        Runs of the first rounds, which differ in what is dropped; the check compares them, and
        makes two more where they leave doubt.
    rounds : int
        Most rounds of a stage.
    patience : int
        A stage ends after this many rounds without gain.
    tolerance : float
        Gain in mean CSLS that counts.

    Raises
    ------
    ConfigError
        If a value is out of range.
    """

    normalization: tuple[str, ...] = ("unit", "centre", "unit")
    cutoff: int = 20_000
    start_words: tuple[int, ...] = (2_000, 4_000)
    keep: tuple[float, ...] = (0.1, 0.2, 0.5, 1.0)
    weighting: float = 0.5
    reweighting: float | None = 0.5
    neighborhood: int = 10
    restarts: int = 2
    rounds: int = 50
    patience: int = 3
    tolerance: float = 0.001

    def __post_init__(self) -> None:
        check_steps(self.normalization)
        check_finite(self)
        for name, least in (
            ("cutoff", _LEAST), ("neighborhood", 1), ("restarts", 2), ("rounds", 1),
            ("patience", 1), ("tolerance", 0), ("weighting", 0),
        ):  # fmt: skip
            if not getattr(self, name) >= least:
                raise ConfigError(f"{name} is {getattr(self, name)}; at least {least} is needed")
        if not self.start_words or min(self.start_words) < _LEAST:
            raise ConfigError(
                f"start_words is {self.start_words}; numbers from {_LEAST} are needed"
            )
        if not self.keep or not all(0 < share <= 1 for share in self.keep):
            raise ConfigError(f"keep is {self.keep}; shares above 0 and at most 1 are needed")
        if min(self.keep) > _MOST_KEPT:
            raise ConfigError(
                f"keep is {self.keep}; a share of at most {_MOST_KEPT} is needed, or the restarts "
                "are the same run and cannot disagree"
            )
        if self.reweighting is not None and not self.reweighting >= 0:
            raise ConfigError(f"reweighting is {self.reweighting}; at least 0 or none is needed")


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """One space, ready for self-learning.

    Parameters
    ----------
    space : EmbeddingSpace
        As it was learned.
    normalization : Normalization
        Over the whole vocabulary.
    rows : ndarray, shape (n,), int64
        The most frequent words about which something is known, then further ones; ascending.
    vectors : ndarray, shape (n, d), float32
        Theirs, normalised, of unit length.
    """

    space: EmbeddingSpace
    normalization: Normalization
    rows: IntVector = field(repr=False)
    vectors: Matrix = field(repr=False)

    def find(self, rows: IntVector) -> IntVector:
        """Say where rows of the space are among the prepared ones.

        Parameters
        ----------
        rows : ndarray, shape (p,), int64
            Of the space.

        Returns
        -------
        ndarray, shape (p,), int64
            Of the vectors; -1 where a row was not taken.
        """
        places = np.minimum(np.searchsorted(self.rows, rows), len(self.rows) - 1)
        return np.where(self.rows[places] == rows, places, -1)


def prepare(
    space: EmbeddingSpace,
    steps: tuple[str, ...],
    cutoff: int,
    more: IntVector | None = None,
) -> Prepared:
    """Normalise a space, and take its most frequent words.

    Parameters
    ----------
    space : EmbeddingSpace
        As it was learned.
    steps : tuple of str
        Of the normalisation.
    cutoff : int
        How many words are taken at most.
    more : ndarray, integer, optional
        Rows that are taken beside these, wherever they stand.

    Returns
    -------
    Prepared
        Words with a zero row are passed over.

    Raises
    ------
    DegenerateInputError
        If fewer than 20 words have a vector.
    """
    known = np.flatnonzero(space.vectors.any(axis=1))
    if len(known) < _LEAST:
        raise DegenerateInputError(
            f"{len(known)} words of the {space.language} space have a vector; at least {_LEAST} "
            "are needed"
        )
    taken = known[:cutoff]
    if more is not None:
        taken = np.union1d(taken, np.intersect1d(more, known))
    normalization = fit_normalization(space.vectors, steps)
    vectors = unit_rows(normalization.apply(space.vectors[taken]))
    usable = vectors.any(axis=1)
    return Prepared(
        space=space, normalization=normalization, rows=taken[usable], vectors=vectors[usable]
    )
