import asyncio

import pytest

from xling.server.hangup import Hangup


def call(app, messages, *, kind="http"):
    """Run a call whose client sends some messages, each after a moment; give what was sent."""
    sent = []

    async def receive():
        await asyncio.sleep(0.01)
        return messages.pop(0) if messages else await asyncio.Event().wait()

    async def send(message):
        sent.append(message["type"])

    asyncio.run(asyncio.wait_for(Hangup(app)({"type": kind}, receive, send), 5))
    return sent


BODY = {"type": "http.request", "body": b"abc", "more_body": False}
GONE = {"type": "http.disconnect"}


def test_nothing_is_done_for_nobody():
    done = []

    async def app(scope, receive, send):
        try:
            assert (await receive())["body"] == b"abc"
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            done.append("stopped")
            raise

    assert call(app, [BODY, GONE]) == []
    assert done == ["stopped"]


def test_who_waits_is_answered():
    async def app(scope, receive, send):
        body = b""
        while True:
            message = await receive()
            body += message["body"]
            if not message["more_body"]:
                break
        await asyncio.sleep(0.05)
        await send({"type": "http.response.start", "status": 200, "size": len(body)})
        await send({"type": "http.response.body"})

    messages = [{**BODY, "more_body": True}, BODY]
    assert call(app, messages) == ["http.response.start", "http.response.body"]


def test_an_answer_that_has_begun_is_finished():
    async def app(scope, receive, send):
        await send({"type": "http.response.start"})
        await asyncio.sleep(0.1)
        await send({"type": "http.response.body"})

    assert call(app, [GONE]) == ["http.response.start", "http.response.body"]


def test_faults_are_passed_on():
    async def app(scope, receive, send):
        raise KeyError("x")

    with pytest.raises(KeyError):
        call(app, [BODY])


def test_what_is_no_call_is_passed_on():
    async def app(scope, receive, send):
        await send({"type": scope["type"]})

    assert call(app, [], kind="lifespan") == ["lifespan"]
