"""The part of a report that shows the model itself: its card, its hubs and its map."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from xling.report.frame import fact_list, folded, number, share, table, value, word_html
from xling.report.plots import histogram

__all__ = ["card_section", "hubness_section", "map_section"]

_KINDS = {
    "right": "right, and the first answer",
    "missed": "right, but not the first answer",
    "wrong": "first answer, wrong",
    "answer": "first answer, not judged",
}
_SIZE = (800, 560)  # of the map before a script fits it to the window
_MARGIN = 24
_DOT = 4


def card_section(document: Mapping[str, Any]) -> str:
    """Show what the model is.

    Parameters
    ----------
    document : mapping
        Of `xling.report.content.gather`.

    Returns
    -------
    str
        HTML.
    """
    return fact_list((name, escape(text)) for name, text in document["facts"])


def hubness_section(document: Mapping[str, Any]) -> str:
    """Show how unevenly words are near to others.

    Parameters
    ----------
    document : mapping
        Of `xling.report.content.gather`.

    Returns
    -------
    str
        HTML.
    """
    source, target = document["from"], document["to"]
    parts = []
    for one in document["hubness"]:
        name, k = one["criterion"], one["k"]
        plot = histogram(
            f"Words of {target} by the number of {source} words they are near to, by {name}; the "
            "numbers are in the table",
            [(label, count) for label, count in one["classes"]],
            f"in the {k} nearest of so many words",
        )
        classes = table(
            (f"in the {k} nearest of", "words"),
            [(f"{label} words", value(count, f"{count:,}")) for label, count in one["classes"]],
            caption=f"Words of {target} by occurrence",
        )
        hubs = table(
            ("hub", "near to", "among them"),
            [
                (
                    word_html(hub["word"], target),
                    value(hub["count"], f"{hub['count']:,}"),
                    ", ".join(word_html(word, source) for word in hub["near"]),
                )
                for hub in one["hubs"]
            ],
            caption=f"Biggest hubs by {name}",
        )
        parts.append(
            f"<figure><h3>{escape(name)}</h3>{plot}<figcaption>Of {one['queries']:,} {source} "
            f"words the {k} nearest of {target}, by {escape(name)}: skewness "
            f"{value(one['skewness'], number(one['skewness'], 2))}; "
            f"{share(one['never_retrieved'])} of the words are near to none.</figcaption>"
            f"{folded('As a table', classes)}"
            f"{folded('Biggest hubs', hubs)}</figure>"
        )
    return (
        "<p>A hub is a word that is near to very many others, and so answers too many of them. "
        'These counts are of the space alone.</p><div class="pair">' + "".join(parts) + "</div>"
    )


def map_section(document: Mapping[str, Any]) -> str:
    """Show the map of both languages.

    Parameters
    ----------
    document : mapping
        Of `xling.report.content.gather`.

    Returns
    -------
    str
        HTML: a drawing that can be read without the script, its controls, and its links as a
        table.
    """
    found = document["map"]
    source, target = (escape(language) for language in found["languages"])
    counts = [sum(word["side"] == side for word in found["words"]) for side in (0, 1)]
    kinds = [kind for kind in _KINDS if any(link[2] == kind for link in found["links"])]
    keys = "".join(f'<li><span class="line {kind}"></span>{_KINDS[kind]}</li>' for kind in kinds)
    return f"""<p>{counts[0]:,} words of {source} and {counts[1]:,} of {target}, laid out by t-SNE
so that words near each other in the shared space stand near each other here; distances between
groups mean little. Lines join a word to its translations.</p>
<div class="tools"><label for="find">Find a word</label>
<input id="find" type="search" autocomplete="off" spellcheck="false" aria-controls="found">
<span class="buttons"><button type="button" id="zoom-in" aria-label="Zoom in">+</button>
<button type="button" id="zoom-out" aria-label="Zoom out">−</button>
<button type="button" id="zoom-all">Whole map</button></span></div>
<p id="found-note" class="note" role="status"></p><ul id="found" class="chips"></ul>
<div id="frame">{_drawing(found)}<div id="tip" hidden></div></div>
<ul class="keys"><li><span class="dot source"></span>{source}</li>
<li><span class="dot target"></span>{target}</li>{keys}</ul>
<div id="chosen" role="status"></div>
<p id="map-help" class="note">Drag to move; + and −, the buttons, two fingers, or the wheel with
Ctrl zoom. With the map in focus: arrows move, + and − zoom, 0 shows all, n and p go to the next
and the previous word, Escape lets go of it.</p>
{folded("Links of the map as a table", _links(found))}"""


def _drawing(found: Mapping[str, Any]) -> str:
    """Draw the map as it is seen at first."""
    width, height = _SIZE
    side = min(width, height) - 2 * _MARGIN
    left, top = (width - side) / 2, (height - side) / 2
    places = [(left + word["x"] * side, top + word["y"] * side) for word in found["words"]]
    lines = "".join(
        f'<line class="{kind}" x1="{places[a][0]:.1f}" y1="{places[a][1]:.1f}" '
        f'x2="{places[b][0]:.1f}" y2="{places[b][1]:.1f}"/>'
        for a, b, kind in found["links"]
    )
    dots = "".join(
        f'<circle class="target" cx="{x:.1f}" cy="{y:.1f}" r="{_DOT}"/>'
        if word["side"]
        else f'<circle class="source" cx="{x:.1f}" cy="{y:.1f}" r="{_DOT}"/>'
        for word, (x, y) in zip(found["words"], places, strict=True)
    )
    label = escape(f"Map of {len(found['words'])} words of {' and '.join(found['languages'])}")
    return (
        f'<svg id="plane" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'tabindex="0" role="application" aria-label="{label}" aria-describedby="map-help">'
        f'<g id="lines">{lines}</g><g id="dots">{dots}</g><g id="names" aria-hidden="true"></g>'
        "</svg>"
    )


def _links(found: Mapping[str, Any]) -> str:
    """List what the map joins."""
    source, target = found["languages"]
    words = found["words"]
    rows: Iterable[tuple[str, str, str]] = (
        (
            word_html(words[a]["word"], source),
            word_html(words[b]["word"], target),
            _KINDS[kind],
        )
        for a, b, kind in found["links"]
    )
    return table(
        (escape(source), escape(target), "link"), rows, caption="Words joined on the map", text=3
    )
