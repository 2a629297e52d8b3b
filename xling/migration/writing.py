"""Old vectors as the new model's, written some at a time: a matrix, or an index of FAISS."""

from pathlib import Path

from xling.arrays import Matrix, blocks
from xling.data.npy_rows import write_changed
from xling.migration.migration import Migration
from xling.progress import Progress, silent
from xling.retrieval import index

__all__ = ["write_index", "write_matrix"]

_BLOCK = 65_536  # rows that are mapped and written at once


def write_matrix(
    place: Path, migration: Migration, rows: Matrix, *, progress: Progress = silent
) -> None:
    """Map rows into a matrix.

    Parameters
    ----------
    place : Path
        ``.npy`` to write.
    migration : Migration
        Fitted.
    rows : ndarray, shape (n, d)
        Of the old model; may be mapped into memory.
    progress : callable
        Called after each block.

    Raises
    ------
    OSError
        If the disk is full, before any row is mapped.
    """
    write_changed(
        place,
        rows,
        migration.apply,
        migration.dim_out,
        block=_BLOCK,
        told=lambda done, total: progress("migrate", done, total),
    )


def write_index(
    place: Path, migration: Migration, rows: Matrix, *, progress: Progress = silent
) -> None:
    """Map rows into an exact index of inner products, which numbers them from 0.

    Parameters
    ----------
    place : Path
        File to write.
    migration, rows, progress
        As `write_matrix`.

    Raises
    ------
    OSError
        If the disk is full.
    """
    import faiss

    made = faiss.IndexFlatIP(migration.dim_out)
    for part in blocks(len(rows), _BLOCK):
        made.add(migration.apply(rows[part]))
        progress("migrate", part.stop, len(rows))
    index.write_index(made, place)
