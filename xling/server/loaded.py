"""One version of a model in memory, and what was made ready of it."""

from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from xling.encoders.sentence_means import SentenceMeans
from xling.errors import InputError
from xling.evidence.ranker import ranker_key
from xling.model.answer_table import AnswerTable
from xling.model.hub import Hub, choose_pair
from xling.model.manifest import MANIFEST_NAME
from xling.model.model import Model
from xling.model.sentences import sentence_encoders
from xling.model.side import Side
from xling.server.ready import Ready
from xling.server.suggestions import Suggestions

__all__ = ["Loaded", "Stamp", "stamp_of"]

_WAYS = 16  # of one model, kept ready
_PLAIN = "csls", "all"  # what most look-ups ask for
_PAIRS = 256  # ways of naming a direction that are remembered


class Stamp(NamedTuple):
    """What tells one version of a folder from another without reading it."""

    device: int
    inode: int
    bytes: int
    modified: int


def stamp_of(path: Path) -> Stamp | None:
    """Look which version of a model stands in a folder.

    Parameters
    ----------
    path : Path
        The folder.

    Returns
    -------
    Stamp or None
        ``None`` while there is none, for example while it is being replaced.
    """
    try:
        found = (path / MANIFEST_NAME).stat()
    except OSError:
        return None
    return Stamp(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


@dataclass(frozen=True, kw_only=True, eq=False)
class Loaded:
    """One version of a model, and what was made ready of it.

    Parameters
    ----------
    model : Model or Hub
        As it was read.
    stamp : Stamp
        Of the folder it was read from.
    fingerprint : str
        Of the model; empty for a hub.
    """

    model: Model | Hub
    stamp: Stamp
    fingerprint: str = ""
    _encoders: dict[str, SentenceMeans] = field(default_factory=dict, repr=False)
    _ways: OrderedDict[tuple[object, ...], Ready] = field(default_factory=OrderedDict, repr=False)
    _suggestions: dict[str, Suggestions] = field(default_factory=dict, repr=False)
    _pairs: dict[tuple[str | None, str | None], tuple[str, str]] = field(
        default_factory=dict, repr=False
    )

    def ready_now(self, key: tuple[object, ...]) -> Ready | None:
        """Give a way that was made ready before.

        Parameters
        ----------
        key : tuple
            As given to `make_ready`.

        Returns
        -------
        Ready or None
            ``None`` if it was not, or is no longer kept.
        """
        return self._ways.get(key)

    def plain_way(self, source: str | None, target: str | None) -> Ready | None:
        """Give the way with all evidence, if it was made ready before.

        Parameters
        ----------
        source, target : str, optional
            As a call names them; a wrong direction has no way.

        Returns
        -------
        Ready or None
            ``None`` if there is anything to make or to refuse.
        """
        pair = self._pairs.get((source, target))
        if pair is None:
            try:
                pair = choose_pair(self.model.languages, source, target)
            except InputError:
                return None
            if len(self._pairs) < _PAIRS:  # casings are many: what clients send must not pile up
                self._pairs[source, target] = pair
        return self._ways.get((*pair, *_PLAIN))

    def make_ready(self, source: str, target: str, retrieval: str, channels: str) -> Ready:
        """Make a way ready; always from the same thread.

        Parameters
        ----------
        source, target, retrieval, channels : str
            As for `xling.model.model.Model.way`.

        Returns
        -------
        Ready
            The last few are kept; others give way to those with all evidence.
        """
        key = (source, target, retrieval, channels)
        if key not in self._ways:
            way = self.model.way(source, target, retrieval=retrieval, channels=channels)
            self._ways[key] = Ready.of(way, self._stored(key))
            while len(self._ways) > _WAYS:
                others = (one for one in self._ways if one[2:] != _PLAIN and one != key)
                del self._ways[next(others, next(iter(self._ways)))]
        return self._ways[key]

    def _stored(self, key: tuple[str, str, str, str]) -> AnswerTable | None:
        """Give the answers that the model brought along: of look-ups with all evidence."""
        if isinstance(self.model, Hub) or key[2:] != _PLAIN:
            return None
        return self.model.answers.get(ranker_key(key[0], key[1]))

    def side(self, language: str) -> Side:
        """Give one language, able to compose vectors; always from the same thread.

        Parameters
        ----------
        language : str
            One of the model's.

        Returns
        -------
        Side
            Of a hub, that of its pair with another language.
        """
        if isinstance(self.model, Model):
            return self.model.side(language)
        other = next(tag for tag in self.model.languages if tag != language)
        return self.model.pair(language, other).side(language)

    def encoder(self, language: str) -> SentenceMeans | None:
        """Give what turns sentences of a language into vectors; always from the same thread.

        Parameters
        ----------
        language : str
            One of the model's.

        Returns
        -------
        SentenceMeans or None
            ``None`` for a hub.
        """
        if isinstance(self.model, Model) and not self._encoders:
            self._encoders.update({one.language: one for one in sentence_encoders(self.model)})
        return self._encoders.get(language)

    def suggestions(self, language: str) -> Suggestions:
        """Give what completes the words of a language; always from the same thread.

        Parameters
        ----------
        language : str
            One of the model's.

        Returns
        -------
        Suggestions
            Made when first asked for.
        """
        if language not in self._suggestions:
            self._suggestions[language] = Suggestions(self.model.vocabulary(language))
        return self._suggestions[language]
