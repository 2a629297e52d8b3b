"""Figures of trained encoders as Markdown tables."""

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["encoder_tables"]


def encoder_tables(parts: Mapping[str, Any]) -> str:
    """Write a table for each part that has run."""
    made = {
        "retrieval": _retrieval,
        "topics": _topics,
        "methods": lambda part: _curves(part, ("german", "method"), "accuracy"),
        "link": lambda part: _curves(part, ("german", "method"), "accuracy"),
        "migrate": lambda part: _curves(part, ("from", "to", "method"), "recall"),
        "throughput": _speed,
    }
    return "\n\n".join(
        f"**{name}**\n\n{write(parts[name])}" for name, write in made.items() if name in parts
    )


def _retrieval(part: Mapping[str, Any]) -> str:
    """Show how often a test sentence finds its own, there and back."""
    criteria = list(next(iter(part["encoders"].values())))
    rows = []
    for name, found in part["encoders"].items():
        cells = [
            f"{_per_cent(share)} ({_interval(ends)})"
            for how in criteria
            for share, ends in zip(
                found[how]["accuracy"], found[how]["confidence_interval"], strict=True
            )
        ]
        rows.append([name, *cells])
    heads = [f"{how}, {way}" for how in criteria for way in ("there", "back")]
    return _table(["encoder", *heads], rows)


def _topics(part: Mapping[str, Any]) -> str:
    """Show how often a topic is right."""
    rows = [
        [
            name,
            *(
                f"{_per_cent(found[tag]['accuracy'])} "
                f"({_interval(found[tag]['confidence_interval'])}), {found[tag]['macro_f1']:.3f}"
                for tag in ("english", "german")
            ),
        ]
        for name, found in part["encoders"].items()
    ]
    return _table(["encoder", "English: accuracy, macro-F1", "German"], rows)


def _curves(part: Mapping[str, Any], names: tuple[str, ...], figure: str) -> str:
    """Show a figure against the number of pairs: a line for each method."""
    counts = sorted({row["pairs"] for row in part["rows"]})
    lines: dict[tuple[str, ...], dict[int, str]] = {}
    for row in part["rows"]:
        found = row.get(figure)
        shares = found if isinstance(found, list) else [found]
        shown = " / ".join("–" if share is None else _per_cent(share) for share in shares)
        lines.setdefault(tuple(str(row[name] or "none") for name in names), {})[row["pairs"]] = (
            shown
        )
    rows = [[*key, *(line.get(count, "") for count in counts)] for key, line in lines.items()]
    return _table([*names, *(f"{count:,}" for count in counts)], rows)


def _speed(part: Mapping[str, Any]) -> str:
    """Show sentences a second."""
    rows = [
        [name, found["precision"], *(f"{found[key]:,.0f}" for key in keys), f"{found['ratio']:.2f}"]
        for keys in [("per_second", "library_per_second")]
        for name, found in part["encoders"].items()
    ]
    head = ["encoder", "precision", "sentences a second", "sentence-transformers", "ratio"]
    return _table(head, rows)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a Markdown table."""
    names = list(head)
    lines = [names, ["---"] * len(names), *map(list, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _per_cent(share: float) -> str:
    return f"{100 * share:.1f}"


def _interval(ends: Iterable[float]) -> str:
    return "-".join(map(_per_cent, ends))
