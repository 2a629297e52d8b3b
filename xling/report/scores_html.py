"""The part of a report that shows scores: of all queries, of groups, of the surest answers."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from xling.report.frame import fact_list, folded, number, share, table, value, word_html
from xling.report.plots import Bar, bars, reliability_plot, risk_plot

__all__ = ["confidence_section", "groups_section", "scores_section"]

_METRICS = (("1", "P@1"), ("5", "P@5"), ("10", "P@10"), ("mrr", "MRR"))
_FEW_MISSING = 20  # words out of vocabulary that are named
#: What the groups of an evaluation are called here.
_WAYS = {
    "frequency": "occurrences of the query",
    "frequency_rank": "frequency rank of the query",
    "identical": "whether the query is its own translation",
    "edit_distance": "spelling distance to the nearest right word",
    "translations": "number of right words",
    "capitals": "capitals",
    "training": "query in training",
    "part_of_speech": "part of speech",
}


def scores_section(document: Mapping[str, Any]) -> str:
    """Show the scores with their intervals, and what they were counted over.

    Parameters
    ----------
    document : mapping
        Of `xling.report.content.gather`, with a judgement.

    Returns
    -------
    str
        HTML.
    """
    found, scores = document["evaluation"], document["scores"]
    first = scores[0]
    if not first["queries"]:
        return (
            '<p class="note">No query is in vocabulary: there is nothing to score.</p>'
            + _missing(document)
        )
    plot = bars(
        f"Scores of the {first['queries']:,} queries in vocabulary with 95 % intervals",
        [
            Bar(name=name, length=_score(first, metric), ends=_ends(first, metric))
            for metric, name in _METRICS
        ],
    )
    facts = [
        ("coverage", f"{share(found['coverage'])}: {found['queries_in_vocabulary']:,} of "
         f"{found['queries']:,} queries are in vocabulary with a right word"),
        ("candidates", f"{found['candidates']:,} words of the target vocabulary; P@1 by chance "
         + value(found["chance_precision_at_1"], f"{100 * found['chance_precision_at_1']:.3f} %")),
        ("in training", f"{found['overlap_with_training']:,} of {found['queries']:,} queries stand "
         "in linked pairs or a seed lexicon"),
        ("identical", f"{found['identical_queries']:,} queries are among their own right words"),
        ("ranked by", f"{escape(found['ranked_by'])}, channels {escape(found['channels'])}"),
    ]  # fmt: skip
    warning = (
        '<p class="warning" role="note">Queries stand in training: this is no score of words '
        "never seen. The groups below tell the two apart.</p>"
        if found["overlap_with_training"]
        else ""
    )
    return (
        f"<figure>{plot}<figcaption>Over the queries in vocabulary; whiskers are 95 % bootstrap "
        f"intervals over queries.</figcaption></figure>{warning}"
        + _table(_parts(document), "queries", "Scores with 95 % intervals")
        + fact_list(facts)
        + f'<p class="note">{escape(found["policy"])}</p>'
        + _missing(document)
    )


def groups_section(document: Mapping[str, Any]) -> str:
    """Show the scores of groups of queries.

    Parameters
    ----------
    document : mapping
        Of `xling.report.content.gather`, with a judgement.

    Returns
    -------
    str
        HTML.
    """
    parts = []
    for kind, rows in document["groups"].items():
        name = _WAYS.get(kind, kind.replace("_", " "))
        plot = bars(
            f"P@1 by {name}, with 95 % intervals; the numbers are in the table",
            [
                Bar(
                    name=row["group"],
                    length=_score(row, "1"),
                    ends=_ends(row, "1"),
                    note=f"n = {row['queries']:,}",
                )
                for row in rows
            ],
        )
        listed = _table([(row["group"], row) for row in rows], name, f"Scores by {name}")
        parts.append(
            f"<div><h3>By {escape(name)}</h3><figure>{plot}<figcaption>P@1 with 95 % intervals; n "
            f"is the number of queries.</figcaption>{folded('As a table', listed)}</figure></div>"
        )
    return f'<div class="pair">{"".join(parts)}</div>'


def confidence_section(document: Mapping[str, Any]) -> str:
    """Show whether the surest answers are the right ones.

    Parameters
    ----------
    document : mapping
        Of `xling.report.content.gather`, with a judgement.

    Returns
    -------
    str
        HTML.
    """
    found = document["confidence"]
    if found is None:
        return '<p class="note">No query has an answer.</p>'
    by = found["by"]
    parts = []
    if by == "probability":
        bins = found["bins"]
        plot = reliability_plot(
            "Reliability diagram: fraction right by mean probability, and answers in each bin; "
            "the numbers are in the table",
            [(one["confidence"], one["right"], one["answers"]) for one in bins],
        )
        rows = [
            (
                value(one["confidence"], number(one["confidence"])),
                value(one["right"], number(one["right"])),
                value(one["answers"], f"{one['answers']:,}"),
            )
            for one in bins
        ]
        listed = table(
            ("mean probability", "fraction right", "answers"),
            rows,
            caption="Answers in bins of like probability",
            text=0,
        )
        parts.append(
            f"<figure>{plot}<figcaption>Of {found['answers']:,} first answers. On the diagonal, "
            "probabilities are true; calibration error "
            f"{value(found['error'], number(found['error']))}.</figcaption>"
            f"{folded('As a table', listed)}</figure>"
        )
    else:
        parts.append(
            '<p class="note">These answers have no calibrated probability, so that there is no '
            "reliability diagram; the curve orders them by score.</p>"
        )
    return f'<div class="pair">{"".join(parts)}{_risk(found, by)}</div>'


def _risk(found: Mapping[str, Any], by: str) -> str:
    """Draw what is gained by answering only where the model is sure."""
    curve: Sequence[Sequence[float]] = found["curve"]
    every = found["all_queries"]
    plot = risk_plot(
        f"Risk-coverage curve by {by}; some of its points are in the table",
        curve,
        every["counted_wrong"],
        every["not_answered"],
    )
    step = max(1, len(curve) // 10)
    points = [*curve[step - 1 : -1 : step], curve[-1]]
    listed = table(
        ("queries answered", "answers wrong"),
        [(share(coverage), share(risk)) for coverage, risk in points],
        caption="Points of the curve",
        text=0,
    )
    return (
        f"<figure>{plot}<figcaption>Answering only what it is surest of, by {by}: the fraction of "
        f"wrong answers. Area {value(found['area'], number(found['area']))}, smaller is better. "
        f"Whole line: of the {found['answers']:,} answers to queries in vocabulary. Of all "
        f"{every['queries']:,} queries, those out of vocabulary are counted as wrong in the dashed "
        "line and as not answered in the dotted one.</figcaption>"
        f"{folded('As a table', listed)}</figure>"
    )


def _parts(document: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Name the rows of scores that are over any query: all, and those not fitted on."""
    clean = document["evaluation"]["clean"]
    found = [(row["over"], row) for row in document["scores"]]
    for name, row in (
        ("query not in training", clean["source_side"]),
        ("no word in training", clean),
    ):
        found.append((name, {**row, "queries": row["count"]}))
    return [(name, row) for name, row in found if row["queries"]]


def _table(rows: Sequence[tuple[str, Mapping[str, Any]]], name: str, caption: str) -> str:
    """List scores."""
    headers = [name, "number"]
    for _, metric in _METRICS:
        headers += [metric, "95 %"]
    return table(
        [escape(one) for one in headers],
        [
            (
                escape(group),
                value(row["queries"], f"{row['queries']:,}"),
                *(cell for metric, _ in _METRICS for cell in _cells(row, metric)),
            )
            for group, row in rows
        ],
        caption=caption,
    )


def _cells(row: Mapping[str, Any], metric: str) -> tuple[str, str]:
    """Write a score and its interval."""
    low, high = _ends(row, metric)
    exact = _score(row, metric)
    if metric == "mrr":
        return value(exact, number(exact)), f"{value(low, number(low))}–{value(high, number(high))}"
    ends = (value(one, f"{100 * one:.1f}") for one in (low, high))
    return share(exact), "–".join(ends)


def _score(row: Mapping[str, Any], metric: str) -> float:
    """Give one score."""
    return float(row["mrr"] if metric == "mrr" else row["precision"][metric])


def _ends(row: Mapping[str, Any], metric: str) -> tuple[float, float]:
    """Give its interval."""
    low, high = row["intervals"][metric]
    return low, high


def _missing(document: Mapping[str, Any]) -> str:
    """Name some words that are out of vocabulary."""
    words = document["missing"]
    if not words:
        return ""
    named = ", ".join(word_html(word, document["from"]) for word in words[:_FEW_MISSING])
    more = len(words) - _FEW_MISSING
    rest = f" and {more:,} more" if more > 0 else ""
    return folded(
        f"{len(words):,} queries out of vocabulary, or without a right word in it",
        f"<p>{named}{rest}</p>",
    )
