"""Encode a file of any size into a memory-mapped matrix; go on where an earlier run stopped."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from xling.arrays import Matrix
from xling.data.formats.lines import decoded_lines, raw_lines
from xling.data.formats.report import ProblemLog, ReadReport
from xling.data.npy_rows import allocate, new_rows
from xling.encoders.pretrained.counts import EncodeCounts
from xling.errors import ConflictError, FileAccessError
from xling.files import PathLike, atomic_file, check_output
from xling.progress import Progress, silent

__all__ = ["CountingEncoder", "EncodedFile", "encode_file"]

_CHUNK = 4096  # lines between two places where a run can go on


class CountingEncoder(Protocol):
    """What this module needs of an encoder."""

    @property
    def dim(self) -> int:
        """Width of a row."""

    def encode_counted(self, sentences: list[str]) -> tuple[Matrix, EncodeCounts]:
        """Give a vector for each sentence, and what was noticed.

        Parameters
        ----------
        sentences : list of str
            Any number.

        Returns
        -------
        rows : ndarray, shape (n, d), float32
        counts : EncodeCounts
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class EncodedFile:
    """What was written.

    Parameters
    ----------
    rows, dim : int
        Of the matrix.
    resumed : int
        Rows that an earlier run had made.
    counts : EncodeCounts
        Of all rows, those of the earlier run too.
    report : ReadReport
        What was wrong with the lines.
    """

    rows: int
    dim: int
    resumed: int
    counts: EncodeCounts
    report: ReadReport


def encode_file(
    encoder: CountingEncoder,
    path: PathLike,
    output: PathLike,
    *,
    made_by: str,
    force: bool = False,
    strict: bool = False,
    chunk: int = _CHUNK,
    finish: Callable[[Path], None] | None = None,
    progress: Progress = silent,
) -> EncodedFile:
    """Encode the lines of a file: row ``i`` of the matrix is line ``i``.

    The matrix grows in ``OUTPUT.part`` with its state in ``OUTPUT.part.json``, and gets its name
    when it is complete. A run that finds both goes on where they end.

    Parameters
    ----------
    encoder : CountingEncoder
        Any.
    path : path
        One sentence a line, UTF-8; plain, or gzip where the name ends in ``.gz``.
    output : path
        ``.npy`` to make: float32, one row a line; zero for a blank line and one not UTF-8.
    made_by : str
        What tells this encoder with its settings from others.
    force : bool
        Whether the output is replaced, and an unfinished one of another run begun anew.
    strict : bool
        Whether the first line that is not UTF-8 stops the run.
    chunk : int
        Lines between two places where a run can go on.
    finish : callable, optional
        Given the complete matrix, to make the output of it; by default the matrix is the output.
        Where it fails, or is stopped, the matrix stays for the next call.
    progress : callable
        Called after each chunk.

    Returns
    -------
    EncodedFile
        What was written.

    Raises
    ------
    ConflictError
        If an unfinished output was made from another file or by another encoder.
    FormatError
        If the file is empty or damaged.
    FileAccessError
        If it cannot be read, or the place is taken.
    """
    place = Path(output)
    check_output(place, force=force, inputs=(path,))
    log = ProblemLog(path, strict)
    total, digest = _measure(path)
    run = {"lines": total, "sha256": digest, "encoder": made_by, "dim": encoder.dim}
    part = place.with_name(place.name + ".part")
    done, counts = _earlier(part, run, force=force)
    try:
        place.absolute().parent.mkdir(parents=True, exist_ok=True)
        if done:
            allocate(part)
        else:
            _state(part).unlink(missing_ok=True)
            new_rows(part, (total, encoder.dim))
        matrix = np.lib.format.open_memmap(part, mode="r+")
        resumed = done
        for texts in _chunks(path, log, done, chunk):
            rows, found = encoder.encode_counted(texts)
            matrix[done : done + len(texts)] = rows
            matrix.flush()
            done, counts = done + len(texts), counts + found
            _note(part, {**run, "done": done, "counts": asdict(counts)})
            progress("encode", done, total)
        del matrix
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        if finish is None:
            part.replace(place)
        else:
            finish(part)
            part.unlink()
        _state(part).unlink(missing_ok=True)
    except OSError as error:
        raise FileAccessError(f"cannot write {output}: {error.strerror or error}") from error
    return EncodedFile(
        rows=total,
        dim=encoder.dim,
        resumed=resumed,
        counts=counts,
        report=log.report("lines", total),
    )


def _measure(path: PathLike) -> tuple[int, str]:
    """Count the lines of a file, and give the SHA-256 over them."""
    digest, total = hashlib.sha256(), 0
    for _, line in raw_lines(path):
        digest.update(line + b"\n")
        total += 1
    return total, digest.hexdigest()


def _chunks(path: PathLike, log: ProblemLog, skip: int, size: int) -> Iterator[list[str]]:
    """Give the lines after the first ones, some at a time; blank for one that is not UTF-8."""
    waiting: list[str] = []
    for number, line in decoded_lines(path, log):
        if number <= skip:
            continue
        waiting.append((line or "").strip())
        if len(waiting) == size:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _state(part: Path) -> Path:
    """Name the file that says how far an unfinished matrix is."""
    return part.with_name(part.name + ".json")


def _note(part: Path, state: dict[str, Any]) -> None:
    """Write down how far the matrix is."""
    with atomic_file(_state(part), force=True) as temporary:
        temporary.write_text(json.dumps(state), encoding="utf-8")


def _earlier(part: Path, run: dict[str, Any], *, force: bool) -> tuple[int, EncodeCounts]:
    """Find out how far an earlier run came; refuse that of another file or encoder."""
    try:
        state = json.loads(_state(part).read_text(encoding="utf-8"))
        same = {name: state[name] for name in run} == run and part.is_file()
        done, counts = int(state["done"]), EncodeCounts(**state["counts"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, EncodeCounts()  # nothing that could be gone on with
    if same:
        return done, counts
    if not force:
        raise ConflictError(
            f"{part} was begun from another file, or by another encoder",
            hint="take it away, or begin anew with --force",
        )
    return 0, EncodeCounts()
