"""fastText models: words with their vectors, and the table that composes vectors for others."""

import struct
from typing import NamedTuple

import numpy as np

from xling.arrays import Matrix, blocks
from xling.data.formats.binary import FASTTEXT_MAGIC, BinaryFile
from xling.data.formats.report import ProblemLog, ReadReport
from xling.data.formats.words import WordVectors
from xling.data.space import EmbeddingSpace
from xling.data.subwords import SubwordTable
from xling.errors import NonFiniteError
from xling.files import PathLike

__all__ = ["read_fasttext_binary"]

_NEWEST_VERSION = 12
_SUPERVISED = 3
_END_OF_SENTENCE = b"</s>"
_BLOCK = 512
_LARGEST_WIDTH = 1 << 20


class _Header(NamedTuple):
    """What a model says about itself before its words."""

    dim: int
    bucket: int
    min_length: int
    max_length: int
    words: int


def read_fasttext_binary(
    path: PathLike, language: str, *, strict: bool = False, limit: int | None = None
) -> tuple[EmbeddingSpace, ReadReport]:
    """Read an unsupervised fastText model (``.bin``, not quantised).

    A word's vector is the mean of its own row and the rows of its n-grams, as fastText itself
    gives it; the sentence end ``</s>`` has its own row alone.

    Parameters
    ----------
    path : path
        Plain, or gzip if its name ends in ``.gz``.
    language : str
        BCP-47 tag.
    strict : bool
        Whether to stop at the first bad word instead of skipping and counting it.
    limit : int, optional
        Keep this many words at most, the first ones.

    Returns
    -------
    EmbeddingSpace
        With counts, and with the subword table unless the model was trained without n-grams.
    ReadReport
        What was skipped: duplicate words, words with a blank that does not break, words
        not in UTF-8.

    Raises
    ------
    FormatError
        If the file is no fastText model, is supervised, quantised or newer than version 12,
        ends too early, holds NaN or infinity, or has no usable word; under ``strict``
        for the first bad word.
    FileAccessError
        If it cannot be read.

    References
    ----------
    Bojanowski et al. (2017), Enriching word vectors with subword information.
    """
    log = ProblemLog(path, strict, unit="word")
    with BinaryFile(path) as file:
        if file.at_end():
            raise log.error("the file is empty")
        header = _header(file, log)
        raw_words, counts = _dictionary(file, header.words)
        buckets = _buckets(file, header, log)
        own = file.rows(header.words, header.dim, "the word vectors")
        table = _table(file, header, buckets, log)
    words = WordVectors(log, header.dim, min(header.words, limit or header.words))
    taken: list[int] = []
    for block in blocks(header.words, _BLOCK):
        if limit is not None and len(words) >= limit:
            break
        names = raw_words[block]
        composed = own[block] if table is None else _compose(names, own[block], table)
        numbers = range(block.start + 1, block.stop + 1)
        taken += [block.start + i for i in words.add(names, composed, numbers, limit=limit)]
    return words.space(language, counts=[counts[i] for i in taken], subwords=table)


def _header(file: BinaryFile, log: ProblemLog) -> _Header:
    """Read the settings of the model; refuse what is no model of word vectors."""
    magic, version = _unpack(file, "<2i")
    if magic != FASTTEXT_MAGIC:
        raise log.error("not a fastText model: it does not begin with fastText's magic number")
    if version > _NEWEST_VERSION:
        raise log.error(f"fastText version {version}; up to {_NEWEST_VERSION} can be read")
    # dim, window, epochs, minimum count, negatives, word n-grams, loss, model, bucket, minn,
    # maxn, rate of learning-rate updates, sampling threshold
    settings = _unpack(file, "<12id")
    dim, model, bucket, min_length, max_length = (settings[i] for i in (0, 7, 8, 9, 10))
    _, words, labels, _ = _unpack(file, "<3iq")
    _unpack(file, "<q")  # size of the pruning index, which only quantised models have
    if model == _SUPERVISED or labels > 0:
        raise log.error(
            "a supervised fastText model; one of word vectors (skipgram, cbow) is needed"
        )
    if not 0 < dim <= _LARGEST_WIDTH or words < 1 or bucket < 0:
        raise log.error(f"damaged header: {words} words, {dim} dimensions, {bucket} buckets")
    return _Header(dim, bucket, max(1, min_length), max_length, words)


def _dictionary(file: BinaryFile, size: int) -> tuple[list[bytes], list[int]]:
    """Read the words and how often each occurs."""
    words, counts = [], []
    for number in range(1, size + 1):
        words.append(file.until(b"\0", f"word {number}"))
        count, _ = _unpack(file, "<qb")
        counts.append(count)
    return words, counts


def _buckets(file: BinaryFile, header: _Header, log: ProblemLog) -> int:
    """Read the shape of the matrix of words and n-grams; give the number of n-gram rows."""
    quantised, rows, columns = _unpack(file, "<?2q")
    if quantised:
        raise log.error("a quantised fastText model; the original, not quantised one is needed")
    if columns != header.dim or rows not in (header.words, header.words + header.bucket):
        raise log.error(
            f"a matrix of {rows} x {columns}; {header.words} words and {header.bucket} buckets "
            f"of width {header.dim} are needed"
        )
    return int(rows) - header.words


def _table(file: BinaryFile, header: _Header, buckets: int, log: ProblemLog) -> SubwordTable | None:
    """Read the rows of the n-grams; ``None`` for a model without n-grams."""
    if not buckets or header.max_length < header.min_length:
        return None
    rows = file.rows(buckets, header.dim, "the n-gram vectors")
    rows.flags.writeable = False  # so that the table needs no copy
    try:
        return SubwordTable(
            vectors=rows, min_length=header.min_length, max_length=header.max_length
        )
    except NonFiniteError as error:
        raise log.error(f"NaN or Inf in the n-gram vectors: {error}") from error


def _compose(words: list[bytes], own: Matrix, table: SubwordTable) -> Matrix:
    """Average each word's own row with the rows of its n-grams."""
    made = own.copy()
    for i, raw in enumerate(words):
        if raw != _END_OF_SENTENCE and (grams := table.buckets(raw.decode(errors="replace"))):
            total = own[i] + table.vectors[grams].sum(axis=0, dtype=np.float32)
            made[i] = total / (len(grams) + 1)
    return made


def _unpack(file: BinaryFile, layout: str) -> tuple[int, ...]:
    """Read some packed numbers."""
    return struct.unpack(layout, file.take(struct.calcsize(layout), "its header or dictionary"))
