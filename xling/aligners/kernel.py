"""Kernel ridge regression of what the rotation leaves over: a map that bends."""

from dataclasses import dataclass, replace

import numpy as np

from xling.aligners.base import Alignment, Supervision
from xling.aligners.pairs import PairedRows, paired_rows
from xling.arrays import IntVector, Matrix, Vector
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.errors import ConfigError
from xling.linalg.kernel import KernelRidge, gaussian_kernel, median_distance, pivots
from xling.linalg.procrustes import orthogonal_map
from xling.mapping.kernel import KernelMap
from xling.mapping.linear import Normalization, check_steps
from xling.progress import Progress, silent

__all__ = ["KernelAligner", "KernelSettings"]

_MEASURED = 1000  # most frequent words of the lexicon whose distances give the bandwidth's unit
_PENALTIES = tuple(float(10**power) for power in np.arange(-4, 2.51, 0.5))


@dataclass(frozen=True, kw_only=True, slots=True)
class KernelSettings:
    """How finely the map may bend.

    Parameters
    ----------
    normalization : tuple of str
        Steps of `xling.mapping.linear.Normalization`, for both spaces.
    landmarks : int
        Source words of the lexicon that stand for all, at most; at least 1.
    bandwidth : float
        How far a landmark reaches, positive, in units of the median distance of the lexicon's
        source rows.
    penalty : float, optional
        On the bending, positive: how much of what a pair says is taken for noise, beside what is
        taken for a bend. ``None``: the one of 14 by which words left out are predicted best.

    Raises
    ------
    ConfigError
        If a number is not positive, a step does not exist, or ``"centre"`` stands twice.
    """

    normalization: tuple[str, ...] = ("unit", "centre", "unit")
    landmarks: int = 1000
    bandwidth: float = 0.4
    penalty: float | None = None

    def __post_init__(self) -> None:
        check_steps(self.normalization)
        if self.landmarks < 1:
            raise ConfigError(f"landmarks is {self.landmarks}; at least 1 is needed")
        for name in ("bandwidth", "penalty"):
            value = getattr(self, name)
            if value is not None and not 0 < value < float("inf"):
                raise ConfigError(f"{name} is {value}; a number above 0 is needed")


@dataclass(frozen=True, kw_only=True, slots=True)
class KernelAligner:
    """Rotate the source space, then move each region by what its pairs have left over.

    ``f(x) = s x R + k(x) A``: the Procrustes rotation ``R`` at the scale ``s`` that fits best,
    and Gaussian kernel ridge regression of the rest on landmarks (Nyström), which are chosen
    among the lexicon's source words by an incomplete Cholesky decomposition. Far from every
    landmark the map is the rotation. The target space stays.

    The one value of ``history`` is the mean cosine of the pairs after the map; ``checks`` holds
    the bandwidth, the penalty, and the mean square error with which a word left out is predicted,
    ``left_out_error``, beside that of the rotation alone, ``rotation_error``.

    Parameters
    ----------
    settings : KernelSettings
        How finely the map may bend.

    References
    ----------
    Saunders, Gammerman and Vovk (1998), Ridge regression learning algorithm in dual variables.
    Williams and Seeger (2001), Using the Nyström method to speed up kernel machines.
    """

    settings: KernelSettings = KernelSettings()

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
        wanted = self.settings
        pairs = paired_rows("kernel", source, target, lexicon, wanted.normalization, one_width=True)
        matrix = _scaled_rotation(pairs)
        rows, rest, weights = _by_word(pairs, pairs.y - pairs.x @ matrix)
        bandwidth = wanted.bandwidth * median_distance(rows[:_MEASURED])
        chosen = pivots(rows, bandwidth, wanted.landmarks)
        ridge = _ridge(rows, chosen, rest, weights, bandwidth)
        penalties = _PENALTIES if wanted.penalty is None else (wanted.penalty,)
        penalty = min(penalties, key=ridge.left_out_error)
        made = KernelMap(
            matrix=matrix,
            landmarks=rows[chosen],
            coefficients=ridge.coefficients(penalty),
            bandwidth=bandwidth,
            normalization=pairs.normalizations[0],
        )
        mapped = replace(made, normalization=Normalization()).apply(pairs.x)
        return pairs.alignment(
            made,
            pairs.linear(1, None),
            settings=wanted,
            seed=seed,
            history=(pairs.cosine(mapped, pairs.y),),
            checks={
                "bandwidth": bandwidth,
                "penalty": penalty,
                "left_out_error": ridge.left_out_error(penalty),
                "rotation_error": float(np.average(np.square(rest).sum(axis=1), weights=weights)),
            },
        )


def _scaled_rotation(pairs: PairedRows) -> Matrix:
    """Give the rotation at the scale of least square error, so that the rest is no mere scale."""
    rotation = orthogonal_map(pairs.x, pairs.y, weights=pairs.weights)
    heavy = pairs.weights[:, None]
    moved = pairs.x @ rotation
    return np.asarray(rotation * (np.sum(heavy * moved * pairs.y) / np.sum(heavy * moved**2)))


def _by_word(pairs: PairedRows, rest: Matrix) -> tuple[Matrix, Matrix, Vector]:
    """Join the pairs of each source word, most frequent first.

    Leaving a word out then leaves all its pairs out; the fit is the same, since the sum of
    squares differs by a constant.
    """
    _, first, places = np.unique(pairs.rows[0], return_index=True, return_inverse=True)
    weights: Vector = np.bincount(places, weights=pairs.weights).astype(np.float64)
    total = np.zeros((len(first), rest.shape[1]))
    np.add.at(total, places, rest * pairs.weights[:, None])
    return pairs.x[first], total / weights[:, None], weights


def _ridge(
    rows: Matrix, chosen: IntVector, rest: Matrix, weights: Vector, bandwidth: float
) -> KernelRidge:
    """Set the regression up."""
    kernel = gaussian_kernel(rows, rows[chosen], bandwidth)
    return KernelRidge(kernel=kernel, landmarks=kernel[chosen], values=rest, weights=weights)
