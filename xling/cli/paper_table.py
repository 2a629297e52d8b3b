"""Scores as a table in Markdown or LaTeX, to be pasted into a text."""

from collections.abc import Iterable, Sequence
from typing import Any

from xling.errors import UnknownNameError

__all__ = ["FORMATS", "check_format", "comparison_rows", "evaluation_row", "paper_table"]

#: What a table can be written as; ``text`` is what terminals show.
FORMATS = ("text", "markdown", "latex")

_HEADERS = (
    "model",
    "queries",
    "coverage",
    "P@1",
    "95 %",
    "P@5",
    "P@10",
    "MRR",
    "MAP",
    "P@1 of all",
)
_COMPARED = ("model", "coverage", "P@1", "95 %", "P@5", "MRR", "P@1 of all")
_ESCAPES = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {character: "\\" + character for character in "&%$#_{}"}


def check_format(name: str) -> None:
    """Refuse a format that does not exist, before any work.

    Parameters
    ----------
    name : str
        One of `FORMATS`.

    Raises
    ------
    UnknownNameError
        If it is none.
    """
    if name not in FORMATS:
        raise UnknownNameError("format", name, FORMATS)


def paper_table(headers: Sequence[str], rows: Iterable[Sequence[str]], kind: str) -> str:
    """Write a table, the first column to the left and the others to the right.

    Parameters
    ----------
    headers : sequence of str
        One for each column.
    rows : iterable of sequences of str
        Cells, as they are to be read: what the format gives a meaning to is escaped.
    kind : {"markdown", "latex"}
        The format. LaTeX needs the package booktabs.

    Returns
    -------
    str
        Lines, without a line feed at the end.

    Raises
    ------
    UnknownNameError
        If there is no such format.

    Examples
    --------
    >>> print(paper_table(("model", "P@1"), [("m", "50.0")], "markdown"))
    | model | P@1 |
    |---|---:|
    | m | 50.0 |
    """
    if kind == "markdown":
        lines = [_markdown(headers), "|" + "|".join(["---", *["---:"] * (len(headers) - 1)]) + "|"]
        return "\n".join([*lines, *map(_markdown, rows)])
    if kind == "latex":
        columns = "l" + "r" * (len(headers) - 1)
        start = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", _latex(headers), r"\midrule"]
        return "\n".join([*start, *map(_latex, rows), r"\bottomrule", r"\end{tabular}"])
    raise UnknownNameError("format", kind, FORMATS)


def evaluation_row(document: dict[str, Any]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Give the scores of an evaluation as one row.

    Parameters
    ----------
    document : dict
        Of ``evaluate --json``.

    Returns
    -------
    headers : tuple of str
    rows : list of tuple of str
        Per cent without the sign, as papers give them; MRR and MAP as fractions.
    """
    precision = document["precision"]
    row = (
        document["model"],
        str(document["queries_in_vocabulary"]),
        _points(document["coverage"]),
        _points(precision["1"]),
        _interval(document["confidence_interval"]),
        _points(precision["5"]),
        _points(precision["10"]),
        f"{document['mrr']:.3f}",
        f"{document['map']:.3f}",
        _points(document["precision_overall"]["1"]),
    )
    return _HEADERS, [row]


def comparison_rows(document: dict[str, Any]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Give the scores of compared models, on their common queries.

    Parameters
    ----------
    document : dict
        Of ``compare --json``.

    Returns
    -------
    headers : tuple of str
    rows : list of tuple of str
        One for each model; a dagger at P@1 marks those that no model is significantly better than
        while they are better than another one.
    """
    found = [row for row in document["comparisons"] if _is_main(row)]
    verdicts = [(row["model"], row["verdict"]) for row in found] + [
        (row["against"], {"better": "worse", "worse": "better"}.get(row["verdict"], "same"))
        for row in found
    ]
    rows: list[tuple[str, ...]] = []
    for score in document["scores"]:
        own = {verdict for name, verdict in verdicts if name == score["model"]}
        common = score["common"]
        rows.append(
            (
                score["model"],
                _points(score["coverage"]),
                _points(common["precision_at_1"])
                + ("†" if "better" in own and "worse" not in own else ""),
                _interval(common["confidence_interval"]),
                _points(common["precision_at_5"]),
                "–" if common["mrr"] is None else f"{common['mrr']:.3f}",
                _points(score["all"]["precision_at_1"]),
            )
        )
    return _COMPARED, rows


def _is_main(row: dict[str, Any]) -> bool:
    """Tell whether a comparison is of P@1 on common queries."""
    return bool(row["measure"] == "precision_at_1" and row["among"] == "common")


def _points(share: float | None) -> str:
    """Write a fraction in per cent, without the sign."""
    return "–" if share is None else f"{100 * share:.1f}"


def _interval(ends: Sequence[float] | None) -> str:
    """Write an interval in per cent, without the sign."""
    return "–" if ends is None else f"{_points(ends[0])}–{_points(ends[1])}"


def _markdown(cells: Sequence[str]) -> str:
    """Write a row of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _latex(cells: Sequence[str]) -> str:
    """Write a row of a LaTeX table."""
    escaped = ("".join(_ESCAPES.get(character, character) for character in cell) for cell in cells)
    return " & ".join(escaped).replace("†", r"$^\dagger$").replace("–", "--") + r" \\"
