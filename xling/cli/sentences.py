"""What the commands on sentences share: their arguments, and a model's encoders."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xling.cli.options import check_input
from xling.data.language import check_language_pair
from xling.errors import InputError

if TYPE_CHECKING:
    from xling.encoders.sentence_means import SentenceEncoder, SentenceMeans
    from xling.model.model import Model

__all__ = [
    "SAMPLE",
    "SourceText",
    "TargetText",
    "encoders",
    "load_for",
    "sentence_pair",
    "swapped",
]

#: Sentences of a file that are looked at, to notice swapped files.
SAMPLE = 1000

SourceText = Annotated[
    Path, typer.Argument(metavar="SOURCE", help="Sentences of the --from language, one a line.")
]
TargetText = Annotated[
    Path, typer.Argument(metavar="TARGET", help="Sentences of the --to language, one a line.")
]


def sentence_pair(
    model_path: Path,
    source_path: Path,
    target_path: Path,
    languages: tuple[str | None, str | None] = (None, None),
) -> "tuple[str, tuple[SentenceEncoder, SentenceEncoder]]":
    """Open the encoders of two files' languages, of whatever kind the model is.

    Parameters
    ----------
    model_path : Path
        Folder of a model or hub, of linked encoders, or of a trained encoder of both languages.
    source_path, target_path : Path
        Files that are needed later.
    languages : pair of str, optional
        Of the two files; needed of a trained encoder, which does not know its languages.

    Returns
    -------
    name : str
        Of the model.
    pair : pair of SentenceEncoder
        In the order that was asked for.

    Raises
    ------
    XlingError
        If one of them cannot be read, or there is no such direction.
    """
    from xling.encoders.pretrained.checkpoint import is_checkpoint
    from xling.linking.linked import LinkedEncoders, is_linked

    name = model_path.absolute().name
    if is_linked(model_path):
        check_input(source_path, target_path)
        return name, LinkedEncoders.load(model_path).pair(*languages)
    if is_checkpoint(model_path):
        from xling.encoders.pretrained.transformer import TransformerEncoder
        from xling.linking.verified import open_verified

        languages = _languages(model_path, languages)
        if languages[0] is None or languages[1] is None:
            raise InputError(
                f"{model_path} is a trained encoder, which does not know its languages",
                hint="say of which language each file is, with --from and --to",
            )
        check_language_pair((languages[0], languages[1]))
        check_input(source_path, target_path)
        checkpoint = open_verified(model_path)
        first, second = (
            TransformerEncoder(checkpoint=checkpoint, language=tag) for tag in languages if tag
        )
        return name, (first, second)
    model = load_for(model_path, source_path, target_path, languages)
    return model.name, encoders(model, *languages)


def _languages(path: Path, asked: tuple[str | None, str | None]) -> tuple[str | None, str | None]:
    """Fill in the languages that a student's folder holds, where they are not given."""
    import json

    try:
        first, second = json.loads((path / "student.json").read_bytes())["languages"]
    except (OSError, ValueError, KeyError, TypeError):
        return asked
    if asked[0] is None and asked[1] is None:
        return first, second
    other = {first.casefold(): second, second.casefold(): first}
    one, two = asked
    return one or other.get(str(two).casefold()), two or other.get(str(one).casefold())


def load_for(
    model_path: Path,
    source_path: Path,
    target_path: Path,
    languages: tuple[str | None, str | None] = (None, None),
) -> "Model":
    """Read a model, once it is clear that the files can be read.

    Parameters
    ----------
    model_path : Path
        Folder of a model, or of a hub.
    source_path, target_path : Path
        Files that are needed later.
    languages : pair of str, optional
        Of the two files, where they are known; of a hub the first two are the default.

    Returns
    -------
    Model
        Ready for use.

    Raises
    ------
    XlingError
        If one of them cannot be read; what is wrong with the model is said first.
    """
    from xling.model.open import load_pair

    if model_path.is_dir():
        check_input(source_path, target_path)
    return load_pair(model_path, *languages)


def encoders(
    model: "Model", source: str | None, target: str | None
) -> "tuple[SentenceMeans, SentenceMeans]":
    """Make the encoders of two files' languages.

    Parameters
    ----------
    model : Model
        Any model.
    source, target : str, optional
        Languages; of one alone the other follows, without both it is the model's own order.

    Returns
    -------
    pair of SentenceMeans
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


def swapped(
    pair: "tuple[SentenceEncoder, SentenceEncoder]", texts: tuple[Sequence[str], Sequence[str]]
) -> list[str]:
    """Notice that two files stand in each other's place.

    Parameters
    ----------
    pair : pair of SentenceEncoder
        Of the languages that the files should be in; trained encoders know no words.
    texts : pair of sequence of str
        Their sentences.

    Returns
    -------
    list of str
        A warning if the words of both files are better known in the other file's language.
    """
    from xling.encoders.sentence_means import SentenceMeans

    means = [encoder for encoder in pair if isinstance(encoder, SentenceMeans)]
    if len(means) < len(pair):
        return []
    own, other = (
        [_known_share(encoder, text[:SAMPLE]) for encoder, text in zip(means, order, strict=True)]
        for order in (texts, texts[::-1])
    )
    if not (other[0] > own[1] and other[1] > own[0]):
        return []
    names = f"{pair[0].language} and {pair[1].language}"
    return [
        f"the words of both files are better known in the other one's language; are they {names}, "
        "in this order?"
    ]


def _known_share(encoder: "SentenceMeans", sentences: Sequence[str]) -> float:
    """Give the share of words that are in a language's vocabulary."""
    from xling.data.text import tokenize

    words = [word for found in tokenize(sentences, encoder.language) for word in found]
    return float((encoder.vocabulary.find_all(words) >= 0).mean()) if words else 0.0
