from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import xling
from xling.data.formats import read_vectors


@pytest.mark.parametrize("ending", ["vec", "npz"])
def test_vectors(toy_model: Path, tmp_path: Path, call: Callable[..., Any], ending: str) -> None:
    output = tmp_path / "vectors"
    result = call("export", toy_model, "--output", output, "--format", ending, "--json")
    assert (result.code, result.err) == (0, "")
    document = result.json
    assert set(document) == {"model", "output", "format", "languages", "files"}
    assert [file["name"] for file in document["files"]] == [f"en.{ending}", f"de.{ending}"]
    assert {file.name for file in output.iterdir()} == {f"en.{ending}", f"de.{ending}"}
    model = xling.load(toy_model)
    space, _ = read_vectors(output / f"de.{ending}", "de")
    assert space.words == model.vocabulary("de").words
    assert np.array_equal(space.vectors, model.side("de").vectors)


def test_what_was_exported_can_be_aligned_again(
    toy_model: Path, toy: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    assert call("export", toy_model, "--output", tmp_path / "v").code == 0
    files = (tmp_path / "v" / "en.vec", tmp_path / "v" / "de.vec")
    options = ("--languages", "en,de", "--lexicon", toy / "lexicon.tsv")
    assert call("align", *files, *options, "--output", tmp_path / "m").code == 0
    found = call("translate", tmp_path / "m", "katze", "--from", "de", "--json").json
    assert len(found["results"][0]["translations"]) == 5


def test_lexicons(toy_model: Path, tmp_path: Path, call: Callable[..., Any]) -> None:
    options = ("--format", "lexicon", "--top", 2)
    result = call("export", toy_model, "--output", tmp_path / "l", *options)
    assert result.code == 0
    assert "en-de.tsv" in result.out
    rows = [line.split("\t") for line in (tmp_path / "l/en-de.tsv").read_text("utf-8").splitlines()]
    answers = call("translate", toy_model, "cat", "--top", 2, "--json").json["results"][0]
    assert [row[1] for row in rows if row[0] == "cat"] == [
        one["word"] for one in answers["translations"]
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--format", "nonsense"), "unknown export format 'nonsense'"),
        (("--top", "2"), "--top is of --format lexicon"),
        (("--format", "npz", "--channels", "all"), "--channels is of --format lexicon"),
        (("--format", "lexicon", "--top", "0"), "top is 0"),
        (("--format", "lexicon", "--retrieval", "x"), "unknown retrieval criterion 'x'"),
        (("--format", "lexicon", "--channels", "x"), "unknown channel of this model 'x'"),
    ],
)
def test_bad_options(
    toy_model: Path,
    tmp_path: Path,
    call: Callable[..., Any],
    arguments: tuple[str, ...],
    message: str,
) -> None:
    result = call("export", toy_model, "--output", tmp_path / "out", *arguments)
    assert result.code == 2
    assert message in result.lines[0]
    assert list(tmp_path.iterdir()) == []


def test_an_output_is_replaced_only_by_force(
    toy_model: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    assert "no such model" in call("export", "no-model", "--output", tmp_path / "x").lines[0]
    refused = call("export", toy_model, "--output", tmp_path)
    assert refused.code == 2
    assert "exists already" in refused.lines[0]
    assert call("export", toy_model, "--output", tmp_path / "v").code == 0
    assert call("export", toy_model, "--output", tmp_path / "v", "--force").code == 0
