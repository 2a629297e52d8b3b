import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.errors import DegenerateInputError, InputError, NonFiniteError, ShapeError
from xling.linalg.mixture import probability_right


def draw(
    seed: int, right: int, wrong: int, mean: float = 0.6, spread: float = 0.1, chance: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    cosines = np.r_[random.normal(mean, spread, right), random.normal(0, chance, wrong)]
    return cosines, np.arange(right + wrong) < right


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_recovers_the_share_and_is_calibrated(share: float) -> None:
    wrong = int(3000 * share)
    cosines, truth = draw(1, 3000 - wrong, wrong, mean=0.35, spread=0.15)
    found = probability_right(cosines, (0.0, 0.1))
    assert found.mean() == pytest.approx(1 - share, abs=0.03)
    for low, high in ((0.0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.0)):
        inside = (found >= low) & (found < high)
        assert truth[inside].mean() == pytest.approx(found[inside].mean(), abs=0.1)


def test_agrees_with_bayes_where_the_distributions_are_known() -> None:
    cosines, _ = draw(2, 20_000, 10_000, mean=0.4)
    found = probability_right(cosines, (0.0, 0.1))
    ratio = 2 * np.exp((cosines**2 - (cosines - 0.4) ** 2) / 0.02)
    np.testing.assert_allclose(found, ratio / (1 + ratio), atol=0.03)


def test_without_wrong_pairs_all_keep_their_weight() -> None:
    cosines, _ = draw(3, 2000, 0)
    assert probability_right(cosines, (0.0, 0.1)).min() > 0.5
    assert probability_right(np.ones(50), (0.0, 0.1)).min() > 0.99


@given(st.integers(0, 1000), st.floats(0.02, 0.4), st.floats(0.05, 0.3))
def test_a_larger_cosine_is_never_less_probable(seed: int, spread: float, chance: float) -> None:
    cosines, _ = draw(seed, 60, 40, spread=spread, chance=chance)
    found = probability_right(cosines, (0.0, chance))
    assert np.all((found >= 0) & (found <= 1))
    assert np.all(np.diff(found[np.argsort(cosines)]) >= -1e-12)


def test_a_weight_is_a_repetition() -> None:
    cosines, _ = draw(4, 30, 20, mean=0.3)
    weights = np.random.default_rng(0).integers(1, 4, 50)
    whole = probability_right(np.repeat(cosines, weights), (0.0, 0.1))
    found = probability_right(cosines, (0.0, 0.1), weights=weights.astype(float))
    np.testing.assert_allclose(np.repeat(found, weights), whole, atol=0.02)


def test_refusals() -> None:
    with pytest.raises(DegenerateInputError, match="no pair"):
        probability_right(np.zeros(0), (0.0, 0.1))
    with pytest.raises(ShapeError, match=r"\(2,\) for 3 cosines"):
        probability_right(np.zeros(3), (0.0, 0.1), weights=np.ones(2))
    with pytest.raises(InputError, match=r"spread of chance is 0\.0"):
        probability_right(np.zeros(3), (0.0, 0.0))
    with pytest.raises(NonFiniteError, match="cosines holds nan"):
        probability_right(np.full(3, np.nan), (0.0, 0.1))
