"""HTTP on one connection, with bounds for the head of a call: its length, and how long it takes."""

import asyncio
import json
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from xling.server.problems import CallError

__all__ = ["MOST_HEAD", "Protocol"]

#: Bytes that the first line and the headers may have.
MOST_HEAD = 64 << 10

_SECONDS = 10.0  # from the first byte (of the first call: from the connection) to the last header


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol, which itself would wait and collect for ever."""

    _in_head = True
    _head = 0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head.

        Parameters
        ----------
        transport : Transport
            Of the connection.
        """
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more.

        Parameters
        ----------
        exc : Exception or None
            Why.
        """
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, and refuse a head that is too long.

        Parameters
        ----------
        data : bytes
            Of any length.
        """
        super().data_received(data)
        if not self._in_head or self.transport.is_closing():
            return
        self._head += len(data)
        if self._head > MOST_HEAD:
            self._refuse("The headers are too long.")
        elif self._timer is None:
            self._wait()

    def on_message_begin(self) -> None:
        """Notice that a head begins."""
        self._in_head, self._head = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> Any:
        """Notice that it is there."""
        self._in_head = False
        self._wait_no_more()
        return super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no call at all, in the form of every other refusal; then hang up.

        Parameters
        ----------
        msg : str
            What was wrong.
        """
        said = msg[:1].lower() + msg[1:].rstrip(".")
        hint = f"HTTP/1.1 is spoken here; a call's headers have {MOST_HEAD >> 10} KiB at most"
        problem = CallError(400, "invalid_http", said, hint=hint)
        body = json.dumps(problem.document).encode()
        lines = ["HTTP/1.1 400 Bad Request", "content-type: application/json", "connection: close"]
        lines += [f"content-length: {len(body)}", "", ""]
        self.transport.write("\r\n".join(lines).encode() + body)
        self.transport.close()

    def _wait(self) -> None:
        """Give the head some time."""
        self._timer = self.loop.call_later(_SECONDS, self._refuse, "The headers are too slow.")

    def _wait_no_more(self) -> None:
        """Forget the time."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, reason: str) -> None:
        """Say why, and close the connection."""
        self._timer = None
        if self.transport.is_closing():
            return
        if self._head:
            self.send_400_response(reason)
        else:  # a browser's spare connection: its next call would take this for its answer
            self.transport.close()
