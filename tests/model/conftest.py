"""What the tests of the model share: small random models, with ties and gaps everywhere."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from scipy import sparse

from xling.arrays import unit_rows
from xling.data.space import EmbeddingSpace
from xling.data.subwords import SubwordTable
from xling.data.vocabulary import Vocabulary
from xling.evidence.channels import CHANNELS, FEATURES
from xling.evidence.network import Network
from xling.evidence.ranker import Judge, Ranker
from xling.evidence.table import TableEvidence
from xling.mapping.linear import LinearMap, fit_normalization
from xling.model.model import Model
from xling.model.side import make_sides

DIM = 4


def make_table(random: np.random.Generator, shape: tuple[int, int]) -> TableEvidence:
    """Draw a table with cells of all kinds, some queries without any."""
    cells = random.random(shape) < min(0.25, 4 / shape[1])
    cells[random.integers(0, shape[0])] = False
    where = sparse.csr_array(cells)
    drawn = {
        "forward": random.choice([0.05, 0.4, 1.0], where.nnz),
        "backward": random.choice([0.05, 0.4, 1.0], where.nnz),
        "links": random.integers(1, 9, where.nnz),
    }
    return TableEvidence(
        **{
            name: sparse.csr_array(
                (values.astype(np.float32), where.indices, where.indptr), shape=shape
            )
            for name, values in drawn.items()
        }
    )


def make_spellings(
    random: np.random.Generator, sizes: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Draw directions of writing, some words the same."""
    first, second = (
        unit_rows(random.choice([-1.0, 0.0, 1.0], (size, 3)).astype(np.float32)) for size in sizes
    )
    return first, second


def make_judge(random: np.random.Generator, *, calibrated: bool = True) -> Judge:
    """Draw a network over all features, that contexts and the table have most weight in."""
    inputs = len(FEATURES) + len(CHANNELS)
    sure = random.uniform(0, 1, 3).tolist()
    return Judge(
        network=Network(
            mean=random.normal(0, 1, len(FEATURES)),
            scale=random.uniform(1, 3, len(FEATURES)),
            direct=random.normal(0, 1, inputs),
            hidden=random.normal(0, 0.3, (inputs, 4)),
            bias=random.normal(0, 0.3, 4),
            output=random.normal(0, 1, 4),
        ),
        scale=float(random.uniform(0.5, 3)),
        offset=float(random.normal()),
        confidence=(sure[0], sure[1], sure[2], 0.3) if calibrated else None,
    )


@cache
def make_model(
    seed: int = 0,
    *,
    sizes: tuple[int, int] = (12, 9),
    table: bool = True,
    subwords: bool = False,
    calibrated: bool = True,
) -> Model:
    """Build a model from en to de; some words have the same vector, one of each side none."""
    random = np.random.default_rng(seed)
    spaces, maps = [], []
    for language, prefix, size in zip(("en", "de"), ("word", "Wort"), sizes, strict=True):
        vectors = random.standard_normal((size, DIM)).astype(np.float32)
        vectors = vectors[random.integers(0, size, size)]
        empty = int(random.integers(0, size))
        if size > 1:
            vectors[empty] = 0
        # The first ones are of one stem, the others of none.
        words = tuple(f"{prefix}{i}" if i < 12 else f"{i}{prefix}" for i in range(size))
        buckets = random.standard_normal((50, DIM)).astype(np.float32)
        space = EmbeddingSpace(
            language=language,
            vocabulary=Vocabulary(words=words, counts=np.arange(size, 0, -1)),
            vectors=vectors,
            empty_words=frozenset({words[empty]}),
            subwords=SubwordTable(vectors=buckets, min_length=3, max_length=4)
            if subwords
            else None,
        )
        rotation, _ = np.linalg.qr(random.standard_normal((DIM, DIM)))
        spaces.append(space)
        maps.append(
            LinearMap(
                dim_in=DIM,
                normalization=fit_normalization(vectors, ("unit", "centre")),
                matrix=rotation.astype(np.float32),
            )
        )
    sides = make_sides(
        (spaces[0], spaces[1]),
        (maps[0], maps[1]),
        trained=(frozenset({"word0", "Word1"}), frozenset({"wort0"})),
        held_out=(frozenset({"WORD2"}), frozenset()),
    )
    rankers = {
        pair: Ranker(
            linked=make_judge(random, calibrated=calibrated),
            unlinked=make_judge(random, calibrated=calibrated),
            queries=(60, 70),
        )
        for pair in ("en>de", "de>en")
    }
    return Model(
        sides=sides,
        table=make_table(random, sizes) if table else None,
        spellings=make_spellings(random, sizes) if table else None,
        rankers=rankers if table else {},
        card={"recipe": "joint", "seed": seed, "languages": ["en", "de"]},
    )


@pytest.fixture(scope="session")
def random_model() -> Callable[..., Model]:
    """Give the function that builds models: ``seed, sizes, table, subwords, calibrated``."""
    return make_model
