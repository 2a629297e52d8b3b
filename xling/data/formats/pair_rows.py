"""Rows of tables that hold sentence pairs: TSV, CSV and JSON lines, one at a time."""

import csv
import json
from collections.abc import Generator, Iterator, Mapping
from typing import Any

from xling.data.formats.lines import decoded_lines
from xling.data.formats.report import ProblemLog
from xling.errors import FormatError
from xling.files import PathLike

__all__ = ["Row", "delimited_rows", "json_rows"]

#: Number of the line, from 1, and values by name.
Row = tuple[int, Mapping[str, Any]]

_LONGEST_FIELD = 1 << 24  # characters


def delimited_rows(
    path: PathLike, log: ProblemLog, *, header: bool | None
) -> Generator[Row, None, None]:
    """Read a table whose columns are separated by TABs, or by commas with quotation marks.

    Parameters
    ----------
    path : path
        UTF-8; plain, or gzip if its name ends in ``.gz``. Commas if it ends in ``.csv``.
    log : ProblemLog
        Counts bad lines, or stops at the first one.
    header : bool or None
        Whether the first line names the columns; otherwise they are ``1``, ``2`` and so on.
        ``None``: as many names as columns, if the table has commas.

    Yields
    ------
    tuple of (int, mapping)
        Line number, and values by name; of a line with fewer columns fewer values.

    Raises
    ------
    FormatError
        If the file is empty or broken, or a quotation mark is never closed.
    FileAccessError
        If it cannot be read.
    """
    commas = str(path).removesuffix(".gz").casefold().endswith(".csv")
    names: list[str] | None = None
    for number, values in _quoted(path, log) if commas else _plain(path, log):
        if names is None and (header or (header is None and commas)):
            names = [value.strip() for value in values]
            if len(set(names)) < len(names):
                raise FormatError(path, "two columns have the same name", line=number)
            continue
        if names is None:
            yield number, {str(place): value for place, value in enumerate(values, start=1)}
        else:
            yield number, dict(zip(names, values, strict=False))


def json_rows(path: PathLike, log: ProblemLog) -> Generator[Row, None, None]:
    """Read one JSON object a line.

    Parameters
    ----------
    path : path
        UTF-8; plain, or gzip if its name ends in ``.gz``.
    log : ProblemLog
        Counts bad lines, or stops at the first one.

    Yields
    ------
    tuple of (int, mapping)
        Line number, and values by name.

    Raises
    ------
    FormatError
        If the file is empty or broken.
    FileAccessError
        If it cannot be read.
    """
    for number, line in decoded_lines(path, log):
        if line is None:
            continue
        if not line.strip():
            log.problem("empty line", number, "empty line", "skipped")
            continue
        if (number == 1 and line.strip() in ("[", "[{")) or line.lstrip().startswith('[{"'):
            raise FormatError(
                path,
                "a JSON array; one JSON object a line is needed",
                line=number,
                hint=f"jq -c '.[]' {path} > FILE.jsonl makes that of it",
            )
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            what = getattr(error, "msg", "nested too deeply")
            log.problem("no JSON", number, f"no JSON ({what})", "line skipped")
            continue
        if isinstance(row, dict):
            yield number, row
        else:
            log.problem(
                "no object", number, "a JSON object with the columns is needed", "line skipped"
            )


def _plain(path: PathLike, log: ProblemLog) -> Iterator[tuple[int, list[str]]]:
    """Cut lines at TABs."""
    for number, line in decoded_lines(path, log):
        if line is not None and line.strip():
            yield number, line.split("\t")
        elif line is not None:
            log.problem("empty line", number, "empty line", "skipped")


def _quoted(path: PathLike, log: ProblemLog) -> Iterator[tuple[int, list[str]]]:
    """Cut lines at commas; one in quotation marks may hold commas and line ends."""
    lines = (f"{line}\n" for _, line in decoded_lines(path, log) if line is not None)
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(lines, strict=True)
    while True:
        try:
            values = next(reader, None)
        except csv.Error as error:
            raise FormatError(path, f"broken CSV ({error})", line=reader.line_num) from error
        if values is None:
            return
        if any(values):
            yield reader.line_num, values
        else:
            log.problem("empty line", reader.line_num, "empty line", "skipped")
