"""``xling translate``: word look-up."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from xling.cli.options import Channels, From, Json, ModelPath, Retrieval, To
from xling.cli.render import per_cent, table, unused_retrieval, warn, write, write_json
from xling.errors import FormatError, InputError

__all__ = ["EXAMPLES", "run_translate", "translate"]

EXAMPLES = (
    "xling translate models/en-de cat house",
    "xling translate models/en-de Katze --from de --top 10 --json",
    "xling translate models/en-de - < words.txt",
    "xling translate models/en-de",
)

_STDIN = "-"


def run_translate(
    model_path: Path,
    words: Sequence[str],
    *,
    source: str | None = None,
    target: str | None = None,
    top: int = 5,
    retrieval: str = "csls",
    channels: str = "all",
) -> dict[str, Any]:
    """Look words up.

    Parameters
    ----------
    model_path : Path
        Folder of a model.
    words : sequence of str
        In any casing; ``-`` stands for the words on stdin, one a line.
    source, target : str, optional
        Direction; by default the model's own, or the first two languages of a hub.
    top : int
        How many answers for each word.
    retrieval, channels : str
        By name.

    Returns
    -------
    dict
        The document of ``translate --json``.

    Raises
    ------
    XlingError
        If the model cannot be read, a name does not exist, or a word is not UTF-8.
    """
    from xling.model.document import lookup_document
    from xling.model.open import load_pair

    if top < 1:
        raise InputError(f"top is {top}; at least 1 is needed")
    model = load_pair(model_path, source, target)
    way = model.way(source, target, retrieval=retrieval, channels=channels)
    asked = [found for word in words for found in (_stdin() if word == _STDIN else [word])]
    for number, word in enumerate(asked, start=1):
        if any("\ud800" <= letter <= "\udfff" for letter in word):
            raise InputError(f"word {number} is not UTF-8: {word!r}")
    found = model.look_up(
        asked,
        source=way.asked.language,
        target=way.answers.language,
        top=top,
        retrieval=retrieval,
        channels=channels,
    )
    return lookup_document(model.name, way, found, retrieval=retrieval, channels=channels)


def translate(
    model: ModelPath,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WORD...",
            help="Words in any casing; - reads them from stdin. Without any, a terminal asks.",
        ),
    ] = None,
    source: From = None,
    target: To = None,
    top: Annotated[int, typer.Option(help="How many translations of each word.")] = 5,
    retrieval: Retrieval = "csls",
    channels: Channels = "all",
    json: Json = False,
) -> None:
    """Translate words, in either direction; of a hub, between any two of its languages."""
    if not words:
        if json or not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise InputError(
                "no word to translate",
                hint="- reads words from stdin, one a line; on a terminal a prompt asks for them",
            )
        _ask(model, source, target, top, retrieval, channels)
        return
    document = run_translate(
        model,
        words,
        source=source,
        target=target,
        top=top,
        retrieval=retrieval,
        channels=channels,
    )
    warn(unused_retrieval(document["ranked_by"], retrieval))
    if json:
        write_json(document)
    elif document["results"]:
        _show(document)


def _ask(
    model_path: Path,
    source: str | None,
    target: str | None,
    top: int,
    retrieval: str,
    channels: str,
) -> None:
    """Ask for words, one after the other."""
    from xling.cli.prompt import Prompt, run_prompt
    from xling.model.open import load_pair

    if top < 1:
        raise InputError(f"top is {top}; at least 1 is needed")
    model = load_pair(model_path, source, target)
    way = model.way(source, target, retrieval=retrieval, channels=channels)
    warn(unused_retrieval(way.ranked_by, retrieval))
    start = Prompt(
        source=way.asked.language,
        target=way.answers.language,
        top=top,
        retrieval=retrieval,
        channels=channels,
    )
    run_prompt(model, start, _show)


def _show(document: dict[str, Any]) -> None:
    """Print what was found."""
    headers = (document["from"], "", document["to"], "score", "confidence")
    write(table(headers, _rows(document), right=(1, 3, 4)))


def _stdin() -> Iterator[str]:
    """Read words from stdin, one a line; blank lines are skipped."""
    for number, line in enumerate(sys.stdin.buffer, start=1):
        try:
            word = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError as error:
            raise FormatError(
                "stdin", "not UTF-8; one word a line is needed", line=number
            ) from error
        if word:
            yield word


def _rows(document: dict[str, Any]) -> Iterator[tuple[str, str, str, str, str]]:
    """Give a line for each translation, and one for a word without any."""
    for result in document["results"]:
        name = result["word"] + (" (composed)" if result["status"] == "subword" else "")
        if not result["translations"]:
            known = result["status"] != "out_of_vocabulary"
            yield name, "", "no evidence" if known else "out of vocabulary", "", ""
        for rank, one in enumerate(result["translations"], start=1):
            yield (
                name if rank == 1 else "",
                str(rank),
                one["word"],
                f"{one['score']:.3f}",
                per_cent(one["confidence"]),
            )
