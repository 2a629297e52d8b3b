"""Exact search for the rows with the largest inner product."""

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from xling.arrays import IntVector, Matrix, blocks, check_matrix, frozen
from xling.errors import FormatError, InputError

if TYPE_CHECKING:
    import faiss

__all__ = ["ExactIndex", "Neighbors", "write_index"]

_CHUNK = 1 << 20  # bytes written at once
_BLOCK = 4096  # queries searched at once
_CELLS = 1 << 24  # inner products in memory at once: 64 MiB


@dataclass(frozen=True, kw_only=True, eq=False)
class Neighbors:
    """The best rows for each query.

    Parameters
    ----------
    ids : ndarray, shape (n, k), int64
        Rows, the best first; of equal scores, the smaller row first.
    scores : ndarray, shape (n, k), float32
        Not increasing along a row; larger is better.
    """

    ids: IntVector
    scores: Matrix


@dataclass(frozen=True, kw_only=True, eq=False)
class ExactIndex:
    """A flat inner-product index of FAISS, with ties in order.

    Parameters
    ----------
    rows : ndarray, shape (n, d), float32
        What is searched.
    mapped : IndexFlatIP, optional
        The same rows as FAISS has mapped them from a file, where that is so.
    """

    rows: Matrix = field(repr=False)
    mapped: "faiss.IndexFlatIP | None" = field(default=None, repr=False)

    def __post_init__(self) -> None:
        check_matrix(self.rows, "rows")
        object.__setattr__(self, "rows", frozen(self.rows, np.float32))

    def __len__(self) -> int:
        return len(self.rows)

    def _search(self, queries: Matrix, k: int) -> tuple[Matrix, IntVector]:
        """Search the rows where they lie: an index of FAISS's own would hold a copy of them."""
        import faiss

        found: tuple[Matrix, IntVector]
        if self.mapped is not None:
            found = self.mapped.search(queries, k)
        else:
            found = faiss.knn(queries, self.rows, k, metric=faiss.METRIC_INNER_PRODUCT)
        return found

    @cached_property
    def _twins(self) -> dict[int, IntVector]:
        """For each row that is bitwise equal to another one, all rows equal to it."""
        groups: dict[int, list[int]] = {}
        for number, row in enumerate(self.rows):
            groups.setdefault(hash(row.tobytes()), []).append(number)
        twins: dict[int, IntVector] = {}
        for group in groups.values():
            equal: dict[bytes, list[int]] = {}
            for number in group if len(group) > 1 else ():
                equal.setdefault(self.rows[number].tobytes(), []).append(number)
            for numbers in equal.values():
                if len(numbers) > 1:
                    twins |= dict.fromkeys(numbers, np.array(numbers, dtype=np.int64))
        return twins

    def search(self, queries: Matrix, k: int) -> Neighbors:
        """Find the rows with the largest inner product with each query.

        Parameters
        ----------
        queries : ndarray, shape (n, d), float32
            Not changed.
        k : int
            How many rows for each query; at most the size of the index is given.

        Returns
        -------
        Neighbors
            ``min(k, len(self))`` rows for each query. Bitwise equal rows have one score, and of
            them the smaller ones come first and are the ones kept.

        Raises
        ------
        ShapeError
            If the queries have another width.
        InputError
            If ``k`` is below 1.
        """
        if k < 1:
            raise InputError(f"k is {k}; at least 1 is needed")
        check_matrix(queries, "queries", columns=self.rows.shape[1])
        wanted = min(k, len(self))
        ids = np.empty((len(queries), wanted), dtype=np.int64)
        scores = np.empty((len(queries), wanted), dtype=np.float32)
        for block in blocks(len(queries), _BLOCK):
            chosen = np.ascontiguousarray(queries[block], dtype=np.float32)
            scores[block], ids[block] = self._search(chosen, wanted)
        return self._in_order(ids, scores)

    def scan(
        self, queries: Matrix, k: int, rescore: Callable[[Matrix, slice], Matrix]
    ) -> Neighbors:
        """Find the rows with the best value of any function of the inner products.

        Parameters
        ----------
        queries : ndarray, shape (n, d), float32
            Not changed.
        k : int
            How many rows for each query; at most the size of the index is given.
        rescore : callable
            Gets the inner products of a block of queries with all rows, which it may overwrite,
            and the block's place in ``queries``; gives values of the same shape, larger is better.

        Returns
        -------
        Neighbors
            As of `search`, exact, with these values as scores. No more than 64 MiB of inner
            products are in memory at once, beside what ``rescore`` makes (one query has a row of
            them in any case).

        Raises
        ------
        ShapeError
            If the queries have another width.
        InputError
            If ``k`` is below 1.
        """
        if k < 1:
            raise InputError(f"k is {k}; at least 1 is needed")
        check_matrix(queries, "queries", columns=self.rows.shape[1])
        wanted = min(k, len(self))
        ids = np.empty((len(queries), wanted), dtype=np.int64)
        scores = np.empty((len(queries), wanted), dtype=np.float32)
        for block in blocks(len(queries), max(1, min(_BLOCK, _CELLS // max(len(self), 1)))):
            with np.errstate(invalid="ignore"):  # BLAS raises the flag where it reads past a row
                products: Matrix = queries[block] @ self.rows.T
            values = rescore(products, block)
            ids[block] = np.argpartition(-values, wanted - 1, axis=1)[:, :wanted]
            scores[block] = np.take_along_axis(values, ids[block], axis=1)
        return self._in_order(ids, scores)

    def _in_order(self, ids: IntVector, scores: Matrix) -> Neighbors:
        """Put the best first, and of equal ones the smaller row."""
        self._complete_twins(ids, scores)
        order = np.lexsort((ids, -scores), axis=1)
        return Neighbors(
            ids=np.take_along_axis(ids, order, axis=1),
            scores=np.take_along_axis(scores, order, axis=1),
        )

    def _complete_twins(self, ids: IntVector, scores: Matrix) -> None:
        """Give equal rows one score, and bring in those that the cut at ``k`` left out."""
        if not self._twins:
            return
        doubled = np.zeros(len(self), dtype=bool)
        doubled[list(self._twins)] = True
        for query in np.flatnonzero(doubled[ids].any(axis=1)):
            best: dict[int, float] = {}
            for number, score in zip(ids[query].tolist(), scores[query].tolist(), strict=True):
                for twin in self._twins.get(number, np.array([number])).tolist():
                    best[twin] = max(score, best.get(twin, score))
            kept = sorted(best, key=lambda number: (-best[number], number))[: ids.shape[1]]
            ids[query], scores[query] = kept, [best[number] for number in kept]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the index in FAISS's own format.

        Parameters
        ----------
        path : path
            The file to write.

        Raises
        ------
        OSError
            If the system refuses, for example because the disk is full.
        """
        if self.mapped is not None:
            write_index(self.mapped, path)
            return
        with open(path, "wb") as stream:
            stream.write(_head(*self.rows.shape))
            for block in blocks(len(self), _BLOCK):
                stream.write(np.ascontiguousarray(self.rows[block], dtype="<f4").data)

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, mapped: bool = False) -> "ExactIndex":
        """Read an index that `save` wrote.

        Parameters
        ----------
        path : path
            The file to read.
        mapped : bool
            Whether the file is only mapped: read when used, and shared by all processes. The rows
            are then not aligned in memory, so that NumPy copies them before it multiplies them.

        Returns
        -------
        ExactIndex
            The same rows.

        Raises
        ------
        FormatError
            If the file holds no flat inner-product index.
        """
        import faiss

        try:
            owner = faiss.read_index(os.fspath(path), faiss.IO_FLAG_MMAP_IFC if mapped else 0)
            flat: Any = faiss.downcast_index(owner)
            flat.referenced_objects = [owner]  # a view: the owner must outlive it
        except RuntimeError as error:
            raise FormatError(path, "not an index that FAISS can read") from error
        if not isinstance(flat, faiss.IndexFlatIP):
            raise FormatError(path, f"a {type(flat).__name__}; IndexFlatIP is needed")
        if not mapped:
            return cls(rows=flat.reconstruct_n(0, flat.ntotal))
        raw = np.memmap(path, dtype=np.uint8, mode="r").view(np.ndarray)
        return cls(
            rows=raw[len(raw) - 4 * flat.ntotal * flat.d :]
            .view(np.float32)
            .reshape(flat.ntotal, flat.d),
            mapped=flat,
        )


def _head(count: int, width: int) -> bytes:
    """Give what stands before the rows in FAISS's file of a flat index.

    To write the rows after it needs no copy of them, as an index of FAISS's own would. The head is
    that of an index of one row, with the number of rows (eight bytes after the kind and the width)
    and of their elements (the last eight) put right.
    """
    import faiss

    one = faiss.IndexFlatIP(width)
    one.add(np.zeros((1, width), np.float32))
    head = bytearray(faiss.serialize_index(one).tobytes()[: -4 * width])
    head[8:16] = struct.pack("<q", count)
    head[-8:] = struct.pack("<Q", count * width)
    return bytes(head)


def write_index(index: Any, path: str | os.PathLike[str]) -> None:
    """Write an index of FAISS, with the system's own reason where it refuses.

    Parameters
    ----------
    index : faiss.Index
        Any.
    path : path
        The file to write.

    Raises
    ------
    OSError
        If the system refuses, for example because the disk is full.
    """
    import faiss

    with open(path, "wb") as stream:  # FAISS itself would hide the reason
        writer = faiss.PyCallbackIOWriter(stream.write, _CHUNK)  # type: ignore[attr-defined]
        faiss.write_index(index, writer)
