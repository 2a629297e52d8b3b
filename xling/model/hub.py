"""Any number of languages in one space: look-up between any two of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from xling.data.vocabulary import Vocabulary
from xling.errors import InputError, UnknownNameError
from xling.files import PathLike
from xling.model.answering import Answering
from xling.model.hub_side import HubSide, two_sides
from xling.model.hub_storage import HubParts, LinkRecord, write_hub
from xling.model.model import Model
from xling.model.way import Way

__all__ = ["Hub", "choose_pair"]

_KEPT = 6  # models of two languages


@dataclass(frozen=True, kw_only=True, eq=False)
class Hub(Answering):
    """Languages in one shared space, some pairs of which were linked by a lexicon.

    Parameters
    ----------
    sides : tuple of HubSide
        Each language; a later one knows its neighbourhoods in all earlier ones.
    links : tuple of LinkRecord
        What the lexicons linked.
    fit : dict
        How the hub was made: settings, history and so on; JSON can hold it.
    name : str
        The base name of the directory it was read from, or ``""``.

    Raises
    ------
    InputError
        If there are fewer than two languages, one stands twice, or a later one lacks what is
        needed for an earlier one.
    """

    sides: tuple[HubSide, ...]
    links: tuple[LinkRecord, ...] = field(default=(), repr=False)
    fit: dict[str, Any] = field(default_factory=dict, repr=False)
    name: str = ""

    def __post_init__(self) -> None:
        tags = [side.language.casefold() for side in self.sides]
        if len(tags) < 2 or len(set(tags)) < len(tags):
            raise InputError(
                f"a hub of {', '.join(self.languages)}; 2 or more are needed, each once"
            )
        for place, side in enumerate(self.sides):
            lacking = {one.language for one in self.sides[:place]} - set(side.means)
            if lacking:
                raise InputError(f"{side.language} holds no mean similarities with {min(lacking)}")

    @property
    def languages(self) -> tuple[str, ...]:
        """All languages, in the hub's order."""
        return tuple(side.language for side in self.sides)

    @property
    def channels(self) -> tuple[str, ...]:
        """The kinds of evidence: a hub has its space alone."""
        return ("contexts",)

    @property
    def card(self) -> dict[str, Any]:
        """How the hub was made; JSON can hold it."""
        return {
            "method": "hub",
            "languages": list(self.languages),
            "links": [link.summary() for link in self.links],
            "seed_pairs": sum(link.pairs for link in self.links),
            "vocabulary": [len(side.vocabulary) for side in self.sides],
            "inputs": [side.fingerprint for side in self.sides],
            "added": [side.language for side in self.sides if side.added],
            **self.fit,
        }

    @cached_property
    def _models(self) -> dict[tuple[str, str], Model]:
        """The pairs that were asked for last, the oldest first."""
        return {}

    def side(self, language: str) -> HubSide:
        """Find one of the languages.

        Parameters
        ----------
        language : str
            Its tag, in any casing.

        Returns
        -------
        HubSide
            Its words and vectors.

        Raises
        ------
        UnknownNameError
            If the hub has no such language.
        """
        for side in self.sides:
            if side.language.casefold() == language.casefold():
                return side
        raise UnknownNameError("language of this hub", language, self.languages)

    def pair(self, source: str, target: str) -> Model:
        """Give the model of two languages, which answers all that any model does.

        Parameters
        ----------
        source, target : str
            Any two, in any casing.

        Returns
        -------
        Model
            With an index of its own for each language, as much memory again as their vectors
            take. The last few are kept for the next time.

        Raises
        ------
        UnknownNameError
            If the hub has no such language.
        InputError
            If both are the same.
        """
        key = choose_pair(self.languages, source, target)
        model = self._models.pop(key, None) or self._made(key)
        while len(self._models) >= _KEPT:
            self._models.pop(next(iter(self._models)))
        self._models[key] = model
        return model

    def vocabulary(self, language: str) -> Vocabulary:
        """Give the words of a language.

        Parameters
        ----------
        language : str
            One of the hub's.

        Returns
        -------
        Vocabulary
            Most frequent first.
        """
        return self.side(language).vocabulary

    def trained_words(self, language: str, other: str) -> frozenset[str]:
        """Give the words of a language that any link of it was fitted on.

        Parameters
        ----------
        language, other : str
            The languages of the query and of the answer. A lexicon with a third language counts
            as well, since it speaks of the word's place too.

        Returns
        -------
        frozenset of str
            Folded words.
        """
        self.side(other)
        return self._trained(self.side(language).language)

    def way(
        self,
        source: str | None = None,
        target: str | None = None,
        *,
        retrieval: str = "csls",
        channels: str = "all",
    ) -> Way:
        """Put together what answers; see `xling.model.answering.Answering.way`."""
        return self._asked(source, target).way(retrieval=retrieval, channels=channels)

    def save(self, path: PathLike, *, force: bool = False, kept: PathLike | None = None) -> None:
        """Write the hub as a folder, whole or not at all.

        Parameters
        ----------
        path : path
            The folder to make.
        force : bool
            Whether a hub or model that stands there is replaced.
        kept : path, optional
            The folder of the hub that this one grew from: the files of its languages are copied
            byte for byte.

        Raises
        ------
        FileAccessError
            If the place is taken, or the disk refuses.
        """
        parts = HubParts(sides=self.sides, links=self.links, fit=self.fit)
        write_hub(parts, path, force=force, kept=kept)

    def _made(self, pair: tuple[str, str]) -> Model:
        """Make the model of two languages, or turn the one of the other direction."""
        turned = self._models.get(pair[::-1])
        if turned is not None:
            sides = turned.sides[1], turned.sides[0]
        else:
            trained = self._trained(pair[0]), self._trained(pair[1])
            sides = two_sides(self.side(pair[0]), self.side(pair[1]), trained)
        return Model(sides=sides, card=self._card_of(pair), name=self.name)

    def _asked(self, source: str | None, target: str | None) -> Model:
        """Give the model of the direction that is asked for."""
        return self.pair(*choose_pair(self.languages, source, target))

    def _trained(self, language: str) -> frozenset[str]:
        """Give the words of a language that stand in any lexicon."""
        return frozenset().union(*(link.trained_of(language) for link in self.links))

    def _card_of(self, pair: tuple[str, str]) -> dict[str, Any]:
        """Say how a model of two languages was made."""
        direct = [link for link in self.links if {link.source, link.target} == set(pair)]
        ends = [self.side(language) for language in pair]
        return {
            **self.card,
            "hub": sorted({tag for link in self.links for tag in (link.source, link.target)}),
            "added": [end.language for end in ends if end.added],
            "languages": list(pair),
            "seed_pairs": sum(link.pairs for link in direct),
            "vocabulary": [len(end.vocabulary) for end in ends],
            "inputs": [end.fingerprint for end in ends],
        }


def choose_pair(
    languages: Sequence[str], source: str | None = None, target: str | None = None
) -> tuple[str, str]:
    """Complete and check a direction of look-up.

    Parameters
    ----------
    languages : sequence of str
        Those that there are, at least two.
    source, target : str, optional
        In any casing. Without both, the first and the second; one alone is completed where there
        are two languages.

    Returns
    -------
    pair of str
        Tags as the hub writes them.

    Raises
    ------
    UnknownNameError
        If there is no such language.
    InputError
        If both are the same, or one is missing and could be any of several.

    Examples
    --------
    >>> choose_pair(("en", "de", "es"), "ES", "de")
    ('es', 'de')
    """
    known = {tag.casefold(): tag for tag in languages}
    for tag in (source, target):
        if tag is not None and tag.casefold() not in known:
            raise UnknownNameError("language of this hub", tag, languages)
    if source is None and target is None:
        return languages[0], languages[1]
    given = [known[tag.casefold()] for tag in (source, target) if tag is not None]
    if len(given) == 1:
        others = [tag for tag in languages if tag != given[0]]
        if len(others) > 1:
            lacking = "from" if source is None else "to"
            raise InputError(
                f"{lacking} is missing: this hub has {', '.join(languages)}; name two of them"
            )
        given.insert(0 if source is None else 1, others[0])
    if given[0] == given[1]:
        raise InputError(f"from and to are both {given[0]!r}; this hub has {', '.join(languages)}")
    return given[0], given[1]
