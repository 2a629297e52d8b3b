"""Files named ``.bin``: fastText models and word2vec's binary form, told apart by their start."""

from xling.data.formats.binary import FASTTEXT_MAGIC
from xling.data.formats.fasttext_binary import read_fasttext_binary
from xling.data.formats.lines import clear_errors
from xling.data.formats.report import ReadReport
from xling.data.formats.word2vec_binary import read_word2vec_binary
from xling.data.space import EmbeddingSpace
from xling.files import PathLike, open_binary

__all__ = ["read_bin"]


def read_bin(
    path: PathLike, language: str, *, strict: bool = False, limit: int | None = None
) -> tuple[EmbeddingSpace, ReadReport]:
    """Read a ``.bin`` file, as fastText model if it begins with fastText's magic number.

    Parameters
    ----------
    path, language, strict, limit
        As for `read_word2vec_binary`.

    Returns
    -------
    EmbeddingSpace
        With subwords for a fastText model that has them.
    ReadReport
        What was skipped.

    Raises
    ------
    FormatError
        As of the two readers.
    FileAccessError
        If it cannot be read.
    """
    with open_binary(path) as stream, clear_errors(path):
        start = stream.read(4)
    if start == FASTTEXT_MAGIC.to_bytes(4, "little"):
        return read_fasttext_binary(path, language, strict=strict, limit=limit)
    return read_word2vec_binary(path, language, strict=strict, limit=limit)
