"""Formats of other libraries, on a model that was trained."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

import xling
from xling.model.sentences import sentence_encoders


def test_a_trained_model_as_sentence_encoder(
    toy_model: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    output = tmp_path / "encoder"
    result = call(
        *("export", toy_model, "--output", output, "--format", "sentence-transformers", "--json"),
    )
    assert (result.code, result.err) == (0, "")
    assert result.json["format"] == "sentence-transformers"
    assert "README.md" in {file["name"] for file in result.json["files"]}
    assert "| sentence pairs |" in (output / "README.md").read_text("utf-8")
    loaded = SentenceTransformer(str(output), device="cpu")
    texts = {"en": "the OLD cat likes a grüne unknown", "de": "Das alte Haus, sieht ein Kind!"}
    for encoder in sentence_encoders(xling.load(toy_model)):
        text = texts[encoder.language]
        expected = encoder.encode([text])[0]
        assert expected.any()
        np.testing.assert_allclose(loaded.encode(text, task=encoder.language), expected, atol=2e-6)


@pytest.mark.parametrize("name", ["gensim", "spacy", "faiss", "sentence-transformers"])
def test_an_export_is_replaced_only_by_force(
    toy_model: Path, tmp_path: Path, call: Callable[..., Any], name: str
) -> None:
    arguments = ("export", toy_model, "--output", tmp_path / "o", "--format", name)
    result = call(*arguments, "--languages", "de", "--json")
    assert result.code == 0
    listed = json.loads((tmp_path / "o" / "xling-export.json").read_text("utf-8"))["files"]
    assert listed == [file["name"] for file in result.json["files"]]
    refused = call(*arguments)
    assert refused.code == 2
    assert "exists already" in refused.lines[0]
    assert call(*arguments, "--force").code == 0
    assert "--top is of --format lexicon" in call(*arguments, "--top", 2).lines[0]
    (tmp_path / "o" / "mine").touch()
    kept = call(*arguments, "--force")
    assert kept.code == 2
    assert "'mine'" in kept.lines[0]
    assert (
        "unknown"
        in call(
            *arguments[:2], "--output", tmp_path / "x", *arguments[4:], "--languages", "fr"
        ).lines[0]
    )
    assert not (tmp_path / "x").exists()
