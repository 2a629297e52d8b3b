"""The model card of a student: what it is, how it was made, and its scores."""

from collections.abc import Mapping
from typing import Any

__all__ = ["student_card"]

_ARE = {
    "transformer": "A network for both languages, student",
    "static": "A table of piece vectors for each language, students",
    "encoders": "A network for each language, students",
}


def student_card(facts: Mapping[str, Any]) -> str:
    """Write the card.

    Parameters
    ----------
    facts : mapping
        ``languages``, ``teacher``, ``kind``, ``pairs``, ``settings``, ``seed``, ``accuracy`` and
        ``accuracy_before`` by direction, ``held_out``, ``versions``.

    Returns
    -------
    str
        Markdown, with the metadata that model hubs read.
    """
    languages = list(facts["languages"])
    before = dict(facts.get("accuracy_before") or {})
    what = "encoders" if facts["kind"] == "encoders" else "encoder"
    lines = [
        "---",
        "library_name: sentence-transformers",
        "pipeline_tag: sentence-similarity",
        "language:",
        *(f"- {tag}" for tag in languages),
        "tags:",
        "- sentence-transformers",
        "- sentence-similarity",
        "- xling",
        "---",
        "",
        f"# {' and '.join(languages)} sentence {what}",
        "",
        f"{_ARE[facts['kind']]} of `{facts['teacher']}`, trained with xling on "
        f"{facts['pairs']:,} matched sentences.",
        "",
        "```python",
        "from sentence_transformers import SentenceTransformer",
        *_loading(facts["kind"], languages),
        "```",
        "",
        "## Scores",
        "",
    ]
    if facts["accuracy"]:
        lines += [
            f"Accuracy of finding the translation among {facts['held_out']:,} held-out sentences:",
            "",
            "| direction | before training | after |",
            "|---|---|---|",
            *(
                f"| {name} | {_shown(before.get(name))} | {_shown(share)} |"
                for name, share in facts["accuracy"].items()
            ),
        ]
    else:
        lines.append("None: too few pairs were given to keep some apart.")
    lines += ["", "## How it was made", "", "| setting | value |", "|---|---|"]
    shown = {**facts["settings"], "seed": facts["seed"], **facts["versions"]}
    lines += [f"| {name} | {value} |" for name, value in shown.items()]
    return "\n".join(lines) + "\n"


def _loading(kind: str, languages: list[str]) -> list[str]:
    """Say how sentences are encoded."""
    if kind == "transformer":
        return [
            'model = SentenceTransformer("PATH OF THIS FOLDER")',
            'rows = model.encode(["A sentence.", "Another one."])',
        ]
    return [
        f'model = SentenceTransformer("PATH OF THIS FOLDER/encoders/{tag}")  # for {tag}'
        for tag in languages
    ] + ['rows = model.encode(["A sentence.", "Another one."])']


def _shown(share: float | None) -> str:
    """Write a fraction as people read it."""
    return "–" if share is None else f"{100 * share:.1f} %"
