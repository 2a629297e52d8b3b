"""The card of linked encoders that were exported: how to load them, their scores, how made."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xling.model.export_marks import hub_head

__all__ = ["linked_card"]

_FACTS = ("encoders", "method", "kind", "teacher", "pairs", "held_out", "seed")


def linked_card(
    card: Mapping[str, Any], languages: Sequence[str], *, prompts: frozenset[str], alone: bool
) -> str:
    """Write the card.

    Parameters
    ----------
    card : mapping
        Of `xling.linking.linked.LinkedEncoders`; what it does not hold is left out.
    languages : sequence of str
        What was exported.
    prompts : frozenset of str
        Languages before whose sentences a prompt stands.
    alone : bool
        Whether the folder is loaded without xling.

    Returns
    -------
    str
        Markdown with a YAML head.
    """
    lines = [
        *hub_head(languages),
        f"# {' and '.join(languages)}: sentences in one space",
        "",
        _what(card),
        "",
        *_loading(languages, prompts, alone=alone),
        *_scores(card),
        "## How it was made",
        "",
        "| | |",
        "|---|---|",
        *(f"| {name} | {_cell(value)} |" for name, value in _made(card)),
    ]
    return "\n".join(lines) + "\n"


def _what(card: Mapping[str, Any]) -> str:
    """Say what they are: students have a teacher and no maps."""
    made = (
        f"Students of `{card['teacher']}` that xling trained on matched sentences"
        if "teacher" in card
        else "Sentence encoders that xling linked from matched sentences; the maps are inside"
    )
    return f"{made}. Vectors of both languages can be compared."


def _loading(languages: Sequence[str], prompts: frozenset[str], *, alone: bool) -> Iterator[str]:
    """Say how sentences are encoded."""
    yield "```python"
    yield "from sentence_transformers import SentenceTransformer"
    yield ""
    trust = "" if alone else ", trust_remote_code=True"
    yield f'model = SentenceTransformer("PATH OR NAME"{trust})'
    for language in languages:
        task = f', task="{language}"' if len(languages) > 1 else ""
        prompt = f', prompt_name="{language}"' if language in prompts else ""
        yield f'model.encode(["..."]{task}{prompt})'
    yield "```"
    yield ""
    if not alone:
        yield "Needs the package `xling`: the library has no module for this map or this encoder."
        yield ""


def _scores(card: Mapping[str, Any]) -> Iterator[str]:
    """Give the scores on held-out pairs, if there are any."""
    if not card.get("accuracy"):
        return
    yield "## Scores"
    yield ""
    yield f"Accuracy of finding the translation among {card['held_out']:,} held-out sentences:"
    yield ""
    yield "| direction | accuracy |"
    yield "|---|---|"
    for direction, share in card["accuracy"].items():
        yield f"| {direction} | {100 * share:.1f} % |"
    yield ""


def _made(card: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give what is known of how they were linked."""
    for name in _FACTS:
        if name in card:
            yield name.replace("_", " "), card[name]
    yield from card.get("settings", {}).items()
    yield from card.get("versions", {}).items()


def _cell(value: object) -> str:
    """Write a value into a table."""
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return shown.replace("|", "\\|").replace("\n", " ")
