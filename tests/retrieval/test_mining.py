from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xling.arrays import unit_rows
from xling.data.spooled_rows import SpooledRows
from xling.errors import InputError, ShapeError, UnknownNameError
from xling.retrieval.mining import MINING_CRITERIA, MinedPairs, mine, mining_criterion


def sides(
    seed: int, sizes: tuple[int, int], *, dim: int = 6, empty: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    one, other = (
        unit_rows(random.standard_normal((size, dim))).astype(np.float32) for size in sizes
    )
    if empty:
        one[random.integers(0, len(one))] = 0
    return one, other


def reference(
    one: np.ndarray, other: np.ndarray, name: str, k: int
) -> tuple[set[tuple[int, int]], dict[tuple[int, int], float]]:
    """Mine with loops: pairs that are the best candidate of both, and all candidates' scores."""
    rows = [i for i, x in enumerate(one) if x.any()]
    columns = [j for j, y in enumerate(other) if y.any()]
    cosine = {(i, j): float(one[i].astype(float) @ other[j].astype(float))
              for i in rows for j in columns}  # fmt: skip
    near_x = {i: sorted(columns, key=lambda j: -cosine[i, j])[:k] for i in rows}
    near_y = {j: sorted(rows, key=lambda i: -cosine[i, j])[:k] for j in columns}
    mean_x = {i: np.mean([cosine[i, j] for j in near_x[i]]) for i in rows}
    mean_y = {j: np.mean([cosine[i, j] for i in near_y[j]]) for j in columns}
    formula = {
        "nn": lambda i, j: cosine[i, j],
        "csls": lambda i, j: 2 * cosine[i, j] - mean_x[i] - mean_y[j],
        "margin-distance": lambda i, j: cosine[i, j] - (mean_x[i] + mean_y[j]) / 2,
        "margin": lambda i, j: cosine[i, j] / max((mean_x[i] + mean_y[j]) / 2, 0.01),
    }[name]
    scores = {(i, j): formula(i, j) for i, j in cosine if j in near_x[i] or i in near_y[j]}
    return mutual(scores), scores


def mutual(scores: dict[tuple[int, int], float]) -> set[tuple[int, int]]:
    best_x: dict[int, tuple[int, int]] = {}
    best_y: dict[int, tuple[int, int]] = {}
    for pair in scores:
        for best, row in ((best_x, pair[0]), (best_y, pair[1])):
            if row not in best or scores[pair] > scores[best[row]]:
                best[row] = pair
    return set(best_x.values()) & set(best_y.values())


@given(
    st.integers(0, 5_000),
    st.tuples(st.integers(2, 25), st.integers(2, 25)),
    st.sampled_from(MINING_CRITERIA),
    st.sampled_from([1, 3, 10]),
)
def test_equals_mining_with_loops(seed: int, sizes: tuple[int, int], name: str, k: int) -> None:
    one, other = sides(seed, sizes)
    expected, scores = reference(one, other, name, k)
    found = mine(one, other, criterion=name, neighbors=k)
    pairs = list(zip(found.source.tolist(), found.target.tolist(), strict=True))
    assert set(pairs) == expected
    near = {"atol": 1e-4, "rtol": 1e-4}
    np.testing.assert_allclose(found.scores, [scores[pair] for pair in pairs], **near)
    assert (np.diff(found.scores) <= 0).all()
    rest = {pair: score for pair, score in scores.items() if pair not in expected}
    null = sorted((rest[pair] for pair in mutual(rest)), reverse=True)
    np.testing.assert_allclose(found.null, null, **near)


def test_planted_pairs_are_found_among_distractors() -> None:
    random = np.random.default_rng(0)
    one, others = sides(1, (300, 250), dim=40, empty=False)
    order = random.permutation(100)
    others[:100] = unit_rows(one[order] + 0.08 * random.standard_normal((100, 40)))
    found = mine(one, others)
    right = dict(zip(order.tolist(), range(100), strict=True))
    best = list(zip(found.source.tolist(), found.target.tolist(), strict=True))[:100]
    assert sum(right.get(i) == j for i, j in best) == 100
    assert found.null.max() < found.scores[99]


def result(found: MinedPairs) -> list[list[float]]:
    return [each.tolist() for each in (found.source, found.target, found.scores, found.null)]


@given(st.integers(0, 5_000), st.sampled_from(MINING_CRITERIA), st.booleans())
@settings(max_examples=40)
def test_blocks_change_nothing(seed: int, name: str, copies: bool) -> None:
    one, other = sides(seed, (23, 31))
    if copies:  # of rows that stand in different blocks
        one, other = one[np.arange(23) % 9], np.concatenate([other[:20], other[:11]])
    whole = mine(one, other, criterion=name)
    for block in (1, 7, 1000):
        assert result(mine(one, other, criterion=name, block=block)) == result(whole)


def test_copies_change_nothing() -> None:
    one, other = sides(3, (40, 50), dim=20, empty=False)
    other[5] = one[3]
    plain = mine(one, other)
    assert (3, 5) in zip(plain.source.tolist(), plain.target.tolist(), strict=True)
    copied = np.concatenate([one, one[[3] * 20]]), np.concatenate([other, other[[5] * 20], other])
    for block in (None, 4):
        found = mine(*copied, block=block)
        assert result(found) == result(plain)
        assert found.comparisons == plain.comparisons == 2 * 40 * 50


def test_rows_may_stand_in_files(tmp_path: Path) -> None:
    one, other = sides(5, (60, 70))
    with SpooledRows(tmp_path / "out") as first, SpooledRows(tmp_path / "out") as second:
        first.extend(one)
        second.extend(other)
        assert result(mine(first, second, block=16)) == result(mine(one, other))


def test_no_more_rows_than_a_block_are_asked_for() -> None:
    class Watched:
        def __init__(self, rows: np.ndarray) -> None:
            self.rows, self.shape, self.most = rows, rows.shape, 0

        def __getitem__(self, part: slice) -> np.ndarray:
            self.most = max(self.most, part.stop - part.start)
            return self.rows[part]

    one, other = (Watched(side) for side in sides(5, (60, 70)))
    found = mine(one, other, block=16)
    assert one.most == other.most == 16
    assert result(found) == result(mine(one.rows, other.rows))


def test_progress_ends_with_everything() -> None:
    seen: dict[str, list[tuple[int, int]]] = {}
    one, other = sides(5, (60, 70), empty=False)
    mine(one, other, block=16,
         progress=lambda stage, *done: seen.setdefault(stage, []).append(done))  # fmt: skip
    assert set(seen) == {"mine forward", "mine backward"}
    for signs in seen.values():
        assert signs == sorted(signs)
        assert signs[-1] == (4200, 4200)
        assert len(signs) == 20


def test_nothing_is_mined_from_nothing() -> None:
    rows = np.eye(3, dtype=np.float32)
    for one, other in ((rows, np.zeros_like(rows)), (rows[:0], rows)):
        assert len(mine(one, other)) == 0
    assert len(mine(rows, rows)) == 3


def test_bad_calls() -> None:
    rows = np.eye(3, dtype=np.float32)
    with pytest.raises(UnknownNameError, match="unknown criterion of mining 'mutual'"):
        mine(rows, rows, criterion="mutual")
    with pytest.raises(ShapeError, match="target has rows of width 2; 3 is needed"):
        mine(rows, rows[:, :2])
    with pytest.raises(InputError, match="block is 0; at least 1"):
        mine(rows, rows, block=0)
    with pytest.raises(InputError, match="neighbors is 0; at least 1"):
        mine(rows, rows, neighbors=0)
    assert [mining_criterion(name) for name in MINING_CRITERIA] == list(MINING_CRITERIA)
