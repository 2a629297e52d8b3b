"""A small model with all kinds of evidence, a hub, and servers on them."""

import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import xling
from xling.server.app import create_app
from xling.server.settings import ServerSettings

NOUNS = {"cat": "Katze", "dog": "Hund", "house": "Haus", "tree": "Baum", "child": "Kind"}
NOUNS |= {"bird": "Vogel", "table": "Tisch", "book": "Buch", "man": "Mann", "woman": "Frau"}
VERBS = {"sees": "sieht", "likes": "mag", "finds": "findet", "takes": "nimmt", "draws": "malt"}
ADJECTIVES = {"old": "alte", "small": "kleine", "green": "grüne", "new": "neue"}


@pytest.fixture(scope="session")
def model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a model ``en-de``; *tree* and *bird* were held out of its matched pairs."""
    folder = tmp_path_factory.mktemp("served")
    frames = list(itertools.product(ADJECTIVES, NOUNS, VERBS, ADJECTIVES, NOUNS))
    lines = [
        f"the {a} {n} {v} the {b} {m}\tdas {ADJECTIVES[a]} {NOUNS[n]} {VERBS[v]} ein "
        f"{ADJECTIVES[b]} {NOUNS[m]}\n"
        for a, n, v, b, m in random.Random(0).sample(frames, 400)
    ]
    (folder / "pairs.tsv").write_text("".join(lines), encoding="utf-8")
    (folder / "held.tsv").write_text("tree\tBaum\nbird\tVogel\n", encoding="utf-8")
    model = xling.train(
        folder / "pairs.tsv", ("en", "de"), hold_out=folder / "held.tsv", dim=12, seed=0
    )
    model.save(folder / "en-de")
    return folder / "en-de"


@pytest.fixture(scope="session")
def model(model_path: Path) -> xling.Model:
    """Give the model itself."""
    found = xling.load(model_path)
    assert isinstance(found, xling.Model)
    return found


@pytest.fixture(scope="session")
def hub_path(tmp_path_factory: pytest.TempPathFactory, hub_world: Any) -> Path:
    """Give a hub of three languages, of which no lexicon links the last two."""
    pairs = {
        ("en", "de"): hub_world.lexicon("en", "de"),
        ("en", "es"): hub_world.lexicon("en", "es"),
    }
    path = tmp_path_factory.mktemp("hub") / "hub"
    xling.hub(hub_world.spaces, pairs).save(path)
    return path


@contextmanager
def serving(*paths: Path, collections: Any = (), **settings: Any) -> Iterator[TestClient]:
    """Run a server within the test's own process."""
    app = create_app(paths, ServerSettings(**settings), collections=collections)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def serve() -> Callable[..., AbstractContextManager[TestClient]]:
    """Give the context manager that runs a server: paths of models, then settings by name."""
    return serving


@pytest.fixture(scope="session")
def client(model_path: Path, hub_path: Path) -> Iterator[TestClient]:
    """Give a server of the model and the hub; nothing in it changes."""
    with serving(model_path, hub_path, max_words=50) as found:
        yield found
