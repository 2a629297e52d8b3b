"""What every aligner is, and what it answers: the maps that bring two spaces together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

import numpy as np

from xling.arrays import blocks, unit_rows
from xling.data.coverage import Coverage
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.errors import DegenerateInputError, LanguageMismatchError, ShapeError
from xling.mapping.base import SpaceMap
from xling.progress import Progress, silent

__all__ = [
    "Aligner",
    "Alignment",
    "StopReason",
    "Supervision",
    "Suspect",
    "Verdict",
    "check_spaces",
    "check_varied",
    "few_pairs",
    "flat_spaces",
    "spanned",
]

_BLOCK = 16_384  # rows that are held in float64 at once
_OR = ", or the method self-learning, which starts from few"  # than more pairs
_FREQUENT = 20_000  # words that tell how many dimensions a space spans
_FLAT = 1e-8  # of the largest variance: less is rounding
_ALIKE = 1e-5  # what the mean of unit rows falls short of length 1 where all are one vector


class StopReason(StrEnum):
    """Why a fit ended."""

    CLOSED_FORM = "closed-form"
    CONVERGED = "converged"
    MAX_ROUNDS = "max-rounds"
    STALLED = "stalled"


class Supervision(StrEnum):
    """What a fit needs besides the two spaces."""

    LEXICON = "lexicon"
    OPTIONAL = "optional"
    NONE = "none"


class Verdict(StrEnum):
    """What a fit that saw no dictionary, or a small one, thinks of its own result."""

    TRUSTED = "trusted"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspect:
    """A pair of the seed lexicon that the rest of it speaks against.

    Parameters
    ----------
    source, target : str
        The two words.
    weight : float
        How much the pair still counted in the fit, in [0, 1].
    """

    source: str
    target: str
    weight: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Alignment:
    """Two maps into one shared space, and how they were found.

    Parameters
    ----------
    source_mapping, target_mapping : SpaceMap
        Bring rows of each space into the shared space; each with its normalisation.
    method : str
        The aligner's name.
    pairs_used : int
        Pairs that the maps were fitted on at last: of the lexicon, covered and with two vectors
        that are not zero, or found by the method itself.
    coverage : Coverage, optional
        What was found of the seed lexicon; ``None`` where none was given.
    settings : mapping of str to object
        The aligner's settings; JSON can hold them.
    seed : int
        That the fit was given.
    source_fingerprint, target_fingerprint : str
        Of the two spaces.
    history : tuple of float
        The objective after each round, larger is better; of a closed form, one value.
    converged : bool
        Whether a further round would change nothing that matters.
    stop_reason : StopReason
        Why the fit ended.
    verdict : Verdict, optional
        Of the fit on itself, without a dictionary; ``None`` where it had one to stand on.
    checks : mapping of str to float
        What the verdict stands on.
    suspects : tuple of Suspect
        Pairs that a robust fit gave little weight, the least first.
    seed_pairs : int
        Those of the lexicon that could be used; where it is left out, as many as are covered, and
        0 without a lexicon.
    spaces : pair of EmbeddingSpace, optional
        The same words with other vectors, where the method learned these further: the maps are
        theirs. ``None`` where it left them as they are.

    Raises
    ------
    ShapeError
        If the maps do not lead into spaces of one width.
    """

    source_mapping: SpaceMap
    target_mapping: SpaceMap
    method: str
    pairs_used: int
    coverage: Coverage | None
    settings: Mapping[str, Any] = field(repr=False)
    seed: int
    source_fingerprint: str = field(repr=False)
    target_fingerprint: str = field(repr=False)
    history: tuple[float, ...]
    converged: bool
    stop_reason: StopReason
    verdict: Verdict | None = None
    checks: Mapping[str, float] = field(default_factory=dict, repr=False)
    suspects: tuple[Suspect, ...] = field(default=(), repr=False)
    seed_pairs: int = -1
    spaces: tuple[EmbeddingSpace, EmbeddingSpace] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        widths = self.source_mapping.dim_out, self.target_mapping.dim_out
        if widths[0] != widths[1]:
            raise ShapeError(f"the maps lead to {widths[0]} and {widths[1]} columns, not to one")
        if self.seed_pairs < 0:
            covered = 0 if self.coverage is None else self.coverage.covered
            object.__setattr__(self, "seed_pairs", covered)
        for name in ("settings", "checks"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))


@runtime_checkable
class Aligner(Protocol):
    """Finds maps that bring two spaces together; holds settings and nothing else."""

    @property
    def settings(self) -> Any:
        """How the aligner works: a frozen dataclass of its own type."""

    @property
    def supervision(self) -> Supervision:
        """Whether a seed lexicon is needed."""

    def fit(
        self,
        source: EmbeddingSpace,
        target: EmbeddingSpace,
        lexicon: Lexicon | None = None,
        *,
        seed: int = 0,
        progress: Progress = silent,
    ) -> Alignment:
        """Find the maps; changes neither its arguments nor the aligner.

        Parameters
        ----------
        source, target : EmbeddingSpace
            As they were learned, not normalised.
        lexicon : Lexicon, optional
            Seed lexicon in the direction of the spaces.
        seed : int
            The same inputs and seed give the same bytes on one machine.
        progress : callable
            Called as the work goes on.

        Returns
        -------
        Alignment
            The maps and how they were found.

        Raises
        ------
        LanguageMismatchError
            If the lexicon's languages are not those of the spaces, or these are equal.
        CoverageError
            If no pair of the lexicon is covered, or fewer than the method needs.
        ShapeError
            If the spaces differ in width where the method needs one width.
        ConfigError
            If a lexicon is needed and none is given.
        DegenerateInputError
            If all vectors of a space are zero, or point the same way.
        """


def check_spaces(source: EmbeddingSpace, target: EmbeddingSpace, lexicon: Lexicon | None) -> None:
    """Refuse spaces and a lexicon that do not belong together.

    Parameters
    ----------
    source, target : EmbeddingSpace
        To be aligned.
    lexicon : Lexicon, optional
        Seed lexicon.

    Raises
    ------
    LanguageMismatchError
        If the spaces are in one language, or the lexicon is not from the source's language to
        the target's.
    DegenerateInputError
        If nothing is known about any word of a space, or the same about all.
    """
    spaces = (source.language, target.language)
    if spaces[0].casefold() == spaces[1].casefold():
        raise LanguageMismatchError(f"both spaces are in {spaces[0]}; two languages are needed")
    if lexicon is not None:
        _check_direction(spaces, lexicon)
    for space in (source, target):
        check_varied(space)


def _check_direction(spaces: tuple[str, str], lexicon: Lexicon) -> None:
    """Refuse a lexicon of other languages, or of these the other way round."""
    languages = (lexicon.source_language, lexicon.target_language)
    if tuple(map(str.casefold, languages)) != tuple(map(str.casefold, spaces)):
        swapped = languages == spaces[::-1]
        raise LanguageMismatchError(
            f"the seed lexicon is {'-'.join(languages)}, the spaces are {'-'.join(spaces)}",
            hint="swap its sides with Lexicon.inverted()" if swapped else None,
        )


def check_varied(space: EmbeddingSpace) -> None:
    """Refuse a space that tells no word from another.

    Centring such a space leaves rounding errors, which scaling to length 1 would blow up.

    Parameters
    ----------
    space : EmbeddingSpace
        To be mapped; a space of one known word passes.

    Raises
    ------
    DegenerateInputError
        If all its vectors are zero, or all that are not point the same way, or lie on one line.
    """
    total, known = np.zeros(space.dim), 0
    for block in blocks(len(space), _BLOCK):
        rows = unit_rows(space.vectors[block].astype(np.float64))
        total += rows.sum(axis=0)
        known += int(rows.any(axis=1).sum())
    if not known:
        raise DegenerateInputError(
            f"all {len(space)} vectors of the {space.language} space are zero; others are needed"
        )
    if known > 1 and np.linalg.norm(total) > (1 - _ALIKE) * known:
        raise DegenerateInputError(
            f"all vectors of the {space.language} space point the same way; different ones are "
            "needed"
        )
    if known > 2 and space.dim > 1 and spanned(space) == 1:
        raise DegenerateInputError(
            f"all vectors of the {space.language} space lie on one line; its {space.dim} "
            "dimensions say nothing else"
        )


def spanned(space: EmbeddingSpace) -> int:
    """Say how many dimensions the directions of a space's most frequent words span.

    Parameters
    ----------
    space : EmbeddingSpace
        Of which 20,000 words are looked at.

    Returns
    -------
    int
        At most its dimensions; a variance of 1e-8 of the largest counts as rounding.
    """
    squares = np.zeros((space.dim, space.dim))
    for block in blocks(min(len(space), _FREQUENT), _BLOCK):
        rows = unit_rows(space.vectors[:_FREQUENT][block].astype(np.float64))
        squares += rows.T @ rows
    values = np.linalg.eigvalsh(squares)
    return int(np.count_nonzero(values > _FLAT * values[-1]))


def flat_spaces(*spaces: EmbeddingSpace) -> tuple[str, ...]:
    """Warn of spaces that do not fill their dimensions.

    Parameters
    ----------
    *spaces : EmbeddingSpace
        To be aligned.

    Returns
    -------
    tuple of str
        A sentence for each such space that has more words than dimensions.
    """
    return tuple(
        f"the {space.language} space is singular: it spans {found} of its {space.dim} dimensions"
        for space in spaces
        if len(space) > space.dim and (found := spanned(space)) < space.dim
    )


def few_pairs(pairs: int, dim: int, *, of: str = "", other: str = _OR) -> tuple[str, ...]:
    """Warn of a map that its pairs do not settle.

    Parameters
    ----------
    pairs : int
        That it was fitted on; of pairs that share a word, one.
    dim : int
        Of the narrower space; fewer pairs than that leave some of its directions open.
    of : str
        What is mapped, where that is not plain.
    other : str
        What else would help, after "more pairs are needed"; the method self-learning, or nothing.

    Returns
    -------
    tuple of str
        A sentence, or nothing.

    Examples
    --------
    >>> few_pairs(20, 20)
    ()
    """
    if pairs >= dim:
        return ()
    return (
        f"{pairs} seed pair{'s' * (pairs != 1)} for the {dim} dimensions{of}: the map is one of "
        f"many that fit them, and new words will be translated badly; more pairs are needed{other}",
    )
