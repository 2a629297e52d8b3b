import dataclasses
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

import xling
from xling.data.subwords import SubwordTable
from xling.errors import ChecksumError, FileAccessError, FormatError
from xling.model.hub import Hub
from xling.model.hub_storage import HubParts, hub_languages, is_hub, read_hub, write_hub
from xling.model.manifest import write_manifest
from xling.model.open import load_model as load


def sums(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


@pytest.fixture(scope="module")
def world(make_hub_world):
    return make_hub_world(("en", "de", "es", "fr"))


@pytest.fixture(scope="module")
def hub(world) -> Hub:
    spaces = {tag: world.spaces[tag] for tag in ("en", "de", "es")}
    return xling.hub(
        spaces,
        {
            ("en", "de"): world.lexicon("en", "de", range(40)),
            ("en", "es"): world.lexicon("en", "es", range(40)),
        },
    )


def test_what_is_read_is_what_was_written(hub, tmp_path: Path) -> None:
    hub.save(tmp_path / "h")
    again = xling.load(tmp_path / "h")
    assert isinstance(again, Hub)
    assert again.name == "h"
    assert again.links == hub.links
    assert again.card == hub.card
    for one, other in zip(again.sides, hub.sides, strict=True):
        assert one.vocabulary.words == other.vocabulary.words
        np.testing.assert_array_equal(one.vocabulary.counts, other.vocabulary.counts)
        np.testing.assert_array_equal(one.vectors, other.vectors)
        assert list(one.means) == list(other.means)
        for tag, pair in one.means.items():
            np.testing.assert_array_equal(pair, other.means[tag])
        rows = np.eye(10, dtype=np.float32)
        np.testing.assert_array_equal(one.mapping.apply(rows), other.mapping.apply(rows))
    words = again.look_up(["de9", "de50"], source="de", target="es")
    assert words == hub.look_up(["de9", "de50"], source="de", target="es")


def test_the_same_hub_gives_the_same_bytes_and_no_pickle(hub, tmp_path: Path) -> None:
    hub.save(tmp_path / "a")
    hub.save(tmp_path / "b")
    assert sums(tmp_path / "a") == sums(tmp_path / "b")
    assert set(sums(tmp_path / "a")) == {
        "manifest.json",
        "hub.json",
        *(f"{t}.{e}" for t in hub.languages for e in ("words.txt", "language.json", "safetensors")),
    }


def test_a_further_language_changes_no_byte_of_the_others(hub, world, tmp_path: Path) -> None:
    hub.save(tmp_path / "h")
    before = sums(tmp_path / "h")
    links = {("fr", "es"): world.lexicon("fr", "es", range(40))}
    grown = xling.add_language(hub, "fr", world.spaces["fr"], links)
    assert hub.languages == ("en", "de", "es")
    grown.save(tmp_path / "four", kept=tmp_path / "h")
    grown.save(tmp_path / "anew")
    after = sums(tmp_path / "four")
    for name, digest in before.items():
        if name not in ("manifest.json", "hub.json"):
            assert after[name] == digest
    assert set(after) - set(before) == {"fr.words.txt", "fr.language.json", "fr.safetensors"}
    assert after == sums(tmp_path / "anew")
    again = xling.load(tmp_path / "four")
    for tag in ("en", "de", "es"):
        assert again.translate("fr77", source="fr", to=tag)[0].word == f"{tag}77"
    assert again.card["added"] == ["fr"]
    # The words of es that only the new lexicon holds count as seen, too.
    assert again.trained_words("es", "fr") == {f"es{i}" for i in range(40)}


def test_in_place(hub, world, tmp_path: Path) -> None:
    hub.save(tmp_path / "h")
    before = sums(tmp_path / "h")
    links = {("en", "fr"): world.lexicon("en", "fr")}
    grown = xling.add_language(hub, "fr", world.spaces["fr"], links)
    with pytest.raises(FileAccessError, match="exists already"):
        grown.save(tmp_path / "h", kept=tmp_path / "h")
    grown.save(tmp_path / "h", kept=tmp_path / "h", force=True)
    after = sums(tmp_path / "h")
    assert all(after[n] == d for n, d in before.items() if n.split(".")[0] in hub.languages)
    assert xling.load(tmp_path / "h").languages == ("en", "de", "es", "fr")


def test_some_languages_alone(hub, tmp_path: Path) -> None:
    hub.save(tmp_path / "h")
    parts = read_hub(tmp_path / "h", ("es", "de"))
    assert [side.language for side in parts.sides] == ["de", "es"]
    assert list(parts.sides[1].means) == ["de"]
    assert parts.links == hub.links
    assert hub_languages(tmp_path / "h") == ["en", "de", "es"]


def test_subwords_are_kept(hub, tmp_path: Path) -> None:
    table = SubwordTable(
        vectors=np.random.default_rng(0).standard_normal((20, 10)).astype(np.float32),
        min_length=2,
        max_length=3,
        folded=True,
    )
    side = dataclasses.replace(hub.sides[1], subwords=table)
    whole = dataclasses.replace(hub, sides=(hub.sides[0], side, hub.sides[2]))
    whole.save(tmp_path / "h")
    read = xling.load(tmp_path / "h").side("de").subwords
    assert (read.min_length, read.max_length, read.folded) == (2, 3, True)
    np.testing.assert_array_equal(read.vectors, table.vectors)
    found = xling.load(tmp_path / "h").look_up(["unknownword"], source="de", target="es")
    assert found[0].status == "subword"


def test_what_was_changed_is_refused(hub, tmp_path: Path) -> None:
    hub.save(tmp_path / "h")
    file = tmp_path / "h" / "de.words.txt"
    file.write_bytes(file.read_bytes()[:-2] + b"x\n")
    with pytest.raises(ChecksumError, match=r"de\.words\.txt"):
        xling.load(tmp_path / "h")


def test_what_is_no_hub(tmp_path: Path, hub) -> None:
    assert not is_hub(tmp_path)
    (tmp_path / "manifest.json").write_text("[]")
    assert not is_hub(tmp_path)
    with pytest.raises(FormatError, match="the hub is not complete"):
        hub_languages(tmp_path)
    hub.save(tmp_path / "h")
    assert is_hub(tmp_path / "h")
    with pytest.raises(FormatError, match="not an xling-model: its kind is 'xling-hub'"):
        load(tmp_path / "h")


def test_a_hub_that_lacks_a_part(hub, tmp_path: Path) -> None:
    write_hub(HubParts(sides=hub.sides, links=hub.links, fit=hub.fit), tmp_path / "h")
    stored = json.loads((tmp_path / "h" / "de.language.json").read_text())
    del stored["earlier"]
    (tmp_path / "h" / "de.language.json").write_text(json.dumps(stored))
    write_manifest(tmp_path / "h", kind="xling-hub")
    with pytest.raises(FormatError, match="the hub is not complete: KeyError"):
        xling.load(tmp_path / "h")
