"""Joint bilinear model: both spaces are rotated into a latent space with a metric of its own."""

from dataclasses import dataclass

import numpy as np

from xling.aligners.base import Alignment, StopReason, Supervision
from xling.aligners.mutual import extended, frequent_rows, mutual_neighbors
from xling.aligners.pairs import PairedRows, paired_rows
from xling.arrays import IntVector, Matrix
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.errors import ConfigError
from xling.linalg.bilinear import (
    bilinear_form,
    bilinear_loss,
    latent_factors,
    relative_penalty,
)
from xling.linalg.pairs import check_cross
from xling.mapping.linear import check_steps
from xling.progress import Progress, silent
from xling.retrieval.criteria import NEIGHBORHOOD

__all__ = ["BilinearAligner", "BilinearSettings"]


@dataclass(frozen=True, kw_only=True, slots=True)
class BilinearSettings:
    """How strongly the metric is held back.

    Parameters
    ----------
    normalization : tuple of str
        Steps of `xling.mapping.linear.Normalization`, for both spaces.
    penalty : float
        On the squares of the metric, positive; in units of
        `xling.linalg.bilinear.relative_penalty`. Near 0, both spaces are whitened; the larger,
        the less.
    rounds : int
        How often further pairs are sought and fitted on beside the lexicon's; 0 for never.
    words : int
        The most frequent words of each language among which they are sought, at least 1.
    neighbors : int
        Over how many neighbours CSLS is measured in that search, at least 1.

    Raises
    ------
    ConfigError
        If a number is too small, a step does not exist, or ``"centre"`` stands twice.
    """

    normalization: tuple[str, ...] = ("unit", "centre", "unit")
    penalty: float = 1.0
    rounds: int = 2
    words: int = 5_000
    neighbors: int = NEIGHBORHOOD

    def __post_init__(self) -> None:
        check_steps(self.normalization)
        if not 0 < self.penalty < float("inf"):
            raise ConfigError(f"penalty is {self.penalty}; a number above 0 is needed")
        for name, least in (("rounds", 0), ("words", 1), ("neighbors", 1)):
            if getattr(self, name) < least:
                raise ConfigError(f"{name} is {getattr(self, name)}; at least {least} is needed")


@dataclass(frozen=True, kw_only=True, slots=True)
class BilinearAligner:
    """Rotate both spaces into a latent space, and learn its metric with the rotations.

    A source word ``x`` and a target word ``z`` are scored ``x U_s B U_t.T z``, with orthogonal
    ``U_s``, ``U_t`` and a positive definite metric ``B``: 1 is wanted for the pairs of the
    lexicon and 0 for every other pair of its words, with a penalty on ``||B||^2``. Words are
    looked up in the space where ``B`` is the plain inner product: ``x U_s B^(1/2)`` and
    ``z U_t B^(1/2)``.

    The paper descends on the product of these manifolds. For two languages none is needed:
    ``U_s B U_t.T`` runs through all matrices of full rank, and ``||B||`` is that matrix's norm,
    so the problem is a ridge regression of the pair indicator, which has a closed form, and the
    singular value decomposition of its solution gives the two rotations and the metric.

    The latent space is then used to find further pairs, words that are each other's nearest by
    CSLS, and fitted again with these beside the lexicon's (the paper's semi-supervised variant).

    ``history`` holds, for each fit, minus the loss as a share of the loss of knowing nothing: in
    [0, 1], and 1 where every pair is told from every other one; as the pairs grow in number, it
    need not rise. ``checks`` says how many of the last fit's pairs the lexicon gave. Spaces of
    two widths are joined in a latent space of the smaller one.

    Parameters
    ----------
    settings : BilinearSettings
        How strongly the metric is held back.

    References
    ----------
    Jawanpuria, Balgovind, Kunchukuttan and Mishra (2019), Learning multilingual word embeddings
    in latent metric space: a geometric approach.
    """

    settings: BilinearSettings = BilinearSettings()

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
        progress: Progress = silent,
    ) -> Alignment:
        """Find both rotations and the metric; see `xling.aligners.base.Aligner.fit`."""
        wanted = self.settings
        pairs = paired_rows(
            "bilinear", source, target, lexicon, wanted.normalization, of_words=True
        )
        fitted = pairs
        left, right, share = _latent(fitted, wanted.penalty)
        history = [share]
        frequent = frequent_rows(pairs, wanted.words if wanted.rounds else 1)
        for number in range(wanted.rounds):
            found = mutual_neighbors(
                frequent.x @ left.astype(np.float32),
                frequent.y @ right.astype(np.float32),
                k=wanted.neighbors,
            )
            fitted = extended(pairs, frequent, found)
            left, right, share = _latent(fitted, wanted.penalty)
            history.append(share)
            progress("bilinear", number + 1, wanted.rounds)
        return fitted.alignment(
            fitted.linear(0, left),
            fitted.linear(1, right),
            settings=wanted,
            seed=seed,
            history=tuple(history),
            converged=not wanted.rounds,
            stop_reason=StopReason.MAX_ROUNDS if wanted.rounds else StopReason.CLOSED_FORM,
            checks={"lexicon_pairs": float(len(pairs))},
        )


def _latent(pairs: PairedRows, penalty: float) -> tuple[Matrix, Matrix, float]:
    """Give both maps into the latent space, and the share of the indicator they explain."""
    grams = _gram(pairs.x, pairs.rows[0]), _gram(pairs.y, pairs.rows[1])
    cross = pairs.x.T @ (pairs.y * pairs.weights[:, None])
    check_cross(cross, len(pairs))
    absolute = penalty * relative_penalty(*grams)
    form = bilinear_form(*grams, cross, absolute)
    loss, _ = bilinear_loss(form, *grams, cross, absolute)
    left, metric, right = latent_factors(form)
    root = np.sqrt(metric / metric[0])  # cosines do not see the scale
    return left * root, right * root, -loss / float(np.square(pairs.weights).sum())


def _gram(rows: Matrix, numbers: IntVector) -> Matrix:
    """Multiply the rows of distinct words with themselves; a word in many pairs counts once."""
    _, first = np.unique(numbers, return_index=True)
    return np.asarray(rows[first].T @ rows[first])
