"""``xling export``: a model's vectors or lexicon for other programs."""

from pathlib import Path
from typing import Annotated, Any

import typer

from xling.cli.options import Force, Json, ModelPath, Output, parse_tags
from xling.cli.progress import progress_bars
from xling.cli.render import size, table, write, write_json
from xling.errors import ConflictError, InputError, UnknownNameError
from xling.files import check_output
from xling.progress import Progress, silent

__all__ = ["EXAMPLES", "export", "run_export"]

EXAMPLES = (
    "xling export models/en-de --output vectors",
    "xling export models/en-de --output lexicons --format lexicon --top 3",
    "xling export models/en-de --output encoder --format sentence-transformers",
    "xling export linked --output encoder --format sentence-transformers",
    "xling export models/hub --output lexicons --format lexicon --languages de,es",
)


def run_export(
    model_path: Path,
    output: Path,
    *,
    file_format: str = "vec",
    top: int | None = None,
    retrieval: str | None = None,
    channels: str | None = None,
    languages: tuple[str, ...] | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Write a model's vectors or its whole look-up.

    Parameters
    ----------
    model_path : Path
        Folder of a model, or of linked encoders.
    output : Path
        Folder to make.
    file_format : {"vec", "npz", "lexicon", "sentence-transformers", "gensim", "spacy", "faiss"}
        What to write.
    top, retrieval, channels : optional
        Of the lexicon: how many translations, and by what; 1, csls and all by default.
    languages : tuple of str, optional
        Which ones; all by default.
    force : bool
        Whether the output is replaced.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    dict
        The document of ``export --json``.

    Raises
    ------
    XlingError
        If the model cannot be read or an option does not fit; nothing is written then.
    """
    from xling.linking.linked import is_linked
    from xling.model.export import EXPORT_FORMATS, export_lexicons, export_vectors
    from xling.model.export_libraries import LIBRARIES, export_for_library
    from xling.model.open import load

    if file_format not in EXPORT_FORMATS:
        raise UnknownNameError("export format", file_format, EXPORT_FORMATS)
    look_up = {"top": top, "retrieval": retrieval, "channels": channels}
    given = {name: value for name, value in look_up.items() if value is not None}
    if given and file_format != "lexicon":
        raise ConflictError(
            f"--{next(iter(given))} is of --format lexicon; {file_format!r} holds the space alone"
        )
    if top is not None and top < 1:
        raise InputError(f"top is {top}; at least 1 is needed")
    check_output(output, force=force, inputs=(model_path,), directory=True)
    if (model_path / "student.json").is_file():
        raise ConflictError(
            f"{model_path} is a student, which needs no export: "
            f"SentenceTransformer({str(model_path)!r}) loads it as it is"
        )
    if is_linked(model_path):
        return _run_linked(model_path, output, file_format, languages, force=force)
    model = load(model_path)
    if file_format == "lexicon":
        names = export_lexicons(
            model,
            output,
            top=1 if top is None else top,
            retrieval=retrieval or "csls",
            channels=channels or "all",
            languages=languages,
            force=force,
            progress=progress,
        )
    else:
        how: dict[str, Any] = {"languages": languages, "force": force, "progress": progress}
        if file_format in LIBRARIES:
            names = export_for_library(model, output, library=file_format, **how)
        elif file_format == "sentence-transformers":
            from xling.model.sentence_folder import export_sentences

            names = export_sentences(model, output, **how)
        else:
            names = export_vectors(model, output, file_format=file_format, **how)
    tags = [model.side(tag).language for tag in languages or model.languages]
    return _document(model.name, output, file_format, tags, names)


def _run_linked(
    path: Path,
    output: Path,
    file_format: str,
    languages: tuple[str, ...] | None,
    *,
    force: bool,
) -> dict[str, Any]:
    """Write linked encoders, which hold no words."""
    from xling.linking.linked import LinkedEncoders
    from xling.linking.sentence_folder import export_linked

    if file_format != "sentence-transformers":
        raise ConflictError(
            f"{path} holds linked encoders, which have no words for --format {file_format}",
            hint="they are exported with --format sentence-transformers",
        )
    linked = LinkedEncoders.load(path, device="cpu")
    names = export_linked(linked, output, languages=languages, force=force)
    tags = [linked.pair(tag)[0].language for tag in languages or linked.languages]
    return _document(linked.name, output, file_format, tags, names)


def _document(
    name: str, output: Path, file_format: str, languages: list[str], names: list[str]
) -> dict[str, Any]:
    """Say what was written."""
    return {
        "model": name,
        "output": str(output),
        "format": file_format,
        "languages": languages,
        "files": [{"name": file, "bytes": (output / file).stat().st_size} for file in names],
    }


def export(
    model: ModelPath,
    output: Output,
    file_format: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="NAME",
            help="vec or npz (aligned vectors), lexicon (look-ups), sentence-transformers (an "
            "encoder), or gensim, spacy, faiss (vectors as these keep them).",
        ),
    ] = "vec",
    top: Annotated[
        int | None, typer.Option(help="Of lexicon: translations of each word; default: 1.")
    ] = None,
    retrieval: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Of lexicon: csls (default), nn, inverted-softmax, margin, margin-distance, "
            "mutual.",
        ),
    ] = None,
    channels: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES", help="Of lexicon: all (default), or a comma list of channels."
        ),
    ] = None,
    languages: Annotated[
        str | None,
        typer.Option(metavar="TAGS", help="Only these, a comma list; default: all of the model."),
    ] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Write aligned vectors, or a whole induced lexicon."""
    with progress_bars() as progress:
        document = run_export(
            model,
            output,
            file_format=file_format,
            top=top,
            retrieval=retrieval,
            channels=channels,
            languages=None if languages is None else parse_tags(languages),
            force=force,
            progress=progress,
        )
    if json:
        write_json(document)
        return
    rows = [(str(output / file["name"]), size(file["bytes"])) for file in document["files"]]
    write(table(("file", "size"), rows, right=(1,)))
