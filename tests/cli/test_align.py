import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xling.data.formats import write_lexicon, write_vectors

KEYS = {
    "output",
    "method",
    "languages",
    "vocabulary",
    "sentence_pairs",
    "held_out",
    "seed_pairs",
    "pairs_used",
    "seed_coverage",
    "settings",
    "diagnostics",
    "history",
    "stop_reason",
    "verdict",
    "checks",
    "suspects",
    "seed",
    "seconds",
    "peak_memory_mib",
    "warnings",
}


@pytest.fixture
def files(tmp_path: Path, rotated_world: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with both spaces and their lexicon."""
    monkeypatch.chdir(tmp_path)
    write_vectors("en.vec", rotated_world.source)
    write_vectors("de.vec", rotated_world.target)
    write_lexicon("seed.tsv", rotated_world.lexicon)
    return tmp_path


ALIGN = ("align", "en.vec", "de.vec", "--languages", "en,de", "--output", "out")
SEED = ("--lexicon", "seed.tsv")


def test_json_and_what_was_learned(files: Path, call: Callable[..., Any]) -> None:
    result = call(*ALIGN, *SEED, "--json")
    assert (result.code, result.err) == (0, "")
    document = result.json
    assert set(document) == KEYS
    assert document["method"] == "procrustes"
    assert document["vocabulary"] == {"en": 60, "de": 60}
    assert (document["seed_pairs"], document["seed_coverage"]) == (60, 1.0)
    assert document["sentence_pairs"] == 0
    assert set(document["held_out"].values()) == {0}
    assert {"load", "align", "save", "total"} <= set(document["seconds"])
    scores = call("evaluate", "out", "seed.tsv", "--json")
    assert scores.json["precision"]["1"] == 1.0
    assert scores.json["overlap_with_training"] == 60
    assert "60 of 60 queries stand in linked pairs or the seed lexicon" in scores.err
    answer = call("translate", "out", "word7", "--top", 1, "--json").json
    assert answer["results"][0]["translations"][0]["word"] == "wort7"
    assert answer["results"][0]["translations"][0]["confidence"] is None
    assert "–" in call("translate", "out", "word7").out


def test_people_get_a_summary(files: Path, call: Callable[..., Any]) -> None:
    result = call(*ALIGN, *SEED)
    assert result.code == 0
    assert "procrustes" in result.out
    assert "by the lexicon's words the spaces are near to a rotation" in result.out
    assert "60 used (100.0 % of the lexicon)" in result.out


def test_fewer_pairs_than_dimensions_are_warned_of(files: Path, call: Callable[..., Any]) -> None:
    pairs = Path("seed.tsv").read_text(encoding="utf-8").splitlines(keepends=True)
    for count, warned in ((3, True), (12, False)):
        Path("few.tsv").write_text("".join(pairs[:count]), encoding="utf-8")
        result = call(*ALIGN, "--lexicon", "few.tsv", "--force", "--json")
        assert result.code == 0
        line = "3 seed pairs for the 12 dimensions: the map is one of many"
        assert [line in text for text in result.json["warnings"]] == [True] * warned
        assert ("self-learning" in result.err) == warned
        assert (line in " ".join(call("info", "out").out.split())) == warned


def test_seed_pairs_are_those_of_the_seed(files: Path, call: Callable[..., Any]) -> None:
    pairs = Path("seed.tsv").read_text(encoding="utf-8").splitlines(keepends=True)
    Path("few.tsv").write_text("".join(pairs[:20]), encoding="utf-8")
    few = (*ALIGN, "--lexicon", "few.tsv", "--method", "refine")
    document = call(*few, "--json").json
    assert document["seed_pairs"] == 20 < document["pairs_used"]
    shown = call("info", "out").out
    for line in ("20 (100.0 % of the lexicon)", f"{document['pairs_used']} pairs"):
        assert line in shown
    assert f"{document['pairs_used']} pairs" in call(*few, "--force").out


def test_only_the_first_words(files: Path, call: Callable[..., Any]) -> None:
    document = call(*ALIGN, *SEED, "--limit", 30, "--json").json
    assert document["vocabulary"] == {"en": 30, "de": 30}
    assert 0 < document["seed_coverage"] < 1


def test_bad_words_are_warned_of_or_stop(files: Path, call: Callable[..., Any]) -> None:
    with open("en.vec", "a", encoding="utf-8") as stream:
        stream.write("short 1 2\n")
    result = call(*ALIGN, *SEED, "--json")
    assert result.code == 0
    assert any("en.vec:62" in line for line in result.json["warnings"])
    assert "xling: warning: en.vec" in result.err
    strict = call(*ALIGN, *SEED, "--strict", "--force")
    assert strict.code == 2
    assert "en.vec:62" in strict.lines[0]


@pytest.mark.parametrize("bad", ["nan", "inf"])
def test_a_number_that_is_none_stops(bad: str, files: Path, call: Callable[..., Any]) -> None:
    with open("en.vec", "a", encoding="utf-8") as stream:
        stream.write(f"word {bad}{' 1' * 11}\n")
    result = call(*ALIGN, *SEED)
    assert result.code == 2
    assert "in the vector of 'word'" in result.lines[0]
    assert not Path("out").exists()


def test_what_was_skipped_is_said_where_a_later_step_fails(
    files: Path, call: Callable[..., Any]
) -> None:
    with open("en.vec", "a", encoding="utf-8") as stream:
        stream.write("short 1 2\n")
    Path("foreign.tsv").write_text("zz\tyy\n")
    result = call(*ALIGN, "--lexicon", "foreign.tsv")
    assert result.code == 2
    assert result.lines[0].startswith("xling: warning: en.vec")
    assert "foreign.tsv: no usable pair" in result.lines[-2] + result.lines[-1]


@pytest.fixture
def pairs(files: Path) -> Path:
    """Give sentence pairs of the world's words, and one of others."""
    random = np.random.default_rng(0)
    drawn = [random.choice(60, 4, replace=False) for _ in range(200)]
    lines = [
        f"{' '.join(f'word{i}' for i in one)}\t{' '.join(f'wort{i}' for i in one[::-1])}\n"
        for one in drawn
    ]
    path = files / "pairs.tsv"
    path.write_text("".join(lines) + "zz\tyy\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["sentences", "lexicon"])
def test_sentence_pairs_instead_of_a_lexicon(
    kind: str, pairs: Path, call: Callable[..., Any]
) -> None:
    result = call(*ALIGN, "--pairs", "pairs.tsv", "--pairs-as", kind, "--json")
    assert (result.code, result.err) == (0, "")
    document = result.json
    assert document["sentence_pairs"] == 201
    assert document["method"] == "procrustes"
    assert "pairs" in document["seconds"]
    assert document["seed_pairs"] == 200 if kind == "sentences" else document["seed_pairs"] > 50
    scores = call("evaluate", "out", "seed.tsv", "--json").json
    assert scores["precision"]["1"] > 0.9
    assert scores["overlap_with_training"] > 50


BAD = {
    "--lexicon and --pairs were given": (*ALIGN, *SEED, "--pairs", "pairs.tsv"),
    "pairs as 'words'; known: sentences, lexicon": (
        *ALIGN,
        "--pairs",
        "pairs.tsv",
        "--pairs-as",
        "words",
    ),
    "unsupervised uses no sentence pairs, and some were given": (
        *ALIGN,
        "--pairs",
        "pairs.tsv",
        "--method",
        "unsupervised",
    ),
    "--pairs-as says what --pairs is made into": (*ALIGN, *SEED, "--pairs-as", "lexicon"),
    "the de space 2; wasserstein needs equal numbers": (
        *("align", "en.vec", "narrow.vec", *ALIGN[3:], "--method", "wasserstein"),
    ),
    "this method needs pairs of words": (
        *ALIGN,
        "--pairs",
        "pairs.tsv",
        "--method",
        "contrastive",
    ),
    "none.tsv: no usable pair among 1 en-de sentence pairs": (*ALIGN, "--pairs", "none.tsv"),
    "method procrustes needs a seed lexicon": (*ALIGN, "--method", "procrustes"),
    "settings of procrustes: unknown key 'rounds'": (*ALIGN, *SEED, "--set", "rounds=3"),
    "threads is 0": (*ALIGN, *SEED, "--threads", "0"),
    "unknown method 'nonsense'": (*ALIGN, *SEED, "--method", "nonsense"),
    "foreign.tsv: no usable pair": (*ALIGN, "--lexicon", "foreign.tsv"),
    "limit is 0": (*ALIGN, *SEED, "--limit", "0"),
    "seed is -1": (*ALIGN, *SEED, "--seed", "-1"),
    "no such file: missing.vec": ("align", "missing.vec", *ALIGN[2:], *SEED),
    "no such file: none.tsv": (*ALIGN, "--lexicon", "none.tsv"),
    "ending of the vector file en.what": ("align", "en.vec", "en.what", *ALIGN[3:], *SEED),
    "seed.tsv exists already": (*ALIGN[:5], "--output", "seed.tsv", *SEED),
    "languages: both are 'en'": (*ALIGN[:3], "--languages", "en,en", *ALIGN[5:], *SEED),
}


@pytest.mark.parametrize("message", BAD)
def test_a_bad_call_is_code_2_and_leaves_nothing(
    message: str, files: Path, pairs: Path, call: Callable[..., Any]
) -> None:
    if message.startswith("none.tsv: no usable"):
        Path("none.tsv").write_text("zz\tyy\n")
    Path("foreign.tsv").write_text("zz\tyy\n")
    Path("en.what").write_text("a 1 2\n")
    Path("narrow.vec").write_text("a 1 2\nb 2 1\n")
    before = sorted(files.iterdir())
    result = call(*BAD[message])
    assert result.code == 2
    assert message in result.lines[0]
    assert len(result.lines) <= 2
    assert sorted(files.iterdir()) == before


def test_the_missing_lexicon_is_asked_for(files: Path, call: Callable[..., Any]) -> None:
    assert "--lexicon" in call(*ALIGN, "--method", "procrustes").lines[1]


def test_the_card_survives(files: Path, call: Callable[..., Any]) -> None:
    call(*ALIGN, *SEED)
    document = json.loads(call("info", "out", "--json").out)
    assert document["method"] == "procrustes"
    assert document["channels"] == ["contexts"]
    assert "seed pairs" in call("info", "out").out
