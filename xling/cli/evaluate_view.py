"""What ``xling evaluate`` shows to people."""

from typing import TYPE_CHECKING, Any

from xling.cli.render import per_cent, table

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["groups_table", "queries_table", "scores_table", "summary"]


def scores_table(document: dict[str, Any]) -> "Table":
    """Show the precision of all queries, those in vocabulary, and those not spelled alike.

    Parameters
    ----------
    document : dict
        Of the evaluation.

    Returns
    -------
    rich.table.Table
        To be given to `xling.cli.render.write`.
    """
    cuts = tuple(document["precision"])
    rows = [
        (name, str(count), *(per_cent(document[key][cut]) for cut in cuts))
        for name, count, key in (
            ("in vocabulary", document["queries_in_vocabulary"], "precision"),
            ("all queries", document["queries"], "precision_overall"),
            (
                "not identical",
                document["queries_in_vocabulary"] - document["identical_queries"],
                "precision_non_identical",
            ),
        )
    ]
    title = f"{document['model']}: {document['from']} to {document['to']}"
    columns = ("", "queries", *(f"P@{cut}" for cut in cuts))
    return table(columns, rows, title=title, right=range(1, len(columns)))


def groups_table(groups: dict[str, list[dict[str, Any]]]) -> "Table":
    """Show the scores of groups of queries.

    Parameters
    ----------
    groups : dict
        ``groups`` of the document.

    Returns
    -------
    rich.table.Table
        To be given to `xling.cli.render.write`.
    """
    rows = []
    for kind, parts in groups.items():
        for number, part in enumerate(parts):
            low, high = part["confidence_interval"]
            rows.append(
                (
                    kind.replace("_", " ") if number == 0 else "",
                    part["group"],
                    str(part["queries"]),
                    per_cent(part["precision"]["1"]),
                    f"{per_cent(low)} to {per_cent(high)}",
                    per_cent(part["precision"]["5"]),
                )
            )
    headers = ("by", "group", "queries", "P@1", "95 %", "P@5")
    return table(headers, rows, right=range(2, len(headers)))


def queries_table(rows: list[dict[str, Any]]) -> "Table":
    """Show each query with its rank and best wrong answer, and confidences where asked for.

    Parameters
    ----------
    rows : list of dict
        ``per_query`` of the document.

    Returns
    -------
    rich.table.Table
        To be given to `xling.cli.render.write`.
    """
    asked = any("answer" in row for row in rows)
    more = ("first answer", "confidence") if asked else ()
    shown = [
        (
            *(row["query"], "–" if row["rank"] is None else f"{row['rank']:g}"),
            ", ".join(row["gold"]),
            "–" if row["best_wrong"] is None else row["best_wrong"]["word"],
            *((row.get("answer") or "–", _or_dash(row.get("confidence"))) if asked else ()),
        )
        for row in rows
    ]
    headers = ("query", "rank", "gold", "best wrong answer", *more)
    return table(headers, shown, right=(1, 5) if asked else (1,))


def summary(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Say what else was found, for people.

    Parameters
    ----------
    document : dict
        Of the evaluation.

    Returns
    -------
    list of (str, str)
        Names and values.
    """
    low, high = document["confidence_interval"]
    return [
        ("P@1, 95 % interval", f"{per_cent(low)} to {per_cent(high)}"),
        ("MRR, MAP", f"{document['mrr']:.3f}, {document['map']:.3f}"),
        ("coverage", per_cent(document["coverage"])),
        *_about_answers(document),
        ("identical", f"{document['identical_queries']} queries are among their own gold words"),
        (
            "overlap",
            f"{document['overlap_with_training']} of {document['queries']} queries stand in "
            "training",
        ),
        ("clean part", _about_clean(document["clean"])),
        *_about_lemmas(document["inflection_tolerant"]),
        ("policy", document["policy_name"]),
        ("ranked by", f"{document['ranked_by']}, channels {document['channels']}"),
        (
            "candidates",
            f"{document['candidates']:,}, P@1 by chance "
            f"{per_cent(document['chance_precision_at_1'], 3)}",
        ),
    ]


def _about_clean(clean: dict[str, Any]) -> str:
    """Say how the queries score that nothing fitted on holds."""
    both, side = clean["precision"], clean["source_side"]
    own = f"{side['count']} queries whose own word was not fitted on"
    if not side["count"]:
        return "no query: all of them were fitted on"
    text = f"P@1 {per_cent(side['precision']['1'])} of {own}"
    if not clean["count"]:
        return f"{text}; none is free of gold words that were"
    return f"{text}; {per_cent(both['1'])} of {clean['count']} whose gold words were not either"


def _about_lemmas(tolerant: dict[str, Any] | None) -> list[tuple[str, str]]:
    """Say how much better it is where inflection is forgiven."""
    if tolerant is None or not tolerant["queries"]:
        return []
    share = per_cent(tolerant["precision"]["1"])
    return [("any inflection", f"P@1 {share}, MRR {tolerant['mrr']:.3f} ({tolerant['lemmas']})")]


def _about_answers(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Say what the first answers tell of themselves, for people."""
    lines = []
    both, sure = document.get("two_way"), document.get("calibration")
    if both is not None and both["share"] is not None:
        right, others = (
            "–" if both[key] is None else per_cent(both[key])
            for key in ("precision_agreeing", "precision_others")
        )
        lines.append(
            (
                "two-way",
                f"{per_cent(both['share'])} of first answers lead back to the query; right: "
                f"{right} of these, {others} of the others",
            )
        )
    if sure is not None:
        lines.append(
            (
                "confidence",
                f"{per_cent(sure['mean_confidence'])} on average, {per_cent(sure['right'])} right; "
                f"calibration error {sure['expected_calibration_error']:.3f} (a perfect model: "
                f"{sure['error_of_a_perfect_model']:.3f}), Brier skill "
                f"{_or_dash(sure['brier_skill'])}, AUROC {_or_dash(sure['auroc'])}",
            )
        )
        every = sure["all_queries"]
        shares = [
            per_cent(part["coverage_at_risk_0.2"])
            for part in (sure, every["counted_wrong"], every["not_answered"])
        ]
        lines.append(
            (
                "one answer of five wrong",
                f"{shares[0]} of queries in vocabulary can be answered; of all queries "
                f"{shares[1]}, those out of vocabulary counted as wrong, or {shares[2]}, counted "
                "as not answered",
            )
        )
    return lines


def _or_dash(value: float | None) -> str:
    """Write a number that may be missing."""
    return "–" if value is None else f"{value:.3f}"
