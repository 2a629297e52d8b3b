import shutil

import pytest

import xling
from xling.cli.main import main


@pytest.fixture
def copy(toy_model, tmp_path):
    return shutil.copytree(toy_model, tmp_path / "model")


def test_the_answers_are_stored_with_the_model(copy, call):
    before = {path.name: path.read_bytes() for path in copy.iterdir()}
    document = call("index", copy, "--json").json
    after = {path.name: path.read_bytes() for path in copy.iterdir()}
    assert set(after) - set(before) == {"answers.safetensors"}
    assert {name for name in before if before[name] != after[name]} == {"manifest.json"}
    assert (document["output"], document["answers"]) == (str(copy), 10)
    model = xling.load(copy)
    assert document["words"] == {tag: len(model.vocabulary(tag)) for tag in ("en", "de")}
    assert document["bytes"] == sum(table.bytes for table in model.answers.values()) > 1000
    row = model.vocabulary("en").find("cat")
    best = model.vocabulary("de").words[model.answers["en>de"].ids[row, 0]]
    assert best == model.translate("cat")[0].word == "Katze"
    assert call("index", copy).code == 0  # again
    assert {path.name: path.read_bytes() for path in copy.iterdir()} == after
    assert call("translate", copy, "cat", "--json").json["results"][0]["status"] == "ok"


def test_another_place(copy, call, tmp_path):
    result = call("index", copy, "--output", tmp_path / "served")
    assert "the best 10 of each word: en " in result.out
    assert xling.load(tmp_path / "served").answers
    assert not xling.load(copy).answers
    taken = call("index", copy, "--output", tmp_path / "served")
    assert (taken.code, "exists already" in taken.lines[0]) == (2, True)
    assert call("index", copy, "--output", tmp_path / "served", "--force").code == 0
    own = call("index", copy, "--output", copy, "--force")
    assert (own.code, "is the input" in own.lines[0]) == (2, True)


def test_a_hub_is_refused(hub_world, call, tmp_path):
    pairs = {("en", "de"): hub_world.lexicon("en", "de")}
    spaces = {tag: hub_world.spaces[tag] for tag in ("en", "de")}
    xling.hub(spaces, pairs).save(tmp_path / "hub")
    result = call("index", tmp_path / "hub")
    assert result.code == 2
    assert "is a hub" in result.lines[0]
    assert "--warm" in result.lines[1]


def test_no_model(call, tmp_path):
    assert main(["index", str(tmp_path)]) == 2
