"""What to expect of an alignment, before it is fitted: how alike the two spaces are in shape."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from xling.arrays import Matrix
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.errors import DegenerateInputError
from xling.linalg.isometry import (
    eigenvector_distance,
    hausdorff_bound,
    relational_similarity,
    spectrum_distance,
)
from xling.mapping.linear import fit_normalization

__all__ = ["Diagnostics", "diagnose"]

_WORDS = 1000  # whose neighbourhoods and pairs are compared: a second or two, 40 MB
_SPECTRUM_WORDS = 20_000
_STEPS = ("unit", "centre", "unit")
_LEAST_PAIRS = 20

# Measured between spaces of one kind and of broken ones: 0.02 to 0.05 and 0.13 to 0.8 in spectrum,
# 0.3 to 0.4 and 3 to 13 a word in eigenvalues (eval/diagnostics.py, docs/methods/README.md).
# Neither sees that words are exchanged: the spectrum never, the graphs only by which words are
# frequent.
_SPECTRUM_APART = 0.08
_EIGENVALUES_APART = 1.5

# Relational similarity: web-scale vectors of English and German have 0.6, those of 170,000
# sentences 0.3, unrelated ones at most 0.03.
_ALIKE = ((0.5, "near to a rotation of each other"), (0.25, "alike in part"))
_HARDLY = 0.1
_LITTLE = "little alike: expect many wrong answers"


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagnostics:
    """How alike two spaces are in shape.

    Parameters
    ----------
    words : int
        Most frequent words of each language whose neighbourhoods were compared.
    spectrum_distance, eigenvector_distance, hausdorff_bound : float
        See `xling.linalg.isometry`; 0 for rotations of each other, larger for less alike.
    relational_similarity : float, optional
        1 for rotations of each other, 0 for unrelated; ``None`` without a lexicon, or with
        fewer than 20 pairs.
    pairs : int
        That it was measured on.
    expect : str
        What follows from it, in a sentence.
    """

    words: int
    spectrum_distance: float
    eigenvector_distance: float
    hausdorff_bound: float
    relational_similarity: float | None
    pairs: int
    expect: str

    def as_dict(self) -> dict[str, Any]:
        """Give all of it as JSON can hold it."""
        return asdict(self)


def diagnose(
    source: EmbeddingSpace, target: EmbeddingSpace, lexicon: Lexicon | None = None
) -> Diagnostics | None:
    """Compare two spaces before they are aligned.

    Parameters
    ----------
    source, target : EmbeddingSpace
        As they were learned; normalised here (unit, centre, unit).
    lexicon : Lexicon, optional
        Seed pairs.

    Returns
    -------
    Diagnostics or None
        ``None`` where a space is too small or too degenerate to be described.
    """
    try:
        first, second = (
            fit_normalization(space.vectors, _STEPS).apply(space.vectors[:_SPECTRUM_WORDS])
            for space in (source, target)
        )
        words = min(_WORDS, len(first), len(second))
        spectrum = spectrum_distance(first, second)
        eigenvalues = eigenvector_distance(first[:words], second[:words])
        bound = hausdorff_bound(first[:words], second[:words])
        alike, pairs = _relations(source, target, lexicon)
    except DegenerateInputError:
        return None
    return Diagnostics(
        words=words,
        spectrum_distance=spectrum,
        eigenvector_distance=eigenvalues,
        hausdorff_bound=bound,
        relational_similarity=alike,
        pairs=pairs,
        expect=_expect(spectrum, eigenvalues / words, alike, (source.dim, target.dim)),
    )


def _relations(
    source: EmbeddingSpace, target: EmbeddingSpace, lexicon: Lexicon | None
) -> tuple[float | None, int]:
    """Measure the relational similarity of the first pairs, one for each source word."""
    if lexicon is None:
        return None, 0
    found = lexicon.resolve(source.vocabulary, target.vocabulary)
    _, first = np.unique(found.source_rows, return_index=True)
    chosen = np.sort(first)[:_WORDS]
    if len(chosen) < _LEAST_PAIRS:
        return None, 0
    rows: list[Matrix] = [
        fit_normalization(space.vectors, _STEPS).apply(space.vectors[at[chosen]])
        for space, at in ((source, found.source_rows), (target, found.target_rows))
    ]
    return relational_similarity(rows[0], rows[1]), len(chosen)


def _expect(spectrum: float, eigenvalues: float, alike: float | None, dims: tuple[int, int]) -> str:
    """Say in a sentence what follows."""
    apart = spectrum > _SPECTRUM_APART or eigenvalues > _EIGENVALUES_APART
    shape = (
        "the spaces differ in shape: methods without a lexicon are likely to fail"
        if apart
        else "the spaces have about the same shape, which every method needs and which "
        "promises nothing"
    )
    if alike is None:
        return shape
    if alike < _HARDLY:
        return (
            "the lexicon's words keep other neighbours in the other language: expect next to "
            "nothing, and check that lexicon and vectors belong together"
        )
    words = next((words for least, words in _ALIKE if alike >= least), _LITTLE)
    if alike >= _ALIKE[0][0] and dims[0] != dims[1]:
        words = (
            f"much alike, but with {dims[0]} and {dims[1]} dimensions: no rotation links them, a "
            "linear map can"
        )
    more = "; they differ in shape, so that methods without a lexicon are likely to fail"
    return f"by the lexicon's words the spaces are {words}{more if apart else ''}"
