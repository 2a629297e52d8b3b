"""A link between two languages: look-up in both directions, with all its evidence."""

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from xling.arrays import Matrix
from xling.data.vocabulary import Vocabulary
from xling.errors import InputError, UnknownNameError
from xling.evidence.channels import CHANNELS, Evidence, chosen_channels, start_ranker
from xling.evidence.ranker import Ranker, ranker_key
from xling.evidence.table import TableEvidence
from xling.files import PathLike
from xling.model.answer_table import AnswerTable
from xling.model.answering import Answering
from xling.model.answers import Lookup, Translation
from xling.model.directions import both_directions
from xling.model.side import Side
from xling.model.storage import Parts, write_parts
from xling.model.way import Way
from xling.retrieval.criteria import criterion
from xling.retrieval.searcher import Corrections

__all__ = ["CHANNELS", "Lookup", "Model", "Translation"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Model(Answering):
    """Two languages, their shared space, and what else speaks for a translation.

    Parameters
    ----------
    sides : pair of Side
        Source and target language.
    table : TableEvidence, optional
        Counted from matched sentences, the source language in the rows.
    spellings : pair of ndarray, shape (n, k) and (m, k), float32, optional
        Of `xling.evidence.spelling.spelling_space`; there where a table is.
    extra : tuple of str
        Channels of `xling.evidence.channels.EXTRA` that the rankers know.
    rankers : dict
        From ``"en>de"`` and so on to the weights fitted for that direction.
    card : dict
        How the model was made; JSON can hold it.
    name : str
        The base name of the directory it was read from, or ``""``.
    answers : dict
        From ``"en>de"`` and so on to what a look-up with all evidence answers for every word,
        where `xling.model.indexing.with_answers` computed it; `look_up` itself does not read it.

    Raises
    ------
    InputError
        If there is a table without spellings, or the other way round.
    """

    sides: tuple[Side, Side]
    table: TableEvidence | None = field(default=None, repr=False)
    spellings: tuple[Matrix, Matrix] | None = field(default=None, repr=False)
    extra: tuple[str, ...] = ()
    rankers: dict[str, Ranker] = field(default_factory=dict, repr=False)
    card: dict[str, Any] = field(default_factory=dict, repr=False)
    name: str = ""
    answers: dict[str, AnswerTable] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if (self.table is None) != (self.spellings is None):
            gone = "spellings" if self.spellings is None else "table"
            raise InputError(f"a model with one of table and spellings, without {gone}: give both")

    @property
    def languages(self) -> tuple[str, str]:
        """Source and target language."""
        return self.sides[0].language, self.sides[1].language

    @property
    def channels(self) -> tuple[str, ...]:
        """The kinds of evidence that the model has."""
        return (*CHANNELS, *self.extra) if self.table is not None else ("contexts",)

    @cached_property
    def _tables(self) -> tuple[TableEvidence | None, TableEvidence | None]:
        """The table from each side."""
        return self.table, None if self.table is None else self.table.turned()

    @cached_property
    def _evidence(self) -> tuple[Evidence | None, Evidence | None]:
        """The channels of each direction; the space alone has none."""
        first, second = self._tables
        if first is None or second is None or self.spellings is None:
            return None, None
        return both_directions(self.sides, (first, second), self.spellings, extra=self.extra)

    @cached_property
    def _corrections(self) -> Corrections:
        """What some criteria need to know of each word."""
        return Corrections(indexes=(self.sides[0].index, self.sides[1].index))

    def side(self, language: str) -> Side:
        """Find one of the two languages.

        Parameters
        ----------
        language : str
            Its tag, in any casing.

        Returns
        -------
        Side
            Its words and vectors.

        Raises
        ------
        UnknownNameError
            If the model has no such language.
        """
        for side in self.sides:
            if side.language.casefold() == language.casefold():
                return side
        raise UnknownNameError("language of this model", language, self.languages)

    def direction(self, source: str | None = None, target: str | None = None) -> tuple[Side, Side]:
        """Complete and check a direction of look-up.

        Parameters
        ----------
        source, target : str, optional
            Languages; of one alone the other follows, without both it is the model's own order.

        Returns
        -------
        pair of Side
            Where the queries and the answers come from.

        Raises
        ------
        UnknownNameError
            If the model has no such language.
        InputError
            If both are the same.
        """
        if source is None and target is None:
            return self.sides
        if source is None:
            answers = self.side(str(target))
            return self.sides[1 - self.sides.index(answers)], answers
        asked = self.side(source)
        other = self.sides[1 - self.sides.index(asked)]
        if target is not None and self.side(target) is not other:
            pair = " and ".join(self.languages)
            raise InputError(f"from and to are both {asked.language!r}; this model links {pair}")
        return asked, other

    def choose_channels(self, channels: str) -> tuple[str, ...]:
        """Read a choice of evidence.

        Parameters
        ----------
        channels : str
            ``"all"``, or names separated by commas.

        Returns
        -------
        tuple of str
            Names of channels that the model has.

        Raises
        ------
        UnknownNameError
            If a channel does not exist in this model; `InputError` for all beside others.
        """
        return chosen_channels(self.channels, channels)

    def vocabulary(self, language: str) -> Vocabulary:
        """Give the words of a language.

        Parameters
        ----------
        language : str
            One of the model's.

        Returns
        -------
        Vocabulary
            Most frequent first.
        """
        return self.side(language).vocabulary

    def trained_words(self, language: str, other: str) -> frozenset[str]:
        """Give the words of a language that the link was fitted on.

        Parameters
        ----------
        language, other : str
            The languages of the query and of the answer.

        Returns
        -------
        frozenset of str
            Folded words that stand in a linked sentence pair or a seed lexicon.
        """
        return self.direction(language, other)[0].trained

    def way(
        self,
        source: str | None = None,
        target: str | None = None,
        *,
        retrieval: str = "csls",
        channels: str = "all",
    ) -> Way:
        """Put together what answers; see `xling.model.answering.Answering.way`."""
        asked, answers = self.direction(source, target)
        number = self.sides.index(asked)
        key = ranker_key(asked.language, answers.language)
        name = criterion(retrieval)
        return Way(
            asked=asked,
            answers=answers,
            table=self._tables[number],
            evidence=self._evidence[number],
            used=self.choose_channels(channels),
            ranker=self.rankers[key] if key in self.rankers else start_ranker(self.channels),
            criterion=name,
            corrected=partial(self._corrections.get, number, name),
        )

    def save(self, path: PathLike, *, force: bool = False) -> None:
        """Write the model as a folder, whole or not at all.

        Parameters
        ----------
        path : path
            The folder to make.
        force : bool
            Whether a model that stands there is replaced.

        Raises
        ------
        FileAccessError
            If the place is taken, or the disk refuses.
        """
        parts = Parts(
            sides=self.sides,
            table=self.table,
            spellings=self.spellings,
            extra=self.extra,
            rankers=self.rankers,
            card=self.card,
            answers=self.answers,
        )
        write_parts(parts, path, force=force)
