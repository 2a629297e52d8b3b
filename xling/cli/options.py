"""What several commands share: their options, and checks of them before any long work."""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xling.data.language import check_language, check_language_pair
from xling.errors import CoverageError, InputError, XlingError
from xling.files import open_binary

if TYPE_CHECKING:
    from xling.data.formats import ReadReport

__all__ = [
    "Channels",
    "Device",
    "Force",
    "From",
    "Json",
    "Languages",
    "Limit",
    "MethodSettings",
    "ModelPath",
    "Output",
    "Policy",
    "Precision",
    "Retrieval",
    "Seed",
    "Settings",
    "Strict",
    "TableFormat",
    "Threads",
    "To",
    "check_input",
    "examples",
    "naming_lexicon",
    "parse_languages",
    "parse_lexicons",
    "parse_tags",
    "telling",
]

_TOLD = 2  # lines before an error


def _at_most_all(threads: int | None) -> int | None:
    """Take no more threads than there are processors, which would only wait for each other."""
    return None if threads is None else min(threads, os.cpu_count() or 1)


ModelPath = Annotated[
    Path, typer.Argument(metavar="MODEL", help="Folder that train, align, hub or demo made.")
]
Languages = Annotated[
    str,
    typer.Option(metavar="SOURCE,TARGET", help="The two languages, BCP-47, for example en,de."),
]
Output = Annotated[Path, typer.Option(metavar="DIR", help="Folder to make; must not exist.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A setting of the recipe; repeatable."),
]
MethodSettings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A setting of the method; repeatable."),
]
Device = Annotated[str, typer.Option(metavar="NAME", help="auto, cpu, cuda or cuda:N.")]
Precision = Annotated[
    str,
    typer.Option(
        metavar="NAME", help="Numbers to compute in: fp32, bf16, fp16, or auto for the fastest."
    ),
]
Limit = Annotated[
    int | None, typer.Option(metavar="WORDS", help="Read only the first words of each file.")
]
Threads = Annotated[
    int | None,
    typer.Option(
        metavar="N", help="Processors to use; default, and most: all.", callback=_at_most_all
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace an earlier output of xling.")]
Seed = Annotated[int, typer.Option(help="Of everything random; same seed, same result.")]
Strict = Annotated[
    bool, typer.Option("--strict", help="Stop at the first bad line instead of skipping it.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="LANG", help="Language of the queries; default: the first."),
]
To = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="LANG", help="Language of the answers; default: the other, or second, one."
    ),
]
Retrieval = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="Criterion of the space: csls, nn, inverted-softmax, margin, margin-distance, mutual.",
    ),
]
Policy = Annotated[
    str,
    typer.Option(
        metavar="NAME", help="How to count: default, or as papers do: muse, vecmap, xling-eval."
    ),
]
TableFormat = Annotated[
    str,
    typer.Option("--format", metavar="NAME", help="How scores are shown: text, markdown, latex."),
]
Channels = Annotated[
    str,
    typer.Option(
        metavar="NAMES",
        help="Evidence: all, or a comma list of contexts, table, inflections, forms, analogies, "
        "spelling, frequency, rivals.",
    ),
]


def parse_languages(text: str) -> tuple[str, str]:
    """Read the value of ``--languages``.

    Parameters
    ----------
    text : str
        Two BCP-47 tags with a comma between them.

    Returns
    -------
    pair of str
        Source and target language.

    Raises
    ------
    InputError
        If there are not two, one is malformed, or they are equal.
    """
    return check_language_pair(tuple(part.strip() for part in text.split(",")))


def parse_tags(text: str) -> tuple[str, ...]:
    """Read a comma list of languages, of any number.

    Parameters
    ----------
    text : str
        BCP-47 tags with commas between them.

    Returns
    -------
    tuple of str
        In order.

    Raises
    ------
    InputError
        If one is malformed, or stands twice.
    """
    tags = tuple(check_language(part.strip()) for part in text.split(","))
    folded = [tag.casefold() for tag in tags]
    for place, tag in enumerate(tags):
        if tag.casefold() in folded[:place]:
            raise InputError(f"languages: {tag!r} stands twice; each is given once")
    return tags


def parse_lexicons(given: Iterable[str], languages: Sequence[str]) -> dict[tuple[str, str], Path]:
    """Read the values of ``--lexicon``.

    Parameters
    ----------
    given : iterable of str
        Each ``A-B=FILE``.
    languages : sequence of str
        What ``A`` and ``B`` can be; a tag may hold hyphens itself.

    Returns
    -------
    dict
        From source and target language to the file.

    Raises
    ------
    InputError
        If a value has another form, names another language, or a direction stands twice.

    Examples
    --------
    >>> list(parse_lexicons(["zh-Hant-en=a.tsv"], ["en", "zh-Hant"]))
    [('zh-Hant', 'en')]
    """
    known = {tag.casefold(): tag for tag in languages}
    found: dict[tuple[str, str], Path] = {}
    for text in given:
        names, equals, path = text.partition("=")
        parts = names.strip().casefold().split("-")
        cuts = [("-".join(parts[:i]), "-".join(parts[i:])) for i in range(1, len(parts))]
        ends = [(known[a], known[b]) for a, b in cuts if a != b and a in known and b in known]
        if not equals or not path or len(ends) != 1:
            raise InputError(
                f"lexicon {text!r}; SOURCE-TARGET=FILE is needed, with two of "
                f"{', '.join(languages)}"
            )
        if ends[0] in found:
            raise InputError(f"the lexicon {names.strip()} is given twice; once is enough")
        found[ends[0]] = Path(path)
    return found


def check_input(*paths: Path | None) -> None:
    """Refuse files that cannot be read, before any work.

    Parameters
    ----------
    *paths : Path or None
        Only opened and closed; pipes are left alone, since they can be read but once.

    Raises
    ------
    FileAccessError
        If there is no such file, it is a folder, or it may not be read.
    """
    for path in paths:
        if path is None:
            continue
        with suppress(OSError):
            if stat.S_ISFIFO(path.stat().st_mode):
                continue
        open_binary(path).close()


def examples(*lines: str) -> str:
    """Write example calls as the last part of a command's help.

    Parameters
    ----------
    *lines : str
        Each one call.

    Returns
    -------
    str
        Blank lines keep the calls on lines of their own.
    """
    return "\n\n".join(("Example:" if len(lines) == 1 else "Examples:", *lines))


@contextmanager
def naming_lexicon(path: Path | None) -> Iterator[None]:
    """Put the file of a seed lexicon into the error that no vocabulary covers it.

    Parameters
    ----------
    path : Path or None
        The file, where one was given.

    Raises
    ------
    CoverageError
        With the name of the file.
    """
    try:
        yield
    except CoverageError as error:
        if path is None:
            raise
        raise CoverageError(f"{path}: {error}", hint=error.hint) from error


@contextmanager
def telling(reports: "Iterable[ReadReport]") -> Iterator[None]:
    """Note what was skipped in the files that were read, if a later step fails: it may be why.

    Parameters
    ----------
    reports : iterable of ReadReport
        Looked at only then.

    Raises
    ------
    XlingError
        As raised inside, with two notes at most (``__notes__``).
    """
    try:
        yield
    except XlingError as error:
        lines = [line for report in reports for line in report.describe()]
        if len(lines) > _TOLD:
            more = len(lines) - _TOLD + 1
            lines[_TOLD - 1 :] = [f"{more} more kinds of problem in the files that were read"]
        for line in lines:
            error.add_note(line)  # printed by the program, once no progress bar is on the screen
        raise
