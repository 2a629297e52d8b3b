import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xling.errors import DegenerateInputError, DTypeError, InputError, NonFiniteError, ShapeError
from xling.evaluation import ranks as ranks_module
from xling.evaluation.ranks import best_gold_ranks


def gold_of(*columns):
    return [np.array(c, dtype=np.int64) for c in columns]


@st.composite
def worlds(draw):
    n, v = draw(st.integers(1, 5)), draw(st.integers(1, 9))
    levels = st.sampled_from([-np.inf, -1.0, 0.0, 0.25, 2.0])
    scores = draw(st.lists(st.lists(levels, min_size=v, max_size=v), min_size=n, max_size=n))
    gold = draw(
        st.lists(st.sets(st.integers(0, v - 1), min_size=1, max_size=v), min_size=n, max_size=n)
    )
    return np.array(scores, dtype=np.float32), gold_of(*(sorted(g) for g in gold))


def by_loop(scores, gold):
    """The formula, a row at a time."""
    made = []
    for row, columns in zip(scores, gold, strict=True):
        best = max(row[c] for c in columns)
        above = sum(x > best for x in row)
        tied = sum(x == best for x in row)
        right = sum(row[c] == best for c in set(columns.tolist()))
        made.append(above + (tied + 1) / (right + 1))
    return np.array(made)


def test_known_answers():
    scores = np.array(
        [
            [0.9, 0.8, 0.7, 0.6],  # no tie: third
            [0.9, 0.8, 0.7, 0.6],  # the best of two golds counts
            [0.5, 0.5, 0.5, 0.5],  # all tied, one gold: the middle
            [0.5, 0.5, 0.5, 0.5],  # all tied, all gold: first
            [0.9, 0.5, 0.5, 0.1],  # one above, two tied: 1 + 3/2
            [0.9, 0.5, 0.5, 0.5],  # one above, three tied of which two gold: 1 + 4/3
        ]
    )
    gold = gold_of([2], [3, 1], [0], [0, 1, 2, 3], [1], [1, 3])
    assert best_gold_ranks(scores, gold).tolist() == [3, 2, 2.5, 1, 2.5, 1 + 4 / 3]


def test_minus_infinity_ties_at_the_bottom():
    scores = np.array([[1.0, -np.inf, -np.inf, -np.inf], [-np.inf] * 4], dtype=np.float32)
    assert best_gold_ranks(scores, gold_of([3], [0])).tolist() == [3.0, 2.5]


def test_scores_are_compared_as_given():
    near = np.array([[1.0, np.nextafter(np.float32(1), np.float32(2))]], dtype=np.float32)
    assert best_gold_ranks(near, gold_of([0])).tolist() == [2.0]


def test_repeated_gold_columns_count_once():
    scores = np.zeros((1, 5))
    assert best_gold_ranks(scores, gold_of([2, 2, 2])).tolist() == [3.0]


def test_unsigned_gold_columns_and_no_rows():
    scores = np.array([[0.0, 1.0]])
    assert best_gold_ranks(scores, [np.array([0], dtype=np.uint32)]).tolist() == [2.0]
    assert best_gold_ranks(np.empty((0, 4)), []).shape == (0,)
    assert best_gold_ranks(np.empty((0, 0)), []).shape == (0,)


def test_result_and_arguments():
    scores, gold = np.array([[0.0, 1.0]], dtype=np.float32), gold_of([1])
    scores.flags.writeable = gold[0].flags.writeable = False
    made = best_gold_ranks(scores, gold)
    assert made.dtype == np.float64
    assert made.shape == (1,)


@given(worlds())
def test_equals_the_formula(world):
    scores, gold = world
    assert best_gold_ranks(scores, gold).tolist() == by_loop(scores, gold).tolist()


def test_inner_blocks_do_not_matter(monkeypatch):
    rng = np.random.default_rng(0)
    scores = rng.integers(0, 4, (37, 11)).astype(np.float32)
    gold = [rng.choice(11, size=rng.integers(1, 4), replace=False) for _ in range(37)]
    whole = best_gold_ranks(scores, gold)
    monkeypatch.setattr(ranks_module, "_COMPARED", 30)
    assert best_gold_ranks(scores, gold).tolist() == whole.tolist()
    assert len(set(whole)) > 5


@given(worlds())
def test_ranks_lie_between_first_and_last(world):
    scores, gold = world
    made = best_gold_ranks(scores, gold)
    assert (made >= 1).all()
    assert (made <= scores.shape[1]).all()


@given(worlds(), st.randoms(use_true_random=False))
def test_column_order_does_not_matter(world, random):
    scores, gold = world
    order = list(range(scores.shape[1]))
    random.shuffle(order)
    place = np.argsort(order)
    moved = best_gold_ranks(scores[:, order], [place[g] for g in gold])
    assert moved.tolist() == best_gold_ranks(scores, gold).tolist()


@given(worlds())
def test_only_the_order_of_scores_matters(world):
    scores, gold = world
    for transformed in (2 * scores + 1, np.arctan(scores), np.exp(scores)):
        assert best_gold_ranks(transformed, gold).tolist() == by_loop(scores, gold).tolist()


@settings(max_examples=20)
@given(worlds(), st.integers(0, 2**32 - 1))
def test_equals_the_mean_over_random_tie_breaking(world, seed):
    scores, gold = world
    scores, gold = scores[:1], gold[:1]
    rng = np.random.default_rng(seed)
    draws, v = 4000, scores.shape[1]
    noise = rng.random((draws, v))
    # Rows of (score, noise), best first: the first gold column's place is its rank.
    order = np.lexsort((noise, np.broadcast_to(-scores, (draws, v))), axis=1)
    drawn = np.argmax(np.isin(order, gold[0]), axis=1) + 1
    expected = best_gold_ranks(scores, gold)[0]
    assert abs(drawn.mean() - expected) <= 6 * drawn.std() / np.sqrt(draws) + 1e-9


@pytest.mark.parametrize(
    ("scores", "gold", "error", "message"),
    [
        (np.zeros((2, 3)), gold_of([0]), ShapeError, "1 sets of gold columns for 2 rows"),
        (np.zeros(3), gold_of([0]), ShapeError, "1 dimensions"),
        (np.zeros((1, 3), dtype=int), gold_of([0]), DTypeError, "floats are needed"),
        (np.zeros((2, 3)), gold_of([0], []), DegenerateInputError, "row 1 has no gold column"),
        (np.zeros((2, 3)), gold_of([0], [1, 3]), InputError, "row 1 has the gold column 3.* 3$"),
        (np.zeros((1, 3)), gold_of([-1]), InputError, "gold column -1"),
        (np.zeros((1, 3)), [np.array([0.0])], InputError, "float64; integers are needed"),
        (np.array([[0, 1.0], [np.nan, 1]]), gold_of([0], [1]), NonFiniteError, "row 1 hold NaN"),
        (np.array([[np.nan, -np.inf]]), gold_of([1]), NonFiniteError, "row 0 hold NaN"),
    ],
)
def test_refusals(scores, gold, error, message):
    with pytest.raises(error, match=message):
        best_gold_ranks(scores, gold)
