"""Load the look-up server as its users might, and worse: ``python serving.py MODEL``.

The model is one of ``serving_model.py``. Needs ``wrk`` (Debian's package). The server and the load
generator share the machine; everything stays on loopback and is bounded in time. Writes the
figures as JSON: ``--output``, by default ``eval/results/serving.json``.
"""

import argparse
import atexit
import json
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from serving_calls import ANY, BATCH, MIXED, SINGLE, made_up, wrk

_RESULTS = Path(__file__).resolve().parents[1] / "results" / "serving.json"
_WARM = 5000  # calls before memory is looked at: every kind, in every process


class Server:
    """``xling serve`` on the model, with the processes that it started."""

    def __init__(self, model: Path, *options: str) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.log = tempfile.NamedTemporaryFile(suffix=".log")  # noqa: SIM115
        start = time.perf_counter()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "xling.cli.main", "serve", str(model)),
                *("--port", str(port), *options),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self.log,
        )
        atexit.register(self.stop)
        while not self.get("/v1/translate?word=w000001&from=en"):
            if self.process.poll() is not None or time.perf_counter() - start > 300:
                said = Path(self.log.name).read_text("utf-8").splitlines()
                raise SystemExit("\n".join(["the server does not come up:", *said[-5:]]))
            time.sleep(0.01)
        self.cold = time.perf_counter() - start

    def get(self, path: str, patience: float = 60.0) -> str:
        """Ask once; empty if there is no answer."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=patience) as answer:
                return str(answer.read().decode())
        except (OSError, urllib.error.HTTPError):
            return ""

    def workers(self) -> list[int]:
        """Give the processes that answer."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in children] or [pid]

    def memory(self) -> dict[str, float]:
        """Give what all of them hold, in MiB, added up.

        ``all`` counts pages that they share once, and those of mapped files too; ``own`` is what
        each holds for itself; ``anonymous`` is what no file stands behind.
        """
        kinds = {"all": "Pss", "own": r"Private_\w+", "anonymous": "Pss_Anon"}
        texts = [
            Path(f"/proc/{pid}/smaps_rollup").read_text()
            for pid in {self.process.pid, *self.workers()}
        ]
        return {
            kind: round(
                sum(
                    int(kb) / 1024
                    for text in texts
                    for kb in re.findall(rf"^{name}:\s+(\d+)", text, re.M)
                ),
                1,
            )
            for kind, name in kinds.items()
        }

    def statuses(self) -> dict[str, int]:
        """Give how many calls had each status."""
        time.sleep(0.7)  # until every process has told the others
        counts: dict[str, int] = {}
        pattern = r'xling_requests_total\{.*status="(\d+)"\} (\d+)'
        for status, number in re.findall(pattern, self.get("/metrics")):
            counts[status] = counts.get(status, 0) + int(number)
        return counts

    def loads(self) -> int:
        """Give how often a model was loaded, over all processes."""
        found = re.findall(r"^xling_model_loads (\d+)", self.get("/metrics"), re.M)
        return int(found[0]) if found else 0

    def since(self, before: dict[str, int]) -> dict[str, int]:
        """Give how many calls had each status since then."""
        counts = {key: number - before.get(key, 0) for key, number in self.statuses().items()}
        return {key: number for key, number in sorted(counts.items()) if number}

    def stop(self) -> int:
        """Ask it to stop, if it runs; give its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


def free_port() -> int:
    """Find a port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as place:
        return int(place.getsockname()[1])


def speed(url: str, words: int, seconds: float) -> dict[str, Any]:
    """Measure look-ups from the table, and by exact search: more answers than the table holds."""
    kinds = {
        "single": (SINGLE, 16, 5),
        "batch_of_100": (BATCH, 4, 5),
        "exact_single": (SINGLE, 16, 11),
        "exact_batch_of_100": (BATCH, 4, 11),
    }
    found = {
        name: wrk(url, script, words=words, seconds=seconds, connections=connections, top=top)
        for name, (script, connections, top) in kinds.items()
    }
    for name in ("batch_of_100", "exact_batch_of_100"):
        found[name]["words_a_second"] = round(100 * found[name]["calls_a_second"])
    return found


def endurance(server: Server, words: int, calls: int) -> dict[str, Any]:
    """Send many calls, one of a hundred malformed; look at memory and statuses."""
    made_up(server.url, 5)
    ready = 0
    while ready < min(_WARM, calls):
        ready += wrk(server.url, MIXED, words=words, seconds=2, connections=16)["calls"]
    before, first, sent = server.memory(), server.statuses(), 0
    course = [[0, before["own"]]]
    while sent < calls:
        sent += wrk(server.url, MIXED, words=words, seconds=5, connections=16)["calls"]
        course.append([sent, server.memory()["own"]])
    described = made_up(server.url, 25)
    counts, after = server.since(first), server.memory()
    return {
        "calls": sent,
        "calls_of_schemathesis": described,
        "statuses": counts,
        "server_errors": sum(number for status, number in counts.items() if status >= "500"),
        "memory_mib": {kind: [before[kind], after[kind]] for kind in before},
        "own_mib_after_calls": course,
        "growth": {kind: round(after[kind] / before[kind] - 1, 4) for kind in before},
    }


def overload(server: Server, words: int, capacity: int) -> dict[str, Any]:
    """Ask for five times as many words as may wait, by exact search; then see what is left.

    It has recovered once a look-up from the table, the readiness and exact search are answered,
    four times each, so that every process was asked.
    """
    connections, first = 5 * capacity // 100, server.statuses()
    found = wrk(server.url, BATCH, words=words, seconds=8, connections=connections, top=11)
    start = time.perf_counter()
    look_up = "/v1/translate?word=w000001&from=en&top="
    paths = {"readiness": "/readyz", "table": f"{look_up}5", "exact": f"{look_up}11"}
    answered = {}
    for name, path in paths.items():
        left = 4
        while left:
            left -= bool(server.get(path, 5))
            if time.perf_counter() - start > 60:
                raise SystemExit("the server does not recover")
        answered[name] = round(time.perf_counter() - start, 2)
    return {
        **found,
        "words_asked_for_at_once": connections * 100,
        "answered_after_seconds": answered,
        "recovered_after_seconds": max(answered.values()),
        "statuses": server.since(first),
        "processes": len(server.workers()),
    }


class Load(threading.Thread):
    """Calls of several kinds, until it is told to end."""

    def __init__(self, url: str, words: int) -> None:
        super().__init__()
        self._url, self._words, self._over = url, words, threading.Event()
        self.found: list[dict[str, Any]] = []

    def run(self) -> None:
        """Send calls."""
        while not self._over.is_set():
            self.found.append(wrk(self._url, ANY, words=self._words, seconds=5, connections=16))

    def end(self) -> dict[str, int]:
        """Send no more; give how many calls there were, and how many failed."""
        self._over.set()
        self.join()
        return {
            key: sum(one[key] for one in self.found)
            for key in ("calls", "not_2xx", "socket_errors")
        }


def replace(model: Path, number: int) -> None:
    """Put another version in a model's place: the same files with another manifest."""
    fresh, old = model.with_name(f".fresh{number}"), model.with_name(f".old{number}")
    shutil.copytree(model, fresh, copy_function=os.link)
    manifest = fresh / "manifest.json"
    text = manifest.read_bytes()
    manifest.unlink()
    manifest.write_bytes(text)
    model.rename(old)
    fresh.rename(model)
    shutil.rmtree(old)


def reload(server: Server, model: Path, words: int) -> dict[str, Any]:
    """Replace the model three times, each time once all processes have it, while calls come in."""
    before, workers, first = server.loads(), len(server.workers()), server.statuses()
    load, seconds = Load(server.url, words), []
    load.start()
    time.sleep(2)
    for number in range(1, 4):
        start = time.monotonic()
        replace(model, number)
        while server.loads() < before + number * workers:
            if time.monotonic() - start > 120:
                raise SystemExit("the new version is not loaded")
            time.sleep(0.2)
        seconds.append(round(time.monotonic() - start, 1))
    return {
        **load.end(),
        "versions": len(seconds),
        "seconds_until_all_processes_have_it": seconds,
        "statuses": server.since(first),
    }


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--output", type=Path, default=_RESULTS)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measure of speed")
    parser.add_argument("--calls", type=int, default=50_000, help="that memory is looked at over")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    made = json.loads(given.model.with_suffix(".json").read_text())
    words, load_before = made["words"], os.getloadavg()
    server = Server(given.model)
    cold = server.cold
    code = server.stop()
    server = Server(given.model, "--workers", str(given.workers), "--preload")
    while not server.get("/readyz"):
        time.sleep(0.05)
    for _ in range(20):  # each worker is asked, and makes exact search ready
        server.get("/v1/translate?word=w000001&from=en&top=11")
    document: dict[str, Any] = {
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "load_before": [round(one, 2) for one in load_before],
            "python": platform.python_version(),
        },
        "model": made,
        "workers": given.workers,
        "cold_start_to_first_answer_seconds": round(cold, 2),
        "exit_code_of_sigterm": code,
        **speed(server.url, words, given.seconds),
        "endurance": endurance(server, words, given.calls),
        "overload": overload(server, words, 4096 * given.workers),
        "reload": reload(server, given.model, words),
    }
    document["machine"]["load_after"] = [round(one, 2) for one in os.getloadavg()]
    document["exit_code_of_workers"] = server.stop()
    given.output.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(document, indent=1))


if __name__ == "__main__":
    main()
