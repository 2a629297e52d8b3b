"""What a server answers with, apart from HTTP: models, the line of look-ups, and checks."""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import numpy as np

from xling.errors import UnknownNameError
from xling.model.answers import Lookup
from xling.server.batching import Batcher
from xling.server.board import Board
from xling.server.checks import check_text, check_top, check_words, choose_direction
from xling.server.library import Library
from xling.server.loaded import Loaded
from xling.server.metrics import Metrics
from xling.server.neighborhood import Place, neighbors, place_of, points_near
from xling.server.problems import CallError
from xling.server.ready import Ready
from xling.server.schemas import MapQuery, SentencesQuery, TranslateOptions
from xling.server.settings import ServerSettings
from xling.server.shelf import Shelf

__all__ = ["Service"]

_T = TypeVar("_T")
_WARM_BLOCK = 64
_PATIENCE = 0.2  # of the time-out: how long a look-up may wait for others
_PUBLISH = 0.5  # seconds

_log = logging.getLogger("xling.server")


class Service:
    """A shelf of models and what is done with them.

    Parameters
    ----------
    shelf : Shelf
        The models.
    settings : ServerSettings
        Limits.
    board : Board, optional
        Where several processes tell each other what they count.
    library : Library, optional
        The collections of sentences.
    """

    def __init__(
        self,
        shelf: Shelf,
        settings: ServerSettings,
        board: Board | None = None,
        library: Library | None = None,
    ) -> None:
        self.shelf = shelf
        self.library = Library() if library is None else library
        self.settings = settings
        self.metrics = Metrics(board)
        self.batcher = Batcher(settings.max_waiting, _PATIENCE * settings.timeout)
        self.stopping = False
        self.loading = False
        self._several = False
        self._tasks: list[asyncio.Task[None]] = []
        for name, text, read in (
            ("words_waiting", "Words that wait for an answer.", lambda: self.batcher.waiting),
            ("models_loaded", "Models in memory.", lambda: self.shelf.loaded),
            ("model_loads", "Models loaded since the start.", lambda: self.shelf.loads),
            ("batches", "Computations of look-ups since the start.", lambda: self.batcher.batches),
            ("words_computed", "Words computed since then.", lambda: self.batcher.computed),
        ):
            self.metrics.gauge(name, text, read)

    def join(self, number: int) -> None:
        """Be one of several processes; to be called in it, before `start`.

        Parameters
        ----------
        number : int
            Which one.
        """
        self.metrics.join(number)
        self._several = True

    def start(self) -> None:
        """Begin to look for new versions of models, and to compute ahead if that is wanted."""
        loop = asyncio.get_running_loop()
        if self.settings.preload:
            self.loading = True
            self._tasks.append(loop.create_task(self._preload()))
        if self.settings.watch:
            self._tasks.append(loop.create_task(self._watch()))
        if self.settings.warm:
            self._tasks.append(loop.create_task(self.warm(self.shelf.names)))
        if self._several:
            self._tasks.append(loop.create_task(self._publish()))

    async def stop(self) -> None:
        """End what was begun."""
        self.stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.batcher.close()
        self.shelf.close()

    async def translate(self, words: Sequence[str], asked: TranslateOptions) -> dict[str, Any]:
        """Look words up.

        Parameters
        ----------
        words : sequence of str
            In any casing.
        asked : TranslateOptions
            How.

        Returns
        -------
        dict
            The document of ``translate --json``.

        Raises
        ------
        CallError
            If anything of it is not there, is too much, or takes too long.
        """
        check_words(words, self.settings)
        check_top(asked.top, self.settings)
        name = self.shelf.choose(asked.model)
        ready, found = await self._in_time(self._look_up(name, words, asked))
        self.count_words(len(words))
        if self.settings.log_queries:
            _log.info("look-up", extra={"model": name, "words": list(words)})
        return ready.document(
            name,
            found,
            retrieval=asked.retrieval,
            channels=asked.channels,
            evidence=asked.evidence,
            min_confidence=asked.min_confidence,
        )

    def count_words(self, number: int) -> None:
        """Count words that were looked up.

        Parameters
        ----------
        number : int
            How many.
        """
        self.metrics.count("words_total", "Words that were looked up.", number)

    async def card(self, name: str | None) -> dict[str, Any]:
        """Tell how a model was made.

        Parameters
        ----------
        name : str or None
            Of the model.

        Returns
        -------
        dict
            Its card, with its name and evidence.
        """
        chosen = self.shelf.choose(name)
        loaded = await self._in_time(self.shelf.get(chosen))
        model = loaded.model
        counts = {tag: len(model.vocabulary(tag)) for tag in model.languages}
        card = {**model.card, "vocabulary": counts, "languages": list(model.languages)}
        return {"name": chosen, "channels": list(model.channels), **card}

    async def suggest(self, name: str | None, language: str, prefix: str, top: int) -> list[str]:
        """Complete a word.

        Parameters
        ----------
        name : str or None
            Of the model.
        language, prefix : str
            Of the word.
        top : int
            How many words.

        Returns
        -------
        list of str
            The most frequent first.
        """
        check_text(prefix, "prefix", self.settings)
        check_top(top, self.settings)
        loaded, tag = await self.find_language(name, language)
        return await self._in_time(
            self.batcher.call(lambda: loaded.suggestions(tag).find(prefix.strip(), top))
        )

    async def neighbors(
        self, name: str | None, language: str, word: str, top: int
    ) -> tuple[Place, list[tuple[str, float]]]:
        """Find the nearest words of the same language.

        Parameters
        ----------
        name : str or None
            Of the model.
        language, word : str
            The word.
        top : int
            How many.

        Returns
        -------
        place : Place
            Of the word itself.
        near : list of (str, float)
            Words and cosines.
        """
        check_text(word, "word", self.settings)
        check_top(top, self.settings)
        loaded, tag = await self.find_language(name, language)

        def work() -> tuple[Place, list[tuple[str, float]]]:
            side = loaded.side(tag)
            place = place_of(side, word)
            return place, neighbors(side, place, top)

        return await self._in_time(self.batcher.call(work))

    async def map(self, asked: MapQuery) -> dict[str, Any]:
        """Lay out what stands near a word, in both languages.

        Parameters
        ----------
        asked : MapQuery
            The word.

        Returns
        -------
        dict
            Points of two dimensions.
        """
        options = TranslateOptions.model_validate(asked.model_dump(exclude={"word"}))
        document = await self.translate([asked.word], options)
        loaded = await self._in_time(self.shelf.get(document["model"]))
        found = document["results"][0]
        best = [one["word"] for one in found["translations"]]

        def work() -> list[dict[str, Any]]:
            sides = loaded.side(document["from"]), loaded.side(document["to"])
            return points_near(sides, asked.word, best, asked.top)

        points = await self._in_time(self.batcher.call(work))
        kept = {key: document[key] for key in ("model", "from", "to")}
        return {**kept, "word": asked.word, "status": found["status"], "points": points}

    async def sentences(self, asked: SentencesQuery) -> dict[str, Any]:
        """Find sentences of a collection that mean what another one means.

        Parameters
        ----------
        asked : SentencesQuery
            The sentence, in either language of the model.

        Returns
        -------
        dict
            What `xling.server.schemas.SentencesAnswer` describes.

        Raises
        ------
        CallError
            If the collection was made with another model, or something is not there.
        """
        check_text(asked.text, "text", self.settings, most=self.settings.max_text)
        check_top(asked.top, self.settings)
        collection = self.library.choose(asked.collection)
        name = self.shelf.choose(asked.model)
        loaded, tag = await self.find_language(name, asked.language)
        if loaded.fingerprint != collection.model:
            raise CallError(
                *(409, "other_model", f"{collection.name} was not made with the model {name}"),
                hint="name the model it was made with, or make it again: xling collect",
            )

        def work() -> list[tuple[int, str, float]]:
            encoder = loaded.encoder(tag)
            assert encoder is not None  # a collection is never made with a hub
            return collection.search(encoder.encode([asked.text]), asked.top)

        found = await self._in_time(self.batcher.call(work))
        names = ("line", "text", "score")
        head = {"model": name, "collection": collection.name, "language": tag}
        head |= {"to": collection.language, "text": asked.text}
        return {**head, "sentences": [dict(zip(names, one, strict=True)) for one in found]}

    async def find_language(self, name: str | None, language: str) -> tuple[Loaded, str]:
        """Find a model and one of its languages.

        Parameters
        ----------
        name : str or None
            Of the model.
        language : str
            In any casing.

        Returns
        -------
        loaded : Loaded
            The model.
        tag : str
            The language as the model writes it.

        Raises
        ------
        CallError
            If there is no such model or language.
        """
        loaded = await self._in_time(self.shelf.get(self.shelf.choose(name)))
        known = {tag.casefold(): tag for tag in loaded.model.languages}
        if language.casefold() not in known:
            error = UnknownNameError("language", language[:60], known.values())
            hint = error.hint or "/v1/models lists the languages of each model"
            raise CallError(400, "unknown_language", str(error), hint=hint)
        return loaded, known[language.casefold()]

    async def warm(self, names: Sequence[str]) -> None:
        """Compute the best answers of every word, in both directions of each model.

        Parameters
        ----------
        names : sequence of str
            Of models.
        """
        for name in names:
            with suppress(CallError):
                loaded = await self.shelf.get(name)
                for source, target in itertools.permutations(loaded.model.languages, 2):
                    ready = await self._ready(loaded, (source, target, "csls", "all"))
                    await self._fill(ready)
                _log.info("model warm", extra={"model": name})

    async def _fill(self, ready: Ready) -> None:
        """Compute all answers of one way, block by block: look-ups go between."""
        rows = np.arange(len(ready.way.asked.vocabulary))
        for start in range(0, len(rows), _WARM_BLOCK):
            part = rows[start : start + _WARM_BLOCK]
            await self.batcher.call(lambda part=part: ready.fill(part))  # type: ignore[misc]

    async def _preload(self) -> None:
        """Load all models; of one that cannot be loaded, the log tells."""
        for name in self.shelf.names:
            with suppress(CallError):
                await self.shelf.get(name)
        self.loading = False

    async def _publish(self) -> None:
        """Tell the other processes what was counted, again and again."""
        while True:
            self.metrics.publish()
            await asyncio.sleep(_PUBLISH)

    async def _watch(self) -> None:
        """Look for new versions of models, again and again."""
        while True:
            await asyncio.sleep(self.settings.watch)
            replaced = await self.shelf.refresh()
            if replaced and self.settings.warm:
                await self.warm(replaced)

    async def _look_up(
        self, name: str, words: Sequence[str], asked: TranslateOptions
    ) -> tuple[Ready, list[Lookup]]:
        """Find the way and go it."""
        loaded = await self.shelf.get(name)
        ready = await self._ready(loaded, choose_direction(loaded.model, asked))
        return ready, await self.batcher.look_up(ready, words, asked.top)

    async def _ready(self, loaded: Loaded, key: tuple[str, str, str, str]) -> Ready:
        """Give a way, making it ready if need be."""
        ready = loaded.ready_now(key)
        if ready is None:
            ready = await self.batcher.call(lambda: loaded.make_ready(*key))
        return ready

    async def _in_time(self, work: Awaitable[_T]) -> _T:
        """Wait for something, but not for ever."""
        try:
            async with asyncio.timeout(self.settings.timeout):
                return await work
        except TimeoutError:
            raise CallError(
                *(503, "timeout", f"no answer within {self.settings.timeout:g} s"),
                hint="the model may still be loading; send the same call again",
                retry_after=2,
            ) from None
