"""Rows of vectors on the disk, read back in blocks."""

from typing import Self

import numpy as np

from xling.arrays import Matrix, check_matrix
from xling.data.scratch import ScratchFile
from xling.files import PathLike

__all__ = ["SpooledRows"]


class SpooledRows:
    """A matrix in a file without a name; in memory is only what is asked for.

    To be used in a ``with`` block. It is read, not mapped, so that it does not count as memory of
    the process.

    Parameters
    ----------
    beside : path
        The output that the rows are kept for; the file lies on the same disk.

    Raises
    ------
    FileAccessError
        If the system makes no file there.
    """

    def __init__(self, beside: PathLike) -> None:
        self._file = ScratchFile(beside)
        self._shape = (0, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and of columns; (0, 0) as long as there are none."""
        return self._shape

    def extend(self, rows: Matrix) -> None:
        """Add rows at the end.

        Parameters
        ----------
        rows : ndarray, shape (n, d)
            Kept as float32; all of one width.

        Raises
        ------
        ShapeError
            If the width is another one than before.
        FileAccessError
            If the disk refuses, for example because it is full.
        """
        check_matrix(rows, "rows", columns=self._shape[1] or None)
        self._file.append(np.ascontiguousarray(rows, np.float32).tobytes())
        self._shape = self._shape[0] + len(rows), rows.shape[1]

    def __getitem__(self, part: slice) -> Matrix:
        """Read rows.

        Parameters
        ----------
        part : slice
            Without a step.

        Returns
        -------
        ndarray, shape (n, d), float32
            Read-only.

        Raises
        ------
        FileAccessError
            If the disk refuses.
        """
        start, stop, _ = part.indices(self._shape[0])
        width = 4 * self._shape[1]
        found = self._file.read(start * width, max(stop - start, 0) * width)
        return np.frombuffer(found, np.float32).reshape(-1, self._shape[1])
