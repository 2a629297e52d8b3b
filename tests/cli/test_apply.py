from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gensim.models.fasttext import FastText, save_facebook_model

import xling
from xling.data.formats import read_vectors, write_lexicon, write_vectors
from xling.mapping.linear import LinearMap
from xling.model.model import Model
from xling.model.side import make_sides

KEYS = {
    *("model", "language", "inverse", "output", "words", "dimensions", "composed", "missing"),
    "warnings",
}


@pytest.fixture
def files(tmp_path: Path, rotated_world: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a model and the vectors it was made of."""
    monkeypatch.chdir(tmp_path)
    write_vectors("en.vec", rotated_world.source)
    write_vectors("de.npz", rotated_world.target)
    write_lexicon("seed.tsv", rotated_world.lexicon)
    xling.align("en.vec", "de.npz", "seed.tsv", languages=("en", "de")).save("model")
    return tmp_path


def test_into_the_shared_space_and_back(files: Path, call: Callable[..., Any]) -> None:
    result = call("apply", "model", "en.vec", "--language", "EN", "--output", "out.npz", "--json")
    assert (result.code, result.err) == (0, "")
    assert set(result.json) == KEYS
    assert (result.json["language"], result.json["words"], result.json["dimensions"]) == (
        "en",
        60,
        12,
    )
    model = xling.load("model")
    mapped, _ = read_vectors("out.npz", "en")
    np.testing.assert_array_equal(mapped.vectors, model.side("en").vectors)
    back = call(
        "apply", "model", "out.npz", "--language", "en", "--inverse", "--output", "back.npz"
    )
    assert back.code == 0
    assert "own space" in back.out
    rows, _ = read_vectors("back.npz", "en")
    given, _ = read_vectors("en.vec", "en")
    expected = model.side("en").mapping.normalization.apply(given.vectors)
    np.testing.assert_allclose(rows.vectors, expected, atol=1e-5)


def test_words_of_fasttext_are_composed(
    files: Path, call: Callable[..., Any], rotated_world: Any
) -> None:
    text = [["straße", "lang", "haus"], ["katze", "haus", "straße"]] * 5
    learned = FastText(
        text, vector_size=12, min_count=1, bucket=50, min_n=2, max_n=3, epochs=2, seed=1, workers=1
    )
    save_facebook_model(learned, "de.bin")
    Path("words.txt").write_text("Haus\nhäuser\n\nkatzen\n", encoding="utf-8")
    options = ("--language", "de", "--words", "words.txt", "--output", "out.vec")
    document = call("apply", "model", "de.bin", *options, "--json").json
    assert (document["words"], document["composed"], document["missing"]) == (3, 2, [])
    mapped, _ = read_vectors("out.vec", "de")
    assert mapped.words == ("Haus", "häuser", "katzen")
    space, _ = read_vectors("de.bin", "de")
    rows = np.stack(
        [
            space.vectors[space.vocabulary.find("haus")],
            *map(space.subwords.compose, ("häuser", "katzen")),
        ]
    )
    expected = xling.load("model").side("de").mapping.apply(rows)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(mapped.vectors, expected, atol=1e-5)


def test_words_without_a_vector_are_told(files: Path, call: Callable[..., Any]) -> None:
    Path("words.txt").write_text("word3\nnothing\n")
    options = ("--language", "en", "--words", "words.txt", "--output", "out.vec")
    result = call("apply", "model", "en.vec", *options)
    assert result.code == 0
    assert "1 words have no vector and are left out: 'nothing'" in result.err
    assert Path("out.vec").read_text().splitlines()[0] == "1 12"


def test_hubs_have_maps_too(
    hub_world: Any, call: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lexicons = {(a, b): hub_world.lexicon(a, b) for a, b in (("en", "de"), ("en", "es"))}
    hub = xling.hub(hub_world.spaces, lexicons)
    hub.save("hub")
    write_vectors("es.npz", hub_world.spaces["es"])
    assert call("apply", "hub", "es.npz", "--language", "es", "--output", "out.npz").code == 0
    mapped, _ = read_vectors("out.npz", "es")
    np.testing.assert_array_equal(mapped.vectors, hub.side("es").vectors)


def test_a_map_that_cannot_be_undone(
    files: Path, call: Callable[..., Any], rotated_world: Any
) -> None:
    narrow = LinearMap(dim_in=12, matrix=np.eye(12, 5, dtype=np.float32))
    sides = make_sides(
        (rotated_world.source, rotated_world.target),
        (narrow, narrow),
        trained=(frozenset(), frozenset()),
    )
    Model(sides=sides).save("narrow")
    assert call("apply", "narrow", "en.vec", "--language", "en", "--output", "five.vec").code == 0
    result = call(
        "apply", "narrow", "five.vec", "--language", "en", "--inverse", "--output", "back.vec"
    )
    assert result.code == 2
    assert "has no inverse; square is needed" in result.lines[0]
    assert not Path("back.vec").exists()


APPLY = ("apply", "model", "en.vec", "--language", "en", "--output", "out.vec")
BAD = {
    "unknown language of this model 'fr'": (*APPLY[:4], "fr", *APPLY[5:]),
    "no such file: none.vec": ("apply", "model", "none.vec", *APPLY[3:]),
    "no such file: none.txt": (*APPLY, "--words", "none.txt"),
    "ending of the vector file out.what": (*APPLY[:-1], "out.what"),
    "en.vec exists already": (*APPLY[:-1], "en.vec"),
    "have 2 dimensions, the model's en space 12": ("apply", "model", "narrow.vec", *APPLY[3:]),
    "no such model: gone": ("apply", "gone", *APPLY[2:]),
    "limit is 0": (*APPLY, "--limit", "0"),
}


@pytest.mark.parametrize("message", BAD)
def test_a_bad_call_is_code_2_and_leaves_nothing(
    message: str, files: Path, call: Callable[..., Any]
) -> None:
    Path("narrow.vec").write_text("a 1 2\nb 2 1\n")
    before = sorted(files.iterdir())
    result = call(*BAD[message])
    assert result.code == 2
    assert message in result.lines[0]
    assert len(result.lines) <= 2
    assert sorted(files.iterdir()) == before


def test_an_output_is_replaced_only_by_force(files: Path, call: Callable[..., Any]) -> None:
    assert call(*APPLY).code == 0
    assert call(*APPLY).code == 2
    assert call(*APPLY, "--force").code == 0
    assert call(*APPLY[:-1], "en.vec", "--force").code == 2  # an input
