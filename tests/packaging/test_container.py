"""The Dockerfile, as far as that can be told without Docker."""

import re
import shlex
import subprocess
import sys

import pytest

# Refuses to import what is in no distribution that the image installs, then answers a look-up.
SERVE = """
import importlib.metadata as metadata, re, sys
from packaging.requirements import Requirement

def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()

allowed, waiting = set(), sys.argv[2:]
while waiting:
    name = plain(waiting.pop())
    if name in allowed:
        continue
    allowed.add(name)
    for line in metadata.distribution(name).requires or ():
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            waiting.append(wanted.name)
owners = metadata.packages_distributions()
modules = {name for name, owner in owners.items() if not {plain(one) for one in owner} & allowed}
modules -= {"xling", "_distutils_hack", "packaging"}

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in modules:
            raise ImportError(f"the image has no {name}")

for name in [one for one in sys.modules if one.partition(".")[0] in modules]:
    del sys.modules[name]
sys.meta_path.insert(0, Refuse())
import asyncio
from xling.cli.main import build_app
from xling.server.app import create_app
from xling.server.protocol import Protocol
build_app()
app = create_app([sys.argv[1]])

async def ask():
    sent = []
    async def receive():
        return {"type": "http.request", "body": b""}
    async def send(message):
        sent.append(message)
    scope = {"type": "http", "method": "GET", "path": "/v1/translate", "headers": [],
             "query_string": b"word=cat&top=1", "client": ("127.0.0.1", 1), "root_path": "",
             "scheme": "http", "http_version": "1.1", "server": ("127.0.0.1", 80), "state": {}}
    app.state.service.start()
    await app(scope, receive, send)
    await app.state.service.stop()
    print(sent[0]["status"], sent[1]["body"].decode())

asyncio.run(ask())
"""


@pytest.fixture(scope="module")
def lines(repository):
    text = (repository / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def of(lines, name):
    return [line.removeprefix(f"{name} ") for line in lines if line.startswith(f"{name} ")]


def test_what_is_copied_is_there_and_not_ignored(lines, repository):
    kept = (repository / ".dockerignore").read_text("utf-8").splitlines()
    for copy in of(lines, "COPY"):
        for source in copy.split()[:-1]:
            assert (repository / source).exists(), source
            assert f"!{source}" in kept


def test_it_runs_as_nobody_special(lines):
    user = of(lines, "USER")
    assert user == ["xling"]
    made = next(line for line in lines if "useradd" in line)
    assert re.search(r"--uid (\d+)", made)[1] != "0"
    place = lines.index("USER xling")
    assert not any(line.startswith(("RUN", "COPY")) for line in lines[place:])
    assert of(lines, "STOPSIGNAL") == ["SIGTERM"]


def test_what_it_installs_is_enough(lines, toy_server_model, tmp_path, repository):
    installed = next(line for line in of(lines, "RUN") if "pip install" in line)
    first = shlex.split(installed.split("&&")[0])
    packages = first[first.index("constraints.txt") + 1 :]
    assert "torch" not in packages
    (tmp_path / "serve.py").write_text(SERVE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, tmp_path / "serve.py", toy_server_model, *packages],
        capture_output=True,
        text=True,
        cwd=repository,
        env={"PYTHONPATH": str(repository), "PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("200 ")
    assert "Katze" in done.stdout


def test_its_health_is_that_of_the_server(lines, toy_server_model, start_server, tmp_path):
    health = next(line for line in lines if line.startswith("HEALTHCHECK"))
    program = re.search(r'"-c", "(.*)"\]', health)[1]
    with start_server(tmp_path / "log", toy_server_model) as server:
        here = program.replace("http://127.0.0.1:8000", server.url)
        assert here != program
        assert subprocess.run([sys.executable, "-c", here], check=False).returncode == 0
    gone = subprocess.run([sys.executable, "-c", here], check=False, capture_output=True)
    assert gone.returncode != 0


def test_it_listens_to_others_with_the_models_that_are_mounted(lines):
    assert of(lines, "ENTRYPOINT") == ['["xling", "serve", "--host", "0.0.0.0"]']
    assert of(lines, "CMD")[-1].startswith('["/models/')
