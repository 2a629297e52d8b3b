"""What every method with a seed lexicon begins and ends with: normalised rows of its pairs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np

from xling.aligners.base import Alignment, StopReason, Suspect, check_spaces
from xling.aligners.registry import width_hint
from xling.aligners.sentences import SentenceLexicon
from xling.arrays import BoolVector, IntVector, Matrix, Vector
from xling.data.coverage import Coverage
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.errors import (
    ConfigError,
    CoverageError,
    DegenerateInputError,
    ShapeError,
)
from xling.mapping.base import SpaceMap
from xling.mapping.linear import LinearMap, Normalization, fit_normalization

__all__ = ["PairedRows", "check_dim", "paired_rows"]


@dataclass(frozen=True, kw_only=True, eq=False)
class PairedRows:
    """The rows that a seed lexicon pairs, normalised over whole vocabularies.

    Parameters
    ----------
    method : str
        The aligner's name.
    spaces : pair of EmbeddingSpace
        Source and target, as they were learned.
    normalizations : pair of Normalization
        Of both spaces.
    x : ndarray, shape (p, d), float64
        Normalised source rows of the pairs; neither these nor those of ``y`` are zero.
    y : ndarray, shape (p, e), float64
        Normalised target rows.
    weights : ndarray, shape (p,), float64
        Confidences, in (0, 1].
    rows : pair of ndarray, shape (p,), int64
        Of the pairs, in both spaces; of matched sentences, their numbers.
    coverage : Coverage
        What was found of the lexicon.
    names : pair of tuple of str
        What ``rows`` count: the words of the spaces, or the sentences.
    seeds : int
        Pairs of the lexicon that can be used, whatever was taken away or put beside them since.
    """

    method: str
    spaces: tuple[EmbeddingSpace, EmbeddingSpace]
    normalizations: tuple[Normalization, Normalization]
    x: Matrix = field(repr=False)
    y: Matrix = field(repr=False)
    weights: Vector = field(repr=False)
    rows: tuple[IntVector, IntVector] = field(repr=False)
    coverage: Coverage
    names: tuple[tuple[str, ...], tuple[str, ...]] = field(repr=False)
    seeds: int

    def __len__(self) -> int:
        return len(self.x)

    def chosen(self, which: BoolVector | IntVector) -> "PairedRows":
        """Give some of the pairs.

        Parameters
        ----------
        which : ndarray, shape (p,), bool, or shape (q,), int64
            Those that stay.

        Returns
        -------
        PairedRows
            In the order of ``which``; coverage is that of the whole lexicon.
        """
        return replace(
            self,
            x=self.x[which],
            y=self.y[which],
            weights=self.weights[which],
            rows=(self.rows[0][which], self.rows[1][which]),
        )

    def linear(self, side: int, matrix: Matrix | None) -> LinearMap:
        """Make the linear map of one side.

        Parameters
        ----------
        side : int
            0 for the source, 1 for the target.
        matrix : ndarray, shape (dim of the side, k), optional
            ``None`` for the identity.

        Returns
        -------
        LinearMap
            With the side's normalisation.
        """
        return LinearMap(
            dim_in=self.spaces[side].dim, normalization=self.normalizations[side], matrix=matrix
        )

    def cosine(self, source: Matrix, target: Matrix, probabilities: Vector | None = None) -> float:
        """Give the mean cosine of paired rows, weighted by confidence.

        Parameters
        ----------
        source, target : ndarray, shape (p, k)
            ``x`` and ``y`` after their maps.
        probabilities : ndarray, shape (p,), optional
            Multiplied with the confidences; where nothing is left of any, these count alone.

        Returns
        -------
        float
            In [-1, 1]; a zero row has cosine 0.
        """
        lengths = np.linalg.norm(source, axis=1) * np.linalg.norm(target, axis=1)
        products = np.einsum("ij,ij->i", source, target, dtype=np.float64)
        cosines = np.divide(products, lengths, out=np.zeros(len(lengths)), where=lengths > 0)
        weights = self.weights if probabilities is None else self.weights * probabilities
        return float(np.average(cosines, weights=weights if weights.any() else self.weights))

    def suspects(self, weights: Vector, below: float) -> tuple[Suspect, ...]:
        """Name the pairs that a robust fit gave little weight.

        Parameters
        ----------
        weights : ndarray, shape (p,)
            How much each pair counted, in [0, 1].
        below : float
            Pairs of less weight are named.

        Returns
        -------
        tuple of Suspect
            The least weight first.
        """
        order = np.argsort(weights, kind="stable")
        words = self.names
        return tuple(
            Suspect(
                source=words[0][self.rows[0][i]],
                target=words[1][self.rows[1][i]],
                weight=float(weights[i]),
            )
            for i in order[: int((weights < below).sum())]
        )

    def alignment(
        self,
        source: SpaceMap,
        target: SpaceMap,
        *,
        settings: Any,
        seed: int,
        history: tuple[float, ...],
        converged: bool = True,
        stop_reason: StopReason = StopReason.CLOSED_FORM,
        suspects: tuple[Suspect, ...] = (),
        checks: Mapping[str, float] | None = None,
        spaces: tuple[EmbeddingSpace, EmbeddingSpace] | None = None,
    ) -> Alignment:
        """Write down what was found.

        Parameters
        ----------
        source, target : SpaceMap
            The two maps.
        settings : dataclass
            The aligner's.
        seed : int
            That the fit was given.
        history : tuple of float
            The objective after each round, larger is better.
        converged, stop_reason, suspects, checks, spaces
            As in `Alignment`.

        Returns
        -------
        Alignment
            With both spaces' fingerprints.
        """
        return Alignment(
            source_mapping=source,
            target_mapping=target,
            method=self.method,
            pairs_used=len(self),
            seed_pairs=self.seeds,
            coverage=self.coverage,
            settings=asdict(settings),
            seed=seed,
            source_fingerprint=self.spaces[0].fingerprint,
            target_fingerprint=self.spaces[1].fingerprint,
            history=history,
            converged=converged,
            stop_reason=stop_reason,
            suspects=suspects,
            checks=checks or {},
            spaces=spaces,
        )


def check_dim(name: str, dim: int | None, source: EmbeddingSpace, target: EmbeddingSpace) -> None:
    """Refuse more shared dimensions than the narrower space has.

    Parameters
    ----------
    name : str
        Of the setting.
    dim : int, optional
        How many are wanted.
    source, target : EmbeddingSpace
        Of the fit.

    Raises
    ------
    ConfigError
        If there are not so many.
    """
    most = min(source.dim, target.dim)
    if dim is not None and dim > most:
        raise ConfigError(f"{name} is {dim}; the narrower space has {most} dimensions")


def paired_rows(
    method: str,
    source: EmbeddingSpace,
    target: EmbeddingSpace,
    lexicon: Lexicon | None,
    steps: tuple[str, ...],
    *,
    one_width: bool = False,
    least: int = 1,
    of_words: bool = False,
) -> PairedRows:
    """Check what a fit is given, and take the rows of the lexicon's pairs.

    Parameters
    ----------
    method : str
        The aligner's name, for the messages.
    source, target : EmbeddingSpace
        As they were learned.
    lexicon : Lexicon, optional
        Seed lexicon, or a `SentenceLexicon`; needed here.
    steps : tuple of str
        Of `xling.mapping.linear.Normalization`, for both spaces.
    one_width : bool
        Whether both spaces must have the same number of dimensions.
    least : int
        How many pairs the method needs.
    of_words : bool
        Whether the pairs must be words, because the fit looks for further ones in the vocabularies
        or sets them against other words: matched sentences are refused.

    Returns
    -------
    PairedRows
        In the lexicon's order.

    Raises
    ------
    ConfigError
        If no lexicon is given.
    ConflictError
        If it holds sentences where words are needed.
    LanguageMismatchError
        If the lexicon's languages are not those of the spaces, or these are equal.
    ShapeError
        If the spaces differ in width and may not.
    CoverageError
        If no pair is covered, or fewer than ``least``.
    DegenerateInputError
        If nothing is known about the words of any pair.
    """
    check_spaces(source, target, lexicon)
    if lexicon is None:
        raise ConfigError(f"{method} needs a seed lexicon; none was given")
    if one_width and source.dim != target.dim:
        raise ShapeError(
            f"the {source.language} space has {source.dim} dimensions, the {target.language} "
            f"space {target.dim}; {method} needs equal numbers",
            hint=width_hint(),
        )
    normalizations = [fit_normalization(space.vectors, steps) for space in (source, target)]
    x, y, rows, weights, coverage, names = (
        _of_sentences(lexicon, (source, target), normalizations)
        if isinstance(lexicon, SentenceLexicon) and not of_words
        else _of_words(lexicon, (source, target), normalizations)
    )
    known = np.flatnonzero(x.any(axis=1) & y.any(axis=1))
    if not len(known):
        raise DegenerateInputError(
            f"{len(x)} covered pairs, and none with two vectors that are not zero; at least one "
            "is needed"
        )
    if len(known) < least:
        raise CoverageError(
            f"{method} needs at least {least} pairs here; {len(known)} of the lexicon's "
            f"{len(lexicon)} can be used",
            hint="a larger seed lexicon, or a method that needs fewer: procrustes, self-learning",
        )
    return PairedRows(
        method=method,
        spaces=(source, target),
        normalizations=(normalizations[0], normalizations[1]),
        x=x[known],
        y=y[known],
        weights=weights[known],
        rows=(rows[0][known], rows[1][known]),
        coverage=coverage,
        names=names,
        seeds=len(known),
    )


_Taken: TypeAlias = tuple[
    Matrix,
    Matrix,
    tuple[IntVector, IntVector],
    Vector,
    Coverage,
    tuple[tuple[str, ...], tuple[str, ...]],
]


def _of_words(
    lexicon: Lexicon,
    spaces: tuple[EmbeddingSpace, EmbeddingSpace],
    normalizations: list[Normalization],
) -> _Taken:
    """Take the rows of the lexicon's words."""
    pairs = lexicon.resolve_some(spaces[0].vocabulary, spaces[1].vocabulary)
    rows = (pairs.source_rows, pairs.target_rows)
    x, y = (
        before.apply(space.vectors[which]).astype(np.float64)
        for before, space, which in zip(normalizations, spaces, rows, strict=True)
    )
    names = (spaces[0].words, spaces[1].words)
    return x, y, rows, pairs.confidences, pairs.coverage, names


def _of_sentences(
    lexicon: SentenceLexicon,
    spaces: tuple[EmbeddingSpace, EmbeddingSpace],
    normalizations: list[Normalization],
) -> _Taken:
    """Make the rows of matched sentences."""
    x, y = (lexicon.rows(side, spaces[side].vectors, normalizations[side]) for side in (0, 1))
    number = np.arange(len(lexicon))
    weights = np.ones(len(lexicon)) if lexicon.confidences is None else lexicon.confidences
    coverage = lexicon.coverage(np.logical_and(x.any(axis=1), y.any(axis=1)))
    names = tuple(a for a, _ in lexicon.pairs), tuple(b for _, b in lexicon.pairs)
    return x, y, (number, number), weights, coverage, names
