"""Sentence pairs on the command line: which files or data sets, and what is taken of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xling.cli.options import check_input
from xling.errors import ConflictError

if TYPE_CHECKING:
    from xling.data.formats.pair_sources import PairOptions, ReadPairs

__all__ = [
    "Columns",
    "Deduplicate",
    "LengthRatio",
    "MaxPairs",
    "Pairs",
    "SourceFile",
    "TargetFile",
    "Where",
    "WrongLanguage",
    "both_files",
    "check_given",
    "check_sources",
    "local_sources",
    "pair_options",
    "read_given",
    "read_sources",
]

Pairs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PAIRS...",
        help="Sentence pairs: .tsv (source TAB target a line), .csv, .jsonl, .parquet, also .gz; "
        "a folder that datasets saved; hub:OWNER/NAME. Of several, pairs are taken in turn.",
    ),
]
SourceFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Source sentences, line by line as --target-file."),
]
TargetFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Target sentences, instead of PAIRS.")
]
Columns = Annotated[
    str | None,
    typer.Option(
        metavar="SOURCE,TARGET",
        help="Columns of PAIRS by name, or by number where there is no header: 1,3.",
    ),
]
Where = Annotated[
    list[str] | None,
    typer.Option(metavar="COLUMN=VALUE", help="Take only such rows of PAIRS; repeatable."),
]
MaxPairs = Annotated[
    int | None, typer.Option(metavar="N", help="Take this many pairs at most; read no further.")
]
Deduplicate = Annotated[
    str | None,
    typer.Option(metavar="WHAT", help="Leave out a repeated pair, source, target, or either."),
]
LengthRatio = Annotated[
    float | None,
    typer.Option(
        metavar="R", help="Leave out pairs with a side R times too long for the other: 3."
    ),
]
WrongLanguage = Annotated[
    bool,
    typer.Option(
        "--filter-language", help="Leave out pairs with a side in the other one's language."
    ),
]


def pair_options(
    *,
    columns: str | None,
    where: Sequence[str] | None,
    limit: int | None,
    deduplicate: str | None,
    length_ratio: float | None,
    language: bool,
) -> "PairOptions":
    """Put the options together.

    Parameters
    ----------
    columns, where, limit, deduplicate, length_ratio, language
        As they were given.

    Returns
    -------
    PairOptions
        Checked.

    Raises
    ------
    InputError
        If one is malformed.
    """
    from xling.data.formats.pair_columns import parse_columns, parse_where
    from xling.data.formats.pair_sources import PairOptions
    from xling.data.pair_filters import PairFilters

    return PairOptions(
        columns=parse_columns(columns),
        where=parse_where(where or ()),
        limit=limit,
        filters=PairFilters(deduplicate=deduplicate, length_ratio=length_ratio, language=language),
    )


def both_files(source: Path | None, target: Path | None) -> tuple[Path, Path] | None:
    """Put two line-aligned files together.

    Parameters
    ----------
    source, target : Path, optional
        As they were given.

    Returns
    -------
    pair of Path or None
        ``None`` where neither was given.

    Raises
    ------
    ConflictError
        If one was given without the other.
    """
    if source is None and target is None:
        return None
    if source is None or target is None:
        raise ConflictError("--source-file and --target-file are needed together")
    return source, target


def check_given(
    sources: Sequence[str],
    line_aligned: tuple[Path, Path] | None,
    options: "PairOptions | None" = None,
) -> None:
    """Refuse sentence pairs of two kinds, of none, and columns where there are none.

    Parameters
    ----------
    sources : sequence of str
        Files and data sets.
    line_aligned : pair of Path, optional
        Instead of them.
    options : PairOptions, optional
        What is taken of them.

    Raises
    ------
    ConflictError
        With what is needed.
    """
    if bool(sources) == (line_aligned is not None):
        what = "too many sentence pairs" if sources else "missing PAIRS"
        raise ConflictError(
            f"{what}: either a file PAIRS is needed, or --source-file and --target-file"
        )
    if line_aligned is not None and options and (options.columns or options.where):
        raise ConflictError("--columns and --where are of PAIRS; line-aligned files have none")


def local_sources(sources: Sequence[str]) -> list[Path]:
    """Give those of the sources that are files or folders.

    Parameters
    ----------
    sources : sequence of str
        As they were given.

    Returns
    -------
    list of Path
        Without data sets on the hub.

    Raises
    ------
    InputError
        If the name of a data set is malformed.
    """
    from xling.data.formats.pair_sources import local_path

    return [path for path in map(local_path, sources) if path is not None]


def check_sources(sources: Sequence[str]) -> None:
    """Refuse files that cannot be read, before any work.

    Parameters
    ----------
    sources : sequence of str
        As they were given.

    Raises
    ------
    FileAccessError
        If there is no such file or folder.
    InputError
        If the name of a data set is malformed.
    """
    check_input(*(path for path in local_sources(sources) if not _saved(path)))


def read_sources(
    sources: Sequence[str],
    languages: tuple[str, str],
    *,
    options: "PairOptions | None",
    strict: bool,
) -> "ReadPairs":
    """Read the sentence pairs.

    Parameters
    ----------
    sources, languages, options, strict
        As for `xling.data.formats.pair_sources.read_pair_sources`.

    Returns
    -------
    ReadPairs
        With what was left out.

    Raises
    ------
    XlingError
        If a source cannot be read.
    """
    from xling.data.formats.pair_sources import read_pair_sources

    return read_pair_sources(sources, languages, options=options, strict=strict)


def read_given(
    sources: Sequence[str],
    line_aligned: tuple[Path, Path] | None,
    languages: tuple[str, str],
    *,
    options: "PairOptions | None",
    strict: bool,
) -> "ReadPairs":
    """Read the sentence pairs of files and data sets, or of two line-aligned files.

    Parameters
    ----------
    sources, line_aligned
        As `check_given` has passed them.
    languages, options, strict
        As for `read_sources`.

    Returns
    -------
    ReadPairs
        With what was left out.

    Raises
    ------
    XlingError
        If a source cannot be read.
    """
    if line_aligned is None:
        return read_sources(sources, languages, options=options, strict=strict)
    from xling.data.formats.pair_sources import read_aligned_files

    return read_aligned_files(*line_aligned, languages, options=options, strict=strict)


def _saved(path: Path) -> bool:
    """Tell whether a folder looks like one that ``datasets`` can read."""
    return path.is_dir() and any(path.iterdir())
