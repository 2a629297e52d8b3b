import contextlib
import json
import socket
import threading
import time

import pytest
import uvicorn

from xling.server import protocol
from xling.server.listen import listen
from xling.server.protocol import MOST_HEAD, Protocol


async def app(scope, receive, send):
    if scope["type"] != "http":
        raise RuntimeError("no lifespan")
    size = 0
    while True:
        message = await receive()
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    headers = [(b"content-length", b"%d" % len(str(size)))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": str(size).encode()})


@pytest.fixture
def connect(monkeypatch):
    """Give a function that opens connections to a server, which waits half a second for a head."""
    monkeypatch.setattr(protocol, "_SECONDS", 0.5)
    with listen("127.0.0.1", 0)[0] as place:
        config = uvicorn.Config(app, http=Protocol, ws="none", lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [place]})
        thread.start()
        port = place.getsockname()[1]
        yield lambda: contextlib.closing(socket.create_connection(("127.0.0.1", port), 10))
        server.should_exit = True
        thread.join()


def read_to_the_end(end):
    parts = []
    with contextlib.suppress(ConnectionError):
        while part := end.recv(1 << 16):
            parts.append(part)
    return b"".join(parts)


def test_heads_of_any_pieces_and_large_bodies(connect):
    with connect() as end:
        for body in (b"", b"x" * (MOST_HEAD + 5000)):
            head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body)
            for part in (head[:9], head[9:30], head[30:] + body):
                end.sendall(part)
                time.sleep(0.01)
            found = end.recv(1 << 16)
            assert found.startswith(b"HTTP/1.1 200")
            assert found.endswith(b"%d" % len(body))


def test_a_head_that_is_too_long(connect):
    with connect() as end:
        with contextlib.suppress(ConnectionError):
            end.sendall(b"GET / HTTP/1.1\r\nA: " + b"x" * (MOST_HEAD + 1000))
            end.sendall(b"x" * 100_000)
        found = read_to_the_end(end)
    assert found == b"" or found.startswith(b"HTTP/1.1 400")
    with connect() as end:
        end.sendall(b"GET / HTTP/1.1\r\nA: " + b"x" * (MOST_HEAD - 1000) + b"\r\n\r\n")
        assert end.recv(1 << 16).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("sent", [b"GET / HT", b"GET / HTTP/1.1\r\nA: b\r\n"])
def test_a_head_that_does_not_come(connect, sent):
    with connect() as end:
        start = time.monotonic()
        end.sendall(sent)
        assert read_to_the_end(end).startswith(b"HTTP/1.1 400")
        assert 0.3 < time.monotonic() - start < 8


def test_a_spare_connection_is_closed_without_a_word(connect):
    with connect() as end:  # browsers open some ahead: a refusal would answer their next call
        start = time.monotonic()
        assert read_to_the_end(end) == b""
        assert 0.3 < time.monotonic() - start < 8


def test_a_connection_that_is_kept_may_be_quiet(connect):
    with connect() as end:
        for _ in range(2):
            end.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert end.recv(1 << 16).startswith(b"HTTP/1.1 200")
            time.sleep(0.8)  # longer than a head may take, shorter than a connection is kept
        end.sendall(b"GET / HT")
        assert read_to_the_end(end).startswith(b"HTTP/1.1 400")


def test_what_is_no_http_is_refused_like_everything_else(connect):
    with connect() as end:
        end.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        head, _, body = read_to_the_end(end).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400")
    assert b"content-type: application/json" in head
    error = json.loads(body)["error"]
    assert error["code"] == "invalid_http"
    assert error["message"] == "invalid HTTP request received"
    assert "HTTP/1.1" in error["hint"]
