"""A sentence encoder as one table: a sentence's vector is the mean of its words' rows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from xling.arrays import Matrix
from xling.data.text import fold, word_pattern
from xling.encoders.sentence_means import SentenceMeans

__all__ = ["SentenceTable", "joined_table", "sentence_table"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SentenceTable:
    """Folded words and their rows.

    Parameters
    ----------
    language : str
        BCP-47 tag; decides how text is cut into words.
    words : tuple of str
        Folded, each once.
    rows : ndarray, shape (n, d), float32
        The mean of the rows of a sentence's words, scaled to length 1, is its vector.
    """

    language: str
    words: tuple[str, ...]
    rows: Matrix


def sentence_table(encoder: SentenceMeans) -> SentenceTable | None:
    """Write an encoder as a table, where that changes nothing.

    The weighted mean of word vectors less what sentences have in common is the mean of the rows
    ``weight(w) v(w) - common``.

    Parameters
    ----------
    encoder : SentenceMeans
        Of one language.

    Returns
    -------
    SentenceTable or None
        ``None`` where words are composed of subwords or found by a segmenter, or several rows
        differ in casing only: then a table of folded words is not the same.
    """
    if encoder.compose is not None or word_pattern(encoder.language) is None:
        return None
    folded = [fold(word) for word in encoder.vocabulary.words]
    if len(set(folded)) < len(folded):
        return None
    known = np.flatnonzero(encoder.vectors.any(axis=1))
    rows = encoder.weights[known, None] * encoder.vectors[known] - encoder.common
    return SentenceTable(
        language=encoder.language,
        words=tuple(folded[row] for row in known),
        rows=rows.astype(np.float32),
    )


def joined_table(tables: Mapping[str, SentenceTable]) -> SentenceTable:
    """Put the words of all languages into one table, for text whose language is not told.

    Parameters
    ----------
    tables : mapping of str to SentenceTable
        By language, at least one.

    Returns
    -------
    SentenceTable
        The row of a word of several languages is the mean of theirs; text is cut as in the first
        language.
    """
    places: dict[str, int] = {}
    for table in tables.values():
        for word in table.words:
            places.setdefault(word, len(places))
    first = next(iter(tables.values()))
    sums = np.zeros((len(places), first.rows.shape[1]))
    counts = np.zeros(len(places))
    for table in tables.values():
        here = np.array([places[word] for word in table.words], np.int64)
        sums[here] += table.rows
        counts[here] += 1
    return SentenceTable(
        language=first.language,
        words=tuple(places),
        rows=(sums / counts[:, None]).astype(np.float32),
    )
