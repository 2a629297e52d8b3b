"""Fixtures for all tests: a tiny rotated bilingual world, and the real corpora."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# Set before any test imports a library that reads them: no test may reach for a hub.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_DATASETS_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import hypothesis
import numpy as np
import pytest

from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary

REPOSITORY = Path(__file__).resolve().parent.parent

# A first call may import torch or compile; how long an example takes says nothing.
hypothesis.settings.register_profile("default", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "default")


@dataclass(frozen=True, kw_only=True)
class RotatedWorld:
    """Two spaces, the second a rotation of the first, whose right answers are known.

    ``source.vectors @ rotation`` are the target vectors of the same concepts up to noise. The
    target's words stand in another order than the source's; ``order[i]`` is the source row of the
    concept in target row ``i``. ``lexicon`` holds each concept's two words, in the source's order.
    """

    source: EmbeddingSpace
    target: EmbeddingSpace
    lexicon: Lexicon
    rotation: np.ndarray
    order: np.ndarray


def make_world(
    *, words: int = 60, dim: int = 12, noise: float = 0.01, seed: int = 0
) -> RotatedWorld:
    """Build a rotated world; with little noise, each concept's nearest target word is its own."""
    random = np.random.default_rng(seed)
    vectors = random.standard_normal((words, dim))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rotation, upper = np.linalg.qr(random.standard_normal((dim, dim)))
    rotation *= np.sign(np.diag(upper))
    order = random.permutation(words)
    turned = vectors @ rotation + noise * random.standard_normal((words, dim))
    names = [f"word{i}" for i in range(words)]
    foreign = [f"wort{i}" for i in range(words)]
    counts = np.arange(words, 0, -1) * 10
    return RotatedWorld(
        source=EmbeddingSpace(
            language="en",
            vocabulary=Vocabulary(words=tuple(names), counts=counts),
            vectors=vectors.astype(np.float32),
        ),
        target=EmbeddingSpace(
            language="de",
            vocabulary=Vocabulary(words=tuple(foreign[i] for i in order), counts=counts),
            vectors=turned[order].astype(np.float32),
        ),
        lexicon=Lexicon(
            source_language="en",
            target_language="de",
            pairs=tuple(zip(names, foreign, strict=True)),
        ),
        rotation=rotation,
        order=order,
    )


@pytest.fixture(scope="session")
def make_rotated_world() -> Callable[..., RotatedWorld]:
    """Give the function that builds worlds of other sizes: ``words, dim, noise, seed``."""
    return make_world


@pytest.fixture(scope="session")
def rotated_world() -> RotatedWorld:
    """Give the world of 60 words in 12 dimensions, with a little noise; nothing in it changes."""
    return make_world()


@pytest.fixture(scope="session")
def repository() -> Path:
    """Give the root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of the real corpora, or skip the test where there is none."""
    named = os.environ.get("XLING_DATA")
    if named and not Path(named).is_dir():
        pytest.fail(f"XLING_DATA names {named}, which is not a folder")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real corpora: XLING_DATA is not set and there is no {folder}")
    return folder
