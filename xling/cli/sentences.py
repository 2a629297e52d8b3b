"""What the commands on sentences share: their arguments, and a model's encoders."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xling.cli.options import check_input

if TYPE_CHECKING:
    from xling.encoders.sentence_means import SentenceEncoder
    from xling.model.model import Model

__all__ = ["SourceText", "TargetText", "encoders", "load_for"]

SourceText = Annotated[
    Path, typer.Argument(metavar="SOURCE", help="Sentences of the --from language, one a line.")
]
TargetText = Annotated[
    Path, typer.Argument(metavar="TARGET", help="Sentences of the --to language, one a line.")
]


def load_for(model_path: Path, source_path: Path, target_path: Path) -> "Model":
    """Read a model, once it is clear that the files can be read.

    Parameters
    ----------
    model_path : Path
        Folder of a model.
    source_path, target_path : Path
        Files that are needed later.

    Returns
    -------
    Model
        Ready for use.

    Raises
    ------
    XlingError
        If one of them cannot be read; what is wrong with the model is said first.
    """
    from xling.model.model import load

    if model_path.is_dir():
        check_input(source_path, target_path)
    return load(model_path)


def encoders(
    model: "Model", source: str | None, target: str | None
) -> "tuple[SentenceEncoder, SentenceEncoder]":
    """Make the encoders of two files' languages.

    Parameters
    ----------
    model : Model
        Any model.
    source, target : str, optional
        Languages; of one alone the other follows, without both it is the model's own order.

    Returns
    -------
    pair of SentenceEncoder
        In the order that was asked for.

    Raises
    ------
    XlingError
        If the model has no such direction.
    """
    from xling.model.sentences import sentence_encoders

    asked, _ = model.direction(source, target)
    first, second = sentence_encoders(model)
    return (first, second) if asked.language == first.language else (second, first)
