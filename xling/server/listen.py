"""A place to listen at, and the server that runs there."""

import asyncio
import errno
import ipaddress
import socket
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import uvicorn
from fastapi import FastAPI

from xling.errors import InputError
from xling.server.protocol import Protocol

__all__ = ["GRACE", "address_of", "is_loopback", "listen", "run"]

#: Seconds that calls under way get when the server stops.
GRACE = 10

_BACKLOG = 1024


def listen(host: str, port: int, *, count: int = 1) -> list[socket.socket]:
    """Take a port.

    Parameters
    ----------
    host : str
        Name or address of an interface of this machine.
    port : int
        0 for any free one.
    count : int
        How many sockets share it; the system deals the connections out among them.

    Returns
    -------
    list of socket
        Bound and listening.

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
    family, _, _, _, address = found[0]
    try:
        first = _taken(family, address)  # alone, so that a port in use is noticed
        if count == 1:
            return [first]
        address = first.getsockname()
        first.close()
        return [_taken(family, address, shared=True) for _ in range(count)]
    except OSError as error:
        raise _refused(error, host, port) from error


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


def run(
    app: FastAPI,
    place: socket.socket,
    *,
    started: Callable[[], None],
    lives: Connection | None = None,
) -> bool:
    """Answer calls until the process is asked to stop; calls under way are still answered.

    Parameters
    ----------
    app : FastAPI
        What answers.
    place : socket
        Where.
    started : callable
        Called once calls are answered.
    lives : Connection, optional
        Of a process; when that ends, the server stops.

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
        http=Protocol,
        timeout_graceful_shutdown=GRACE,
    )
    server = _Server(config, started, lives)
    server.run(sockets=[place])
    return server.started


class _Server(uvicorn.Server):
    """Tells when it answers, and stops when another process has ended."""

    def __init__(
        self, config: uvicorn.Config, told: Callable[[], None], lives: Connection | None
    ) -> None:
        super().__init__(config)
        self._told = told
        self._lives = lives

    async def startup(self, sockets: Any = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        if self.started:
            self._told()
        if self._lives is not None:
            asyncio.get_running_loop().add_reader(self._lives.fileno(), self._leave)

    def _leave(self) -> None:
        """Stop: nothing is ever written there, so that this is the end."""
        if self._lives is not None:
            asyncio.get_running_loop().remove_reader(self._lives.fileno())
        self.should_exit = True


def _taken(family: int, address: Any, *, shared: bool = False) -> socket.socket:
    """Listen at an address."""
    place = socket.socket(family, socket.SOCK_STREAM)
    try:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        place.bind(address)
        place.listen(_BACKLOG)
    except OSError:
        place.close()
        raise
    return place


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
