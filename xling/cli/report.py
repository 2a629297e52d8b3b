"""``xling report``: a page that shows a model, and how good it is."""

from pathlib import Path
from typing import Annotated, Any

import typer

from xling.cli.evaluate import run_evaluate
from xling.cli.options import Channels, Force, From, Json, ModelPath, Retrieval, Seed, To
from xling.cli.progress import progress_bars
from xling.cli.render import size, unused_retrieval, warn, write, write_json
from xling.files import check_output
from xling.progress import Progress, silent

__all__ = ["EXAMPLES", "report", "run_report"]

EXAMPLES = (
    "xling report models/en-de test.tsv --output report.html",
    "xling report models/en-de --output model.html",
)

_SHARED = ("model", "from", "to", "retrieval", "channels", "ranked_by")


def run_report(
    model_path: Path,
    output: Path,
    *,
    lexicon_path: Path | None = None,
    source: str | None = None,
    target: str | None = None,
    retrieval: str = "csls",
    channels: str = "all",
    words: int | None = None,
    seed: int = 0,
    force: bool = False,
    progress: Progress = silent,
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Write the page of a model.

    Parameters
    ----------
    model_path, output : Path
        Folder of a model; file to make.
    lexicon_path : Path, optional
        Test lexicon; without it the page shows the model, not how good it is.
    source, target : str, optional
        Direction; by default the model's own, or the first two languages of a hub.
    retrieval, channels : str
        By name.
    words : int, optional
        Words on the map; ``None`` for the usual number.
    seed : int
        Of the map.
    force : bool
        Whether a file that stands there is replaced.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    document : dict
        That of ``report --json``: ``model``, ``from``, ``to``, ``retrieval``, ``channels``,
        ``ranked_by``, ``report`` and, with a lexicon, ``evaluation``.
    warnings : tuple of str
        What the user should know.

    Raises
    ------
    XlingError
        If the model or the lexicon cannot be read, a name does not exist, or the file cannot be
        written.
    """
    from xling.model.open import load_pair
    from xling.report.make import ReportSettings, make_report
    from xling.report.word_map import WORDS

    check_output(output, force=force, inputs=(model_path, lexicon_path))
    settings = ReportSettings(
        path=output, seed=seed, force=force, words=WORDS if words is None else words
    )
    if lexicon_path is None:
        model = load_pair(model_path, source, target)
        way = model.way(source, target, retrieval=retrieval, channels=channels)
        made = make_report(
            model,
            settings,
            source=source,
            target=target,
            retrieval=retrieval,
            channels=channels,
            progress=progress,
        )
        document = {
            "model": model.name,
            "from": way.asked.language,
            "to": way.answers.language,
            "retrieval": retrieval,
            "channels": channels,
            "ranked_by": way.ranked_by,
            "report": made,
        }
        return document, tuple(unused_retrieval(way.ranked_by, retrieval))
    found = run_evaluate(
        model_path,
        lexicon_path,
        source=source,
        target=target,
        retrieval=retrieval,
        channels=channels,
        page=settings,
        progress=progress,
    )
    evaluation = dict(found.document)
    made = evaluation.pop("report")
    return {
        **{name: evaluation[name] for name in _SHARED},
        "report": made,
        "evaluation": evaluation,
    }, found.warnings


def report(
    model: ModelPath,
    output: Annotated[Path, typer.Option(metavar="FILE.html", help="File to make.")],
    lexicon: Annotated[
        Path | None,
        typer.Argument(metavar="LEXICON", help="Test lexicon, source TAB target a line."),
    ] = None,
    source: From = None,
    target: To = None,
    retrieval: Retrieval = "csls",
    channels: Channels = "all",
    words: Annotated[
        int | None, typer.Option(help="Words on the map, both languages; default: 600.")
    ] = None,
    seed: Seed = 0,
    force: Force = False,
    json: Json = False,
) -> None:
    """Write one page that shows a model, and with a test lexicon how good it is."""
    with progress_bars() as progress:
        document, warnings = run_report(
            model,
            output,
            lexicon_path=lexicon,
            source=source,
            target=target,
            retrieval=retrieval,
            channels=channels,
            words=words,
            seed=seed,
            force=force,
            progress=progress,
        )
    warn(warnings)
    if json:
        write_json(document)
        return
    made = document["report"]
    write(f"report: {made['file']} ({size(made['bytes'])}); open it in a browser")
