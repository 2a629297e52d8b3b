"""One language of a model: its words in the shared space, ready to be searched."""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from threadpoolctl import threadpool_limits

from xling.arrays import Matrix, Vector, blocks, unit_rows
from xling.data.space import EmbeddingSpace
from xling.data.subwords import SubwordTable
from xling.data.text import fold
from xling.data.vocabulary import Vocabulary
from xling.errors import ShapeError
from xling.mapping.base import SpaceMap
from xling.progress import Progress, silent
from xling.retrieval.criteria import mean_similarity
from xling.retrieval.index import ExactIndex

__all__ = ["Side", "make_sides", "unit_mapped"]

_BLOCK = 2048  # words that are mapped at once: what is in memory beside all words is small


@dataclass(frozen=True, kw_only=True, eq=False)
class Side:
    """A vocabulary, its mapped vectors with their index, and the map that made them.

    Parameters
    ----------
    language : str
        BCP-47 tag.
    vocabulary : Vocabulary
        Row ``i`` of the index belongs to word ``i``.
    mapping : SpaceMap
        From the language's own vectors to the shared space.
    index : ExactIndex
        Rows ``[y, r(y)]``: mapped vectors of length 1, and their mean similarity with the other
        side.
    subwords : SubwordTable, optional
        Composes vectors for words outside the vocabulary.
    trained : frozenset of str
        Folded words that stand in a linked sentence pair or a seed lexicon.
    held_out : frozenset of str
        Folded words that were kept out of both.
    """

    language: str
    vocabulary: Vocabulary
    mapping: SpaceMap
    index: ExactIndex = field(repr=False)
    subwords: SubwordTable | None = field(default=None, repr=False)
    trained: frozenset[str] = field(default=frozenset(), repr=False)
    held_out: frozenset[str] = field(default=frozenset(), repr=False)

    def __post_init__(self) -> None:
        if len(self.index) != len(self.vocabulary):
            raise ShapeError(f"{len(self.index)} rows for {len(self.vocabulary)} words")

    @property
    def vectors(self) -> Matrix:
        """Mapped vectors of length 1 (zero where nothing is known): shape (n, d), float32."""
        return self.index.rows[:, :-1]

    @property
    def means(self) -> Vector:
        """Mean similarity of each word with its nearest words of the other side: shape (n,)."""
        return self.index.rows[:, -1]

    def compose(self, words: Sequence[str]) -> tuple[Matrix, list[int]]:
        """Compose mapped vectors for words outside the vocabulary.

        Parameters
        ----------
        words : sequence of str
            Any words.

        Returns
        -------
        vectors : ndarray, shape (m, d), float32
            Of length 1; one for each word that can be composed.
        which : list of int
            Their places in ``words``.
        """
        found = []
        for place, word in enumerate(words if self.subwords is not None else ()):
            vector = self.subwords.compose(word) if self.subwords is not None else None
            if vector is not None and vector.any():
                found.append((place, vector))
        if not found:
            return np.zeros((0, self.mapping.dim_out), np.float32), []
        mapped = unit_rows(self.mapping.apply(np.stack([vector for _, vector in found])))
        return mapped.astype(np.float32), [place for place, _ in found]


def unit_mapped(vectors: Matrix, mapping: SpaceMap, out: Matrix | None = None) -> Matrix:
    """Map words into the shared space, block by block.

    Parameters
    ----------
    vectors : ndarray, shape (n, d), float32
        Of a space; not changed.
    mapping : SpaceMap
        Into the shared space.
    out : ndarray, shape (n, k), float32, optional
        Where the result goes.

    Returns
    -------
    ndarray, shape (n, k), float32
        Of length 1, zero where nothing is known; read-only, unless it is ``out``; the same bytes
        on any number of processors. No further copy of all words is made on the way.
    """
    made = np.empty((len(vectors), mapping.dim_out), dtype=np.float32) if out is None else out
    with threadpool_limits(1, user_api="blas"):
        for part in blocks(len(vectors), _BLOCK):
            made[part] = unit_rows(mapping.apply(vectors[part]))
    if out is None:
        made.flags.writeable = False
    return made


@dataclass(frozen=True, kw_only=True, eq=False)
class _Mapped:
    """What is left of a space once it is mapped: beside its rows, a column for their means."""

    language: str
    vocabulary: Vocabulary
    subwords: SubwordTable | None
    mapping: SpaceMap
    augmented: Matrix

    @property
    def rows(self) -> Matrix:
        """The same memory, read-only, so that an index need not copy it."""
        seen = self.augmented.view()
        seen.flags.writeable = False
        return seen


def make_sides(
    spaces: Iterable[EmbeddingSpace],
    mappings: tuple[SpaceMap, SpaceMap],
    *,
    trained: tuple[frozenset[str], frozenset[str]],
    held_out: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset()),
    progress: Progress = silent,
) -> tuple[Side, Side]:
    """Map two spaces, measure their neighbourhoods in each other, and index them.

    Parameters
    ----------
    spaces : iterable of EmbeddingSpace
        The two, as they were learned. Each is asked for when its turn comes: where the iterable
        holds it no longer and nobody else does, its memory is let go while it is mapped.
    mappings : pair of SpaceMap
        Into the shared space.
    trained, held_out : pair of frozenset of str
        Words, in any casing, that were fitted on and that were kept out.
    progress : callable
        Called after each block of words.

    Returns
    -------
    pair of Side
        In the same order.
    """
    coming = iter(spaces)
    made = [_mapped(next(coming), mapping) for mapping in mappings]
    # The last column is zero here, and changes no product.
    means = [mean_similarity(made[i].rows, made[1 - i].rows, progress=progress) for i in (0, 1)]
    sides = []
    for i, one in enumerate(made):
        one.augmented[:, -1] = means[i]
        sides.append(
            Side(
                language=one.language,
                vocabulary=one.vocabulary,
                mapping=one.mapping,
                index=ExactIndex(rows=one.rows),
                subwords=one.subwords,
                trained=frozenset(map(fold, trained[i])),
                held_out=frozenset(map(fold, held_out[i])),
            )
        )
    return sides[0], sides[1]


def _mapped(space: EmbeddingSpace, mapping: SpaceMap) -> _Mapped:
    """Map a space; keep its rows, and what else is needed of it.

    Words are mapped from the last one on, and the vectors cut off behind: so a space that nobody
    else holds is never in memory beside all of its mapped rows. NumPy refuses to cut an array that
    somebody else holds, or looks at, and then it stays as it is.
    """
    language, vocabulary, subwords = space.language, space.vocabulary, space.subwords
    vectors = space.vectors
    del space
    rows = np.zeros((len(vectors), mapping.dim_out + 1), dtype=np.float32)
    width = vectors.shape[1]
    for part in reversed(list(blocks(len(vectors), _BLOCK))):
        unit_mapped(vectors[part], mapping, out=rows[part, :-1])
        with contextlib.suppress(ValueError):
            vectors.resize((part.start, width))
    return _Mapped(
        language=language,
        vocabulary=vocabulary,
        subwords=subwords,
        mapping=mapping,
        augmented=rows,
    )
