"""An ablation as one page: plain HTML that loads nothing."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from xling.report.frame import interval, number, page, table

__all__ = ["ablation_html"]

_STYLE = "svg { width: 22rem; max-width: 100%; height: auto; }\n"
_METRICS = {"1": "P@1", "5": "P@5", "mrr": "MRR"}
_FIGURES = (
    "expected_calibration_error",
    "error_of_a_perfect_model",
    "equal_mass_calibration_error",
    "equal_mass_error_of_a_perfect_model",
    "brier_score",
    "brier_skill",
    "auroc",
    "risk_coverage_area",
    "coverage_at_risk_0.2",
)
_AT_RISK = "coverage_at_risk_0.2"
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")


def ablation_html(document: Mapping[str, Any]) -> str:
    """Write the page of an ablation.

    Parameters
    ----------
    document : mapping
        What `xling.experiments.ablation.ablate` gave.

    Returns
    -------
    str
        A whole HTML document without any reference outside itself.
    """
    source, target = document["languages"]
    title = f"{' and '.join(document['recipes'])}: {source} to {target}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(_summary(document))}</p>",
        _findings(document),
        "<h2>Scores</h2>",
        _scores(document["scores"]),
        "<h2>Differences on the same queries</h2>",
        _comparisons(document["comparisons"]),
        "<h2>What each choice of channels adds to the one before it</h2>",
        _steps(document["channel_comparisons"]),
        "<h2>By frequency, and without words that are spelled alike</h2>",
        _groups(document["groups"]),
        _comparisons(document["group_comparisons"]),
        "<h2>Are the probabilities true?</h2>",
        _calibration(document["calibration"]),
        "<h2>Do answers lead back to the query?</h2>",
        _two_way(document["two_way"]),
        "<h2>Cost of one training</h2>",
        _cost(document["cost"]),
        f'<p class="note">{escape(document["policy"])}</p>',
    ]
    return page(title, parts, style=_STYLE)


def _summary(document: Mapping[str, Any]) -> str:
    """Say what was measured on."""
    folds = document["folds"]
    held = "held out at once" if folds == 1 else f"held out in {folds} folds, one after the other"
    return (
        f"{document['queries_in_vocabulary']:,} of {document['queries']:,} words of "
        f"{document['lexicon']} are in vocabulary; {held}, which takes at most "
        f"{document['largest_share_removed']:.1%} of the {document['sentence_pairs']:,} pairs of "
        f"{document['pairs']} out of the linked ones. Seeds: "
        f"{', '.join(map(str, document['seeds']))}. Queries that stand in training: "
        f"{document['overlap_with_training']}."
    )


def _findings(document: Mapping[str, Any]) -> str:
    """Say in words, for each choice of evidence, which recipe is better."""
    lines = []
    for row in document["comparisons"]:
        if row["metric"] == "1":
            low, high = row["confidence_interval"]
            lines.append(
                f"<li>By channels {escape(row['channels'])}, {escape(row['recipe'])} is "
                f"{_verdict(row)} {_joining(row['verdict'])} {escape(row['against'])}: P@1 "
                f"{100 * row['difference']:+.1f} points ({100 * low:+.1f} to {100 * high:+.1f}, "
                f"p = {row['p_value_holm']:.2g} after correction).</li>"
            )
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def _joining(verdict: str) -> str:
    """Give the word that follows a verdict."""
    return "from" if verdict.endswith("different") else "than"


def _verdict(row: Mapping[str, Any]) -> str:
    """Mark a verdict."""
    name = row["verdict"] if row["verdict"] in ("better", "worse") else "same"
    return f'<span class="{name}">{escape(row["verdict"])}</span>'


def _scores(rows: Iterable[Mapping[str, Any]]) -> str:
    """Show the scores of each system."""
    return table(
        (
            "recipe",
            "channels",
            "queries",
            "P@1",
            "95 %",
            "P@5",
            "95 %",
            "MRR",
            "95 %",
            "P@1 of all",
        ),
        [
            (
                *(escape(row["recipe"]), escape(row["channels"]), f"{row['queries']:,}"),
                *(f"{row['precision']['1']:.3f}", _interval(row, "1")),
                *(f"{row['precision']['5']:.3f}", _interval(row, "5")),
                *(f"{row['mrr']:.3f}", _interval(row, "mrr")),
                f"{row['precision_overall']['1']:.3f}",
            )
            for row in rows
        ],
        caption="Over queries in vocabulary; last column over all queries, the others wrong.",
        text=2,
    )


def _comparisons(rows: Sequence[Mapping[str, Any]]) -> str:
    """Show the paired tests."""
    if not rows:
        return '<p class="note">There is one recipe only: nothing to compare it with.</p>'
    return table(
        (
            "",
            "against",
            "channels",
            "queries of",
            "n",
            "",
            "difference",
            "95 %",
            "p",
            "p (Holm)",
            "",
        ),
        [
            (
                *(escape(row["recipe"]), escape(row["against"]), escape(row["channels"])),
                *(escape(row["group"]), f"{row['queries']:,}", _METRICS[row["metric"]]),
                *(f"{row['difference']:+.3f}", _interval(row)),
                *(f"{row['p_value']:.4f}", f"{row['p_value_holm']:.4f}", _verdict(row)),
            )
            for row in rows
        ],
        caption="Paired permutation test, corrected by Holm over this table; bootstrap interval.",
        text=4,
    )


def _steps(rows: Sequence[Mapping[str, Any]]) -> str:
    """Show what each choice of evidence adds."""
    if not rows:
        return '<p class="note">There is one choice of channels only.</p>'
    return table(
        ("recipe", "channels", "against", "n", "P@1", "95 %", "p", "p (Holm)", ""),
        [
            (
                *(escape(row["recipe"]), escape(row["channels"]), escape(row["against"])),
                *(f"{row['queries']:,}", f"{row['difference']:+.3f}", _interval(row)),
                *(f"{row['p_value']:.4f}", f"{row['p_value_holm']:.4f}", _verdict(row)),
            )
            for row in rows
        ],
        caption="Paired permutation test, corrected by Holm over this table; bootstrap interval.",
        text=3,
    )


def _groups(rows: Iterable[Mapping[str, Any]]) -> str:
    """Show the scores of groups of queries, a row for each group."""
    cells: dict[tuple[str, int], dict[str, str]] = {}
    columns: dict[str, None] = {}
    for row in rows:
        system = f"{row['recipe']}, {row['channels']}"
        columns[system] = None
        value = f"{row['precision']['1']:.3f} ({_interval(row, '1')})" if row["queries"] else "–"
        cells.setdefault((row["group"], row["queries"]), {})[system] = value
    return table(
        ("queries", "n", *map(escape, columns)),
        [
            (escape(group), f"{count:,}", *(found.get(system, "–") for system in columns))
            for (group, count), found in cells.items()
        ],
        caption="P@1 by the query's frequency in the pairs, 95 % interval.",
    )


def _calibration(rows: Sequence[Mapping[str, Any]]) -> str:
    """Show how far probabilities can be trusted, and what abstaining gains."""
    if not rows:
        return '<p class="note">No choice of channels gives probabilities.</p>'
    figures = table(
        (
            *("recipe", "channels", "answers", "right", "mean probability", "error"),
            *("of a perfect model", "equal mass", "of a perfect model", "Brier score"),
            *("Brier skill", "AUROC", "risk-coverage area", "coverage at risk 0.2"),
        ),
        [
            (
                *(escape(row["recipe"]), escape(row["channels"]), f"{row['answers']:,}"),
                *(f"{row['right']:.3f}", f"{row['mean_confidence']:.3f}"),
                *(number(row[name]) for name in _FIGURES),
            )
            for row in rows
        ],
        caption="First answers of all seeds; error is the expected calibration error in 10 bins "
        "of equal width, then of equal mass, mean over seeds.",
        text=2,
    )
    return figures + _over_all(rows) + _curves(rows)


def _over_all(rows: Iterable[Mapping[str, Any]]) -> str:
    """Show what abstaining gains where queries out of vocabulary count too."""
    cells = []
    for row in rows:
        every = row["all_queries"]
        wrong, silent = every["counted_wrong"], every["not_answered"]
        cells.append(
            (
                *(escape(row["recipe"]), escape(row["channels"]), f"{every['asked']:,}"),
                *(number(every["in_vocabulary"]), number(wrong["risk_coverage_area"])),
                *(number(wrong[_AT_RISK]), interval(wrong["confidence_interval"][_AT_RISK])),
                *(number(silent[_AT_RISK]), interval(silent["confidence_interval"][_AT_RISK])),
            )
        )
    return table(
        (
            *("recipe", "channels", "queries", "in vocabulary", "risk-coverage area, wrong"),
            *("coverage at risk 0.2, wrong", "95 %", "the same, not answered", "95 %"),
        ),
        cells,
        caption="Over all queries of all seeds: those out of vocabulary counted as wrong, with "
        "the probability that their answer is given, or as not answered. A probability is that "
        "of an answer being right where a right answer is in the vocabulary.",
        text=2,
    )


def _two_way(rows: Iterable[Mapping[str, Any]]) -> str:
    """Show how often answers lead back."""
    return table(
        ("recipe", "channels", "answers", "lead back", "right of these", "right of the others"),
        [
            (
                *(escape(row["recipe"]), escape(row["channels"]), f"{row['answers']:,}"),
                *(number(row["share"]), number(row["precision_agreeing"])),
                number(row["precision_others"]),
            )
            for row in rows
        ],
        caption="First answers of all seeds whose own first translation is the query.",
        text=2,
    )


def _curves(rows: Sequence[Mapping[str, Any]]) -> str:
    """Draw the risk-coverage curves."""
    lines = []
    for place, row in enumerate(rows):
        colour = _COLOURS[place % len(_COLOURS)]
        name = escape(f"{row['recipe']}, {row['channels']}")
        every = row["all_queries"]
        for dashes, curve in (
            ("none", row["risk_coverage"]),
            ("4 3", every["counted_wrong"]["risk_coverage"]),
            ("1 3", every["not_answered"]["risk_coverage"]),
        ):
            points = " ".join(f"{40 + 250 * x:.1f},{170 - 160 * risk:.1f}" for x, risk in curve)
            lines.append(
                f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5" '
                f'stroke-dasharray="{dashes}"/>'
            )
        lines.append(f'<text x="180" y="{22 + 13 * place}" fill="{colour}">{name}</text>')
    axes = (
        '<path d="M40 10V170H290" fill="none" stroke="#888"/>'
        '<text x="36" y="14" text-anchor="end" fill="#888">1</text>'
        '<text x="36" y="172" text-anchor="end" fill="#888">0</text>'
        '<text x="40" y="186" fill="#888">fraction answered</text>'
        '<text x="290" y="186" text-anchor="end" fill="#888">1</text>'
        '<text x="12" y="150" fill="#888" transform="rotate(-90 12 150)">fraction wrong</text>'
    )
    return (
        '<figure><svg viewBox="0 0 300 192" font-size="10" role="img" '
        f'aria-label="Risk-coverage curves">{axes}{"".join(lines)}</svg>'
        '<figcaption class="note">Answering only what it is surest of: fraction of wrong answers '
        "against fraction of queries answered. Whole lines: of the queries in vocabulary; of all "
        "queries, those out of vocabulary are counted as wrong in the dashed lines and as not "
        "answered in the dotted ones.</figcaption></figure>"
    )


def _cost(rows: Sequence[Mapping[str, Any]]) -> str:
    """Show time and memory."""
    stages = list(dict.fromkeys(stage for row in rows for stage in row["seconds"]))
    return table(
        ("recipe", "runs", *(f"{escape(stage)} (s)" for stage in stages), "words/s", "peak (MiB)"),
        [
            (
                *(escape(row["recipe"]), str(row["runs"])),
                *(number(row["seconds"].get(stage), 1) for stage in stages),
                *(f"{row['words_per_second']:,}", f"{row['peak_memory_mib']:,.0f}"),
            )
            for row in rows
        ],
        caption="Mean wall time of the stages, largest peak memory.",
    )


def _interval(row: Mapping[str, Any], metric: str | None = None) -> str:
    """Write the interval of a difference, or that of a score."""
    if metric is None:
        return interval(row["confidence_interval"], signed=True)
    return interval(row["confidence_interval"][metric])
