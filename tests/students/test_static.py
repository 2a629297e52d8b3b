"""Tables of piece vectors, against the closed form."""

import numpy as np
import pytest

from xling.errors import DegenerateInputError, ShapeError
from xling.students.settings import StaticSettings
from xling.students.static import bags, solve_table, static_model


def test_bags_are_means():
    made = bags([[0, 2, 2], [], [1]], 4).toarray()
    assert np.allclose(made, [[1 / 3, 0, 2 / 3, 0], [0, 0, 0, 0], [0, 1, 0, 0]])


def test_the_solver_finds_the_ridge_solution():
    random = np.random.default_rng(0)
    ids = [random.integers(0, 20, random.integers(1, 8)).tolist() for _ in range(200)]
    sentences, wanted = bags(ids, 22), random.standard_normal((200, 5)).astype(np.float32)
    found = solve_table(sentences, wanted, penalty=0.3, rounds=200)
    dense = sentences.toarray()
    closed = np.linalg.solve(dense.T @ dense + 0.3 * np.eye(22), dense.T @ wanted)
    assert np.allclose(found, closed, atol=1e-3)
    assert not found[20:].any()
    with pytest.raises(ShapeError, match="3 rows for 200 sentences"):
        solve_table(sentences, wanted[:3], penalty=0.3, rounds=2)


def test_a_table_encodes_what_it_was_taught(corpus):
    random = np.random.default_rng(0)
    words = {
        w: random.standard_normal(8) for t in corpus.target for w in t.lower().strip(".").split()
    }
    wanted = np.array([sum(words[w] for w in t.lower().strip(".").split()) for t in corpus.target])
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    model = static_model(corpus.target, wanted.astype(np.float32), StaticSettings(penalty=0.01))
    rows = model.encode(list(corpus.target))
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert (rows * wanted).sum(axis=1).mean() > 0.98
    with pytest.raises(DegenerateInputError, match="no sentence holds anything"):
        static_model(("", ""), np.ones((2, 3), np.float32), StaticSettings())
