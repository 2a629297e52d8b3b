"""Draws repeat with their seed; tables respect their weights."""

from collections import Counter

from xling.demo.sampling import Draws, Table, affinity


def test_draws_repeat_with_seed_and_stream() -> None:
    def some(seed: int, stream: int) -> list[float]:
        draws = Draws(seed, stream)
        return [draws.uniform() for _ in range(50)]

    assert some(1, 0) == some(1, 0)
    assert some(1, 0) != some(2, 0)
    assert some(1, 0) != some(1, 1)


def test_below_and_chance_stay_in_range() -> None:
    draws = Draws(0)
    assert {draws.below(3) for _ in range(200)} == {0, 1, 2}
    assert not any(draws.chance(0.0) for _ in range(200))
    assert all(draws.chance(1.0) for _ in range(200))


def test_items_come_as_often_as_their_weight_says() -> None:
    table, draws = Table([("a", 3.0), ("b", 1.0), ("never", 0.0)]), Draws(0)
    counts = Counter(table.pick(draws) for _ in range(4_000))
    assert set(counts) == {"a", "b"}
    assert 2_850 < counts["a"] < 3_150


def test_empty_table_is_false() -> None:
    assert not Table([])
    assert not Table([("a", 0.0)])
    assert Table([("a", 1.0)])


def test_affinity_depends_on_names_alone() -> None:
    values = {affinity("dog", str(number)) for number in range(500)}
    assert len(values) == 500
    assert 0.9 < min(values) < max(values) < 5.1
    assert affinity("dog", "cat") != affinity("cat", "dog")
