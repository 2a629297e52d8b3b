import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.data.indexed import index_text
from xling.data.lexicon import Lexicon
from xling.errors import ConfigError, DegenerateInputError, InputError, UnknownNameError
from xling.experiments.plan import _frequencies, folds, read_input, runs


def lexicon(*words: str) -> Lexicon:
    pairs = tuple((word, f"{word}{i}") for word in words for i in range(2))
    return Lexicon(source_language="en", target_language="de", pairs=pairs)


@given(st.integers(1, 12), st.integers(0, 9), st.integers(1, 5), st.integers(0, 3))
def test_folds_are_disjoint_and_even(there: int, absent: int, count: int, seed: int) -> None:
    words = [f"w{i}" for i in range(there + absent)]
    frequencies = {word: int(i < there) for i, word in enumerate(words)}
    whole = lexicon(*words)
    if there < count:
        with pytest.raises(ConfigError, match=f"at most {there} folds are possible"):
            folds(whole, frequencies, count, seed=seed)
        return
    parts = folds(whole, frequencies, count, seed=seed)
    assert len(parts) == count
    assert sorted(pair for part in parts for pair in part.pairs) == sorted(whole.pairs)
    sizes = [len(part.queries()) for part in parts]
    assert sum(sizes) == len(words)  # a word with all its translations is in one part
    occurring = [sum(frequencies[word] for word in part.queries()) for part in parts]
    for numbers in (sizes, occurring):
        assert max(numbers) - min(numbers) <= 1


def test_the_seed_decides_on_the_folds() -> None:
    words = [f"w{i}" for i in range(40)]
    frequencies = dict.fromkeys(words, 3)
    one, again, other = (folds(lexicon(*words), frequencies, 4, seed=seed) for seed in (0, 0, 1))
    assert [part.pairs for part in one] == [part.pairs for part in again]
    assert [part.pairs for part in one] != [part.pairs for part in other]
    with pytest.raises(InputError, match="0 folds"):
        folds(lexicon("a"), {"a": 1}, 0)


def test_a_query_of_several_words_is_counted_by_sentences_that_hold_them_all() -> None:
    text = index_text(["New York is new", "york", "new york, New York", "a new one"], "en")
    found = _frequencies(["new york", "new", "York new", "new absent", "two-fold"], text)
    assert found == {"new york": 2, "new": 5, "York new": 2, "new absent": 0, "two-fold": 0}


def test_the_input_is_read_and_counted(plan, corpus: Path) -> None:
    found = read_input(plan(folds=2))
    lines = (corpus / "pairs.tsv").read_text("utf-8").splitlines()
    words = [word for line in lines for word in line.split("\t")[0].split()]
    assert found.frequencies["w3"] == words.count("w3") > 0
    assert found.frequencies["absent"] == 0
    assert found.gold["w1"] == ("v1", "v39")
    assert (found.tokens, found.sentence_pairs) == (2400, 400)
    shares = [
        sum(bool(set(line.split("\t")[0].split()) & set(part.queries())) for line in lines) / 400
        for part in found.parts
    ]
    assert found.share_removed == max(shares)
    digest = hashlib.sha256((corpus / "held.tsv").read_bytes()).hexdigest()
    assert found.inputs_sha256["held.tsv"] == digest


def test_every_recipe_runs_on_the_same(plan) -> None:
    made = plan(folds=2, seeds=2, shots=(0, 2), settings={"seed": 5})
    found = runs(made, read_input(made).parts)
    assert len(found) == 2 * 2 * 2 * 2
    for one, other in zip(found[::2], found[1::2], strict=True):
        assert (one.recipe, other.recipe) == ("joint", "separate")
        assert (one.settings, one.hold_out, one.fold) == (
            other.settings, other.hold_out, other.fold,
        )  # fmt: skip
    assert {run.settings.seed for run in found} == {5, 6}
    assert {run.settings.shots for run in found} == {0, 2}
    document = made.to_json()
    assert (document["seeds"], document["folds"], document["shots"]) == ([5, 6], 2, [0, 2])
    assert document["settings"]["dim"] == 8


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seeds": 0}, "seeds is 0; at least 1"),
        ({"folds": 0}, "folds is 0; at least 1"),
        ({"recipes": ()}, "recipes: empty; at least one"),
        ({"recipes": ("joint", "joint")}, "recipes: joint, joint; at least one"),
        ({"channels": ()}, "channels: empty"),
        ({"shots": (1, 1)}, "shots: 1, 1"),
        ({"shots": (-1,)}, "shots: -1; at least 0"),
    ],
)
def test_plans_that_cannot_be(plan, changes, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        plan(**changes)


def test_unknown_recipes_are_refused(plan) -> None:
    with pytest.raises(UnknownNameError, match="unknown recipe 'jiont'"):
        plan(recipes=("jiont",))


def test_input_that_no_run_could_use(plan, tmp_path: Path) -> None:
    (tmp_path / "far.tsv").write_text("zz\tyy\n", encoding="utf-8")
    with pytest.raises(DegenerateInputError, match="none of the 1 held-out words occurs"):
        read_input(plan(lexicon=tmp_path / "far.tsv"))
    with pytest.raises(ConfigError, match="shots is 999, but all 7"):
        read_input(plan(shots=(0, 999)))
    with pytest.raises(ConfigError, match="8 folds, but only 7 words"):
        read_input(plan(folds=8))
    everything = "".join(f"w{i}\tV{i}\n" for i in range(40))
    (tmp_path / "all.tsv").write_text(everything, encoding="utf-8")
    with pytest.raises(DegenerateInputError, match="stand in all 400 sentence pairs"):
        read_input(plan(lexicon=tmp_path / "all.tsv"))
