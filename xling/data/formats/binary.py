"""Binary files read in small steps, each of which notices where a file ends too early."""

import numpy as np
from numpy.typing import NDArray

from xling.data.formats.lines import clear_errors
from xling.errors import FormatError
from xling.files import PathLike, open_binary

__all__ = ["FASTTEXT_MAGIC", "BinaryFile"]

#: The first four bytes of a fastText model, as a little-endian integer.
FASTTEXT_MAGIC = 793712314

_CHUNK = 1 << 20


class BinaryFile:
    """A file that is read from its start to its end.

    Parameters
    ----------
    path : path
        Plain, or gzip if its name ends in ``.gz``.

    Raises
    ------
    FormatError
        By every method, if the file ends too early or its gzip data is broken.
    FileAccessError
        If it cannot be read.
    """

    def __init__(self, path: PathLike) -> None:
        self.path = path
        self._stream = open_binary(path)
        self._buffer = b""
        self._start = 0

    def __enter__(self) -> "BinaryFile":
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def at_end(self) -> bool:
        """Tell whether everything was read."""
        return self._start >= len(self._buffer) and not self._fill()

    def take(self, size: int, what: str) -> bytes:
        """Read some bytes.

        Parameters
        ----------
        size : int
            How many.
        what : str
            What they are, for the message.

        Returns
        -------
        bytes
            Exactly ``size`` of them.
        """
        while len(self._buffer) - self._start < size:
            if not self._fill(size):
                raise self._cut(what)
        self._start += size
        return self._buffer[self._start - size : self._start]

    def until(self, end: bytes, what: str) -> bytes:
        """Read as far as a certain byte.

        Parameters
        ----------
        end : bytes
            The byte; it is read, too.
        what : str
            What is read, for the message.

        Returns
        -------
        bytes
            What stands before it; at most 1 MiB.
        """
        while (stop := self._buffer.find(end, self._start)) < 0:
            if len(self._buffer) - self._start > _CHUNK:
                raise FormatError(self.path, f"{what} has no end; is this the right format?")
            if not self._fill():
                raise self._cut(what)
        found = self._buffer[self._start : stop]
        self._start = stop + 1
        return found

    def rows(self, count: int, width: int, what: str) -> NDArray[np.float32]:
        """Read rows of 32-bit floats.

        Parameters
        ----------
        count, width : int
            Shape of the matrix.
        what : str
            What it holds, for the message.

        Returns
        -------
        ndarray, shape (count, width), float32
            Memory is taken only as the file really delivers.
        """
        step = max(1, _CHUNK // (4 * width))
        made: NDArray[np.float32] = np.empty((min(count, step), width), dtype=np.float32)
        for start in range(0, count, step):
            size = min(step, count - start)
            if start + size > len(made):
                made.resize((min(count, 2 * (start + size)), width), refcheck=False)
            raw = self.take(4 * width * size, what)
            made[start : start + size] = np.frombuffer(raw, dtype="<f4").reshape(size, width)
        return made

    def _fill(self, size: int = 0) -> bool:
        """Read on; ``False`` at the end of the file."""
        with clear_errors(self.path):
            more = self._stream.read(max(_CHUNK, size))
        self._buffer = self._buffer[self._start :] + more
        self._start = 0
        return bool(more)

    def _cut(self, what: str) -> FormatError:
        """Make the error for a file that ends too early."""
        return FormatError(
            self.path,
            f"the file ends within {what}",
            hint="was the file copied or downloaded whole?",
        )
