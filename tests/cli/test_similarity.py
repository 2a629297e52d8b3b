from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import xling
from xling.model.sentences import sentence_encoders

CROSS = "cat\tKatze\t9\ndog\tHund\t8.5\nhouse\tHaus\t8\ncat\tsieht\t0\ntree\tmalt\t1\nyak\tJak\t9\n"


@pytest.fixture
def rated(tmp_path: Path) -> Path:
    path = tmp_path / "rated.tsv"
    path.write_text(f"first\tsecond\tscore\n{CROSS}", encoding="utf-8")
    return path


def test_across_languages(toy_model: Path, rated: Path, call: Callable[..., Any]) -> None:
    result = call("similarity", toy_model, rated, "--per-pair", "--json")
    assert result.code == 0
    document = result.json
    assert (document["from"], document["to"], document["model"]) == ("en", "de", "model")
    assert (document["pairs"], document["pairs_in_vocabulary"]) == (6, 5)
    assert document["coverage"] == pytest.approx(5 / 6)
    assert document["spearman"] > 0.5
    low, high = document["confidence_interval"]
    assert low <= document["spearman"] <= high
    assert [row["similarity"] is None for row in document["per_pair"]] == [False] * 5 + [True]
    assert document["per_pair"][0]["similarity"] > document["per_pair"][3]["similarity"]
    assert "a header; line left out" in result.lines[0]


def test_in_one_language(toy_model: Path, tmp_path: Path, call: Callable[..., Any]) -> None:
    path = tmp_path / "mono.tsv"
    path.write_text("cat\tcat\t10\ncat\tsees\t0\ndog\ttree\t5\nsees\tlikes\t7\n")
    document = call(
        "similarity", toy_model, path, "--from", "en", "--to", "en", "--per-pair", "--json"
    ).json
    assert (document["from"], document["to"], document["coverage"]) == ("en", "en", 1.0)
    assert document["per_pair"][0]["similarity"] == pytest.approx(1.0, abs=1e-5)


def test_people_get_tables(toy_model: Path, rated: Path, call: Callable[..., Any]) -> None:
    out = call("similarity", toy_model, rated, "--per-pair").out
    for text in ("Spearman", "83.3 %, 5 of 6 pairs", "cosine", "Katze"):
        assert text in out


def test_bad_input(toy_model: Path, rated: Path, tmp_path: Path, call: Callable[..., Any]) -> None:
    turned = call("similarity", toy_model, rated, "--from", "de", "--to", "en")
    assert (turned.code, "its columns look exchanged" in turned.lines[-2]) == (2, True)
    assert turned.lines[-1].startswith("hint: judge the other direction with --from en --to de")
    foreign = tmp_path / "foreign.tsv"
    foreign.write_text("zz\tyy\t1\nxx\tww\t2\n")
    nothing = call("similarity", toy_model, foreign)
    assert (nothing.code, len(nothing.lines)) == (2, 2)
    assert "0 of 2 word pairs are in vocabulary" in nothing.lines[0]
    absent = call("similarity", toy_model, rated, "--from", "fr")
    assert (absent.code, "unknown language of this model 'fr'" in absent.lines[0]) == (2, True)
    column = call("similarity", toy_model, rated, "--column", "4")
    assert (column.code, "column 4" in column.err) == (2, True)
    assert "no such file" in call("similarity", toy_model, "none.tsv").lines[0]


def test_sentences(toy_model: Path, toy: Path, tmp_path: Path, call: Callable[..., Any]) -> None:
    pairs = [line.split("\t") for line in (toy / "pairs.tsv").read_text("utf-8").splitlines()[:30]]
    rated = [(a, b, 5) for a, b in pairs]
    rated += [(a, b, 1) for (a, _), (_, b) in zip(pairs, pairs[7:], strict=False)]
    rated += [("yak", "Jak", 3)]
    path = tmp_path / "rated.tsv"
    path.write_text("".join(f"{a}\t{b}\t{score}\n" for a, b, score in rated), "utf-8")
    result = call("similarity", toy_model, path, "--sentences", "--per-pair", "--json")
    assert result.code == 0, result.err
    document = result.json
    assert (document["of"], document["pairs"], document["pairs_in_vocabulary"]) == (
        "sentences", 54, 53,
    )  # fmt: skip
    assert document["spearman"] > 0.6
    first, second = sentence_encoders(xling.load(toy_model))
    rows = first.encode([pairs[0][0]]), second.encode([pairs[0][1]])
    expected = float(rows[0][0].astype(float) @ rows[1][0].astype(float))
    assert document["per_pair"][0]["similarity"] == pytest.approx(expected, abs=1e-6)
    own = tmp_path / "own.tsv"
    own.write_text("".join(f"{a}\t{a}\t5\n{a}\tcat\t1\n" for a, _ in pairs[:5]), "utf-8")
    options = ("--sentences", "--from", "en", "--to", "en", "--per-pair", "--json")
    alone = call("similarity", toy_model, own, *options).json
    assert (alone["from"], alone["to"]) == ("en", "en")
    assert alone["per_pair"][0]["similarity"] == pytest.approx(1, abs=1e-5)


def test_sentences_of_a_hub(hub_world: Any, tmp_path: Path, call: Callable[..., Any]) -> None:
    lexicons = {("en", other): hub_world.lexicon("en", other, range(60)) for other in ("de", "es")}
    xling.hub(hub_world.spaces, lexicons).save(tmp_path / "hub")
    path = tmp_path / "rated.tsv"
    lines = [f"de{i} de{i + 1}\tes{i} es{i + 1}\t5\n" for i in range(20)]
    lines += [f"de{i} de{i + 1}\tes{i + 30} es{i + 40}\t1\n" for i in range(20)]
    path.write_text("".join(lines), "utf-8")
    options = ("--from", "de", "--to", "es", "--sentences", "--json")
    found = call("similarity", tmp_path / "hub", path, *options).json
    assert (found["from"], found["to"], found["coverage"]) == ("de", "es", 1.0)
    assert found["spearman"] > 0.8
    one = tmp_path / "one.tsv"
    one.write_text("de1 de2\tde1 de2\t3\nde1 de2\tde7 de9\t1\nde5\tde5\t2\n", "utf-8")
    options = ("--from", "de", "--to", "de", "--sentences", "--json")
    assert call("similarity", tmp_path / "hub", one, *options).json["spearman"] > 0
