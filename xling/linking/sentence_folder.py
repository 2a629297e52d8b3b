"""Linked encoders as a folder that ``SentenceTransformer`` loads, their maps inside."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xling.encoders.pretrained.checkpoint import quiet
from xling.errors import InputError
from xling.files import PathLike
from xling.linking.card import linked_card
from xling.linking.linked import LinkedEncoder, LinkedEncoders
from xling.linking.sources import CheckpointSource, MatrixSource, MeansSource
from xling.model.sentence_folder import save_encoder, static_module
from xling.model.sentence_table import sentence_table

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["export_linked", "linked_transformer"]


def export_linked(
    linked: LinkedEncoders,
    path: PathLike,
    *,
    languages: Sequence[str] | None = None,
    force: bool = False,
) -> list[str]:
    """Write a folder that ``SentenceTransformer(path)`` loads, with a card that holds the scores.

    Parameters
    ----------
    linked : LinkedEncoders
        That can encode.
    path : path
        The folder to make, whole or not at all.
    languages : sequence of str, optional
        Which ones; both by default.
    force : bool
        Whether a folder that xling wrote is replaced.

    Returns
    -------
    list of str
        Relative names of the files.

    Raises
    ------
    UnknownNameError
        If there is no such language.
    InputError
        If a side is a matrix, which encodes nothing.
    FileAccessError
        If the place is taken, or the disk refuses.
    """
    chosen = _chosen(linked, languages)
    made, alone = linked_transformer(linked, chosen)
    tags = [side.language for side in chosen]
    prompts = frozenset(side.language for side in chosen if _prompt(side))
    card = linked_card(linked.card, tags, prompts=prompts, alone=alone)
    with quiet():
        return save_encoder(made, path, card, tags, force=force)


def linked_transformer(
    linked: LinkedEncoders, sides: Sequence[LinkedEncoder]
) -> "tuple[SentenceTransformer, bool]":
    """Make a ``SentenceTransformer`` that gives vectors in the shared space.

    Of the library's own modules where that is possible: the encoder, its map as dense layers, a
    normalisation; of two languages a route for each, chosen by ``task``. A sentence of which
    nothing is known, a blank one or one without a known word, gets a vector all the same, where
    xling gives a zero row: the library has no module that leaves such rows alone.

    Parameters
    ----------
    linked : LinkedEncoders
        That can encode.
    sides : sequence of LinkedEncoder
        One or both of its sides.

    Returns
    -------
    SentenceTransformer
        Ready to encode, or to be saved.
    alone : bool
        Whether it is loaded without xling.

    Raises
    ------
    InputError
        If a side is a matrix, which encodes nothing.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Router

    for side in sides:
        if isinstance(side.source, MatrixSource):
            raise InputError(
                f"the {side.language} side was linked from rows in {side.source.name}, so there "
                "is no encoder to export",
                hint="link the encoders themselves, with --pairs",
            )
    ways = {side.language: _modules(side) for side in sides}
    found = {language: way for language, way in ways.items() if way is not None}
    with quiet():
        if len(found) < len(ways):
            from xling.linking.linked_module import LinkedModule

            module: Any = LinkedModule(linked)
            return SentenceTransformer(modules=[module], device="cpu"), False
        prompts = {side.language: prompt for side in sides if (prompt := _prompt(side))}
        if len(found) == 1:
            ((language, way),) = found.items()
            named = language if language in prompts else None
            return SentenceTransformer(
                modules=way, device="cpu", prompts=prompts, default_prompt_name=named
            ), True
        router: Any = Router(found, default_route=sides[0].language)
        return SentenceTransformer(modules=[router], device="cpu", prompts=prompts), True


def _chosen(linked: LinkedEncoders, languages: Sequence[str] | None) -> list[LinkedEncoder]:
    """Give the sides to be written, each once."""
    wanted = linked.languages if languages is None else languages
    sides = {side.language: side for side in (linked.pair(tag)[0] for tag in wanted)}
    return list(sides.values())


def _modules(side: LinkedEncoder) -> list[Any] | None:
    """Give the library's modules of an encoder and its map; ``None`` where it has none."""
    from sentence_transformers.sentence_transformer.modules import Normalize

    from xling.linking.map_modules import map_modules

    mapped = map_modules(side.mapping)
    if mapped is None:
        return None
    if isinstance(side.source, CheckpointSource):
        encoder = side.source.encoder
        if encoder.checkpoint.model.truncate_dim is not None:  # which no module does
            return None
        ends = [Normalize()] if encoder.normalized else []
        return [*encoder.checkpoint.model, *ends, *mapped, Normalize()]
    table = sentence_table(side.source.means) if isinstance(side.source, MeansSource) else None
    return None if table is None else [static_module(table), Normalize(), *mapped, Normalize()]


def _prompt(side: LinkedEncoder) -> str:
    """Give what stands before each sentence."""
    return side.source.encoder.before if isinstance(side.source, CheckpointSource) else ""
