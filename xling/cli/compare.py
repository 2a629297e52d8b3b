"""``xling compare``: several models on the same queries, with paired tests."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xling.cli.options import (
    Channels,
    Force,
    From,
    Json,
    Policy,
    Retrieval,
    TableFormat,
    To,
    check_input,
)
from xling.cli.paper_table import check_format, comparison_rows, paper_table
from xling.cli.progress import progress_bars
from xling.cli.render import per_cent, table, to_json, unused_retrieval, warn, write, write_json
from xling.errors import InputError
from xling.files import atomic_file, check_output
from xling.progress import Progress, silent

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["EXAMPLES", "compare", "run_compare"]

EXAMPLES = (
    "xling compare models/joint models/separate test.tsv",
    "xling compare models/a models/b test.tsv --channels contexts --retrieval nn --json",
)

_SHOWN = {"precision_at_1": "P@1", "precision_at_5": "P@5", "mrr": "MRR"}


def run_compare(
    model_paths: Sequence[Path],
    lexicon_path: Path,
    *,
    source: str | None = None,
    target: str | None = None,
    retrieval: str = "csls",
    channels: str = "all",
    policy: str = "default",
    progress: Progress = silent,
) -> tuple[dict[str, Any], list[str]]:
    """Judge several models by the same lexicon, and test their differences.

    Parameters
    ----------
    model_paths : sequence of Path
        Folders of models, at least two.
    lexicon_path : Path
        ``source TAB target`` a line, in the direction that is judged.
    source, target : str, optional
        Direction; by default the first model's own, which the others must have as well.
    retrieval, channels, policy : str
        By name, for every model.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    document : dict
        That of ``compare --json``.
    warnings : list of str
        What the user should know.

    Raises
    ------
    XlingError
        If there are fewer than two models, one is given twice, or something cannot be read or
        does not fit.
    """
    from xling.data.formats import read_lexicon
    from xling.evaluation.bli import evaluate
    from xling.evaluation.comparison import compare_results
    from xling.evaluation.lexicon_checks import check_test_lexicon, without_header
    from xling.evaluation.policies import find_policy
    from xling.evaluation.results import BliResult
    from xling.model.open import load_pair

    find_policy(policy)
    names = _names(model_paths)
    check_input(lexicon_path)
    results: dict[str, BliResult] = {}
    warnings: list[str] = []
    ranked_by: dict[str, str] = {}
    for name, path in zip(names, model_paths, strict=True):
        model = load_pair(path, source, target)
        way = model.way(source, target, retrieval=retrieval, channels=channels)
        source, target = way.asked.language, way.answers.language
        lexicon, report = read_lexicon(lexicon_path, (source, target))
        lexicon, header = without_header(lexicon)
        noticed = check_test_lexicon(
            lexicon, way.asked.vocabulary, way.answers.vocabulary, place=str(lexicon_path)
        )
        if not results:
            warnings += report.describe() + ([f"{lexicon_path}: {header}"] if header else [])
            warnings += [*noticed, *unused_retrieval(way.ranked_by, retrieval)]
        ranked_by[name] = way.ranked_by
        results[name] = evaluate(
            model,
            lexicon,
            source=source,
            target=target,
            retrieval=retrieval,
            channels=channels,
            policy=policy,
            progress=partial(progress, f"evaluate {name}"),
        )
    warnings += [
        f"{result.overlap_with_training} of {result.queries} queries stand in what {name} was "
        "trained on: this is no zero-shot score"
        for name, result in results.items()
        if result.overlap_with_training
    ]
    document: dict[str, Any] = {
        "models": names,
        "lexicon": str(lexicon_path),
        "from": source,
        "to": target,
        "retrieval": retrieval,
        "channels": channels,
        "policy_name": policy,
    }
    document |= compare_results(results)
    for row in document["scores"]:
        row["ranked_by"] = ranked_by[row["model"]]
    if not document["queries_in_common"]:
        warnings.append("no query is in the vocabulary of every model")
    return document, warnings


def compare(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="MODEL MODEL... LEXICON",
            help="Folders of models, at least two, and a test lexicon, source TAB target a line.",
            show_default=False,
        ),
    ],
    source: From = None,
    target: To = None,
    retrieval: Retrieval = "csls",
    channels: Channels = "all",
    policy: Policy = "default",
    output: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Also write the JSON document here.")
    ] = None,
    force: Force = False,
    shown_as: TableFormat = "text",
    json: Json = False,
) -> None:
    """Compare models on the same queries, with paired tests."""
    if len(paths) < 3:
        raise InputError(
            f"{len(paths)} paths are given; at least two models and then a test lexicon are needed",
            hint="xling compare MODEL MODEL LEXICON",
        )
    check_format(shown_as)
    if output is not None:
        check_output(output, force=force, inputs=paths)
    with progress_bars() as progress:
        document, warnings = run_compare(
            paths[:-1],
            paths[-1],
            source=source,
            target=target,
            retrieval=retrieval,
            channels=channels,
            policy=policy,
            progress=progress,
        )
    warn(warnings)
    if output is not None:
        with atomic_file(output, force=force) as temporary:
            temporary.write_text(to_json(document), encoding="utf-8")
    if json:
        write_json(document)
        return
    if shown_as != "text":
        write(paper_table(*comparison_rows(document), shown_as))
        return
    write(_scores_table(document), "", _comparisons_table(document["comparisons"]))


def _names(paths: Sequence[Path]) -> list[str]:
    """Name models by their folders, as shortly as tells them apart."""
    places = [path.absolute() for path in paths]
    for number, place in enumerate(places):
        if place in places[:number]:
            raise InputError(f"the model {paths[number]} is given twice; each is compared once")
    base = [place.name for place in places]
    return base if len(set(base)) == len(base) else [str(path) for path in paths]


def _scores_table(document: dict[str, Any]) -> "Table":
    """Show the scores of each model."""
    rows = []
    for row in document["scores"]:
        common = row["common"]
        interval = common["confidence_interval"]
        shown = "–" if interval is None else f"{per_cent(interval[0])} to {per_cent(interval[1])}"
        rows.append(
            (
                row["model"],
                per_cent(row["coverage"]),
                per_cent(common["precision_at_1"]),
                shown,
                per_cent(common["precision_at_5"]),
                "–" if common["mrr"] is None else f"{common['mrr']:.3f}",
                per_cent(row["all"]["precision_at_1"]),
            )
        )
    headers = ("model", "coverage", "P@1", "95 %", "P@5", "MRR", "P@1 of all")
    title = (
        f"{document['from']} to {document['to']}: {document['queries_in_common']} of "
        f"{document['queries']} queries are in every vocabulary"
    )
    return table(headers, rows, title=title, right=range(1, len(headers)))


def _comparisons_table(rows: list[dict[str, Any]]) -> "Table":
    """Show the differences."""
    shown = []
    for row in rows:
        low, high = (100 * end for end in row["confidence_interval"])
        shown.append(
            (
                row["model"],
                row["verdict"],
                row["against"],
                f"{_SHOWN[row['measure']]}, {row['among']}",
                f"{100 * row['difference']:+.1f}",
                f"{low:+.1f} to {high:+.1f}",
                f"{row['p_value_holm']:.2g}",
            )
        )
    headers = ("model", "is", "than or from", "by, among", "points", "95 %", "p (Holm)")
    return table(headers, shown, right=(4, 5, 6))
