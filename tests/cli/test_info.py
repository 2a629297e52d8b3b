import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any


def test_json(toy_model: Path, call: Callable[..., Any]) -> None:
    result = call("info", toy_model, "--json")
    assert (result.code, result.err) == (0, "")
    document = result.json
    assert set(document) == {
        *("model", "path", "bytes", "channels", "recipe", "languages", "settings", "seed"),
        *("sentence_pairs", "unmatched_sentences", "seed_pairs", "vocabulary", "held_out"),
        *("table", "inputs", "versions", "scores"),
    }
    assert document["model"] == "model"
    channels = "contexts table inflections forms analogies spelling frequency rivals"
    assert document["channels"] == channels.split()
    assert set(document["vocabulary"]) == set(document["inputs"]) == {"en", "de"}
    assert document["held_out"]["words"] == 2
    assert document["bytes"] == sum(file.stat().st_size for file in toy_model.iterdir())


def test_people_get_a_summary(toy_model: Path, call: Callable[..., Any]) -> None:
    out = call("info", toy_model).out
    for text in (
        "joint",
        "en and de",
        "2 words",
        "contexts, table, inflections, forms",
        "rounds",
        "numpy",
        "dim 12",
    ):
        assert text in out


def test_hubness(toy_model: Path, call: Callable[..., Any]) -> None:
    measured = call("info", toy_model, "--hubness", "--json").json["hubness"]
    assert set(measured) == {"nn", "csls"}
    for directions in measured.values():
        assert set(directions) == {"en-de", "de-en"}
        for one in directions.values():
            assert set(one) == {"k", "queries", "skewness", "never_retrieved", "hubs"}
            assert one["k"] == 10
            assert 0 <= one["never_retrieved"] < 1
            assert one["hubs"][0]["count"] >= one["hubs"][-1]["count"]
    assert measured["nn"] != measured["csls"]
    out = call("info", toy_model, "--hubness").out
    for text in ("never retrieved", "csls", "en-de", measured["nn"]["de-en"]["hubs"][0]["word"]):
        assert text in out
    assert "never retrieved" not in call("info", toy_model).out


def test_a_damaged_model_is_refused(
    toy_model: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(toy_model, copy)
    file = copy / "tensors.safetensors"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    for command in (("info", copy), ("translate", copy, "cat")):
        result = call(*command)
        assert (result.code, len(result.lines)) == (2, 2)
        assert "tensors.safetensors" in result.lines[0]


def test_no_model(call: Callable[..., Any]) -> None:
    result = call("info", "missing")
    assert (result.code, result.lines) == (2, ["xling: no such model: missing"])
