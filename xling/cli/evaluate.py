"""``xling evaluate``: bilingual lexicon evaluation."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xling.cli.evaluate_view import groups_table, queries_table, scores_table, summary
from xling.cli.options import (
    Channels,
    Force,
    From,
    Json,
    ModelPath,
    Policy,
    Retrieval,
    TableFormat,
    To,
    check_input,
)
from xling.cli.paper_table import check_format, evaluation_row, paper_table
from xling.cli.progress import progress_bars
from xling.cli.render import facts, to_json, unused_retrieval, warn, write, write_json
from xling.errors import InputError
from xling.files import atomic_file, check_output, digests
from xling.progress import Progress, silent

if TYPE_CHECKING:
    from xling.data.lexicon import Lexicon
    from xling.evaluation.results import BliResult
    from xling.model.model import Model
    from xling.report.make import ReportSettings

__all__ = ["EXAMPLES", "Evaluated", "evaluate", "run_evaluate"]

EXAMPLES = (
    "xling evaluate models/en-de test.tsv",
    "xling evaluate models/en-de test.tsv --channels contexts --retrieval nn",
    "xling evaluate models/en-de test.tsv --policy muse --per-query --json",
    "xling evaluate models/en-de test.tsv --report report.html",
)

_TOP = 10  # answers that are listed for each query


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
    policy: str = "default",
    lemmas: bool = False,
    per_query: bool = False,
    two_way: bool = False,
    calibration: bool = False,
    pos_column: int | None = None,
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
    policy : str
        How queries and hits are counted, by name.
    lemmas : bool
        Whether inflected forms of gold words are counted too, in scores of their own.
    per_query : bool
        Whether the document lists each query with its rank and the best answers.
    two_way, calibration : bool
        Whether first answers are translated back, and whether their probabilities are judged.
    pos_column : int, optional
        Column of the lexicon that holds parts of speech; by default it is looked for.
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
        If the model or the lexicon cannot be read, a name does not exist, the lexicon is evidently
        not one for this direction, or the report cannot be written.
    """
    from xling.data.formats import read_lexicon
    from xling.evaluation.bli import evaluate as judge
    from xling.evaluation.lexicon_checks import check_test_lexicon, without_header
    from xling.evaluation.policies import find_policy
    from xling.model.open import load_pair

    find_policy(policy)
    if model_path.is_dir():  # what is wrong with the model is said first
        check_input(lexicon_path)
    model = load_pair(model_path, source, target)
    way = model.way(source, target, retrieval=retrieval, channels=channels)
    direction = way.asked.language, way.answers.language
    lexicon, report = read_lexicon(lexicon_path, direction, pos_column=pos_column)
    lexicon, header = without_header(lexicon)
    noticed = check_test_lexicon(
        lexicon, way.asked.vocabulary, way.answers.vocabulary, place=str(lexicon_path)
    )
    result = judge(
        model,
        lexicon,
        source=direction[0],
        target=direction[1],
        retrieval=retrieval,
        channels=channels,
        policy=policy,
        lemmas=lemmas,
        top=_TOP if per_query else 0,
        progress=lambda done, total: progress("evaluate", done, total),
    )
    warnings = [*report.describe(), *([f"{lexicon_path}: {header}"] if header else []), *noticed]
    if result.overlap_with_training:
        warnings.append(
            f"{result.overlap_with_training} of {result.queries} queries stand in linked pairs or "
            "the seed lexicon: this is no zero-shot score"
        )
    if not result.queries_in_vocabulary:
        warnings.append(f"under the policy {policy!r} no query is in vocabulary; all scores are 0")
    warnings.extend(unused_retrieval(way.ranked_by, retrieval))
    document: dict[str, Any] = {
        "model": model.name,
        "lexicon": str(lexicon_path),
        "ranked_by": way.ranked_by,
        "header_left_out": header is not None,
        "duplicate_lines": report.count("duplicate pair"),
    }
    document |= result.to_json()
    document["inputs_sha256"] = digests(model=model_path / "manifest.json", lexicon=lexicon_path)
    first, more = _first_answers(model, lexicon, result, two_way=two_way, calibration=calibration)
    document |= more
    if per_query:
        document["per_query"] = [
            detail.to_json() | first.get(detail.query, {}) for detail in result.details
        ]
    if page is not None:
        document["report"] = _write_report(model, result, document, page, progress)
    return Evaluated(document=document, warnings=tuple(warnings))


def _write_report(
    model: "Model",
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
        judgement=Judgement(result=result, document=document),
        progress=progress,
    )


def _first_answers(
    model: "Model", lexicon: "Lexicon", result: "BliResult", *, two_way: bool, calibration: bool
) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Ask for first answers where they are wanted: those of each query, and what they show."""
    from xling.data.text import fold
    from xling.evaluation import first_answers as first

    if not (two_way or calibration):
        return {}, {}
    gold = lexicon.queries()
    there = {
        "source": result.source_language,
        "target": result.target_language,
        "retrieval": result.retrieval,
        "channels": result.channels,
    }
    asked = {query: gold[fold(query)] for query, rank in result.ranks if rank is not None}
    answers = first.first_answers(model, asked, back=two_way, **there)
    more: dict[str, Any] = {}
    if two_way:
        more["two_way"] = first.two_way(
            [bool(one.returns) for one in answers], [one.right for one in answers]
        )
    if calibration:
        others = {query: () for query, rank in result.ranks if rank is None}  # none is right
        outside = first.first_answers(model, others, back=False, **there)
        more["calibration"] = first.calibration(answers, outside)
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
    policy: Policy = "default",
    lemmas: Annotated[
        bool, typer.Option("--lemmas", help="Also score with inflected gold words as right.")
    ] = False,
    per_query: Annotated[
        bool, typer.Option("--per-query", help="List each query with its rank and best answers.")
    ] = False,
    two_way: Annotated[
        bool, typer.Option("--two-way", help="Also translate each first answer back.")
    ] = False,
    calibration: Annotated[
        bool, typer.Option("--calibration", help="Also judge the confidences of first answers.")
    ] = False,
    pos_column: Annotated[
        int | None,
        typer.Option(help="Column of the parts of speech, from 3; default: 3 or 4, if there."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Also write the JSON document here.")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="Also write one page that shows it all."),
    ] = None,
    force: Force = False,
    shown_as: TableFormat = "text",
    json: Json = False,
) -> None:
    """Judge a model's translations by a test lexicon."""
    check_format(shown_as)
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
            policy=policy,
            lemmas=lemmas,
            per_query=per_query,
            two_way=two_way,
            calibration=calibration,
            pos_column=pos_column,
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
    if shown_as != "text":
        write(paper_table(*evaluation_row(found.document), shown_as))
        return
    write(scores_table(found.document), "", facts(summary(found.document)))
    write("", groups_table(found.document["groups"]))
    if report is not None:
        write("", f"report: {report}")
    if per_query:
        write("", queries_table(found.document["per_query"]))


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
