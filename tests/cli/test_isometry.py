from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import xling
from xling.data.formats import write_lexicon
from xling.linalg.isometry import relational_similarity, spectrum_distance


@pytest.fixture
def aligned(rotated_world: Any, tmp_path: Path) -> Path:
    """Give a model of a space and its rotation, with a little noise."""
    model = xling.align(rotated_world.source, rotated_world.target, rotated_world.lexicon)
    model.save(tmp_path / "aligned")
    write_lexicon(tmp_path / "pairs.tsv", rotated_world.lexicon)
    return tmp_path / "aligned"


def centred(rows: np.ndarray) -> np.ndarray:
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    rows = rows - rows.mean(axis=0)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_rotation_is_nearly_one(aligned: Path, call: Callable[..., Any]) -> None:
    result = call("isometry", aligned, aligned.parent / "pairs.tsv", "--json")
    assert result.code == 0, result.err
    document = result.json
    assert (document["from"], document["to"], document["pairs"]) == ("en", "de", 60)
    model = xling.load(aligned)
    rows = [centred(side.vectors.astype(float)) for side in model.sides]
    names = [int(word[4:]) for word in model.sides[1].vocabulary.words]
    assert document["spectrum_distance"] == pytest.approx(spectrum_distance(*rows), abs=1e-4)
    assert document["relational_similarity"] == pytest.approx(
        relational_similarity(rows[0][names], rows[1]), abs=1e-3
    )
    assert document["relational_similarity"] > 0.99
    assert document["hausdorff_bound"] < 0.05


def test_a_trained_model_and_people(toy_model: Path, toy: Path, call: Callable[..., Any]) -> None:
    plain = call("isometry", toy_model)
    assert plain.code == 0, plain.err
    assert "spectrum distance" in plain.out
    assert "20 word pairs are needed" in plain.out
    turned = call("isometry", toy_model, "--from", "de", "--json").json
    there = call("isometry", toy_model, "--json").json
    assert turned["from"] == "de"
    assert turned["hausdorff_bound"] == pytest.approx(there["hausdorff_bound"])
    assert there["spectrum_distance"] > 0


def test_bad_input_is_said(toy_model: Path, tmp_path: Path, call: Callable[..., Any]) -> None:
    lexicon = tmp_path / "l.tsv"
    lexicon.write_text("foo\tbar\n")
    for arguments, reason in (
        ((toy_model, lexicon), "coverage is 0 of 1 queries"),
        ((toy_model, tmp_path / "none.tsv"), "no such file"),
        ((toy_model, "--from", "fr"), "'fr'"),
        ((tmp_path / "none",), "no such model"),
    ):
        result = call("isometry", *arguments)
        assert (result.code, result.out) == (2, "")
        assert reason in result.lines[0]
