"""One language of a hub: its words in the shared space, and how near earlier languages are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from xling.arrays import Matrix, Vector, frozen
from xling.data.space import EmbeddingSpace
from xling.data.subwords import SubwordTable
from xling.data.vocabulary import Vocabulary
from xling.errors import ShapeError
from xling.mapping.base import SpaceMap
from xling.model.side import Side, unit_mapped
from xling.progress import Progress, silent
from xling.retrieval.criteria import augment, mean_similarity
from xling.retrieval.index import ExactIndex

__all__ = ["HubSide", "link_side", "two_sides"]


@dataclass(frozen=True, kw_only=True, eq=False)
class HubSide:
    """A vocabulary, its mapped vectors, and the map that made them.

    What CSLS needs for two languages is kept with the later one, so that a further language
    changes nothing of the earlier ones.

    Parameters
    ----------
    language : str
        BCP-47 tag.
    vocabulary : Vocabulary
        Row ``i`` of the vectors belongs to word ``i``.
    mapping : SpaceMap
        From the language's own vectors to the shared space.
    vectors : ndarray, shape (n, d), float32
        Mapped, of length 1; zero where nothing is known about a word.
    means : mapping of str to pair of ndarray, shapes (n,) and (m,), float32
        By each earlier language: the mean similarity of the own words with their nearest ones of
        that language, and of that language's words with theirs here.
    subwords : SubwordTable, optional
        Composes vectors for words outside the vocabulary.
    fingerprint : str
        Of the space as it was given.
    added : bool
        Whether the language was linked to a hub that stood already.

    Raises
    ------
    ShapeError
        If there is not one vector and one mean for each word.
    """

    language: str
    vocabulary: Vocabulary
    mapping: SpaceMap = field(repr=False)
    vectors: Matrix = field(repr=False)
    means: Mapping[str, tuple[Vector, Vector]] = field(default_factory=dict, repr=False)
    subwords: SubwordTable | None = field(default=None, repr=False)
    fingerprint: str = field(default="", repr=False)
    added: bool = False

    def __post_init__(self) -> None:
        if len(self.vectors) != len(self.vocabulary):
            raise ShapeError(f"{len(self.vectors)} rows for {len(self.vocabulary)} words")
        for language, (own, _) in self.means.items():
            if own.shape != (len(self.vocabulary),):
                raise ShapeError(
                    f"{len(own)} mean similarities of {self.language} with {language} for "
                    f"{len(self.vocabulary)} words"
                )
        object.__setattr__(self, "vectors", frozen(self.vectors, np.float32))
        object.__setattr__(self, "means", MappingProxyType(dict(self.means)))


def link_side(
    space: EmbeddingSpace,
    mapping: SpaceMap,
    earlier: Sequence[HubSide],
    *,
    added: bool = False,
    progress: Progress = silent,
) -> HubSide:
    """Map a space, and measure its neighbourhoods in each earlier language and theirs in it.

    Parameters
    ----------
    space : EmbeddingSpace
        As it was learned.
    mapping : SpaceMap
        Into the shared space.
    earlier : sequence of HubSide
        Languages that come before; not changed.
    added : bool
        Whether they stood already.
    progress : callable
        Called after each block of words.

    Returns
    -------
    HubSide
        Costs two searches of whole vocabularies for each earlier language, here and never again.
    """
    vectors = unit_mapped(space.vectors, mapping)
    means = {
        other.language: (
            mean_similarity(vectors, other.vectors, progress=progress),
            mean_similarity(other.vectors, vectors, progress=progress),
        )
        for other in earlier
    }
    return HubSide(
        language=space.language,
        vocabulary=space.vocabulary,
        mapping=mapping,
        vectors=vectors,
        means=means,
        subwords=space.subwords,
        fingerprint=space.fingerprint,
        added=added,
    )


def two_sides(
    first: HubSide,
    second: HubSide,
    trained: tuple[frozenset[str], frozenset[str]],
) -> tuple[Side, Side]:
    """Make the sides of a model of two languages.

    Parameters
    ----------
    first, second : HubSide
        Of one hub, in any order.
    trained : pair of frozenset of str
        Folded words of each that stand in a seed lexicon.

    Returns
    -------
    pair of Side
        In the same order; the vectors are copied into their indexes.
    """
    later = second if first.language in second.means else first
    ends = (first, second)
    own, other = later.means[first.language if later is second else second.language]
    means = (other, own) if later is second else (own, other)
    sides = [
        Side(
            language=end.language,
            vocabulary=end.vocabulary,
            mapping=end.mapping,
            index=ExactIndex(rows=augment(end.vectors, means[i])),
            subwords=end.subwords,
            trained=trained[i],
        )
        for i, end in enumerate(ends)
    ]
    return sides[0], sides[1]
