import pytest

from xling.aligners.base import Verdict
from xling.aligners.self_check import Checks, fault, ranks_needed, ratio


def checks(**changes: float) -> Checks:
    given = {"stability": 0.9, "mutual": 0.6, "csls": 0.3, "csls_by_chance": 0.25}
    given |= {"held_out": 0.5, "held_out_by_chance": 0.44, "ranks": 0.5, "ranks_needed": 0.1}
    return Checks(**(given | changes))


BEYOND = {"ranks_beyond_needed": 0.12}


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.TRUSTED),
        ({"stability": 0.5}, Verdict.TRUSTED),
        ({"stability": 0.49}, Verdict.FAILED),
        ({"csls_by_chance": 0.3}, Verdict.FAILED),
        ({"stability": 0.1, "csls_by_chance": 0.199}, Verdict.TRUSTED),
        ({"stability": 0.1, "csls_by_chance": 0.201}, Verdict.FAILED),
        ({"csls_by_chance": 0.275}, Verdict.FAILED),  # as far as skewed spaces come without a link
        ({"csls_by_chance": 0.1, "ranks": 0.09}, Verdict.FAILED),
        ({"csls_by_chance": 0.1, "beyond": 1.04}, Verdict.FAILED),
        ({"csls_by_chance": 0.1, "beyond": 1.06}, Verdict.TRUSTED),
        ({"csls_by_chance": 0.1, "beyond": 0.8, **BEYOND, "ranks_beyond": 0.13}, Verdict.TRUSTED),
        ({"csls_by_chance": 0.1, "beyond": 0.8, **BEYOND, "ranks_beyond": 0.11}, Verdict.FAILED),
        ({"csls_by_chance": 0.1, "written": 0.49}, Verdict.FAILED),
        ({"csls_by_chance": 0.3, "held_out": 0.55}, Verdict.TRUSTED),  # restarts agree
        ({"csls_by_chance": 0.3, "held_out": 0.53}, Verdict.FAILED),
        ({"csls_by_chance": 0.3, "held_out": 0.55, "stability": 0.4}, Verdict.FAILED),
        ({"csls_by_chance": 0.3, "held_out": 0.65, "stability": 0.4}, Verdict.TRUSTED),
        ({"csls_by_chance": 0.3, "held_out": 0.65, "ranks": 0.09}, Verdict.FAILED),
        ({"csls_by_chance": 0.01, "held_out": 0.48}, Verdict.FAILED),  # near, and nothing carries
    ],
)
def test_verdict(changes: dict[str, float], verdict: Verdict) -> None:
    assert checks(**changes).verdict is verdict


@pytest.mark.parametrize(
    ("gain", "stability", "doubt"),
    [(1.2, 0.5, False), (1.2, 0.4, True), (1.07, 0.9, True), (1.04, 0.2, False), (1.6, 0.2, False)],
)
def test_further_restarts_are_made_in_doubt(gain: float, stability: float, doubt: bool) -> None:
    assert checks(csls=gain, csls_by_chance=1.0, stability=stability).undecided is doubt


def test_further_restarts_are_made_where_much_carries_over() -> None:
    some = {"csls_by_chance": 0.3, "stability": 0.4}
    assert checks(held_out=0.55, **some).undecided
    assert not checks(held_out=0.53, **some).undecided
    assert not checks(held_out=0.65, **some).undecided


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"stability": 0.3}, "1.20 times as near as by chance, 50% of pairs held out"),
        ({"stability": 0.3}, "are found again (44% by chance), and restarts agree on 30%"),
        ({"ranks": 0.05}, "not about equally frequent (rank correlation 0.05"),
        ({"beyond": 1.01}, "rarer words are 1.01 times as near"),
        ({"beyond": 1.0, **BEYOND, "ranks_beyond": 0.05}, "(rank correlation 0.05)"),
        ({"written": 0.4}, "changed the translations of 60%"),
    ],
)
def test_the_fault_is_named(changes: dict[str, float], said: str) -> None:
    one = checks(**changes)
    assert (fault(one.values) == "") is (one.verdict is Verdict.TRUSTED)
    assert said in fault(one.values)


def test_values_are_all_that_was_measured() -> None:
    assert checks().values == {
        "stability": 0.9, "mutual": 0.6, "csls": 0.3, "csls_by_chance": 0.25,
        "gain": pytest.approx(1.2), "held_out": 0.5, "held_out_by_chance": 0.44,
        "carried": pytest.approx(0.06), "ranks": 0.5, "ranks_needed": 0.1, "written": 1.0,
    }  # fmt: skip


def test_a_ratio_to_nothing_says_nothing() -> None:
    assert ratio(0.3, 0.2) == pytest.approx(1.5)
    assert ratio(0.005, -0.02) == ratio(0.005, 0.0) == pytest.approx(0.5)
    assert ratio(-0.005, -0.02) < 0


def test_ranks_that_are_needed() -> None:
    assert ranks_needed(40) == pytest.approx(3 / 39**0.5)
    assert (ranks_needed(10_000), ranks_needed(2)) == (0.2, 1)
    assert ranks_needed(10_000, 0.1) == 0.1
