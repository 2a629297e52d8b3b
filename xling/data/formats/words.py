"""Words with their vectors, checked one by one as a reader finds them."""

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xling.arrays import Matrix
from xling.data.formats.report import ProblemLog, ReadReport
from xling.data.space import EmbeddingSpace
from xling.data.subwords import SubwordTable
from xling.data.vocabulary import Vocabulary
from xling.errors import FormatError
from xling.files import PathLike

__all__ = ["WordVectors", "check_writable"]


class WordVectors:
    """Collects the words of a file that can be used, each with its vector.

    Parameters
    ----------
    log : ProblemLog
        Counts what cannot be used, or stops.
    width : int
        Number of dimensions.
    expected : int
        How many words will probably come; only decides on memory.
    """

    def __init__(self, log: ProblemLog, width: int, expected: int) -> None:
        self.log = log
        self._rows: NDArray[np.float32] = np.empty((max(expected, 1), width), dtype=np.float32)
        self._words: dict[str, None] = {}
        self._zero: set[str] = set()

    def __len__(self) -> int:
        return len(self._words)

    def add(
        self, words: Sequence[bytes], vectors: Matrix, numbers: Sequence[int], *, limit: int | None
    ) -> list[int]:
        """Take the words that can be used, until there are enough.

        Parameters
        ----------
        words : sequence of bytes
            Each as it stands in the file.
        vectors : ndarray, shape (n, d), float32
            Row ``i`` belongs to word ``i``.
        numbers : sequence of int
            Where each word stands, from 1.
        limit : int or None
            How many words are wanted in all.

        Returns
        -------
        list of int
            Which of the given words were taken.

        Raises
        ------
        FormatError
            For a vector with NaN or infinity: the file is damaged. Under ``strict`` for the first
            word that cannot be used.
        """
        nonfinite = np.count_nonzero(~np.isfinite(vectors), axis=1)
        nonzero = np.count_nonzero(vectors, axis=1)
        taken: list[int] = []
        before = len(self)
        for i, raw in enumerate(words):
            if limit is not None and len(self) >= limit:
                break
            word = self._check(raw, numbers[i])
            if word is None:
                continue
            if nonfinite[i]:
                what = "NaN" if np.isnan(vectors[i]).any() else "Inf"
                raise self.log.error(f"{what} in the vector of {word!r}", line=numbers[i])
            if not nonzero[i]:
                self.log.note(
                    "zero vector", numbers[i], f"the vector of {word!r} is zero", "word kept"
                )
                self._zero.add(word)
            self._words[word] = None
            taken.append(i)
        self._store(vectors if len(taken) == len(words) else vectors[taken], before)
        return taken

    def space(
        self,
        language: str,
        *,
        counts: Sequence[int] | None = None,
        subwords: SubwordTable | None = None,
    ) -> tuple[EmbeddingSpace, ReadReport]:
        """Close the collection.

        Parameters
        ----------
        language : str
            BCP-47 tag.
        counts : sequence of int, optional
            How often each word that was taken occurs.
        subwords : SubwordTable, optional
            What the file holds for words outside the vocabulary.

        Returns
        -------
        EmbeddingSpace
            All words that were taken, in the order of the file.
        ReadReport
            What was not taken, and why.

        Raises
        ------
        FormatError
            If no word was taken.
        """
        if not len(self):
            raise self.log.nothing_usable("no word with a usable vector")
        self._rows.resize((len(self), self._rows.shape[1]), refcheck=False)
        self._rows.flags.writeable = False  # so that the space needs no copy
        space = EmbeddingSpace(
            language=language,
            vocabulary=Vocabulary(
                words=tuple(self._words),
                counts=None if counts is None else np.array(counts, dtype=np.int64),
            ),
            vectors=self._rows,
            subwords=subwords,
            empty_words=frozenset(self._zero),
        )
        return space, self.log.report("word vectors", len(space))

    def _check(self, raw: bytes, number: int) -> str | None:
        """Decode a word in NFC, or report why it cannot be used."""
        try:
            word = unicodedata.normalize("NFC", raw.decode())
        except UnicodeDecodeError:
            self.log.problem("not UTF-8", number, f"the word {raw!r} is not UTF-8", "word skipped")
            return None
        if word.split() != [word]:
            what = f"the word {word!r} contains a blank" if word else "there is no word"
            self.log.problem("blank in word", number, what, "word skipped")
            return None
        if word in self._words:
            self.log.problem(
                "duplicate word", number, f"the word {word!r} stands twice", "first one kept"
            )
            return None
        return word

    def _store(self, vectors: Matrix, before: int) -> None:
        """Append rows; the memory grows by half where it does not suffice."""
        if len(self) > len(self._rows):
            room = max(len(self), len(self._rows) * 3 // 2)
            self._rows.resize((room, self._rows.shape[1]), refcheck=False)
        self._rows[before : len(self)] = vectors


def check_writable(path: PathLike, space: EmbeddingSpace) -> None:
    """Refuse to write a space whose words a file cannot hold.

    Parameters
    ----------
    path : path
        The file that is to be made.
    space : EmbeddingSpace
        What is to be written.

    Raises
    ------
    FormatError
        If a word contains a blank or NUL, is empty, or has no UTF-8 form.
    """
    for word in space.words:
        if word.split() != [word] or "\0" in word:
            raise FormatError(
                path, f"the word {word!r} contains a blank or NUL; no file can hold it"
            )
        try:
            word.encode()
        except UnicodeEncodeError as error:
            raise FormatError(path, f"the word {word!r} has no UTF-8 form") from error
