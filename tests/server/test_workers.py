import gc
import json
import os
import signal
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from xling.server.listen import listen
from xling.server.workers import WorkersError, _Crew, run_workers


def get(url, **params):
    query = urllib.parse.urlencode(params)
    with urllib.request.urlopen(f"{url}?{query}", timeout=20) as answer:
        return answer.read()


def children(pid):
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def until(check):
    end = time.monotonic() + 30
    while not check():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def server(model_path, start_server, tmp_path):
    with start_server(tmp_path / "log", model_path, "--workers", 2, "--preload") as found:
        yield found


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc")
def test_one_that_ends_is_replaced_and_all_end_together(server):
    pid = server.process.pid
    first = children(pid)
    assert len(first) == 2
    for _ in range(20):  # each call a connection of its own
        found = json.loads(get(f"{server.url}/v1/translate", word="cat", top=1))
        assert found["results"][0]["translations"][0]["word"] == "Katze"
    os.kill(first[0], signal.SIGKILL)
    until(lambda: len(children(pid)) == 2 and first[0] not in children(pid))
    for _ in range(10):
        get(f"{server.url}/healthz")
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=30) == 0
    log = server.log.read_text("utf-8")
    assert '"event": "worker ended", "worker": 0, "code": -9' in log
    assert "Traceback" not in log
    assert all(gone(child) for child in first)


def test_metrics_are_those_of_all(server):
    for _ in range(12):
        get(f"{server.url}/v1/translate", word="dog")

    def count():
        lines = get(f"{server.url}/metrics").decode().splitlines()
        name = 'xling_requests_total{method="GET",route="/v1/translate",status="200"} '
        return [line.removeprefix(name) for line in lines if line.startswith(name)]

    until(lambda: count() == ["12"])


def test_none_is_left_when_the_first_is_killed(server):
    before = children(server.process.pid)
    server.process.kill()
    server.process.wait(timeout=30)
    until(lambda: all(gone(child) for child in before))


def test_processes_that_end_at_once(monkeypatch, caplog):
    class Broken:
        state = None  # has no service

    places = listen("127.0.0.1", 0, count=2)
    try:
        with pytest.raises(WorkersError, match="ended as soon as they were started"):
            run_workers(Broken(), places, started=lambda: None)
    finally:
        for place in places:
            place.close()


def test_what_was_there_before_the_fork_is_left_alone_by_the_collector():
    crew = _Crew(None, [])
    crew.start()
    try:
        assert gc.get_freeze_count() > 1000  # a collection would write to all of it, and so copy it
    finally:
        crew.stop()
    assert gc.get_freeze_count() == 0
