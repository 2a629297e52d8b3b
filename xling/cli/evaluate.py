"""``xling evaluate``: bilingual lexicon evaluation."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xling.cli.options import Channels, Force, From, Json, ModelPath, Retrieval, To, check_input
from xling.cli.progress import progress_bars
from xling.cli.render import (
    facts,
    per_cent,
    table,
    to_json,
    unused_retrieval,
    warn,
    write,
    write_json,
)
from xling.errors import InputError
from xling.files import atomic_file, check_output
from xling.progress import Progress, silent

if TYPE_CHECKING:
    from rich.table import Table

    from xling.data.lexicon import Lexicon
    from xling.evaluation.results import BliResult
    from xling.model.model import Model
    from xling.report.make import ReportSettings

__all__ = ["EXAMPLES", "Evaluated", "evaluate", "run_evaluate"]

EXAMPLES = (
    "xling evaluate models/en-de test.tsv",
    "xling evaluate models/en-de test.tsv --channels contexts --retrieval nn",
    "xling evaluate models/en-de test.tsv --report report.html",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluated:
    """What an evaluation found.

    Parameters
    ----------
    document : dict
        That of ``evaluate --json``.
    warnings : tuple of str
        What the user should know.
    """

    document: dict[str, Any]
    warnings: tuple[str, ...] = ()


def run_evaluate(
    model_path: Path,
    lexicon_path: Path,
    *,
    source: str | None = None,
    target: str | None = None,
    retrieval: str = "csls",
    channels: str = "all",
    per_query: bool = False,
    two_way: bool = False,
    calibration: bool = False,
    page: "ReportSettings | None" = None,
    progress: Progress = silent,
) -> Evaluated:
    """Judge a model by a test lexicon.

    Parameters
    ----------
    model_path, lexicon_path : Path
        Folder of a model; ``source TAB target`` a line, in the direction that is judged.
    source, target : str, optional
        Direction; by default the model's own, or the first two languages of a hub.
    retrieval, channels : str
        By name.
    per_query : bool
        Whether the document lists each query with its rank.
    two_way, calibration : bool
        Whether first answers are translated back, and whether their probabilities are judged.
    page : ReportSettings, optional
        Also write a report, a page that shows it all.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    Evaluated
        The document and the warnings.

    Raises
    ------
    XlingError
        If the model or the lexicon cannot be read, a name does not exist, or the report cannot be
        written.
    """
    from xling.data.formats import read_lexicon
    from xling.evaluation.bli import evaluate as judge
    from xling.model.open import load_pair

    if model_path.is_dir():  # what is wrong with the model is said first
        check_input(lexicon_path)
    model = load_pair(model_path, source, target)
    way = model.way(source, target, retrieval=retrieval, channels=channels)
    direction = way.asked.language, way.answers.language
    lexicon, report = read_lexicon(lexicon_path, direction)
    result = judge(
        model,
        lexicon,
        source=direction[0],
        target=direction[1],
        retrieval=retrieval,
        channels=channels,
        progress=lambda done, total: progress("evaluate", done, total),
    )
    warnings = report.describe()
    if result.overlap_with_training:
        warnings.append(
            f"{result.overlap_with_training} of {result.queries} queries stand in linked pairs or "
            "the seed lexicon: this is no zero-shot score"
        )
    if not result.queries_in_vocabulary:
        warnings.append(
            f"no query of {lexicon_path} is in vocabulary with one of its gold words; are its "
            f"columns {direction[0]} and {direction[1]}?"
        )
    warnings.extend(unused_retrieval(way.ranked_by, retrieval))
    document: dict[str, Any] = {
        "model": model.name,
        "lexicon": str(lexicon_path),
        "ranked_by": way.ranked_by,
    }
    document |= result.to_json()
    first, more = _first_answers(model, lexicon, result, two_way=two_way, calibration=calibration)
    document |= more
    if per_query:
        document["per_query"] = [
            {"query": query, "rank": rank, **first.get(query, {})} for query, rank in result.ranks
        ]
    if page is not None:
        document["report"] = _write_report(model, lexicon, result, document, page, progress)
    return Evaluated(document=document, warnings=tuple(warnings))


def _write_report(
    model: "Model",
    lexicon: "Lexicon",
    result: "BliResult",
    document: dict[str, Any],
    settings: "ReportSettings",
    progress: Progress,
) -> dict[str, Any]:
    """Write the page of an evaluation; say where it is."""
    from xling.report.content import Judgement
    from xling.report.make import make_report

    return make_report(
        model,
        settings,
        source=result.source_language,
        target=result.target_language,
        retrieval=result.retrieval,
        channels=result.channels,
        judgement=Judgement(lexicon=lexicon, result=result, document=document),
        progress=progress,
    )


def _first_answers(
    model: "Model", lexicon: "Lexicon", result: "BliResult", *, two_way: bool, calibration: bool
) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Ask for first answers where they are wanted: those of each query, and what they show."""
    from xling.evaluation import first_answers as first

    if not (two_way or calibration):
        return {}, {}
    gold = lexicon.queries()
    answers = first.first_answers(
        model,
        {query: gold[query] for query, rank in result.ranks if rank is not None},
        source=result.source_language,
        target=result.target_language,
        retrieval=result.retrieval,
        channels=result.channels,
        back=two_way,
    )
    more: dict[str, Any] = {}
    if two_way:
        more["two_way"] = first.two_way(
            [bool(one.returns) for one in answers], [one.right for one in answers]
        )
    if calibration:
        more["calibration"] = first.calibration(answers)
    listed = {
        one.query: {"answer": one.word, "confidence": one.confidence, "right": one.right}
        | ({"returns": one.returns} if two_way else {})
        for one in answers
    }
    return listed, more


def evaluate(
    model: ModelPath,
    lexicon: Annotated[
        Path, typer.Argument(metavar="LEXICON", help="Test lexicon, source TAB target a line.")
    ],
    source: From = None,
    target: To = None,
    retrieval: Retrieval = "csls",
    channels: Channels = "all",
    per_query: Annotated[
        bool, typer.Option("--per-query", help="List each query with the rank of its gold word.")
    ] = False,
    two_way: Annotated[
        bool, typer.Option("--two-way", help="Also translate each first answer back.")
    ] = False,
    calibration: Annotated[
        bool, typer.Option("--calibration", help="Also judge the confidences of first answers.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Also write the JSON document here.")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="Also write one page that shows it all."),
    ] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Judge a model's translations by a test lexicon."""
    if output is not None:
        check_output(output, force=force, inputs=(model, lexicon))
    settings = _report_settings(report, model, lexicon, output, force=force)
    with progress_bars() as progress:
        found = run_evaluate(
            model,
            lexicon,
            source=source,
            target=target,
            retrieval=retrieval,
            channels=channels,
            per_query=per_query,
            two_way=two_way,
            calibration=calibration,
            page=settings,
            progress=progress,
        )
    warn(found.warnings)
    if output is not None:
        with atomic_file(output, force=force) as temporary:
            temporary.write_text(to_json(found.document), encoding="utf-8")
    if json:
        write_json(found.document)
        return
    document = found.document
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
    write(
        table(columns, rows, title=title, right=range(1, len(columns))),
        "",
        facts(_summary(document)),
    )
    if report is not None:
        write("", f"report: {report}")
    if per_query:
        write("", _queries_table(document["per_query"]))


def _report_settings(
    report: Path | None, *others: Path | None, force: bool
) -> "ReportSettings | None":
    """Refuse a report's place before the work, if it is taken."""
    if report is None:
        return None
    from xling.report.make import ReportSettings

    check_output(report, force=force, inputs=others)
    if any(other is not None and other.absolute() == report.absolute() for other in others):
        raise InputError(f"--report is {report}, and so is another file of this call; name another")
    return ReportSettings(path=report, force=force)


def _queries_table(rows: list[dict[str, Any]]) -> "Table":
    """Show each query, with its first answer where that was asked for."""
    asked = any("answer" in row for row in rows)
    more = ("first answer", "confidence") if asked else ()
    shown = [
        (
            *(row["query"], "–" if row["rank"] is None else f"{row['rank']:g}"),
            *((row.get("answer") or "–", _or_dash(row.get("confidence"))) if asked else ()),
        )
        for row in rows
    ]
    return table(("query", "rank", *more), shown, right=(1, 3) if asked else (1,))


def _summary(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Say what else was found, for people."""
    low, high = document["confidence_interval"]
    return [
        ("P@1, 95 % interval", f"{per_cent(low)} to {per_cent(high)}"),
        ("MRR", f"{document['mrr']:.3f}"),
        ("coverage", per_cent(document["coverage"])),
        *_about_answers(document),
        ("identical", f"{document['identical_queries']} queries are among their own gold words"),
        (
            "overlap",
            f"{document['overlap_with_training']} of {document['queries']} queries stand in "
            "training",
        ),
        ("ranked by", f"{document['ranked_by']}, channels {document['channels']}"),
        (
            "candidates",
            f"{document['candidates']:,}, P@1 by chance "
            f"{per_cent(document['chance_precision_at_1'], 3)}",
        ),
    ]


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
    return lines


def _or_dash(value: float | None) -> str:
    """Write a number that may be missing."""
    return "–" if value is None else f"{value:.3f}"
