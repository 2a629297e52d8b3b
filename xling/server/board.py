"""What the processes of one server tell each other: a page of memory for each of them."""

import json
import mmap
import zlib
from typing import Any

__all__ = ["Board"]

_PAGE = 1 << 16  # bytes of each process
_HEAD = 8  # of them, length and checksum


class Board:
    """Memory that processes share which are forked from the one that made it.

    Each writes its own page and reads all. There is no lock: a page that is being written does not
    fit its checksum, and is read again.

    Parameters
    ----------
    pages : int
        How many processes there are.
    """

    def __init__(self, pages: int) -> None:
        self._memory = mmap.mmap(-1, pages * _PAGE)
        self._pages = pages

    def __len__(self) -> int:
        return self._pages

    def write(self, page: int, document: dict[str, Any]) -> bool:
        """Put something on a page.

        Parameters
        ----------
        page : int
            Of the process that writes.
        document : dict
            JSON can hold it.

        Returns
        -------
        bool
            False if it is too long; the page then stays as it was.
        """
        data = json.dumps(document, separators=(",", ":")).encode()
        if len(data) > _PAGE - _HEAD:
            return False
        start = page * _PAGE
        head = len(data).to_bytes(4, "little") + zlib.crc32(data).to_bytes(4, "little")
        self._memory[start : start + _HEAD + len(data)] = head + data
        return True

    def read(self, page: int) -> dict[str, Any] | None:
        """Read a page.

        Parameters
        ----------
        page : int
            Of any process.

        Returns
        -------
        dict or None
            ``None`` if nothing was written there yet, or it changes all the time.
        """
        start = page * _PAGE
        for _ in range(20):
            raw = self._memory[start : start + _PAGE]
            length = min(int.from_bytes(raw[:4], "little"), _PAGE - _HEAD)
            data = raw[_HEAD : _HEAD + length]
            if not length:
                return None
            if zlib.crc32(data) == int.from_bytes(raw[4:8], "little"):
                document: dict[str, Any] = json.loads(data)
                return document
        return None
