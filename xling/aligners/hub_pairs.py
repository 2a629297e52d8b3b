"""What a hub is linked by: rows that lexicons pair, of spaces that belong together."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from xling.arrays import IntVector, Matrix, Vector
from xling.data.coverage import Coverage
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary
from xling.errors import (
    CoverageError,
    DegenerateInputError,
    InputError,
    LanguageMismatchError,
    ShapeError,
)
from xling.linalg.generalized_procrustes import linked_groups
from xling.mapping.linear import Normalization

__all__ = [
    "HubPairs",
    "HubSpace",
    "check_connected",
    "check_further",
    "check_hub",
    "hub_pairs",
    "languages_of",
    "places",
]


@dataclass(frozen=True, kw_only=True, eq=False)
class HubSpace:
    """One language, and what is done to its rows before they are rotated.

    Parameters
    ----------
    language : str
        BCP-47 tag.
    vocabulary : Vocabulary
        Row ``i`` of the vectors belongs to word ``i``.
    vectors : ndarray, shape (n, d), float32
        Zero where nothing is known about a word.
    normalization : Normalization
        None by default: the vectors are in the shared space already, and of length 1.
    """

    language: str
    vocabulary: Vocabulary
    vectors: Matrix = field(repr=False)
    normalization: Normalization = field(default_factory=Normalization, repr=False)

    @property
    def dim(self) -> int:
        """Number of dimensions."""
        return int(self.vectors.shape[1])

    def rows(self, rows: IntVector) -> Matrix:
        """Give some rows, normalised.

        Parameters
        ----------
        rows : ndarray, shape (p,), int64
            Which ones.

        Returns
        -------
        ndarray, shape (p, d), float64
            In the same order.
        """
        return self.normalization.apply(self.vectors[rows]).astype(np.float64)


@dataclass(frozen=True, kw_only=True, eq=False)
class HubPairs:
    """The rows that a lexicon pairs, none of them zero.

    Parameters
    ----------
    x, y : ndarray, shape (p, d), float64
        Normalised rows of both languages.
    weights : ndarray, shape (p,), float64
        Confidences, in (0, 1].
    coverage : Coverage
        What was found of the lexicon.
    """

    x: Matrix = field(repr=False)
    y: Matrix = field(repr=False)
    weights: Vector = field(repr=False)
    coverage: Coverage

    @property
    def cross(self) -> Matrix:
        """``X.T @ diag(w) @ Y``: shape (d, d), float64."""
        product: Matrix = self.x.T @ (self.y * self.weights[:, None])
        return product

    def cosine(self, source: Matrix, target: Matrix) -> float:
        """Give the mean cosine of the pairs after two rotations, weighted by confidence.

        Parameters
        ----------
        source, target : ndarray, shape (d, d)
            Of the rows ``x`` and ``y``.

        Returns
        -------
        float
            In [-1, 1].
        """
        x, y = self.x @ source, self.y @ target
        lengths = np.linalg.norm(x, axis=1) * np.linalg.norm(y, axis=1)
        return float(np.average(np.einsum("ij,ij->i", x, y) / lengths, weights=self.weights))


def languages_of(lexicon: Lexicon) -> tuple[str, str]:
    """Give a lexicon's languages.

    Parameters
    ----------
    lexicon : Lexicon
        Any lexicon.

    Returns
    -------
    pair of str
        Source and target language.
    """
    return lexicon.source_language, lexicon.target_language


def places(languages: Sequence[str]) -> dict[str, int]:
    """Give each language's place.

    Parameters
    ----------
    languages : sequence of str
        In order.

    Returns
    -------
    dict
        By the casefolded tag.
    """
    return {tag.casefold(): place for place, tag in enumerate(languages)}


def check_hub(spaces: Sequence[EmbeddingSpace], lexicons: Sequence[Lexicon]) -> None:
    """Refuse spaces and lexicons that do not make one hub.

    Parameters
    ----------
    spaces : sequence of EmbeddingSpace
        To be brought together.
    lexicons : sequence of Lexicon
        What there is of links.

    Raises
    ------
    InputError, LanguageMismatchError, ShapeError, CoverageError
        As `xling.aligners.hub.fit_hub`.
    """
    if len(spaces) < 2:
        raise InputError(f"{len(spaces)} spaces for a hub; at least 2 are needed")
    languages = [space.language for space in spaces]
    place = places(languages)
    if len(place) < len(spaces):
        raise LanguageMismatchError(
            f"two spaces are in one language: {', '.join(languages)}; each needs its own"
        )
    if len({space.dim for space in spaces}) > 1:
        widths = ", ".join(f"{space.language} {space.dim}" for space in spaces)
        raise ShapeError(
            f"the spaces have different numbers of dimensions: {widths}; a hub needs equal ones"
        )
    for lexicon in lexicons:
        tags = languages_of(lexicon)
        unknown = [tag for tag in tags if tag.casefold() not in place]
        if unknown or tags[0].casefold() == tags[1].casefold():
            raise LanguageMismatchError(
                f"a lexicon is {'-'.join(tags)}; two of {', '.join(languages)} are needed"
            )
    check_connected(languages, [languages_of(one) for one in lexicons])


def check_connected(languages: Sequence[str], pairs: Sequence[tuple[str, str]]) -> None:
    """Refuse languages that no chain of lexicons connects.

    Parameters
    ----------
    languages : sequence of str
        All of them.
    pairs : sequence of (str, str)
        The languages of each lexicon, among them.

    Raises
    ------
    CoverageError
        Names the groups of languages that are apart.
    """
    place = places(languages)
    groups = linked_groups(
        [(place[a.casefold()], place[b.casefold()]) for a, b in pairs], len(languages)
    )
    if len(groups) > 1:
        apart = [", ".join(languages[i] for i in group) for group in groups]
        raise CoverageError(
            f"no chain of lexicons connects these languages: {' | '.join(apart)}",
            hint=f"a lexicon between one of {apart[0]} and one of {apart[1]} would",
        )


def check_further(
    space: EmbeddingSpace, hub: Sequence[HubSpace], lexicons: Sequence[Lexicon]
) -> None:
    """Refuse a space and lexicons that do not fit a hub.

    Parameters
    ----------
    space : EmbeddingSpace
        To be added.
    hub : sequence of HubSpace
        What stands.
    lexicons : sequence of Lexicon
        Links of the new language.

    Raises
    ------
    InputError, LanguageMismatchError, ShapeError
        As `xling.aligners.hub.fit_further`.
    """
    anchors = places([one.language for one in hub])
    known = ", ".join(one.language for one in hub)
    own = space.language.casefold()
    if own in anchors:
        raise LanguageMismatchError(f"the hub has {space.language} already; its languages: {known}")
    for one in hub:
        if one.vectors.shape[1] != space.dim:
            raise ShapeError(
                f"the {space.language} space has {space.dim} dimensions, the hub "
                f"{one.vectors.shape[1]}; equal numbers are needed"
            )
    if not lexicons:
        raise InputError(f"no lexicon links {space.language}; one with any of {known} is needed")
    for lexicon in lexicons:
        tags = [tag.casefold() for tag in languages_of(lexicon)]
        if tags.count(own) != 1 or not any(tag in anchors for tag in tags):
            raise LanguageMismatchError(
                f"a lexicon is {'-'.join(languages_of(lexicon))}; one between {space.language} and "
                f"one of {known} is needed"
            )


def hub_pairs(lexicon: Lexicon, source: HubSpace, target: HubSpace) -> HubPairs:
    """Take the rows of a lexicon's pairs.

    Parameters
    ----------
    lexicon : Lexicon
        From the language of ``source`` to that of ``target``.
    source, target : HubSpace
        Where to look for the words.

    Returns
    -------
    HubPairs
        In the lexicon's order.

    Raises
    ------
    CoverageError
        If no pair is covered.
    DegenerateInputError
        If nothing is known about the words of any pair.
    """
    resolved = lexicon.resolve_some(source.vocabulary, target.vocabulary)
    x = source.rows(resolved.source_rows)
    y = target.rows(resolved.target_rows)
    known = x.any(axis=1) & y.any(axis=1)
    if not known.any():
        raise DegenerateInputError(
            f"{len(x)} covered pairs of the {source.language}-{target.language} lexicon, and none "
            "with two vectors that are not zero; at least one is needed"
        )
    return HubPairs(
        x=x[known],
        y=y[known],
        weights=resolved.confidences[known],
        coverage=resolved.coverage,
    )
