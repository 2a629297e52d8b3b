"""A temporary file that leaves nothing behind."""

import errno
import os
import tempfile
from pathlib import Path

from xling.errors import FileAccessError
from xling.files import PathLike

__all__ = ["ScratchFile"]


class ScratchFile:
    """A file without a name, which is gone however the process ends.

    Parameters
    ----------
    beside : path
        The output that it serves; it lies in the nearest folder above that exists already.

    Raises
    ------
    FileAccessError
        If the system makes no file there.
    """

    def __init__(self, beside: PathLike) -> None:
        folder = Path(beside).absolute().parent
        while not folder.is_dir():
            folder = folder.parent
        self._beside = beside
        try:
            self._stream = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115
        except OSError as error:
            raise self._error("write", error) from error

    def close(self) -> None:
        """Give the file's place on the disk back."""
        self._stream.close()

    def append(self, content: bytes) -> None:
        """Write at the end.

        Parameters
        ----------
        content : bytes
            Any number.

        Raises
        ------
        FileAccessError
            If the disk refuses, for example because it is full.
        """
        left = memoryview(content)
        try:
            while left:
                left = left[os.write(self._stream.fileno(), left) :]
        except OSError as error:
            raise self._error("write", error) from error

    def read(self, start: int, length: int) -> bytes:
        """Read some of it, wherever it was written to.

        Parameters
        ----------
        start, length : int
            In bytes.

        Returns
        -------
        bytes
            As many as were asked for.

        Raises
        ------
        FileAccessError
            If the disk refuses.
        """
        parts: list[bytes] = []
        try:
            while length:
                parts.append(os.pread(self._stream.fileno(), length, start))
                if not parts[-1]:
                    raise OSError(errno.EIO, os.strerror(errno.EIO))
                start, length = start + len(parts[-1]), length - len(parts[-1])
        except OSError as error:
            raise self._error("read", error) from error
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _error(self, verb: str, error: OSError) -> FileAccessError:
        """Say what the system refused."""
        return FileAccessError(
            f"cannot {verb} a temporary file beside {self._beside}: {error.strerror or error}"
        )
