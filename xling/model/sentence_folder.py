"""A model as a folder that ``SentenceTransformer`` loads."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xling.files import PathLike, atomic_directory
from xling.model.export import chosen_languages
from xling.model.export_marks import model_readme, write_mark
from xling.model.hub import Hub
from xling.model.model import Model
from xling.model.sentence_table import SentenceTable, joined_table, sentence_table
from xling.model.sentences import language_encoders
from xling.model.word_tokenizer import word_tokenizer
from xling.progress import Progress, silent

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = [
    "ANY_LANGUAGE",
    "export_sentences",
    "save_encoder",
    "sentence_transformer",
    "static_module",
]

#: Route of sentences whose language is not told.
ANY_LANGUAGE = "any"


def export_sentences(
    model: Model | Hub,
    path: PathLike,
    *,
    languages: Sequence[str] | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> list[str]:
    """Write a folder that ``SentenceTransformer(path)`` loads, with a card.

    Parameters
    ----------
    model : Model or Hub
        Any.
    path : path
        The folder to make, whole or not at all.
    languages : sequence of str, optional
        Which ones; all by default.
    force : bool
        Whether a folder that stands there is replaced.
    progress : callable
        Called once it is written.

    Returns
    -------
    list of str
        Relative names of the files.

    Raises
    ------
    UnknownNameError
        If the model has no such language.
    FileAccessError
        If the place is taken, or the disk refuses.
    """
    chosen = chosen_languages(model, languages)
    made, alone = sentence_transformer(model, chosen)
    card = model_readme(model, chosen, alone=alone)
    names = save_encoder(made, path, card, chosen, force=force)
    progress("write sentence encoder", 1, 1)
    return names


def save_encoder(
    encoder: "SentenceTransformer",
    path: PathLike,
    card: str,
    languages: Sequence[str],
    *,
    force: bool = False,
) -> list[str]:
    """Write a sentence encoder with its card, whole or not at all.

    Parameters
    ----------
    encoder : SentenceTransformer
        Any.
    path : path
        The folder to make.
    card : str
        Markdown.
    languages : sequence of str
        Its own.
    force : bool
        Whether a folder that stands there is replaced.

    Returns
    -------
    list of str
        Relative names of the files.

    Raises
    ------
    FileAccessError
        If the place is taken, or the disk refuses.
    """
    with atomic_directory(path, force=force) as folder:
        encoder.save(str(folder), create_model_card=False)
        (folder / "README.md").write_text(card, encoding="utf-8")
        _unmarked(folder)
        return write_mark(folder, "sentence-transformers", languages)


def sentence_transformer(
    model: Model | Hub, languages: Sequence[str]
) -> "tuple[SentenceTransformer, bool]":
    """Make a ``SentenceTransformer`` with the vectors of `xling.model.sentences`.

    Where a table holds all that an encoder does (see `xling.model.sentence_table`), it consists of
    the library's own modules: a static embedding for each language, chosen by ``task``, one of all
    words where none is given, and a normalisation.

    Parameters
    ----------
    model : Model or Hub
        Any.
    languages : sequence of str
        Some of its languages.

    Returns
    -------
    SentenceTransformer
        Ready to encode, or to be saved.
    alone : bool
        Whether it is of the library's own modules, so that it is loaded without xling.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Router

    encoders = language_encoders(model, languages)
    found = {language: sentence_table(encoder) for language, encoder in encoders.items()}
    tables = {language: table for language, table in found.items() if table is not None}
    if len(tables) < len(encoders):
        from xling.model.sentence_module import SentenceModule

        module: Any = SentenceModule(model)
        return SentenceTransformer(modules=[module], device="cpu"), False
    if len(tables) == 1:
        module = static_module(next(iter(tables.values())))
    else:
        routes = {language: [static_module(table)] for language, table in tables.items()}
        routes[ANY_LANGUAGE] = [static_module(joined_table(tables))]
        module = Router(routes, default_route=ANY_LANGUAGE)
    return SentenceTransformer(modules=[module, Normalize()], device="cpu"), True


def static_module(table: SentenceTable) -> Any:
    """Make the library's module of a table.

    Parameters
    ----------
    table : SentenceTable
        Of one language, or of several.

    Returns
    -------
    StaticEmbedding
        Its sentence vectors are not normalised.
    """
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    return StaticEmbedding(
        word_tokenizer(table.words, table.language), embedding_weights=table.rows
    )


def _unmarked(folder: Path) -> None:
    """Take empty folders away, which the list of files does not name."""
    for inside in sorted(folder.rglob("*"), reverse=True):
        if inside.is_dir() and not any(inside.iterdir()):
            inside.rmdir()
