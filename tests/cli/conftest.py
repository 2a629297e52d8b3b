"""A toy grammar of two languages, and the program called within the test's own process."""

import itertools
import json
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from xling.cli.main import main

NOUNS = {
    "cat": "Katze",
    "dog": "Hund",
    "house": "Haus",
    "tree": "Baum",
    "child": "Kind",
    "bird": "Vogel",
    "table": "Tisch",
    "book": "Buch",
    "man": "Mann",
    "woman": "Frau",
}
VERBS = {"sees": "sieht", "likes": "mag", "finds": "findet", "takes": "nimmt", "draws": "malt"}
ADJECTIVES = {"old": "alte", "small": "kleine", "green": "grüne", "new": "neue"}
WORDS = {**NOUNS, **VERBS, **ADJECTIVES}


@dataclass(frozen=True)
class Result:
    """What a call gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """Lines of standard error."""
        return self.err.splitlines()


def sentences(count: int, seed: int = 0) -> list[tuple[str, str]]:
    """Draw sentence pairs, none twice."""
    chosen = random.Random(seed)
    all_of_them = list(itertools.product(ADJECTIVES, NOUNS, VERBS, ADJECTIVES, NOUNS))
    return [
        (
            f"the {a} {n} {v} the {b} {m} .",
            f"das {ADJECTIVES[a]} {NOUNS[n]} {VERBS[v]} ein {ADJECTIVES[b]} {NOUNS[m]} .",
        )
        for a, n, v, b, m in chosen.sample(all_of_them, count)
    ]


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Give a function that runs ``xling`` with some arguments."""

    def run(*arguments: object) -> Result:
        capfd.readouterr()
        code = main([str(argument) for argument in arguments])
        found = capfd.readouterr()
        return Result(code, found.out, found.err)

    return run


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with ``pairs.tsv``, both sides apart, ``lexicon.tsv`` and ``more.*``."""
    folder = tmp_path_factory.mktemp("toy")
    pairs = sentences(400)
    (folder / "pairs.tsv").write_text("".join(f"{a}\t{b}\n" for a, b in pairs), encoding="utf-8")
    for side, name in enumerate(("en", "de")):
        (folder / f"pairs.{name}").write_text("".join(f"{p[side]}\n" for p in pairs), "utf-8")
        more = sentences(60 + side, seed=1 + side)
        (folder / f"more.{name}").write_text("".join(f"{p[side]}\n" for p in more), "utf-8")
    (folder / "lexicon.tsv").write_text("".join(f"{a}\t{b}\n" for a, b in WORDS.items()), "utf-8")
    (folder / "held.tsv").write_text("tree\tBaum\nbird\tVogel\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def toy_model(toy: Path) -> Path:
    """Give a model that was trained on the toy pairs without two words."""
    code = main(
        [
            *("train", str(toy / "pairs.tsv"), "--languages", "en,de", "--dim", "12"),
            *("--hold-out", str(toy / "held.tsv"), "--output", str(toy / "model"), "--json"),
        ]
    )
    assert code == 0
    return toy / "model"


@pytest.fixture(scope="session")
def twin(toy_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the toy model, under the same name."""
    place = tmp_path_factory.mktemp("twin") / "model"
    shutil.copytree(toy_model, place)
    return place


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files, and says nothing."""

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the dictionaries of one language pair, and give the address."""
    folder = tmp_path / "site" / "arrival" / "dictionaries"
    folder.mkdir(parents=True)
    for part in ("", ".0-5000", ".5000-6500"):
        (folder / f"en-de{part}.txt").write_text(f"house haus{part}\n")
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("XLING_CACHE", str(tmp_path / "cache"))
    handler = partial(_Quiet, directory=str(tmp_path / "site"))
    running = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()
    thread.join()
