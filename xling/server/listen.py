"""A place to listen at, and the server that runs there."""

import errno
import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from fastapi import FastAPI

from xling.errors import InputError

__all__ = ["address_of", "is_loopback", "listen", "run"]

_BACKLOG = 1024
_GRACE = 10  # seconds that calls under way get when the server stops
_HEADER_BYTES = 32 << 10


def listen(host: str, port: int) -> socket.socket:
    """Take a port.

    Parameters
    ----------
    host : str
        Name or address of an interface of this machine.
    port : int
        0 for any free one.

    Returns
    -------
    socket
        Bound, not yet listening.

    Raises
    ------
    InputError
        If the port is in use or may not be taken, or the host is none of this machine.
    """
    if not 0 <= port <= 65535:
        raise InputError(f"port is {port}; 0 to 65535 are there, 0 for any free one")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise InputError(f"host {host!r} cannot be found: {error}") from error
    family, kind, protocol, _, address = found[0]
    place = socket.socket(family, kind, protocol)
    try:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        place.bind(address)
        place.listen(_BACKLOG)
    except OSError as error:
        place.close()
        raise _refused(error, host, port) from error
    return place


def address_of(place: socket.socket) -> str:
    """Write the address of the page.

    Parameters
    ----------
    place : socket
        Bound.

    Returns
    -------
    str
        For a browser.
    """
    host, port = place.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_loopback(place: socket.socket) -> bool:
    """Tell whether only this machine can call.

    Parameters
    ----------
    place : socket
        Bound.

    Returns
    -------
    bool
        False for any address that others may reach.
    """
    return ipaddress.ip_address(place.getsockname()[0].partition("%")[0]).is_loopback


def run(app: FastAPI, place: socket.socket, *, started: Callable[[], None]) -> bool:
    """Answer calls until the process is asked to stop; calls under way are still answered.

    Parameters
    ----------
    app : FastAPI
        What answers.
    place : socket
        Where.
    started : callable
        Called once calls are answered.

    Returns
    -------
    bool
        Whether the server came up.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=_GRACE,
        h11_max_incomplete_event_size=_HEADER_BYTES,
    )
    server = _Server(config, started)
    server.run(sockets=[place])
    return server.started


class _Server(uvicorn.Server):
    """Tells when it answers."""

    def __init__(self, config: uvicorn.Config, told: Callable[[], None]) -> None:
        super().__init__(config)
        self._told = told

    async def startup(self, sockets: Any = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        if self.started:
            self._told()


def _refused(error: OSError, host: str, port: int) -> InputError:
    """Say why a port cannot be taken."""
    if error.errno == errno.EADDRINUSE:
        return InputError(
            f"port {port} of {host} is in use", hint="stop what uses it, or choose another: --port"
        )
    if error.errno == errno.EACCES:
        return InputError(f"port {port} needs more rights; those from 1024 do not")
    if error.errno == errno.EADDRNOTAVAIL:
        return InputError(f"host {host!r} is no address of this machine; 127.0.0.1 is")
    return InputError(f"cannot listen at {host}, port {port}: {error.strerror or error}")
