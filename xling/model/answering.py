"""What a link of languages answers, in whichever direction: written once for models and hubs."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from xling.arrays import IntVector, Matrix
from xling.errors import InputError
from xling.model.answers import Lookup, Translation
from xling.model.lookup import look_up
from xling.model.way import Way

__all__ = ["Answering"]


class Answering(ABC):
    """Translates between languages, by the way that leads from one to the other."""

    @abstractmethod
    def way(
        self,
        source: str | None = None,
        target: str | None = None,
        *,
        retrieval: str = "csls",
        channels: str = "all",
    ) -> Way:
        """Put together what answers queries in one direction.

        Parameters
        ----------
        source, target : str, optional
            Languages of the queries and of the answers, in any casing; without both, the first
            and the second.
        retrieval : str
            The criterion of the space.
        channels : str
            ``"all"`` or names of evidence, separated by commas.

        Returns
        -------
        Way
            Ready to be asked.

        Raises
        ------
        InputError
            If the direction, the criterion or a channel does not exist.
        """

    def translate(
        self,
        word: str,
        *,
        source: str | None = None,
        to: str | None = None,
        top: int = 5,
        retrieval: str = "csls",
        channels: str = "all",
    ) -> list[Translation]:
        """Translate one word.

        Parameters
        ----------
        word : str
            In any casing.
        source, to : str, optional
            Languages of the query and of the answers; without both, the first and the second.
        top : int
            How many answers.
        retrieval : str
            The criterion of the space.
        channels : str
            ``"all"`` or names of evidence, separated by commas.

        Returns
        -------
        list of Translation
            The best first; empty for a word outside the vocabulary.
        """
        found = self.look_up(
            [word], source=source, target=to, top=top, retrieval=retrieval, channels=channels
        )
        return list(found[0].translations)

    def look_up(
        self,
        words: Sequence[str],
        *,
        source: str | None = None,
        target: str | None = None,
        top: int = 5,
        retrieval: str = "csls",
        channels: str = "all",
    ) -> list[Lookup]:
        """Translate many words.

        Parameters
        ----------
        words : sequence of str
            In any casing.
        source, target : str, optional
            Languages of the queries and of the answers.
        top : int
            How many answers for each word.
        retrieval : str
            The criterion of the space.
        channels : str
            ``"all"`` or names of evidence, separated by commas.

        Returns
        -------
        list of Lookup
            One for each word, in order.

        Raises
        ------
        InputError
            If ``top`` is below 1, or the direction, criterion or a channel does not exist.
        """
        if top < 1:
            raise InputError(f"top is {top}; at least 1 is needed")
        way = self.way(source, target, retrieval=retrieval, channels=channels)
        return look_up(way, words, top)

    def scores(
        self,
        rows: IntVector,
        *,
        source: str | None = None,
        target: str | None = None,
        retrieval: str = "csls",
        channels: str = "all",
    ) -> Matrix:
        """Score every word of the answering language for some query words.

        Parameters
        ----------
        rows : ndarray, shape (n,), int64
            Rows of query words in their vocabulary.
        source, target : str, optional
            Languages of the queries and of the answers.
        retrieval : str
            The criterion of the space.
        channels : str
            ``"all"`` or names of evidence, separated by commas.

        Returns
        -------
        ndarray, shape (n, m), float32
            Larger is better; ``-inf`` where there is no evidence at all. The caller asks for as
            many queries at once as its memory allows.
        """
        way = self.way(source, target, retrieval=retrieval, channels=channels)
        return way.scores(way.known(rows))
