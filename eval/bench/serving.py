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
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

_RESULTS = Path(__file__).resolve().parents[1] / "results" / "serving.json"
_PORT = 8731

# The load generator runs these: a word drawn anew for each call.
_WORD = 'string.format("w%06d", math.random(0, WORDS - 1))'
_SINGLE = f"""
request = function()
  return wrk.format("GET", "/v1/translate?from=en&to=de&top=TOP&word=" .. {_WORD})
end
"""
_BATCH = f"""
local bodies = {{}}
for b = 1, 200 do
  local words = {{}}
  for i = 1, 100 do words[i] = '"' .. {_WORD} .. '"' end
  bodies[b] = '{{"words":[' .. table.concat(words, ",") .. '],"from":"en","to":"de","top":TOP}}'
end
local n = 0
request = function()
  n = n % 200 + 1
  return wrk.format("POST", "/v1/translate", {{["Content-Type"] = "application/json"}}, bodies[n])
end
"""
# Of a hundred calls one is malformed, each time in another way.
_MIXED = f"""
local bad = {{"/v1/translate?word=", "/v1/translate", "/v1/translate?word=w000001&top=x",
  "/nothing", "/v1/translate?word=%ff%fe&from=en", "/v1/translate?word=w000001&from=xx",
  "/v1/map?word=%00", "/v1/suggest?language=en",
  "/v1/neighbors?language=zz&word=a", "/v1/translate?word=a&word=b"}}
local n = 0
request = function()
  n = n + 1
  if n % 200 == 0 then return wrk.format("GET", bad[n / 200 % #bad + 1]) end
  if n % 200 == 100 then
    local kind = {{["Content-Type"] = "application/json"}}
    return wrk.format("POST", "/v1/translate", kind, '{{"words":')
  end
  return wrk.format("GET", "/v1/translate?from=en&to=de&word=" .. {_WORD})
end
"""


class Server:
    """``xling serve`` on the model, with the processes that it started."""

    def __init__(self, model: Path, *options: str) -> None:
        self.url = f"http://127.0.0.1:{_PORT}"
        self.log = tempfile.NamedTemporaryFile(suffix=".log")  # noqa: SIM115
        start = time.perf_counter()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "xling.cli.main", "serve", str(model)),
                *("--port", str(_PORT), *options),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self.log,
        )
        atexit.register(self.stop)
        while not self.get("/v1/translate?word=w000001&from=en"):
            if time.perf_counter() - start > 120:
                raise SystemExit("the server does not come up")
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

    def memory(self) -> float:
        """Give what all of them hold, in MiB, pages that they share counted once."""
        total = 0.0
        for pid in {self.process.pid, *self.workers()}:
            found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
            total += int(found[1]) / 1024 if found else 0.0
        return total

    def private(self) -> float:
        """Give what each of them holds for itself, in MiB, added up."""
        total = 0.0
        for pid in {self.process.pid, *self.workers()}:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += sum(int(kb) for kb in re.findall(r"^Private_\w+:\s+(\d+)", text, re.M)) / 1024
        return total

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

    def stop(self) -> int:
        """Ask it to stop, if it runs; give its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


def wrk(
    server: Server, script: str, *, words: int, seconds: float, connections: int, top: int = 5
) -> dict[str, Any]:
    """Send calls for some seconds, each connection one after the other."""
    text = script.replace("WORDS", str(words)).replace("TOP", str(top))
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(text)
        file.flush()
        done = subprocess.run(
            [
                *("wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "30s"),
                *("--latency", "-s", file.name, server.url),
            ],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
    print(f"{connections} connections, top {top}", done, sep="\n", file=sys.stderr)

    def milliseconds(per_cent: str) -> float:
        value, unit = re.findall(rf"^\s+{per_cent}%\s+([\d.]+)(us|ms|s|m)\s*$", done, re.M)[0]
        return round(float(value) * {"us": 0.001, "ms": 1.0, "s": 1e3, "m": 6e4}[unit], 2)

    errors = re.search(
        r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", done
    )
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", done)
    return {
        "connections": connections,
        "calls": int(re.findall(r"(\d+) requests in", done)[0]),
        "calls_a_second": float(re.findall(r"Requests/sec:\s+([\d.]+)", done)[0]),
        "p50_ms": milliseconds("50"),
        "p99_ms": milliseconds("99"),
        "not_2xx": int(refused[1]) if refused else 0,
        "socket_errors": sum(map(int, errors.groups())) if errors else 0,
    }


def speed(server: Server, words: int, seconds: float) -> dict[str, Any]:
    """Measure look-ups from the table, and by exact search: more answers than the table holds."""
    found: dict[str, Any] = {
        "single": wrk(server, _SINGLE, words=words, seconds=seconds, connections=16),
        "batch_of_100": wrk(server, _BATCH, words=words, seconds=seconds, connections=4),
        "exact_single": wrk(server, _SINGLE, words=words, seconds=seconds, connections=16, top=11),
        "exact_batch_of_100": wrk(
            server, _BATCH, words=words, seconds=seconds, connections=4, top=11
        ),
    }
    for name in ("batch_of_100", "exact_batch_of_100"):
        found[name]["words_a_second"] = round(100 * found[name]["calls_a_second"])
    return found


def endurance(server: Server, words: int, calls: int) -> dict[str, Any]:
    """Send many calls, one of a hundred malformed; look at memory and statuses."""
    ready = 0
    while ready < 2000:  # until everything is made ready, in every process
        ready += wrk(server, _MIXED, words=words, seconds=2, connections=16)["calls"]
    before, private = server.memory(), server.private()
    first, sent = server.statuses(), 0
    while sent < calls:
        sent += wrk(server, _MIXED, words=words, seconds=5, connections=16)["calls"]
    counts = {
        status: number - first.get(status, 0)
        for status, number in server.statuses().items()
        if status != "200"
    }
    after = server.private()
    return {
        "calls": sent,
        "statuses_but_200": {key: count for key, count in sorted(counts.items()) if count},
        "server_errors": sum(number for status, number in counts.items() if status >= "500"),
        "memory_mib": [round(before, 1), round(server.memory(), 1)],
        "private_mib": [round(private, 1), round(after, 1)],
        "growth": round(after / private - 1, 4),
    }


def overload(server: Server, words: int, capacity: int) -> dict[str, Any]:
    """Ask for five times as many words as may wait, by exact search; then see what is left."""
    connections = 5 * capacity // 100
    found = wrk(server, _BATCH, words=words, seconds=8, connections=connections, top=11)
    start = time.perf_counter()
    while True:
        once = time.perf_counter()
        alive = server.get("/v1/translate?word=w000001&from=en", 5) and server.get("/readyz", 5)
        if alive and time.perf_counter() - once < 0.5:
            break
        if time.perf_counter() - start > 60:
            raise SystemExit("the server does not recover")
        time.sleep(0.05)
    recovered = time.perf_counter() - start
    exact = bool(server.get("/v1/translate?word=w000001&from=en&top=11"))
    return {
        **found,
        "words_asked_for_at_once": connections * 100,
        "recovered_after_seconds": round(recovered, 2),
        "exact_search_answered_after_seconds": round(time.perf_counter() - start, 2),
        "exact_search_answers": exact,
        "statuses": server.statuses(),
        "processes": len(server.workers()),
    }


def reload(server: Server, model: Path, words: int, workers: int) -> dict[str, Any]:
    """Replace the model three times, each time once all processes have it, while calls come in."""
    load = subprocess.Popen(
        [
            *(sys.executable, __file__, str(model), "--only-load", server.url),
            *("--words", str(words)),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    time.sleep(2)
    for number in range(1, 4):
        fresh = model.with_name(f".fresh{number}")
        shutil.copytree(model, fresh, copy_function=os.link)
        manifest = fresh / "manifest.json"
        text = manifest.read_bytes()
        manifest.unlink()
        manifest.write_bytes(text)  # another file: another version
        old = model.with_name(f".old{number}")
        model.rename(old)
        fresh.rename(model)
        shutil.rmtree(old)
        end = time.monotonic() + 60
        while server.loads() < (1 + number) * workers and time.monotonic() < end:
            time.sleep(0.2)
    out, _ = load.communicate(timeout=120)
    return {**json.loads(out), "models_loaded": server.loads() - workers}


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--output", type=Path, default=_RESULTS)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--words", type=int, default=200_000, help="of the model")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only-load", metavar="URL", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only_load:
        server = Server.__new__(Server)
        server.url = given.only_load
        print(json.dumps(wrk(server, _SINGLE, words=given.words, seconds=30, connections=16)))
        return
    made = given.model.with_suffix(".json")
    load_before = os.getloadavg()
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
        "model": json.loads(made.read_text()) if made.is_file() else {},
        "workers": given.workers,
        "cold_start_to_first_answer_seconds": round(cold, 2),
        "exit_code_of_sigterm": code,
        **speed(server, given.words, given.seconds),
    }
    document["endurance"] = endurance(server, given.words, 50_000)
    document["overload"] = overload(server, given.words, 4096)
    document["reload"] = reload(server, given.model, given.words, given.workers)
    document["machine"]["load_after"] = [round(one, 2) for one in os.getloadavg()]
    server.stop()
    given.output.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(document, indent=1))


if __name__ == "__main__":
    main()
