"""Words that begin with some letters, whatever their case and accents."""

from bisect import bisect_left

import numpy as np

from xling.data.text import fold, without_marks
from xling.data.vocabulary import Vocabulary

__all__ = ["Suggestions"]


class Suggestions:
    """The words of a language in alphabetical order, found by how they begin.

    Parameters
    ----------
    vocabulary : Vocabulary
        Most frequent first.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        keys = sorted((_plain(word), row) for row, word in enumerate(vocabulary))
        self._words = vocabulary.words
        self._keys = [key for key, _ in keys]
        self._rows = np.array([row for _, row in keys], np.int64)

    def find(self, prefix: str, most: int) -> list[str]:
        """Complete a word.

        Parameters
        ----------
        prefix : str
            How it begins; case and accents do not count.
        most : int
            How many words.

        Returns
        -------
        list of str
            A word that is spelled so comes first, then the most frequent ones.

        Examples
        --------
        >>> Suggestions(Vocabulary(words=("über", "Ube", "Öl", "uber"))).find("UB", 2)
        ['über', 'Ube']
        """
        plain = _plain(prefix)
        start = bisect_left(self._keys, plain)
        end = bisect_left(self._keys, plain + "\U0010ffff")
        rows = self._rows[start:end]
        if len(rows) > most:
            exact = rows[: bisect_left(self._keys, plain + "\0", start, end) - start]
            rows = np.union1d(exact[:most], np.partition(rows, most - 1)[:most])
        words = [self._words[row] for row in sorted(rows.tolist())]
        words.sort(key=lambda word: _plain(word) != plain)
        return words[:most]


def _plain(word: str) -> str:
    """Leave out case and accents."""
    return fold(without_marks(fold(word)))
