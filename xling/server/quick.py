"""Look-ups whose answers are only read: answered before anything else sees the call.

What is told here is what the routes tell; a call with anything to compute, to wait for or to
refuse goes on to them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from xling.server.guard import App, Message, Receive, Scope, Send
from xling.server.ready import Ready
from xling.server.service import Service
from xling.server.top_table import WIDTH

__all__ = ["Quick"]

_PATH = "/v1/translate"
_OPTIONS = frozenset({"model", "from", "to", "top", "evidence", "retrieval", "channels"})
_FLAGS = {"true": True, "false": False}
_TOP = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """Words, and how they are looked up."""

    words: Sequence[str]
    model: str | None
    source: str | None
    target: str | None
    top: int
    evidence: bool


class Quick:
    """An ASGI application around the one that has the routes.

    Parameters
    ----------
    app : ASGI application
        What answers all other calls.
    service : Service
        The models, and what is counted.
    """

    def __init__(self, app: App, *, service: Service) -> None:
        self._app = app
        self._service = service
        self._most_words = service.settings.max_words
        self._most = service.settings.max_word
        self._off = service.settings.log_queries

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call that needs no work, or pass it on."""
        if scope["type"] != "http" or scope["path"] != _PATH or self._off:
            await self._app(scope, receive, send)
            return
        asked = None
        if scope["method"] == "GET":
            asked = _of_query(scope["query_string"])
        elif scope["method"] == "POST" and _is_json(scope["headers"]):
            message = await receive()
            receive = _again(message, receive)
            if message["type"] == "http.request" and not message.get("more_body"):
                asked = _of_body(message.get("body", b""))
        body = None if asked is None else self._answer(asked)
        if body is None:
            await self._app(scope, receive, send)
            return
        headers = [
            (b"content-type", b"application/json"),
            (b"cache-control", b"no-store"),
            (b"content-length", b"%d" % len(body)),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _answer(self, asked: _Asked) -> bytes | None:
        """Write the document, if nothing has to be computed for it."""
        name, ready = self._ready(asked)
        if ready is None or not 0 < len(asked.words) <= self._most_words:
            return None
        results = ready.plain(asked.words, asked.top, most=self._most, evidence=asked.evidence)
        if results is None:
            return None
        self._service.count_words(len(results))
        document = {
            "model": name,
            "from": ready.way.asked.language,
            "to": ready.way.answers.language,
            "retrieval": "csls",
            "channels": "all",
            "ranked_by": ready.ranked_by,
            "results": results,
        }
        return msgspec.json.encode(document)

    def _ready(self, asked: _Asked) -> tuple[str, Ready | None]:
        """Find a way that was made ready before."""
        names = self._service.shelf.names
        name = names[0] if asked.model is None and len(names) == 1 else asked.model
        if name is None or name not in names:
            return "", None
        loaded = self._service.shelf.loaded_now(name)
        if loaded is None:
            return name, None
        return name, loaded.plain_way(asked.source, asked.target)


def _of_query(query: bytes) -> _Asked | None:
    """Read a query, as the routes' framework does; anything unusual is left to that."""
    found = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    given = dict(found)
    word = given.pop("word", None)
    if word is None or len(given) + 1 != len(found):
        return None
    top: str | int = given.pop("top", _TOP)
    evidence: str | bool = given.pop("evidence", False)
    if isinstance(top, str):
        if len(top) > 3 or not (top.isascii() and top.isdigit()):
            return None
        top = int(top)
    if isinstance(evidence, str):
        if evidence not in _FLAGS:
            return None
        evidence = _FLAGS[evidence]
    return _asked([word], given, top, evidence)


def _of_body(body: bytes) -> _Asked | None:
    """Read a body; anything unusual is left to the routes."""
    try:
        given = msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return None
    if not isinstance(given, dict):
        return None
    words, top = given.pop("words", None), given.pop("top", _TOP)
    evidence = given.pop("evidence", False)
    if type(words) is not list or type(top) is not int or type(evidence) is not bool:
        return None
    if not all(type(word) is str for word in words):
        return None
    return _asked(words, given, top, evidence)


def _asked(
    words: Sequence[str], given: Mapping[str, Any], top: int, evidence: bool
) -> _Asked | None:
    """Put together what was asked, if it is plain."""
    if not (given.keys() <= _OPTIONS and 1 <= top <= WIDTH):
        return None
    if given.get("retrieval", "csls") != "csls" or given.get("channels", "all") != "all":
        return None
    names = [given.get(key) for key in ("model", "from", "to")]
    if not all(name is None or type(name) is str for name in names):
        return None
    return _Asked(
        words=words,
        model=names[0],
        source=names[1],
        target=names[2],
        top=top,
        evidence=evidence,
    )


def _is_json(headers: Sequence[tuple[bytes, bytes]]) -> bool:
    """Tell whether the body says that it is JSON, and nothing more."""
    return (b"content-type", b"application/json") in headers


def _again(message: Message, receive: Receive) -> Receive:
    """Give a message once more, then what follows."""
    first = [message]

    async def replay() -> Message:
        return first.pop() if first else await receive()

    return replay
