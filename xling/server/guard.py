"""What every call passes before it is answered: limits, the key, headers, metrics and the log."""

import asyncio
import hashlib
import hmac
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, TypeAlias

from xling.server.limits import RateLimit
from xling.server.metrics import Metrics
from xling.server.problems import CallError, problem_response
from xling.server.settings import ServerSettings

__all__ = ["App", "Guard", "Message", "Receive", "Scope", "Send", "security_headers"]

#: What ASGI calls so.
Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HUNG_UP = 499  # not sent: nobody was there any more
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})

_log = logging.getLogger("xling.server")


def security_headers() -> dict[str, str]:
    """Give the headers that every answer carries.

    Returns
    -------
    dict
        By lower-case name.
    """
    return {
        "content-security-policy": _POLICY,
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }


class Guard:
    """An ASGI application around another one.

    Parameters
    ----------
    app : ASGI application
        What answers.
    settings : ServerSettings
        Limits and key.
    metrics : Metrics
        What is counted.
    routes : iterable of str
        Paths that there are; all others count as one.
    limit : RateLimit
        Of the settings' rate.
    """

    def __init__(
        self,
        app: App,
        *,
        settings: ServerSettings,
        metrics: Metrics,
        routes: Iterable[str],
        limit: RateLimit,
    ) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics
        self._routes = frozenset(routes)
        self._rate = limit
        self._under_way = 0
        self._headers = [(k.encode(), v.encode()) for k, v in security_headers().items()]
        key = settings.api_key
        self._key = None if key is None else _digest(key.encode())
        metrics.gauge("requests_under_way", "Calls being answered.", lambda: self._under_way)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call, or pass on what is none."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1003})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *self._headers]
            await send(message)

        self._under_way += 1
        try:
            replay = await self._admit(scope, receive)
            await self._app(scope, replay, answer)
        except CallError as problem:
            await problem_response(problem)(scope, receive, answer)
        except Exception as error:  # a fault of ours: no traceback leaves the server
            frame = _where(error)
            _log.error("fault", extra={"error": type(error).__name__, "where": frame})
            if not status:
                fault = CallError(
                    *(500, "internal", "a fault of the server; its log has more"),
                    hint="report it, with the line of the log",
                )
                await problem_response(fault)(scope, receive, answer)
        finally:
            self._under_way -= 1
            self._tell(scope, status or _HUNG_UP, time.perf_counter() - started)

    async def _admit(self, scope: Scope, receive: Receive) -> Receive:
        """Refuse a call, or give its body."""
        path = scope["path"]
        if self._under_way > self._settings.max_requests and path != "/healthz":
            raise CallError(
                *(
                    503,
                    "busy",
                    f"{self._settings.max_requests} calls are under way already",
                ),
                hint="send the same call again, after the seconds of Retry-After",
                retry_after=1,
            )
        address = scope["client"][0] if scope.get("client") else ""
        seconds = self._rate.wait(address)
        if seconds:
            raise CallError(
                *(429, "rate_limited", f"more than {self._settings.rate:g} calls a second"),
                hint="send many words in one call: POST /v1/translate",
                retry_after=seconds,
            )
        headers = dict(scope["headers"])
        if self._key is not None and (path.startswith("/v1/") or path == "/metrics"):
            _check_key(headers, self._key)
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return receive
        return await self._body(headers, receive)

    async def _body(self, headers: dict[bytes, bytes], receive: Receive) -> Receive:
        """Read a body up to its limits of size and time, to be read again."""
        most = self._settings.max_body
        too_large = CallError(
            *(413, "body_too_large", f"the body is larger than {most} bytes"),
            hint="send the words in several calls",
        )
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length[:20]) > most:
            raise too_large
        parts, size = [], 0
        try:
            async with asyncio.timeout(self._settings.timeout):
                while True:
                    message = await receive()
                    if message["type"] != "http.request":
                        break
                    parts.append(message.get("body", b""))
                    size += len(parts[-1])
                    if size > most:
                        raise too_large
                    if not message.get("more_body"):
                        break
        except TimeoutError:
            raise CallError(
                *(408, "body_too_slow", "the body did not arrive in time"),
                hint="send the same call again, at once and whole",
            ) from None
        whole = [{"type": "http.request", "body": b"".join(parts), "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        return replay

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a call, and put it into the log: nothing of what was asked for."""
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = scope["path"] if scope["path"] in self._routes else "other"
        self._metrics.request(method, route, status, seconds)
        extra = {"method": method, "route": route, "status": status}
        _log.info("request", extra={**extra, "ms": round(1000 * seconds, 2)})


def _check_key(headers: dict[bytes, bytes], wanted: bytes) -> None:
    """Compare a call's key with the server's, in constant time."""
    kind, _, given = headers.get(b"authorization", b"").partition(b" ")
    if kind.lower() != b"bearer":
        given = headers.get(b"x-api-key", b"")
    if not hmac.compare_digest(_digest(given.strip()), wanted):
        raise CallError(
            *(401, "unauthorized", "the API key is missing or wrong"),
            hint="send it as: Authorization: Bearer KEY",
        )


def _digest(key: bytes) -> bytes:
    """Bring keys to one length, so that comparing tells nothing of it."""
    return hashlib.sha256(key).digest()


def _where(error: BaseException) -> str:
    """Name the place of a fault, without any value."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
