"""New vectors through a stored map: into the shared space, or back out of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from xling.arrays import unit_rows
from xling.data.space import EmbeddingSpace
from xling.data.text import normalize
from xling.data.vocabulary import Vocabulary
from xling.errors import CoverageError, LanguageMismatchError, ShapeError
from xling.model.hub_side import HubSide
from xling.model.side import Side

__all__ = ["Chosen", "apply_map", "choose_words"]

_NAMED = 3  # words named in a message


@dataclass(frozen=True, kw_only=True, eq=False)
class Chosen:
    """Some words of a space, and words composed from its subwords.

    Parameters
    ----------
    space : EmbeddingSpace
        In the order in which the words were asked for, without subwords and counts.
    composed : tuple of str
        Words outside the vocabulary whose vectors were composed.
    missing : tuple of str
        Words of which nothing is known.
    """

    space: EmbeddingSpace
    composed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def choose_words(space: EmbeddingSpace, words: Sequence[str]) -> Chosen:
    """Take some words out of a space; those that it has not are composed, if it has subwords.

    Parameters
    ----------
    space : EmbeddingSpace
        Any space.
    words : sequence of str
        As they are to be named; found as written or folded. Each one counts once.

    Returns
    -------
    Chosen
        At least one word.

    Raises
    ------
    CoverageError
        If nothing is known of any of them.
    """
    asked = list(dict.fromkeys(map(normalize, words)))
    rows = space.vocabulary.find_all(asked).tolist()
    kept, vectors, composed, missing, empty = [], [], [], [], set()
    for word, row in zip(asked, rows, strict=True):
        if row >= 0:
            vector = space.vectors[row]
        else:
            found = None if space.subwords is None else space.subwords.compose(word)
            if found is None or not found.any():
                missing.append(word)
                continue
            vector = found
            composed.append(word)
        if not vector.any():
            empty.add(word)
        kept.append(word)
        vectors.append(vector)
    if not kept:
        shown = ", ".join(map(repr, missing[:_NAMED]))
        raise CoverageError(
            f"none of {len(asked)} words has a vector: {shown}",
            hint=None
            if space.subwords is not None
            else "vectors with subwords, a fastText .bin for example, compose unknown words",
        )
    chosen = EmbeddingSpace(
        language=space.language,
        vocabulary=Vocabulary(words=tuple(kept)),
        vectors=np.stack(vectors),
        empty_words=frozenset(empty),
    )
    return Chosen(space=chosen, composed=tuple(composed), missing=tuple(missing))


def apply_map(
    side: Side | HubSide, space: EmbeddingSpace, *, inverse: bool = False
) -> EmbeddingSpace:
    """Map new vectors of one language of a model.

    Parameters
    ----------
    side : Side or HubSide
        The language: ``model.side("en")``.
    space : EmbeddingSpace
        Vectors of the language's own space, as they were learned; under ``inverse``, of the shared
        space. Not changed.
    inverse : bool
        Whether to go back from the shared space to the language's own, as it was after
        normalisation: what normalisation took away, lengths and mean, stays away.

    Returns
    -------
    EmbeddingSpace
        The same words. Into the shared space, rows of length 1, as the model holds its own and
        ``export`` writes them; zero where nothing is known about a word.

    Raises
    ------
    LanguageMismatchError
        If the space is in another language.
    ShapeError
        If the vectors are not as wide as the map needs.
    NotInvertibleError
        If the map has forgotten too much to be undone.
    """
    if space.language.casefold() != side.language.casefold():
        raise LanguageMismatchError(
            f"the vectors are {space.language}, the map is that of {side.language}"
        )
    mapping = side.mapping.inverse() if inverse else side.mapping
    if space.dim != mapping.dim_in:
        which = "shared space" if inverse else f"{side.language} space"
        raise ShapeError(
            f"the vectors have {space.dim} dimensions, the model's {which} {mapping.dim_in}",
            hint="were they learned together with the vectors that the model was made of?"
            if not inverse
            else None,
        )
    with threadpool_limits(1, user_api="blas"):  # the same bytes as in the model
        rows = mapping.apply(space.vectors)
        mapped = rows if inverse else unit_rows(rows).astype(np.float32)
    empty = np.flatnonzero(~mapped.any(axis=1)).tolist()
    return EmbeddingSpace(
        language=side.language,
        vocabulary=space.vocabulary,
        vectors=mapped,
        empty_words=frozenset(space.words[row] for row in empty),
    )
