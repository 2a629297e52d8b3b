"""What an exported folder says of itself: its files, and a card for people."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from xling.model.card import by_language, card_facts
from xling.model.hub import Hub
from xling.model.model import Model
from xling.replacing import EXPORT_MARK

__all__ = ["hub_head", "model_readme", "write_mark"]


def write_mark(folder: Path, file_format: str, languages: Sequence[str]) -> list[str]:
    """Write which files a folder holds, so that ``--force`` can tell it from others.

    Parameters
    ----------
    folder : Path
        All its files lie there.
    file_format : str
        Name of the export's format.
    languages : sequence of str
        What was written.

    Returns
    -------
    list of str
        Relative names of the files, without the one that is written here.
    """
    names = sorted(
        file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()
    )
    stored = {
        "kind": "xling-export",
        "format": file_format,
        "languages": list(languages),
        "files": names,
    }
    text = json.dumps(stored, ensure_ascii=False, indent=1)
    (folder / EXPORT_MARK).write_text(f"{text}\n", encoding="utf-8")
    return names


def model_readme(model: Model | Hub, languages: Sequence[str], *, alone: bool) -> str:
    """Write a card as model hubs show it, with the scores that the model holds.

    Parameters
    ----------
    model : Model or Hub
        What was exported.
    languages : sequence of str
        What was written.
    alone : bool
        Whether the folder is loaded without xling.

    Returns
    -------
    str
        Markdown with a YAML head.
    """
    return "\n".join([*hub_head(languages), *_body(model, languages, alone)]) + "\n"


def hub_head(languages: Sequence[str]) -> Iterator[str]:
    """Give the lines of a sentence encoder's card that hubs read; JSON strings are YAML.

    Parameters
    ----------
    languages : sequence of str
        BCP-47 tags.

    Yields
    ------
    str
        A line.
    """
    yield "---"
    yield "language:"
    for language in languages:
        yield f"- {json.dumps(language)}"
    yield "library_name: sentence-transformers"
    yield "pipeline_tag: sentence-similarity"
    yield "tags:"
    for tag in ("sentence-transformers", "sentence-similarity", "cross-lingual", "xling"):
        yield f"- {tag}"
    yield "---"


def _body(model: Model | Hub, languages: Sequence[str], alone: bool) -> Iterator[str]:
    """Give the text."""
    several = len(languages) > 1
    yield f"# {' and '.join(languages)}: sentences in one space"
    yield ""
    yield (
        "Sentence vectors as weighted means of word vectors, less what sentences have in common, "
        "made by xling. Sentences of all its languages can be compared."
    )
    yield ""
    yield "```python"
    yield "from sentence_transformers import SentenceTransformer"
    yield ""
    trust = "" if alone else ", trust_remote_code=True"
    yield f'model = SentenceTransformer("PATH OR NAME"{trust})'
    for language in languages:
        task = f", task={json.dumps(language)}" if several else ""
        yield f'model.encode(["..."]{task})'
    yield "```"
    yield ""
    if several:
        yield "`task` names the language of the sentences; without it they may be in any."
        yield ""
    if not alone:
        yield "Needs the package `xling`: words are composed or looked up as no table can."
        yield ""
    card = by_language({**model.card, "channels": ["contexts"]})
    yield "## How it was made"
    yield ""
    yield "| | |"
    yield "|---|---|"
    for name, value in card_facts(card):
        if name != "channels" and not name.startswith("inner "):
            yield f"| {name} | {_cell(value)} |"
    rows = list(_score_rows(model.card))
    if rows:
        yield ""
        yield "## Scores"
        yield ""
        yield (
            "Word translation, on pairs kept apart while it was trained: share of queries with "
            "a right first answer, and among the first five."
        )
        yield ""
        yield "| direction | words | queries | P@1 | P@5 |"
        yield "|---|---|---|---|---|"
        yield from rows


def _score_rows(card: dict[str, Any]) -> Iterator[str]:
    """Give a row for each score of the card."""
    for direction, kinds in card.get("scores", {}).items():
        for kind, score in kinds.items():
            found = score["precision"]
            five = f"{found['5']:.3f}" if "5" in found else ""
            yield f"| {direction} | {kind} | {score['queries']} | {found['1']:.3f} | {five} |"


def _cell(text: str) -> str:
    """Write text into a table."""
    return text.replace("|", "\\|").replace("\n", " ")
