"""``xling index``: the table of answers that makes serving a model fast."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from xling.cli.options import Json, ModelPath
from xling.cli.progress import progress_bars
from xling.cli.render import facts, size, write, write_json
from xling.errors import InputError
from xling.progress import Progress, silent

__all__ = ["EXAMPLES", "index", "run_index"]

EXAMPLES = (
    "xling index models/en-de",
    "xling index models/en-de --output models/en-de-served --json",
)


def run_index(
    model_path: Path,
    output: Path | None = None,
    *,
    force: bool = False,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Compute the best answers of every word, and store them with the model.

    Parameters
    ----------
    model_path : Path
        Folder of a model of two languages.
    output : Path, optional
        The folder to make; by default the model itself is replaced.
    force : bool
        Whether a model that stands at ``output`` is replaced.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    dict
        The document of ``index --json``.

    Raises
    ------
    InputError
        If it is a hub.
    XlingError
        If the model cannot be read, or its folder not be written.
    """
    from xling.files import check_output
    from xling.model.answer_table import WIDTH
    from xling.model.hub_storage import is_hub
    from xling.model.indexing import with_answers
    from xling.model.open import load_model

    if is_hub(model_path):
        raise InputError(
            f"{model_path} is a hub; the answers of a model of two languages are stored",
            hint="xling serve --warm computes those of a hub at the start",
        )
    place = model_path if output is None else output
    if output is not None:
        check_output(output, force=force, inputs=(model_path,), directory=True)
    model = load_model(model_path)
    start = time.perf_counter()
    indexed = with_answers(model, progress=progress)
    seconds = time.perf_counter() - start
    indexed.save(place, force=force or output is None)
    return {
        "output": str(place),
        "answers": WIDTH,
        "words": {side.language: len(side.vocabulary) for side in indexed.sides},
        "bytes": sum(table.bytes for table in indexed.answers.values()),
        "seconds": round(seconds, 3),
    }


def index(
    model: ModelPath,
    output: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder to make; default: the model itself is replaced."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace what stands at --output.")
    ] = False,
    json: Json = False,
) -> None:
    """Store the best answers of every word with a model, for xling serve to read."""
    with progress_bars() as progress:
        document = run_index(model, output, force=force, progress=progress)
    if json:
        write_json(document)
        return
    words = ", ".join(f"{tag} {count:,}" for tag, count in document["words"].items())
    write(
        facts(
            [
                ("model", document["output"]),
                ("answers", f"the best {document['answers']} of each word: {words}"),
                ("size", size(document["bytes"])),
                ("seconds", f"{document['seconds']:.1f}"),
            ]
        )
    )
