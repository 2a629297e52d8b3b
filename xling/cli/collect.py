"""``xling collect``: sentences with their vectors, for a server to search."""

from pathlib import Path
from typing import Annotated, Any

import typer

from xling.cli.options import Force, Json, ModelPath, Output, check_input
from xling.cli.render import facts, warn, write, write_json
from xling.errors import FormatError, InputError

__all__ = ["EXAMPLES", "collect", "run_collect"]

EXAMPLES = ("xling collect models/en-de sentences.de --language de --output collections/de",)


def run_collect(
    model_path: Path, sentences_path: Path, language: str, output: Path, *, force: bool = False
) -> dict[str, Any]:
    """Encode a file of sentences.

    Parameters
    ----------
    model_path : Path
        Folder of a model of two languages.
    sentences_path : Path
        One sentence a line; blank lines are left out.
    language : str
        Of the sentences.
    output : Path
        The folder to make.
    force : bool
        Whether a folder that xling wrote is replaced.

    Returns
    -------
    dict
        The document of ``collect --json``.

    Raises
    ------
    XlingError
        If a file cannot be read or written, or the model has no such language.
    """
    from xling.files import check_output, open_binary
    from xling.model.collection import Collection, model_fingerprint
    from xling.model.hub_storage import is_hub
    from xling.model.open import load_model
    from xling.model.sentences import sentence_encoders

    check_output(output, force=force, inputs=(model_path, sentences_path), directory=True)
    check_input(sentences_path)
    if is_hub(model_path):
        raise InputError(f"{model_path} is a hub; a model of two languages is needed")
    model = load_model(model_path)
    place = model.sides.index(model.side(language))
    try:
        with open_binary(sentences_path) as file:
            lines = file.read().decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise FormatError(sentences_path, "not UTF-8; one sentence a line is needed") from error
    sentences = [line.strip() for line in lines if line.strip()]
    if not sentences:
        raise FormatError(sentences_path, "empty; one sentence a line is needed")
    encoder = sentence_encoders(model)[place]
    made = Collection.of(sentences, encoder, model_fingerprint(model_path))
    made.save(output, force=force)
    unknown = int((~made.index.rows.any(axis=1)).sum())
    return {
        "output": str(output),
        "model": model.name,
        "language": made.language,
        "sentences": len(made),
        "unknown": unknown,
    }


def collect(
    model: ModelPath,
    sentences: Annotated[
        Path, typer.Argument(metavar="SENTENCES", help="One sentence a line, also .gz.")
    ],
    language: Annotated[str, typer.Option(metavar="LANG", help="Language of the sentences.")],
    output: Output,
    force: Force = False,
    json: Json = False,
) -> None:
    """Store sentences with their vectors, for xling serve --collection to search."""
    document = run_collect(model, sentences, language, output, force=force)
    if document["unknown"]:
        warn([f"nothing is known about {document['unknown']} sentences: they are never found"])
    if json:
        write_json(document)
        return
    count = f"{document['sentences']:,} in {document['language']}"
    write(facts([("collection", document["output"]), ("sentences", count)]))
