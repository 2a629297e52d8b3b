"""A text as numbers: the ids of its words, all sentences end to end."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np

from xling.arrays import IntVector, blocks, frozen, token_blocks
from xling.data.language import check_language
from xling.data.text import SENTENCE_END, fold, token_stream
from xling.data.vocabulary import Vocabulary
from xling.errors import InputError, LanguageMismatchError, ShapeError

__all__ = ["IndexedText", "index_text", "vocabulary"]

_CHUNK = 20_000  # sentences cut into words at once
_CHUNK_CHARACTERS = 1 << 22  # or as many characters, whichever comes first
_BLOCK = 1 << 20  # tokens that are counted or copied at once


@dataclass(frozen=True, kw_only=True, eq=False)
class IndexedText:
    """Sentences of one language as ids of their words, with no minimum count.

    A *type* is a folded word, a *written form* a word as it stands in the text; each written
    form belongs to one type. Tokens are kept as written forms, so that the most frequent form
    of a type can be told for any choice of the sentences. Holds 4 bytes a token and 8 bytes a
    sentence, so that 100 million tokens take 400 MB; the first use of `ids` adds 4 bytes a token.
    The tables of types and written forms are shared by all selections of a text; a written form
    takes some 250 bytes in them, however rare it is.

    Parameters
    ----------
    language : str
        BCP-47 tag.
    types : tuple of str
        Distinct folded words, in the order of their first occurrence.
    written : tuple of str
        Distinct words as written, in the order of their first occurrence.
    written_types : ndarray, shape (number of written forms,), int32
        The type of each written form.
    written_ids : ndarray, shape (number of tokens,), int32
        The written form of each token, all sentences end to end.
    offsets : ndarray, shape (n + 1,), int64
        Sentence ``i`` is ``ids[offsets[i]:offsets[i + 1]]``; it may be empty.

    Raises
    ------
    InputError
        If an id has no entry in its table, or the language is malformed.
    ShapeError
        If there is not one type for each written form, or ``offsets`` does not cut the tokens.
    """

    language: str
    types: tuple[str, ...] = field(repr=False)
    written: tuple[str, ...] = field(repr=False)
    written_types: IntVector = field(repr=False)
    written_ids: IntVector = field(repr=False)
    offsets: IntVector = field(repr=False)

    def __post_init__(self) -> None:
        check_language(self.language)
        for name, dtype in (("written_types", np.int32), ("written_ids", np.int32)):
            object.__setattr__(self, name, frozen(getattr(self, name), dtype))
        object.__setattr__(self, "offsets", frozen(self.offsets, np.int64))
        if self.written_types.shape != (len(self.written),):
            raise ShapeError(
                f"{self.written_types.shape} types for {len(self.written)} written forms"
            )
        ends = self.offsets[[0, -1]].tolist() if self.offsets.size else []
        if ends != [0, len(self.written_ids)] or (np.diff(self.offsets) < 0).any():
            raise ShapeError(
                f"offsets {ends} do not cut {len(self.written_ids)} tokens; they must rise "
                "from 0 to the number of tokens"
            )
        _check_ids(self.written_types, len(self.types), "type")
        _check_ids(self.written_ids, len(self.written), "written form")

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @cached_property
    def ids(self) -> IntVector:
        """The type of each token, all sentences end to end: shape (number of tokens,), int32."""
        return frozen(self.written_types[self.written_ids])

    @property
    def lengths(self) -> IntVector:
        """The number of tokens of each sentence: shape (n,), int64."""
        return np.diff(self.offsets)

    def select(self, sentences: IntVector) -> "IndexedText":
        """Choose sentences; types and written forms keep their ids.

        Parameters
        ----------
        sentences : ndarray, shape (m,), integer
            Numbers of the sentences wanted, in the order wanted; repetitions allowed.

        Returns
        -------
        IndexedText
            ``m`` sentences over the same tables; all of them in order are this text itself, not
            a copy.

        Raises
        ------
        InputError
            If a number is not one of a sentence.
        """
        chosen = np.asarray(sentences, dtype=np.int64)
        _check_ids(chosen, len(self), "sentence")
        if len(chosen) == len(self) and bool((np.diff(chosen, prepend=-1) == 1).all()):
            return self
        lengths = self.lengths[chosen]
        offsets = _offsets(lengths)
        taken = np.empty(offsets[-1], np.int32)
        for part in token_blocks(offsets, _BLOCK):
            first, last = offsets[part.start], offsets[part.stop]
            positions = np.arange(first, last)
            positions += np.repeat(self.offsets[chosen[part]] - offsets[part], lengths[part])
            taken[first:last] = self.written_ids[positions]
        return IndexedText(
            language=self.language,
            types=self.types,
            written=self.written,
            written_types=self.written_types,
            written_ids=_read_only(taken),
            offsets=offsets,
        )


def index_text(
    sentences: Iterable[str],
    language: str,
    *,
    extend: IndexedText | None = None,
    progress: Callable[[int], None] | None = None,
) -> IndexedText:
    """Turn sentences into ids of their words.

    Parameters
    ----------
    sentences : iterable of str
        One sentence each, need not be normalised; read once, a chunk at a time: of the strings,
        no more than 20,000 sentences or 4 million characters are in memory, some 100 MiB.
    language : str
        BCP-47 tag: decides how sentences are cut into words.
    extend : IndexedText, optional
        A text to append the sentences to: its sentences come first, and its types and written
        forms keep their ids. It is not changed.
    progress : callable, optional
        Called with the number of sentences read so far, now and then.

    Returns
    -------
    IndexedText
        One sentence for each one given (after those of ``extend``), empty where it has no word.

    Raises
    ------
    LanguageMismatchError
        If ``extend`` is in another language.

    Examples
    --------
    >>> text = index_text(["The cat sees the dog.", "Cat!"], "en")
    >>> text.types
    ('the', 'cat', 'sees', 'dog')
    >>> text.ids.tolist(), text.offsets.tolist()
    ([0, 1, 2, 0, 3, 1], [0, 5, 6])
    """
    if extend is not None and extend.language != language:
        raise LanguageMismatchError(
            f"sentences in {language} cannot extend a text in {extend.language}"
        )
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    numbers[SENTENCE_END] = -1
    for form in extend.written if extend is not None else ():
        _ = numbers[form]
    tokens, lengths, read = _Growing(np.int32), _Growing(np.int64), 0
    if extend is not None:
        tokens.add(extend.written_ids)
        lengths.add(extend.lengths)
    for chunk in _chunks(sentences):
        stream = token_stream(chunk, language)
        numbered = np.fromiter(map(numbers.__getitem__, stream), np.int32, len(stream))
        ends = np.flatnonzero(numbered < 0)
        tokens.add(numbered[numbered >= 0])
        lengths.add(np.diff(ends, prepend=-1) - 1)
        read += len(chunk)
        if progress is not None:
            progress(read)
    del numbers[SENTENCE_END]
    written = tuple(numbers)
    types: defaultdict[str, int] = defaultdict(count().__next__)
    written_types = np.fromiter((types[fold(form)] for form in written), np.int32, len(written))
    return IndexedText(
        language=language,
        types=tuple(types),
        written=written,
        written_types=_read_only(written_types),
        written_ids=_read_only(tokens.whole()),
        offsets=_offsets(lengths.whole()),
    )


def vocabulary(text: IndexedText, *, min_count: int = 3) -> tuple[Vocabulary, IntVector]:
    """Give the words of a text that occur often enough, and find the types among them.

    Parameters
    ----------
    text : IndexedText
        What is counted.
    min_count : int
        How often a type must occur, at least 1.

    Returns
    -------
    vocabulary : Vocabulary
        Most frequent type first, equally frequent ones by folded word; each type as its most
        frequent written form.
    rows : ndarray, shape (number of types,), int64
        The row of each type in the vocabulary, -1 where it is not in it.

    Raises
    ------
    InputError
        If ``min_count`` is below 1.

    Examples
    --------
    >>> text = index_text(["Die Katze schläft.", "Wo ist die Katze?", "Die katze!"], "de")
    >>> words, rows = vocabulary(text, min_count=2)
    >>> words.words, words.counts.tolist(), rows.tolist()
    (('die', 'Katze'), [3, 3], [0, 1, -1, -1, -1])
    """
    if min_count < 1:
        raise InputError(f"min_count is {min_count}; at least 1 is needed")
    by_form = np.bincount(text.written_types, _form_counts(text), len(text.types))
    counts = by_form.astype(np.int64)
    kept = sorted(
        np.flatnonzero(counts >= min_count).tolist(),
        key=lambda number: (-counts[number], text.types[number]),
    )
    chosen = np.array(kept, dtype=np.int64)
    rows = np.full(len(text.types), -1, dtype=np.int64)
    rows[chosen] = np.arange(len(chosen))
    words = tuple(text.written[form] for form in _display_forms(text)[chosen])
    return Vocabulary(words=words, counts=_read_only(counts[chosen])), _read_only(rows)


def _display_forms(text: IndexedText) -> IntVector:
    """Choose the most frequent written form of each type; of equal ones, the lower id.

    The first word of a sentence is not counted, because any word has a capital there; only
    types that occur nowhere else are judged by it.
    """
    firsts = text.written_ids[text.offsets[:-1][text.lengths > 0]]
    at_first = np.bincount(firsts, minlength=len(text.written))
    elsewhere = _form_counts(text) - at_first
    seen_elsewhere = np.zeros(len(text.types), dtype=bool)
    seen_elsewhere[text.written_types[elsewhere > 0]] = True
    score = np.where(seen_elsewhere[text.written_types], elsewhere, at_first)
    # The last write wins, so the best form of a type is written last.
    order = np.lexsort((-np.arange(len(score)), score))
    best = np.zeros(len(text.types), dtype=np.int64)
    best[text.written_types[order]] = order
    return best


def _form_counts(text: IndexedText) -> IntVector:
    """Count the tokens of each written form."""
    counts = np.zeros(len(text.written), np.int64)
    for part in blocks(len(text.written_ids), _BLOCK):
        counts += np.bincount(text.written_ids[part], minlength=len(text.written))
    return counts


def _chunks(sentences: Iterable[str]) -> Iterator[list[str]]:
    """Cut sentences into lists that are neither too many nor too long."""
    chunk: list[str] = []
    characters = 0
    for sentence in sentences:
        chunk.append(sentence)
        characters += len(sentence)
        if len(chunk) >= _CHUNK or characters >= _CHUNK_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


class _Growing:
    """Numbers that come in chunks, kept in one array that grows by an eighth where it must."""

    def __init__(self, dtype: Any) -> None:
        self._room = np.empty(0, dtype)
        self._size = 0

    def add(self, more: IntVector) -> None:
        """Append a chunk."""
        end = self._size + len(more)
        if end > len(self._room):
            # In place, by the system's own means: two copies are never held at once.
            self._room.resize(max(end, len(self._room) * 9 // 8), refcheck=False)
        self._room[self._size : end] = more
        self._size = end

    def whole(self) -> IntVector:
        """Give all that came; nothing may be added afterwards."""
        self._room.resize(self._size, refcheck=False)
        return self._room


def _check_ids(ids: IntVector, known: int, name: str) -> None:
    """Refuse ids outside their table."""
    if ids.size and (ids.min() < 0 or ids.max() >= known):
        raise InputError(f"{name} ids from {ids.min()} to {ids.max()}; there are {known}, from 0")


def _offsets(lengths: IntVector) -> IntVector:
    """Turn lengths into the positions where sentences start and end."""
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return _read_only(offsets)


def _read_only(array: IntVector) -> IntVector:
    """Make an array of our own read-only in place, so that it need not be copied."""
    array.flags.writeable = False
    return array
