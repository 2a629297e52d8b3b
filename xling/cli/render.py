"""What the commands print: tables and JSON on stdout, messages on stderr."""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any

from xling.errors import FileAccessError

if TYPE_CHECKING:
    from rich.table import Table

__all__ = [
    "OutputClosedError",
    "complain",
    "facts",
    "per_cent",
    "size",
    "table",
    "to_json",
    "unused_retrieval",
    "warn",
    "write",
    "write_json",
]

_WIDE = 10_000  # columns of an output that is no terminal: nothing is cut off or wrapped


class _Buffer(StringIO):
    """Text that is meant for stdout: tables are ruled with what its encoding has."""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """That of stdout."""
        return sys.stdout.encoding or "utf-8"


class OutputClosedError(Exception):
    """Who reads the output has closed it, as ``head`` does."""


def write(*parts: "str | Table") -> None:
    """Print texts and tables on stdout.

    Parameters
    ----------
    *parts : str or rich.table.Table
        A text that does not end with a line feed gets one.

    Raises
    ------
    OutputClosedError
        If nobody reads on.
    FileAccessError
        If the system refuses, for example because the disk is full.
    """
    for part in parts:
        if isinstance(part, str):
            text = part if part.endswith("\n") else part + "\n"
        else:
            text = _drawn(part)
        _put(text)


def write_json(document: Mapping[str, Any]) -> None:
    """Print one JSON document on stdout.

    Parameters
    ----------
    document : mapping
        Plain values only.

    Raises
    ------
    OutputClosedError, FileAccessError
        As `write`.
    """
    text = to_json(document)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = to_json(document, ascii_only=True)
    _put(text)


def to_json(document: Mapping[str, Any], *, ascii_only: bool = False) -> str:
    """Write a document as JSON.

    Parameters
    ----------
    document : mapping
        Plain values only; no NaN.
    ascii_only : bool
        Whether all other characters are escaped.

    Returns
    -------
    str
        With a line feed at its end.
    """
    return json.dumps(document, ensure_ascii=ascii_only, indent=2, allow_nan=False) + "\n"


def warn(messages: Iterable[str]) -> None:
    """Print warnings on stderr.

    Parameters
    ----------
    messages : iterable of str
        One line each.
    """
    for message in messages:
        complain(f"warning: {message}")


def unused_retrieval(ranked_by: str, retrieval: str) -> list[str]:
    """Say that a criterion was asked for where it orders nothing.

    Parameters
    ----------
    ranked_by : str
        What ordered the answers.
    retrieval : str
        The criterion that was asked for.

    Returns
    -------
    list of str
        A warning, or none; the default criterion need not have been asked for.
    """
    if ranked_by == retrieval or retrieval == "csls":
        return []
    return [
        f"--retrieval {retrieval} is of the space alone, and here the {ranked_by} orders the "
        "answers; add --channels contexts"
    ]


def complain(message: str, *, hint: str | None = None, place: str = "xling") -> None:
    """Print one line on stderr, and one more with a hint where there is one.

    Parameters
    ----------
    message : str
        Line feeds in it become blanks.
    hint : str, optional
        The next step.
    place : str
        Who speaks.
    """
    lines = [f"{place}: {message}", *([] if hint is None else [f"hint: {hint}"])]
    try:
        for line in lines:
            sys.stderr.write(" ".join(line.split()) + "\n")
        sys.stderr.flush()
    except OSError:
        return  # nobody listens


def per_cent(share: float | None, digits: int = 1) -> str:
    """Write a fraction as a per cent.

    Parameters
    ----------
    share : float or None
        In [0, 1].
    digits : int
        After the point.

    Returns
    -------
    str
        A dash for ``None``.

    Examples
    --------
    >>> per_cent(0.1234), per_cent(None)
    ('12.3 %', '–')
    """
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def size(count: int) -> str:
    """Write a number of bytes.

    Parameters
    ----------
    count : int
        How many.

    Returns
    -------
    str
        In KiB below 1 MiB, otherwise in MiB.

    Examples
    --------
    >>> size(2048), size(3 << 20)
    ('2.0 KiB', '3.0 MiB')
    """
    unit, name = (1 << 20, "MiB") if count >= 1 << 20 else (1 << 10, "KiB")
    return f"{count / unit:,.1f} {name}"


def table(
    headers: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    title: str | None = None,
    right: Iterable[int] = (),
) -> "Table":
    """Make a table.

    Parameters
    ----------
    headers : sequence of str
        One for each column.
    rows : iterable of sequences of str
        Written as they are: no markup.
    title : str, optional
        Above it.
    right : iterable of int
        Columns set flush right.

    Returns
    -------
    rich.table.Table
        To be given to `write`.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    flush = set(right)
    made = Table(
        title=None if title is None else Text(title),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
    )
    for number, header in enumerate(headers):
        made.add_column(
            Text(header), justify="right" if number in flush else "left", overflow="fold"
        )
    for row in rows:
        made.add_row(*(Text(cell) for cell in row))
    return made


def facts(rows: Iterable[tuple[str, str]]) -> "Table":
    """Make a table of names and values, without headers.

    Parameters
    ----------
    rows : iterable of (str, str)
        Name and value.

    Returns
    -------
    rich.table.Table
        To be given to `write`.
    """
    made = table(("", ""), rows)
    made.show_header = False
    made.columns[0].style = "dim"
    made.columns[0].no_wrap = True
    return made


def _drawn(part: "Table") -> str:
    """Draw a table for the terminal, or for a file or pipe without colours and of any width."""
    from rich.console import Console

    terminal = sys.stdout.isatty()
    buffer = _Buffer()
    console = Console(
        file=buffer,
        force_terminal=terminal,
        width=None if terminal else _WIDE,
        legacy_windows=False,
    )
    console.print(part)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def _put(text: str) -> None:
    """Write on stdout, and show what its encoding lacks by escapes."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError as error:
        _forget_stdout()
        raise OutputClosedError from error
    except OSError as error:
        _forget_stdout()
        raise FileAccessError(f"cannot write to stdout: {error.strerror or error}") from error


def _forget_stdout() -> None:
    """Send what is still buffered nowhere, so that it does not fail again at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
