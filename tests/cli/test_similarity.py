from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

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
