"""Sentences on the disk, read back by number."""

from array import array
from collections.abc import Iterable
from typing import Self

from xling.data.scratch import ScratchFile
from xling.files import PathLike

__all__ = ["SpooledSentences"]


class SpooledSentences:
    """Sentences in a file without a name; 8 bytes of each are in memory.

    To be used in a ``with`` block. What is read from a pipe or through gzip can so be read again,
    in any order.

    Parameters
    ----------
    beside : path
        The output that they are kept for; the file lies on the same disk.

    Raises
    ------
    FileAccessError
        If the system makes no file there.
    """

    def __init__(self, beside: PathLike) -> None:
        self._file = ScratchFile(beside)
        self._ends = array("q", [0])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._ends) - 1

    def extend(self, sentences: Iterable[str]) -> None:
        """Add sentences at the end.

        Parameters
        ----------
        sentences : iterable of str
            Any.

        Raises
        ------
        FileAccessError
            If the disk refuses, for example because it is full.
        """
        made = [sentence.encode() for sentence in sentences]
        for each in made:
            self._ends.append(self._ends[-1] + len(each))
        self._file.append(b"".join(made))

    def __getitem__(self, number: int) -> str:
        """Read a sentence.

        Parameters
        ----------
        number : int
            From 0.

        Returns
        -------
        str
            As it was added.

        Raises
        ------
        IndexError
            If there is none of that number.
        FileAccessError
            If the disk refuses.
        """
        if not 0 <= number < len(self):
            raise IndexError(f"sentence {number} of {len(self)}")
        start, stop = self._ends[number : number + 2]
        return self._file.read(start, stop - start).decode()
