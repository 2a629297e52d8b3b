"""A small model to serve."""

import itertools
import random
from pathlib import Path

import pytest

import xling

NOUNS = {"cat": "Katze", "dog": "Hund", "house": "Haus", "tree": "Baum", "child": "Kind"}
VERBS = {"sees": "sieht", "likes": "mag", "finds": "findet"}
ADJECTIVES = {"old": "alte", "small": "kleine", "green": "grüne"}


@pytest.fixture(scope="session")
def toy_server_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a model ``en-de`` with all kinds of evidence."""
    folder = tmp_path_factory.mktemp("container")
    frames = list(itertools.product(ADJECTIVES, NOUNS, VERBS, ADJECTIVES, NOUNS))
    lines = [
        f"the {a} {n} {v} the {b} {m}\tdas {ADJECTIVES[a]} {NOUNS[n]} {VERBS[v]} ein "
        f"{ADJECTIVES[b]} {NOUNS[m]}\n"
        for a, n, v, b, m in random.Random(0).sample(frames, 300)
    ]
    (folder / "pairs.tsv").write_text("".join(lines), encoding="utf-8")
    xling.train(folder / "pairs.tsv", ("en", "de"), dim=12, seed=0).save(folder / "en-de")
    return folder / "en-de"
