"""The distributions: they build, hold what they must, and the wheel runs where only it is."""

import json
import os
import random
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.CompletedProcess[str]]

NOUNS = {
    "cat": "katze",
    "dog": "hund",
    "house": "haus",
    "tree": "baum",
    "river": "fluss",
    "book": "buch",
    "child": "kind",
    "window": "fenster",
    "table": "tisch",
    "garden": "garten",
}
VERBS = {"sees": "sieht", "finds": "findet", "likes": "mag", "needs": "braucht", "draws": "malt"}
TIMES = {"today": "heute", "often": "oft", "never": "nie", "always": "immer", "soon": "bald"}


def call(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program without the caller's Python settings; its output is kept."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PIP_"))}
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def built(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the source distribution, and the wheel from that."""
    folder = tmp_path_factory.mktemp("dist")
    options = ["--no-isolation", "--outdir", folder, repository]
    done = call(sys.executable, "-m", "build", *options, folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Install the wheel into an empty environment; give what runs its programs.

    The dependencies come from this environment's folder, to save minutes of installing. The
    checkout does not: its entry in that folder is a ``.pth`` file, which counts only at home.
    """
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder / "env", with_pip=False, symlinks=os.name != "nt")
    paths = sysconfig.get_paths(vars=dict.fromkeys(("base", "platbase"), str(folder / "env")))
    site, programs = Path(paths["purelib"]), Path(paths["scripts"])
    python = programs / Path(sys.executable).name
    options = ["--no-deps", "--no-index", "--quiet", wheel]
    done = call(sys.executable, "-m", "pip", "--python", python, "install", *options, folder=folder)
    assert done.returncode == 0, done.stderr
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"], encoding="utf-8")
    work = folder / "work"
    work.mkdir()

    def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        path = python if program == "python" else programs / program
        return call(path, *arguments, folder=work)

    return run


def test_wheel_holds_the_package_and_nothing_else(wheel: Path, repository: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if not name.endswith("/")}
    code = {name for name in inside if name.startswith("xling/")}
    (info,) = {name.split("/")[0] for name in inside - code}
    assert info.endswith(".dist-info")
    assert {f"{info}/licenses/LICENSE", f"{info}/METADATA", "xling/py.typed"} <= inside
    ours = {
        path.relative_to(repository).as_posix()
        for path in (repository / "xling").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert code == ours
    assert any(name.startswith("xling/demo/") and not name.endswith(".py") for name in code)


def test_wheel_metadata(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("/METADATA")]
        lines = archive.read(name).decode("utf-8").splitlines()
    assert "License-Expression: Apache-2.0" in lines
    assert "Requires-Python: >=3.11" in lines
    assert {"Provides-Extra: server", "Provides-Extra: plots", "Provides-Extra: dev"} <= set(lines)


def test_sdist_holds_what_rebuilds_and_tests_it(built: Path) -> None:
    (found,) = built.glob("*.tar.gz")
    with tarfile.open(found) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "constraints.txt"}
    assert wanted | {"xling/py.typed", "scripts/test", "tests/conftest.py"} <= names
    unwanted = (".venv/", ".mypy_cache/", ".git/", "dist/", "models/")
    assert not [name for name in names if name.startswith(unwanted) or "__pycache__" in name]


def test_wheel_is_what_runs(installed: Run, repository: Path) -> None:
    done = installed("python", "-c", "import xling; print(xling.__file__, xling.__version__)")
    assert done.returncode == 0, done.stderr
    place, version = done.stdout.split()
    assert not Path(place).is_relative_to(repository / "xling")
    done = installed("xling", "--version")
    assert done.returncode == 0, done.stderr
    assert version in done.stdout


def test_wheel_resolves_every_export(installed: Run) -> None:
    code = "import xling; print(all(getattr(xling, name) is not None for name in xling.__all__))"
    done = installed("python", "-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "True"


def test_wheel_shows_help(installed: Run) -> None:
    done = installed("xling", "--help")
    assert done.returncode == 0, done.stderr
    for command in ("train", "align", "translate", "evaluate", "export", "info", "demo"):
        assert command in done.stdout


def test_wheel_trains_and_translates(installed: Run, tmp_path: Path) -> None:
    draw = random.Random(0)
    lines = []
    for _ in range(400):
        (a, x), (b, y) = draw.sample(sorted(NOUNS.items()), 2)
        verb, time = draw.choice(sorted(VERBS.items())), draw.choice(sorted(TIMES.items()))
        lines.append(f"{a} {verb[0]} {b} {time[0]}\t{x} {verb[1]} {y} {time[1]}\n")
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("".join(lines), encoding="utf-8")
    model = str(tmp_path / "model")

    languages = ["--languages", "en,de"]
    done = installed("xling", "train", str(pairs), *languages, "--output", model, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sentence_pairs"] > 0

    words = sorted(NOUNS)
    done = installed("xling", "translate", model, *words, "--json")
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)["results"]
    assert [result["word"] for result in results] == words
    assert {result["status"] for result in results} == {"ok"}
    first = [result["translations"][0]["word"] for result in results]
    right = sum(NOUNS[word] == found for word, found in zip(words, first, strict=True))
    assert right >= 8, dict(zip(words, first, strict=True))
