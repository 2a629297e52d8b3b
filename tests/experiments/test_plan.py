import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.data.lexicon import Lexicon
from xling.errors import (
    ConfigError,
    ConflictError,
    DegenerateInputError,
    FormatError,
    InputError,
    UnknownKeyError,
    UnknownNameError,
)
from xling.experiments.plan import folds, read_input, runs
from xling.experiments.runs import Run


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


@pytest.fixture
def more(tmp_path: Path) -> dict[str, Path]:
    """Give a seed lexicon, and monolingual files two of which have one base name."""
    for name, text in {
        "a/more.en": "w6 w7\n" * 3,
        "b/more.en": "w6 w8\n" * 4,
        "more.de": "V6 V7\n" * 5,
        "seeds.tsv": "w6\tV6\n\nw0\tV0\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name: tmp_path / name for name in ("a/more.en", "b/more.en", "more.de", "seeds.tsv")}


def test_the_record_names_all_files_and_settings(plan, more: dict[str, Path]) -> None:
    source = (more["a/more.en"], more["b/more.en"])
    made = plan(
        seed_lexicon=more["seeds.tsv"],
        monolingual=(source, (more["more.de"],)),
        recipes=("joint", "joint-layers"),
        recipe_settings={"joint-layers": {"ngram_lengths": (3, 4), "steps": 5}},
        device="cpu",
        settings={"phrases": True},
    )
    document = made.to_json()
    assert document["seed_lexicon"] == "seeds.tsv"
    assert document["monolingual"] == {"source": ["a/more.en", "b/more.en"], "target": ["more.de"]}
    assert document["recipe_settings"] == {"joint-layers": {"ngram_lengths": [3, 4], "steps": 5}}
    assert (document["device"], document["settings"]["phrases"]) == ("cpu", True)
    given = read_input(made)
    assert given.inputs_sha256.keys() == {
        "pairs.tsv", "held.tsv", "seeds.tsv", "a/more.en", "b/more.en", "more.de",
    }  # fmt: skip
    assert len(set(given.inputs_sha256.values())) == 6
    assert any("seeds.tsv:2" in line for line in given.warnings)
    joint, layers = runs(made, given.parts)
    assert (joint.device, layers.device) == ("auto", "cpu")
    assert (joint.recipe_settings, layers.recipe_settings["steps"]) == ({}, 5)
    for run in (joint, layers):
        assert run.seed_lexicon == str(more["seeds.tsv"])
        assert run.monolingual == (tuple(map(str, source)), (str(more["more.de"]),))
        assert Run.from_json(json.loads(json.dumps(run.to_json()))) == run


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"device": "tpu"}, ConfigError, "device 'tpu'"),
        ({"device": "cpu"}, ConflictError, "--device cpu is for recipes that are trained step"),
        ({"recipe_settings": {"joint": {"treshold": 1}}}, UnknownKeyError, "settings of joint: un"),
        ({"recipe_settings": {"joint": {"threshold": 1}}}, ConfigError, "threshold is 1"),
        ({"recipe_settings": {"joint-layers": {}}}, UnknownNameError, "of the plan 'joint-layers'"),
    ],
)
def test_options_of_recipes_that_cannot_be(plan, changes, kind, message: str) -> None:
    with pytest.raises(kind, match=message):
        plan(**changes)


def test_further_files_that_no_run_could_use(plan, more: dict[str, Path], tmp_path: Path) -> None:
    aligned = {"monolingual": ((more["a/more.en"],), (more["a/more.en"],))}
    with pytest.raises(InputError, match="both have 3 lines"):
        read_input(plan(**aligned))
    assert read_input(plan(**aligned, accept_line_aligned=True)).sentence_pairs == 400
    (tmp_path / "bad.tsv").write_text("w6\n", encoding="utf-8")
    with pytest.raises(FormatError, match="no line holds a word pair"):
        read_input(plan(seed_lexicon=tmp_path / "bad.tsv"))
    with pytest.raises(ConfigError, match="device 'cuda:99' is not there"):
        read_input(plan(device="cuda:99", recipes=("joint", "joint-layers")))


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
