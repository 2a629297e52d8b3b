"""Results as Markdown tables."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["ablation_tables", "calibration_table", "claim_table", "shots_table", "table"]

_AT_RISK = "coverage_at_risk_0.2"


def table(rows: list[dict[str, Any]]) -> str:
    """Write the summary as a Markdown table."""
    lines = [
        "| pairs | lexicon | recipe | channels | n (coverage) | P@1 | 95 % | P@5 | P@1 overall |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        low, high = row["interval"]
        count = round(float(np.mean(row["queries_in_vocabulary"])))
        lines.append(
            f"| {Path(row['pairs']).name.split('.')[0]} | {Path(row['lexicon']).stem} "
            f"| {row['recipe']} | {row['channels']} | {count} ({row['coverage']:.1%}) "
            f"| {row['precision_1']:.3f} | {low:.3f}-{high:.3f} | {row['precision_5']:.3f} "
            f"| {row['precision_1_overall']:.3f} |"
        )
    return "\n".join(lines)


def claim_table(document: Mapping[str, Any]) -> str:
    """Write the scores and verdicts of an ablation as a Markdown table."""
    lines = [
        "| corpus | channels | recipe | n (coverage) | P@1 | 95 % | P@5 | MRR | against the next |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, found in _named(document):
        tests = {
            (row["recipe"], row["channels"]): row
            for row in reversed(found["comparisons"])
            if row["metric"] == "1"
        }
        for row in sorted(found["scores"], key=lambda row: row["channels"]):
            low, high = row["confidence_interval"]["1"]
            test = tests.get((row["recipe"], row["channels"]))
            said = (
                f"{test['difference']:+.3f}, {test['verdict']} (p = {test['p_value_holm']:.2g})"
                if test
                else ""
            )
            lines.append(
                f"| {name} | {row['channels']} | {row['recipe']} | {row['queries']} "
                f"({row['queries'] / found['queries']:.1%}) | {row['precision']['1']:.3f} "
                f"| {low:.3f}-{high:.3f} | {row['precision']['5']:.3f} | {row['mrr']:.3f} "
                f"| {said} |"
            )
    return "\n".join(lines)


def _named(document: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Give the corpora by name; gold that was mined is named silver."""
    return [
        (f"{name} (silver)" if found.get("gold") == "silver" else name, found)
        for name, found in document["corpora"].items()
    ]


def ablation_tables(document: Mapping[str, Any]) -> str:
    """Write all that an ablation found on each corpus as Markdown tables."""
    corpora = _named(document)
    return "\n\n".join(
        (
            claim_table(document),
            _groups_table(corpora),
            calibration_table(
                (f"{name}, {row['recipe']}, {row['channels']}", row)
                for name, found in corpora
                for row in found["calibration"]
            ),
            _markdown(
                ("corpus", "recipe", "channels", "lead back", "right of these", "of the others"),
                (
                    (
                        *(name, row["recipe"], row["channels"]),
                        *(_number(row[key]) for key in _TWO_WAY),
                    )
                    for name, found in corpora
                    for row in found["two_way"]
                ),
            ),
            _markdown(
                ("corpus", "recipe", "runs", "seconds of a training", "words/s", "peak MiB"),
                (
                    (
                        *(name, row["recipe"], str(row["runs"])),
                        f"{row['seconds']['total']:.1f}",
                        *(f"{row['words_per_second']:,}", f"{row['peak_memory_mib']:,.0f}"),
                    )
                    for name, found in corpora
                    for row in found["cost"]
                ),
            ),
        )
    )


def calibration_table(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Write figures of `xling.evaluation.confidence.confidence_figures` as a Markdown table."""
    return _markdown(
        (
            *("system", "answers", "right", "mean probability", "error (perfect)"),
            *("equal mass (perfect)", "Brier", "Brier skill", "AUROC", "risk-coverage area"),
            *("coverage at risk 0.2", "of all queries, wrong", "of all, not answered"),
        ),
        (
            (
                *(name, f"{row['answers']:,}", _number(row["right"])),
                _number(row["mean_confidence"]),
                f"{_between(row, 'expected_calibration_error')} "
                f"({_number(row['error_of_a_perfect_model'])})",
                f"{_between(row, 'equal_mass_calibration_error')} "
                f"({_number(row['equal_mass_error_of_a_perfect_model'])})",
                *(_between(row, key) for key in ("brier_score", "brier_skill", "auroc")),
                *(_between(row, key) for key in ("risk_coverage_area", _AT_RISK)),
                *(_over_all(row, way) for way in ("counted_wrong", "not_answered")),
            )
            for name, row in rows
        ),
    )


def shots_table(document: Mapping[str, Any]) -> str:
    """Write k-shot curves as a Markdown table: a row for each, P@1 and its interval."""
    rows = []
    for name, found in document["corpora"].items():
        for recipe in found["recipes"]:
            for channels in found["channels"]:
                mine = [
                    row
                    for row in found["points"]
                    if (row["recipe"], row["channels"]) == (recipe, channels)
                ]
                cells = [
                    "{:.3f} ({:.3f}-{:.3f})".format(
                        row["precision"]["1"], *row["confidence_interval"]["1"]
                    )
                    for row in mine
                ]
                rows.append((name, channels, recipe, str(found["queries_compared"]), *cells))
    counts = sorted({str(count) for count in document["run"]["shots"]}, key=int)
    return _markdown(("corpus", "channels", "recipe", "n", *(f"K = {k}" for k in counts)), rows)


_TWO_WAY = ("share", "precision_agreeing", "precision_others")


def _groups_table(corpora: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Write P@1 of groups of queries: a row for each system, a column for each group."""
    corpora = list(corpora)
    names = dict.fromkeys(row["group"] for _, found in corpora for row in found["groups"])
    ordered = sorted(names, key=_first_number)
    cells: dict[tuple[str, str, str], dict[str, str]] = {}
    for name, found in corpora:
        for row in found["groups"]:
            low, high = row["confidence_interval"]["1"]
            cells.setdefault((name, row["channels"], row["recipe"]), {})[row["group"]] = (
                f"{row['precision']['1']:.3f} ({low:.3f}-{high:.3f}, n {row['queries']})"
                if row["queries"]
                else "–"
            )
    return _markdown(
        ("corpus", "channels", "recipe", *ordered),
        ((*system, *(found.get(name, "–") for name in ordered)) for system, found in cells.items()),
    )


def _first_number(group: str) -> int:
    """Give the lowest frequency of a group, for its place; one without comes first."""
    found = re.match(r"\d+", group)
    return int(found[0]) if found else -1


def _over_all(row: Mapping[str, Any], way: str) -> str:
    """Write what can be answered of all queries, where it was asked for."""
    every = row.get("all_queries")
    return "–" if every is None else _between(every[way], _AT_RISK)


def _between(row: Mapping[str, Any], key: str) -> str:
    """Write a figure with its interval."""
    ends = row["confidence_interval"][key]
    return _number(row[key]) + ("" if ends is None else f" [{ends[0]:.3f}, {ends[1]:.3f}]")


def _number(value: float | None) -> str:
    """Write a number that may be missing."""
    return "–" if value is None else f"{value:.3f}"


def _markdown(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
