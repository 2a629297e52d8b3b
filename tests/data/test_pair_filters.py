from collections import Counter

import pytest

from xling.data.pair_filters import PairFilters, filtered
from xling.errors import InputError, UnknownNameError

PAIRS = [
    ("The weather is nice today.", "Das Wetter ist heute schön."),
    ("I would like something to drink.", "Ich möchte etwas zu trinken."),
    ("Where is the old house of them?", "Wo ist denn ihr altes Haus?"),
    ("They are going to the school.", "Sie gehen gerade in die Schule."),
]


def run(pairs: list[tuple[str, str]], filters: PairFilters) -> tuple[list[int], Counter[str]]:
    dropped: Counter[str] = Counter()
    kept = list(filtered(pairs, filters, dropped))
    assert len(kept) + dropped.total() == len(pairs)
    return [pairs.index(pair) for pair in kept], dropped


def test_nothing_is_left_out_by_default() -> None:
    assert not PairFilters()
    assert run([*PAIRS, ("a", "x" * 100)], PairFilters()) == ([0, 1, 2, 3, 4], Counter())


@pytest.mark.parametrize(
    ("kind", "kept"),
    [("pair", [0, 2, 3, 4]), ("source", [0, 3]), ("target", [0, 2, 4]), ("either", [0])],
)
def test_the_first_of_what_is_repeated_stays(kind: str, kept: list[int]) -> None:
    pairs = [("A b", "X"), ("a  B", "x"), ("a b", "y"), ("c", "x"), ("c", "z")]
    if kind == "either":  # what was left out is not remembered: c is new in the last pair
        kept = [0, 4]
    found, dropped = run(pairs, PairFilters(deduplicate=kind))
    assert found == kept
    assert dropped == {"repeated": len(pairs) - len(kept)}


def test_unequal_lengths_are_measured_against_what_is_usual() -> None:
    long = [(a, b + b) for a, b in PAIRS]  # one side is always twice as long
    found, dropped = run([*long, (PAIRS[0][0], "nein")], PairFilters(length_ratio=2.5))
    assert found == [0, 1, 2, 3]
    assert dropped == {"unequal lengths": 1}
    assert run([*PAIRS, ("Yes.", "Jawohl!")], PairFilters(length_ratio=2))[1] == {}


def test_the_wrong_language_is_left_out() -> None:
    swapped = PAIRS[1][::-1]
    copied = (PAIRS[3][0], PAIRS[3][0])
    found, dropped = run([*PAIRS * 3, swapped, copied], PairFilters(language=True))
    assert set(found) == {0, 1, 2, 3}
    assert dropped == {"language": 2}


def test_each_pair_is_counted_once() -> None:
    pairs = [*PAIRS, PAIRS[0], ("Hello there", "x" * 200)]
    _, dropped = run(pairs, PairFilters(deduplicate="pair", length_ratio=2, language=True))
    assert dropped == {"repeated": 1, "unequal lengths": 1}


def test_no_pair_at_all() -> None:
    filters = PairFilters(deduplicate="either", length_ratio=2, language=True)
    assert run([], filters) == ([], Counter())


def test_bad_settings() -> None:
    with pytest.raises(UnknownNameError, match="deduplication 'both'"):
        PairFilters(deduplicate="both")
    with pytest.raises(InputError, match="length ratio is 1"):
        PairFilters(length_ratio=1)
