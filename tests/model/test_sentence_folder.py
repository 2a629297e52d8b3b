"""The folder is loaded in a process of its own, where xling cannot be imported."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from xling.errors import FileAccessError, UnknownNameError
from xling.model.model import Model
from xling.model.sentence_folder import export_sentences
from xling.model.sentences import language_encoders, sentence_encoders

TEXTS = {
    "en": ["Word0 word3, WORD5!", "word2", "nothing known", "", "word1 xyz Word1 word7"],
    "de": ["Wort0 wort3, WORT5!", "word2 Wort1", "?", "Wort4 Wort4 Wort6", "wort7"],
}
ALONE = """
import json, sys
sys.modules["xling"] = None
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1], device="cpu")
texts = json.load(sys.stdin)
made = {task: model.encode(some, task=task).tolist() for task, some in texts.items()}
print(json.dumps(made))
"""


def test_vectors_are_the_same_without_xling(
    random_model: Callable[..., Model], tmp_path: Path
) -> None:
    model = random_model(5)
    names = export_sentences(model, tmp_path / "out")
    assert "README.md" in names
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ALONE, str(tmp_path / "out")],
        input=json.dumps(TEXTS), capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    made = json.loads(done.stdout)
    for encoder in sentence_encoders(model):
        expected = encoder.encode(TEXTS[encoder.language])
        assert expected.any()
        np.testing.assert_allclose(made[encoder.language], expected, atol=2e-6)


def test_without_a_task_words_of_all_languages_are_known(
    random_model: Callable[..., Model], tmp_path: Path
) -> None:
    export_sentences(random_model(5), tmp_path / "out")
    loaded = SentenceTransformer(str(tmp_path / "out"), device="cpu")
    mixed = loaded.encode(["word3 word5", "Wort3 Wort5"])
    np.testing.assert_allclose(mixed[0], loaded.encode("word3 word5", task="en"), atol=1e-6)
    np.testing.assert_allclose(mixed[1], loaded.encode("Wort3 Wort5", task="de"), atol=1e-6)


def test_one_language_needs_no_task(random_model: Callable[..., Model], tmp_path: Path) -> None:
    model = random_model(5)
    export_sentences(model, tmp_path / "out", languages=["DE"])
    loaded = SentenceTransformer(str(tmp_path / "out"), device="cpu")
    expected = sentence_encoders(model)[1].encode(TEXTS["de"])
    np.testing.assert_allclose(loaded.encode(TEXTS["de"]), expected, atol=2e-6)


def test_what_no_table_holds_is_encoded_by_xling(
    random_model: Callable[..., Model], tmp_path: Path
) -> None:
    model = random_model(5, subwords=True)
    export_sentences(model, tmp_path / "out")
    loaded = SentenceTransformer(str(tmp_path / "out"), device="cpu", trust_remote_code=True)
    for encoder in sentence_encoders(model):
        texts = TEXTS[encoder.language]
        expected = encoder.encode(texts)
        np.testing.assert_allclose(loaded.encode(texts, task=encoder.language), expected, atol=1e-6)
    mixed = loaded.encode(["word3 word5", "Wort3 Wort5"])
    np.testing.assert_allclose(mixed[1], loaded.encode("Wort3 Wort5", task="de"), atol=1e-6)
    with pytest.raises(UnknownNameError, match="language of this model 'fr'"):
        loaded.encode("a", task="fr")
    assert "trust_remote_code" in (tmp_path / "out" / "README.md").read_text("utf-8")


def test_a_hub_of_three_languages(hub_world: Any, tmp_path: Path) -> None:
    from xling.hubs import hub

    lexicons = {("en", other): hub_world.lexicon("en", other) for other in ("de", "es")}
    model = hub(hub_world.spaces, lexicons)
    export_sentences(model, tmp_path / "out")
    loaded = SentenceTransformer(str(tmp_path / "out"), device="cpu")
    encoders = language_encoders(model, ["en", "de", "es"])
    texts = {tag: [f"{tag}7 {tag}9", f"{tag}3"] for tag in encoders}
    for tag, encoder in encoders.items():
        made = loaded.encode(texts[tag], task=tag)
        np.testing.assert_allclose(made, encoder.encode(texts[tag]), atol=2e-6)
        english = loaded.encode(texts["en"], task="en")
        assert np.array_equal((made @ english.T).argmax(axis=1), [0, 1])  # one space


def test_a_place_that_is_taken(random_model: Callable[..., Model], tmp_path: Path) -> None:
    export_sentences(random_model(5), tmp_path / "out")
    with pytest.raises(FileAccessError, match="exists already"):
        export_sentences(random_model(5), tmp_path / "out")
    export_sentences(random_model(5), tmp_path / "out", languages=["en"], force=True)
    assert not (tmp_path / "out" / "router_config.json").exists()
    (tmp_path / "out" / "mine.txt").touch()
    with pytest.raises(FileAccessError, match=r"holds 'mine.txt', which xling did not write"):
        export_sentences(random_model(5), tmp_path / "out", force=True)
    with pytest.raises(UnknownNameError, match="language of this model 'fr'"):
        export_sentences(random_model(5), tmp_path / "no", languages=["fr"])
    assert not (tmp_path / "no").exists()
