import asyncio
import json
import logging

import pytest

from xling.server.guard import Guard, security_headers
from xling.server.limits import RateLimit
from xling.server.metrics import Metrics
from xling.server.settings import ServerSettings


class Call:
    """One call to a guarded application, without a server."""

    def __init__(self, app=None, **settings):
        self.metrics = Metrics()
        self.seen = []
        chosen = ServerSettings(**settings)
        self.guard = Guard(
            app or self.app,
            settings=chosen,
            metrics=self.metrics,
            routes=["/v1/models", "/healthz"],
            limit=RateLimit(chosen.rate),
        )

    async def app(self, scope, receive, send):
        self.seen.append((await receive())["body"] if scope["method"] == "POST" else b"")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    def __call__(self, path="/v1/models", method="GET", headers=(), body=(b"",), wait=0.0):
        return asyncio.run(self.send(path, method, headers, body, wait))

    async def send(self, path, method, headers, body, wait):
        parts, sent = list(body), []

        async def receive():
            await asyncio.sleep(wait)
            return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

        async def send(message):
            sent.append(message)

        scope = {"type": "http", "path": path, "method": method, "client": ("127.0.0.1", 1)}
        scope["headers"] = [(k.encode(), v.encode()) for k, v in headers]
        await self.guard(scope, receive, send)
        found = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
        return sent[0]["status"], found, sent[1]["body"]


def code(answer):
    return json.loads(answer[2])["error"]["code"]


def test_every_answer_carries_the_headers():
    call = Call(api_key="k")
    for status, headers, _ in (call("/healthz"), call()):
        assert status in (200, 401)
        assert security_headers().items() <= headers.items()
    policy = security_headers()["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 401),
        ([("authorization", "Bearer wrong")], 401),
        ([("authorization", "Basic secret")], 401),
        ([("authorization", "Bearer secre")], 401),
        ([("authorization", "Bearer secret")], 200),
        ([("authorization", "bearer secret")], 200),
        ([("x-api-key", "secret")], 200),
    ],
)
def test_the_key(headers, status):
    call = Call(api_key="secret")
    answer = call(headers=headers)
    assert answer[0] == status
    if status == 401:
        assert code(answer) == "unauthorized"
        assert answer[1]["www-authenticate"] == "Bearer"
    assert call("/metrics", headers=headers)[0] == status
    assert call("/healthz")[0] == 200


def test_bodies_up_to_a_size():
    call = Call(max_body=10)
    assert call(method="POST", body=[b"12345", b"67890"])[0] == 200
    assert call.seen == [b"1234567890"]
    answer = call(method="POST", body=[b"12345", b"678901"])
    assert (answer[0], code(answer)) == (413, "body_too_large")
    announced = call(method="POST", headers=[("content-length", "11")], body=[b""])
    assert code(announced) == "body_too_large"


def test_a_body_that_does_not_come():
    answer = Call(timeout=0.02)(method="POST", body=[b"1"] * 9, wait=0.01)
    assert (answer[0], code(answer)) == (408, "body_too_slow")


def test_calls_a_second():
    call = Call(rate=1)
    assert [call()[0] for _ in range(3)] == [200, 200, 429]
    answer = call()
    assert (code(answer), int(answer[1]["retry-after"]) >= 1) == ("rate_limited", True)


def test_calls_at_once():
    gate = asyncio.Event()

    async def slow(scope, receive, send):
        await gate.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    call = Call(slow, max_requests=2)

    async def work():
        tasks = [
            asyncio.create_task(call.send("/v1/models", "GET", (), (b"",), 0)) for _ in range(5)
        ]
        await asyncio.sleep(0.02)
        gate.set()
        first = [answer[0] for answer in await asyncio.gather(*tasks)]
        return first, (await call.send("/v1/models", "GET", (), (b"",), 0))[0]

    assert asyncio.run(work()) == ([200, 200, 503, 503, 503], 200)


def test_a_fault_is_told_to_the_log_alone(caplog):
    async def broken(scope, receive, send):
        raise ValueError("a secret word")

    with caplog.at_level(logging.INFO, "xling.server"):
        answer = Call(broken)()
    assert (answer[0], code(answer)) == (500, "internal")
    assert b"secret" not in answer[2]
    fault = next(one for one in caplog.records if one.message == "fault")
    assert (fault.error, fault.where.startswith("test_guard.py:")) == ("ValueError", True)
    assert "secret" not in caplog.text


def test_calls_are_counted_under_known_names(caplog):
    call = Call()
    with caplog.at_level(logging.INFO, "xling.server"):
        for path in ("/v1/models", "/secret"):
            call(path)
        call(method="SECRET")
    text = call.metrics.text()
    assert 'method="GET",route="/v1/models",status="200"} 1' in text
    assert 'method="GET",route="other",status="200"} 1' in text
    assert 'method="other",route="/v1/models"' in text
    assert "secret" not in (text + str([vars(one) for one in caplog.records])).lower()


def test_sockets_that_talk_on_are_refused():
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(Call().guard({"type": "websocket"}, None, send))
    assert sent == [{"type": "websocket.close", "code": 1003}]


def test_who_hangs_up_is_counted_apart():
    async def silent(scope, receive, send):
        return

    call = Call(silent)
    with pytest.raises(IndexError):  # nothing was sent
        call()
    assert 'status="499"} 1' in call.metrics.text()
