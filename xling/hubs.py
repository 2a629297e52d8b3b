"""More than two languages, end to end: a hub from spaces and lexicons, and one language more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xling import __version__
from xling.aligners.base import flat_spaces
from xling.aligners.diagnostics import diagnose
from xling.aligners.hub import HubAlignment, HubLink, HubSettings, fit_further, fit_hub
from xling.aligners.hub_pairs import HubSpace, languages_of
from xling.data.formats.lexicon_tsv import read_lexicon
from xling.data.formats.vectors import read_vectors
from xling.data.language import check_language
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.data.text import fold
from xling.errors import InputError
from xling.files import PathLike
from xling.model.hub import Hub
from xling.model.hub_side import HubSide, link_side
from xling.model.hub_storage import LinkRecord
from xling.progress import Progress, silent
from xling.stages import Stages

__all__ = ["Joined", "add_language", "hub", "join_space", "join_spaces"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Joined:
    """A hub, and what is only known of the run that made it or added to it.

    Parameters
    ----------
    hub : Hub
        Ready for look-up.
    alignment : HubAlignment
        What was found.
    seconds : dict
        Wall time of each stage.
    diagnostics : dict
        How alike the two spaces of each lexicon are, by ``"en-de"``: the fields of
        `xling.aligners.diagnostics.Diagnostics`, or ``None`` of a space that is too small.
    warnings : tuple of str
        What to know before the hub is used.
    """

    hub: Hub
    alignment: HubAlignment
    seconds: dict[str, float] = field(repr=False)
    diagnostics: dict[str, dict[str, Any] | None] = field(repr=False)
    warnings: tuple[str, ...] = ()


def hub(
    spaces: Mapping[str, PathLike | EmbeddingSpace],
    lexicons: Mapping[tuple[str, str], PathLike | Lexicon],
    *,
    progress: Progress = silent,
    **settings: Any,
) -> Hub:
    """Join any number of spaces into one.

    Parameters
    ----------
    spaces : mapping of str to path or EmbeddingSpace
        By language, BCP-47: the hub's order.
    lexicons : mapping of (str, str) to path or Lexicon
        Seed pairs by source and target language. Languages without a lexicon of their own are
        linked through others.
    progress : callable
        Called as the work goes on.
    **settings
        Of `xling.aligners.hub.HubSettings`.

    Returns
    -------
    Hub
        Translates between any two of its languages.

    Raises
    ------
    XlingError
        If an input cannot be used; the message says what is wrong, and where.
    """
    read = [_space(given, language) for language, given in spaces.items()]
    links = [_lexicon(given, pair) for pair, given in lexicons.items()]
    return join_spaces(read, links, HubSettings(**settings), progress=progress).hub


def add_language(
    hub: Hub,
    language: str,
    space: PathLike | EmbeddingSpace,
    lexicons: Mapping[tuple[str, str], PathLike | Lexicon],
    *,
    progress: Progress = silent,
) -> Hub:
    """Link a further language to a hub, whose own languages stay as they are.

    Parameters
    ----------
    hub : Hub
        Not changed.
    language : str
        The new one, BCP-47.
    space : path or EmbeddingSpace
        Its vectors, as wide as the hub's.
    lexicons : mapping of (str, str) to path or Lexicon
        Seed pairs by source and target language, one of which is the new one.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    Hub
        With the language as its last one. `Hub.save` with ``kept`` writes the others' files as
        they stand.

    Raises
    ------
    XlingError
        If an input cannot be used; the message says what is wrong, and where.
    """
    links = [_lexicon(given, pair) for pair, given in lexicons.items()]
    return join_space(hub, _space(space, language), links, progress=progress).hub


def join_spaces(
    spaces: Sequence[EmbeddingSpace],
    lexicons: Sequence[Lexicon],
    settings: HubSettings | None = None,
    *,
    progress: Progress = silent,
) -> Joined:
    """Join spaces, and tell all about the run.

    Parameters
    ----------
    spaces : sequence of EmbeddingSpace
        The hub's order.
    lexicons : sequence of Lexicon
        Seed pairs, each between two of the languages.
    settings : HubSettings, optional
        How the rotations are found.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    Joined
        The hub and what was found.

    Raises
    ------
    XlingError
        As `xling.aligners.hub.fit_hub`.
    """
    stages = Stages()
    with stages.time("diagnose"):
        described = _described(spaces, lexicons)
    with stages.time("align"):
        found = fit_hub(spaces, lexicons, settings)
    sides: list[HubSide] = []
    with stages.time("index"):
        for space in spaces:
            mapping = found.mappings[space.language]
            sides.append(link_side(space, mapping, sides, progress=progress))
    fit = {
        "settings": {name: _plain(value) for name, value in found.settings.items()},
        "seed": 0,
        "fixed": found.fixed,
        "history": list(found.history),
        "stop_reason": str(found.stop_reason),
        "versions": {"xling": __version__},
    }
    links = _records(found.links, lexicons, found.mappings)
    made = Hub(sides=tuple(sides), links=links, fit=fit)
    return Joined(
        hub=made,
        alignment=found,
        seconds=stages.seconds,
        diagnostics=described,
        warnings=flat_spaces(*spaces) + found.warnings,
    )


def join_space(
    hub: Hub,
    space: EmbeddingSpace,
    lexicons: Sequence[Lexicon],
    *,
    progress: Progress = silent,
) -> Joined:
    """Link a further space to a hub, and tell all about the run.

    Parameters
    ----------
    hub : Hub
        Not changed.
    space : EmbeddingSpace
        In a language that the hub has not.
    lexicons : sequence of Lexicon
        Seed pairs, each between that language and one of the hub's.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    Joined
        The larger hub and what was found.

    Raises
    ------
    XlingError
        As `xling.aligners.hub.fit_further`.
    """
    stages = Stages()
    stored: dict[str, Any] = dict(hub.fit.get("settings", {}))
    if "normalization" in stored:
        stored["normalization"] = tuple(stored["normalization"])  # JSON knows no tuple
    settings = HubSettings(**stored)
    standing = [
        HubSpace(language=one.language, vocabulary=one.vocabulary, vectors=one.vectors)
        for one in hub.sides
    ]
    with stages.time("diagnose"):
        described = _described([space, *map(_as_space, hub.sides)], lexicons)
    with stages.time("align"):
        found = fit_further(space, standing, lexicons, settings)
    with stages.time("index"):
        mapping = found.mappings[space.language]
        side = link_side(space, mapping, hub.sides, added=True, progress=progress)
    links = _records(found.links, lexicons, (*hub.languages, space.language))
    grown = Hub(sides=(*hub.sides, side), links=(*hub.links, *links), fit=hub.fit)
    return Joined(
        hub=grown,
        alignment=found,
        seconds=stages.seconds,
        diagnostics=described,
        warnings=flat_spaces(space) + found.warnings,
    )


def _as_space(side: HubSide) -> EmbeddingSpace:
    """Take a language of a hub as it stands there."""
    empty = (side.vocabulary.words[row] for row in np.flatnonzero(~side.vectors.any(axis=1)))
    return EmbeddingSpace(
        language=side.language,
        vocabulary=side.vocabulary,
        vectors=side.vectors,
        empty_words=frozenset(empty),
    )


def _described(
    spaces: Sequence[EmbeddingSpace], lexicons: Sequence[Lexicon]
) -> dict[str, dict[str, Any] | None]:
    """Compare the two spaces of each lexicon before they are joined."""
    by_tag = {space.language.casefold(): space for space in spaces}
    made = {}
    for lexicon in lexicons:
        tags = lexicon.source_language, lexicon.target_language
        pair = [by_tag.get(tag.casefold()) for tag in tags]
        if pair[0] is not None and pair[1] is not None:  # others are refused by the fit
            found = diagnose(pair[0], pair[1], lexicon)
            made["-".join(tags)] = None if found is None else found.as_dict()
    return made


def _space(given: PathLike | EmbeddingSpace, language: str) -> EmbeddingSpace:
    """Read vectors where a file is given."""
    check_language(language)
    if not isinstance(given, EmbeddingSpace):
        return read_vectors(given, language)[0]
    if given.language.casefold() != language.casefold():
        raise InputError(f"a space in {given.language} was given for {language}")
    return given


def _lexicon(given: PathLike | Lexicon, pair: tuple[str, str]) -> Lexicon:
    """Read a lexicon where a file is given."""
    if not isinstance(given, Lexicon):
        return read_lexicon(given, pair)[0]
    held = (given.source_language, given.target_language)
    if any(a.casefold() != b.casefold() for a, b in zip(held, pair, strict=True)):
        raise InputError(f"a {'-'.join(held)} lexicon was given for {'-'.join(pair)}")
    return given


def _plain(value: Any) -> Any:
    """Write a setting as JSON would give it back."""
    return list(value) if isinstance(value, tuple) else value


def _records(
    links: Iterable[HubLink], lexicons: Sequence[Lexicon], languages: Iterable[str]
) -> tuple[LinkRecord, ...]:
    """Put the lexicons' words beside what they linked, with tags as the hub writes them."""
    tags = {tag.casefold(): tag for tag in languages}
    ordered = sorted(lexicons, key=languages_of)  # as they were fitted
    return tuple(
        LinkRecord(
            source=tags[link.source.casefold()],
            target=tags[link.target.casefold()],
            pairs=link.pairs,
            coverage=link.coverage.share,
            cosine=link.cosine,
            trained=(
                frozenset(fold(source) for source, _ in lexicon.pairs),
                frozenset(fold(target) for _, target in lexicon.pairs),
            ),
        )
        for link, lexicon in zip(links, ordered, strict=True)
    )
