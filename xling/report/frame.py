"""What every page of xling shares: its frame, its tables, and how values are written."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

__all__ = [
    "asset",
    "data_block",
    "fact_list",
    "folded",
    "interval",
    "number",
    "page",
    "share",
    "table",
    "value",
    "word_html",
]

_IN_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028"}


@cache
def asset(name: str) -> str:
    """Read a style sheet or a script that is part of the package.

    Parameters
    ----------
    name : str
        Of a file beside this module, in ``assets``.

    Returns
    -------
    str
        Its text.
    """
    return files("xling.report").joinpath("assets", name).read_text(encoding="utf-8")


def page(title: str, parts: Iterable[str], *, style: str = "", script: str = "") -> str:
    """Write a whole page that loads nothing.

    Parameters
    ----------
    title : str
        Plain text.
    parts : iterable of str
        HTML of the body.
    style, script : str
        Added to the common style sheet; run at the end of the body.

    Returns
    -------
    str
        An HTML document. Its content security policy admits this style sheet and this script and
        nothing else, so that not even a mistake in escaping runs anything.
    """
    sheet = asset("base.css") + style
    policy = f"default-src 'none'; style-src '{_digest(sheet)}'"
    if script:
        policy += f"; script-src '{_digest(script)}'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{sheet}</style></head><body>\n"
        + "\n".join(parts)
        + (f"\n<script>{script}</script>" if script else "")
        + "\n</body></html>\n"
    )


def data_block(name: str, document: Mapping[str, Any]) -> str:
    """Put a document into a page, for its script.

    Parameters
    ----------
    name : str
        The element's id.
    document : mapping
        Plain values only; no NaN.

    Returns
    -------
    str
        An element that a browser does not run; no text in it can end it.
    """
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character, code in _IN_SCRIPT.items():
        text = text.replace(character, code)
    return f'<script type="application/json" id="{name}">{text}</script>'


def table(
    headers: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str, text: int = 1
) -> str:
    """Write a table.

    Parameters
    ----------
    headers : sequence of str
        HTML, one for each column.
    rows : iterable of sequences of str
        HTML; the first cell names its row.
    caption : str
        Plain text.
    text : int
        How many columns, from the first, are set as text; the others as numbers.

    Returns
    -------
    str
        HTML; scrolls sideways where it is too wide, by keyboard too.
    """

    def cell(place: int, content: str, tag: str, scope: str = "") -> str:
        named = ' class="text"' if place < text else ""
        return f"<{tag}{scope}{named}>{content}</{tag}>"

    head = "".join(
        cell(i, one, "th", ' scope="col"') if one else cell(i, "", "td")
        for i, one in enumerate(headers)
    )
    body = "".join(
        "<tr>"
        + cell(0, row[0], "th", ' scope="row"')
        + "".join(cell(i, one, "td") for i, one in enumerate(row[1:], start=1))
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def fact_list(facts: Iterable[tuple[str, str]]) -> str:
    """Write names and values.

    Parameters
    ----------
    facts : iterable of (str, str)
        Plain text, and HTML.

    Returns
    -------
    str
        HTML.
    """
    lines = "".join(f"<div><dt>{escape(name)}</dt><dd>{one}</dd></div>" for name, one in facts)
    return f'<dl class="facts">{lines}</dl>'


def folded(summary: str, content: str) -> str:
    """Write what is shown on demand.

    Parameters
    ----------
    summary : str
        Plain text.
    content : str
        HTML.

    Returns
    -------
    str
        HTML.
    """
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"


def word_html(word: str, language: str) -> str:
    """Write a word of some language.

    Parameters
    ----------
    word : str
        Any text.
    language : str
        BCP-47 tag, for screen readers and fonts.

    Returns
    -------
    str
        HTML in which the word cannot turn the writing direction of what follows.
    """
    return f'<bdi lang="{escape(language)}">{escape(word)}</bdi>'


def number(found: float | None, digits: int = 3) -> str:
    """Write a number that may be missing.

    Parameters
    ----------
    found : float or None
        Any number.
    digits : int
        After the point.

    Returns
    -------
    str
        A dash for ``None``.
    """
    return "–" if found is None else f"{found:.{digits}f}"


def share(found: float | None) -> str:
    """Write a fraction as a per cent, with its exact value for programs.

    Parameters
    ----------
    found : float or None
        In [0, 1].

    Returns
    -------
    str
        HTML; a dash for ``None``.
    """
    return "–" if found is None else value(found, f"{100 * found:.1f} %")


def value(exact: float, shown: str) -> str:
    """Write a number as people read it, with its exact value for programs.

    Parameters
    ----------
    exact : float
        What ``evaluate --json`` would say.
    shown : str
        Plain text.

    Returns
    -------
    str
        A ``data`` element.
    """
    return f'<data value="{exact!r}">{escape(shown)}</data>'


def interval(ends: Sequence[float], *, signed: bool = False) -> str:
    """Write an interval.

    Parameters
    ----------
    ends : sequence of float
        Lower and upper end.
    signed : bool
        Whether a plus is written, as for differences.

    Returns
    -------
    str
        Plain text.
    """
    sign = "+" if signed else ""
    return f"{ends[0]:{sign}.3f} to {ends[1]:{sign}.3f}"


def _digest(text: str) -> str:
    """Name a text in a content security policy."""
    found = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"sha256-{found}"
