"""A client of the look-up server that ``xling serve`` starts."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from xling.errors import InputError, RemoteError
from xling.model.answers import Lookup, Translation

__all__ = ["Client", "ServedModel"]

_LONGEST_WAIT = 30.0  # seconds that a server can ask to wait before a call is tried again
_MOST = 1 << 26  # bytes of an answer


@dataclass(frozen=True, kw_only=True, slots=True)
class ServedModel:
    """A model of a server.

    Parameters
    ----------
    name : str
        What it is asked for by.
    languages : tuple of str
        Those that it links.
    """

    name: str
    languages: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """Asks one server; holds no connection, and can be used from several threads.

    Parameters
    ----------
    url : str
        Of the server, for example ``"http://127.0.0.1:8000"``.
    api_key : str, optional
        Where the server asks for one.
    timeout : float
        Seconds to wait for an answer.
    retries : int
        How often a call is sent again that the server was too busy for.

    Raises
    ------
    InputError
        If the address is not one of HTTP, or a number is out of range.
    """

    url: str = "http://127.0.0.1:8000"
    api_key: str | None = None
    timeout: float = 15.0
    retries: int = 2

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise InputError(f"url is {self.url!r}; such as http://127.0.0.1:8000 is needed")
        if not self.timeout > 0 or self.retries < 0:
            raise InputError(
                f"timeout is {self.timeout} and retries {self.retries}; above 0, and 0 or more, "
                "are needed"
            )

    def models(self) -> list[ServedModel]:
        """List the models.

        Returns
        -------
        list of ServedModel
            In the server's order.

        Raises
        ------
        RemoteError
            If the server cannot be reached, or refuses.
        """
        found = self._ask("/v1/models")["models"]
        return [ServedModel(name=one["name"], languages=tuple(one["languages"])) for one in found]

    def translate(
        self,
        word: str,
        *,
        model: str | None = None,
        source: str | None = None,
        to: str | None = None,
        top: int = 5,
    ) -> list[Translation]:
        """Translate one word.

        Parameters
        ----------
        word : str
            In any casing.
        model : str, optional
            By name; may be left out where the server has but one.
        source, to : str, optional
            Languages of the word and of the answers; by default the model's first and second.
        top : int
            How many answers.

        Returns
        -------
        list of Translation
            The best first; empty for a word outside the vocabulary.

        Raises
        ------
        RemoteError
            If the server cannot be reached, or refuses.
        """
        found = self.look_up([word], model=model, source=source, target=to, top=top)
        return list(found[0].translations)

    def look_up(
        self,
        words: Sequence[str],
        *,
        model: str | None = None,
        source: str | None = None,
        target: str | None = None,
        top: int = 5,
        retrieval: str = "csls",
        channels: str = "all",
    ) -> list[Lookup]:
        """Translate many words in one call.

        Parameters
        ----------
        words : sequence of str
            In any casing; no more than the server takes at once.
        model, source, target, top
            As for `translate`.
        retrieval, channels : str
            As for `xling.model.model.Model.look_up`.

        Returns
        -------
        list of Lookup
            One for each word, in order.

        Raises
        ------
        RemoteError
            If the server cannot be reached, or refuses.
        """
        asked = {"model": model, "from": source, "to": target}
        body: dict[str, Any] = {key: value for key, value in asked.items() if value is not None}
        body |= {"words": list(words), "top": top, "retrieval": retrieval, "channels": channels}
        return [_lookup(one) for one in self._ask("/v1/translate", body=body)["results"]]

    def neighbors(
        self, word: str, *, language: str, model: str | None = None, top: int = 10
    ) -> list[tuple[str, float]]:
        """Find the nearest words of the same language.

        Parameters
        ----------
        word, language : str
            The word.
        model : str, optional
            By name.
        top : int
            How many.

        Returns
        -------
        list of (str, float)
            Words and cosines, the nearest first.

        Raises
        ------
        RemoteError
            If the server cannot be reached, or refuses.
        """
        found = self._ask("/v1/neighbors", model=model, language=language, word=word, top=top)
        return [(one["word"], float(one["score"])) for one in found["neighbors"]]

    def suggest(
        self, prefix: str, *, language: str, model: str | None = None, top: int = 8
    ) -> list[str]:
        """Complete a word.

        Parameters
        ----------
        prefix, language : str
            How it begins; case and accents do not count.
        model : str, optional
            By name.
        top : int
            How many.

        Returns
        -------
        list of str
            The most frequent first.

        Raises
        ------
        RemoteError
            If the server cannot be reached, or refuses.
        """
        found = self._ask("/v1/suggest", model=model, language=language, prefix=prefix, top=top)
        return [str(word) for word in found["words"]]

    def vector(self, word: str, *, language: str, model: str | None = None) -> list[float] | None:
        """Give the vector of a word in the shared space.

        Parameters
        ----------
        word, language : str
            The word.
        model : str, optional
            By name.

        Returns
        -------
        list of float or None
            ``None`` for a word out of vocabulary.

        Raises
        ------
        RemoteError
            If the server cannot be reached, or refuses.
        """
        found = self._ask("/v1/vector", model=model, language=language, word=word)["vector"]
        return None if found is None else [float(value) for value in found]

    def sentences(
        self,
        text: str,
        *,
        language: str,
        collection: str | None = None,
        model: str | None = None,
        top: int = 5,
    ) -> list[tuple[str, float]]:
        """Find sentences of a collection that mean the same.

        Parameters
        ----------
        text, language : str
            A sentence.
        collection, model : str, optional
            By name; may be left out where the server has but one.
        top : int
            How many.

        Returns
        -------
        list of (str, float)
            Sentences and cosines, the best first.

        Raises
        ------
        RemoteError
            If the server cannot be reached, or refuses.
        """
        asked: dict[str, str | int | None] = {"collection": collection, "model": model}
        asked |= {"language": language, "text": text, "top": top}
        found = self._ask("/v1/sentences", None, asked)
        return [(str(one["text"]), float(one["score"])) for one in found["sentences"]]

    def healthy(self) -> bool:
        """Tell whether the server runs.

        Returns
        -------
        bool
            False if it cannot be reached.
        """
        try:
            return bool(self._ask("/healthz")["status"] == "ok")
        except RemoteError:
            return False

    def _ask(
        self,
        path: str,
        body: dict[str, Any] | None = None,
        asked: Mapping[str, str | int | None] | None = None,
        **parameters: str | int | None,
    ) -> dict[str, Any]:
        """Send a call, again where the server was too busy, and read its answer."""
        for attempt in range(self.retries + 1):
            request = self._request(path, body, {**parameters, **(asked or {})})
            try:
                with urlopen(request, timeout=self.timeout) as answer:
                    document: dict[str, Any] = json.loads(answer.read(_MOST))
                    return document
            except HTTPError as error:
                with error:
                    again = error.headers.get("Retry-After", "")
                    refusal = _refusal(error)
                if error.code not in (429, 503) or not again.isdigit() or attempt == self.retries:
                    raise refusal from None
                time.sleep(min(float(again), _LONGEST_WAIT))
            except (URLError, OSError, HTTPException, ValueError) as error:
                raise RemoteError(
                    f"no answer from {self.url}: {getattr(error, 'reason', error)}",
                    hint="xling serve MODEL starts a server",
                ) from error
        raise AssertionError("the last attempt returns or raises")

    def _request(
        self, path: str, body: dict[str, Any] | None, parameters: dict[str, str | int | None]
    ) -> Request:
        """Write a call."""
        given = {name: value for name, value in parameters.items() if value is not None}
        address = self.url.rstrip("/") + path + (f"?{urlencode(given)}" if given else "")
        headers = {"Accept": "application/json"}
        if self.api_key is not None:
            headers["Authorization"] = f"Bearer {self.api_key}"
        if body is None:
            return Request(address, headers=headers)
        headers["Content-Type"] = "application/json"
        return Request(address, headers=headers, data=json.dumps(body).encode())


def _lookup(result: dict[str, Any]) -> Lookup:
    """Read what was found for one word."""
    return Lookup(
        word=result["word"],
        status=result["status"],
        translations=tuple(
            Translation(word=one["word"], score=one["score"], confidence=one["confidence"])
            for one in result["translations"]
        ),
    )


def _refusal(error: HTTPError) -> RemoteError:
    """Read why a call was refused."""
    try:
        said = json.loads(error.read(_MOST))["error"]
        return RemoteError(
            str(said["message"]), status=error.code, code=str(said["code"]), hint=said["hint"]
        )
    except (ValueError, KeyError, TypeError):
        return RemoteError(f"the server answered with status {error.code}", status=error.code)
