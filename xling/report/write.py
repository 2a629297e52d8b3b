"""A report as one HTML file."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from xling import __version__
from xling.files import PathLike, atomic_file
from xling.report.frame import asset, data_block, page, share
from xling.report.mistakes_html import mistakes_section, queries_section
from xling.report.model_html import card_section, hubness_section, map_section
from xling.report.scores_html import confidence_section, groups_section, scores_section

__all__ = ["report_html", "write_report"]

_JUDGED = (
    ("scores", "Scores", scores_section),
    ("groups", "Which words", groups_section),
    ("confidence", "How sure", confidence_section),
)
_MODEL = (
    ("hubs", "Hubs", hubness_section),
    ("map", "Map", map_section),
)
_QUERIES = (
    ("errors", "Worst mistakes", mistakes_section),
    ("list", "All queries", queries_section),
)
_CARD = ("card", "The model", card_section)


def report_html(document: Mapping[str, Any]) -> str:
    """Write the page of a report.

    Parameters
    ----------
    document : mapping
        Of `xling.report.content.gather`.

    Returns
    -------
    str
        A whole HTML document without any reference outside itself.
    """
    judged = "evaluation" in document
    sections = [*(_JUDGED if judged else ()), *_MODEL, *(_QUERIES if judged else ()), _CARD]
    title = f"{document['model']}: {document['from']} to {document['to']}"
    links = "".join(f'<li><a href="#{name}">{heading}</a></li>' for name, heading, _ in sections)
    parts = [
        f"<header><h1>{escape(title)}</h1>{_summary(document)}"
        f'<nav aria-label="Sections"><ul>{links}</ul></nav></header><main>',
        *(
            f'<section id="{name}" aria-labelledby="{name}-title"><h2 id="{name}-title">{heading}'
            f"</h2>{write(document)}</section>"
            for name, heading, write in sections
        ),
        f'</main><footer class="note">Written by xling {__version__}. This page loads nothing.'
        "</footer>",
        data_block("data", _for_script(document)),
    ]
    return page(title, parts, style=asset("report.css"), script=asset("report.js"))


def write_report(document: Mapping[str, Any], path: PathLike, *, force: bool = False) -> int:
    """Write a report to a file, whole or not at all.

    Parameters
    ----------
    document : mapping
        Of `xling.report.content.gather`.
    path : path
        The file to make.
    force : bool
        Whether a file that stands there is replaced.

    Returns
    -------
    int
        Its size in bytes.

    Raises
    ------
    FileAccessError
        If the place is taken, or the disk refuses.
    """
    data = report_html(document).encode("utf-8")
    with atomic_file(path, force=force) as temporary:
        temporary.write_bytes(data)
    return len(data)


def _summary(document: Mapping[str, Any]) -> str:
    """Say the main thing first."""
    if "evaluation" not in document:
        return (
            "<p>No test lexicon was given: this page shows the model, not how good it is. "
            "<code>xling report MODEL LEXICON</code> judges it too.</p>"
        )
    found = document["evaluation"]
    low, high = found["confidence_interval"]
    return (
        f"<p>The first answer is right for {share(found['precision']['1'])} of "
        f"{found['queries_in_vocabulary']:,} queries in vocabulary (95 % interval {share(low)} to "
        f"{share(high)}), {share(found['precision_overall']['1'])} of all {found['queries']:,} of "
        f"{escape(Path(found['lexicon']).name)}.</p>"
    )


def _for_script(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the script needs."""
    kept = ("from", "to", "map", "queries", "missing")
    return {name: document[name] for name in kept if name in document}
