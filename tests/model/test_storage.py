import json
import pickle
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

import xling
from xling.errors import ChecksumError, FileAccessError, FormatError, StorageVersionError
from xling.evidence.network import Network
from xling.model import storage
from xling.model.manifest import MANIFEST_NAME, write_manifest
from xling.model.model import Model
from xling.model.open import load_model as load
from xling.model.storage import read_card

VARIANTS = [{}, {"table": False}, {"subwords": True}, {"calibrated": False}]


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture
def saved(random_model, tmp_path: Path) -> Path:
    random_model(0).save(tmp_path / "en-de")
    return tmp_path / "en-de"


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_a_loaded_model_answers_the_same_and_saves_to_the_same_bytes(
    random_model, tmp_path: Path, variant
) -> None:
    model: Model = random_model(1, **variant)
    model.save(tmp_path / "one")
    again = xling.load(tmp_path / "one")
    again.save(tmp_path / "two")
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")
    for source, target, prefix in (("en", "de", "word"), ("de", "en", "Wort")):
        words = [*(f"{prefix}{i}" for i in range(12)), "newword", "?"]
        for channels in ("all", "contexts", *(["table", "forms,spelling"] if model.table else [])):
            for retrieval in ("csls", "nn"):
                asked = {"source": source, "target": target, "top": 20}
                chosen = {"channels": channels, "retrieval": retrieval}
                assert again.look_up(words, **asked, **chosen) == model.look_up(
                    words, **asked, **chosen
                )


def test_everything_comes_back(random_model, tmp_path: Path) -> None:
    model: Model = random_model(2, subwords=True)
    model.save(tmp_path / "m")
    again = load(tmp_path / "m")
    assert again.name == "m"
    assert again.card == model.card == read_card(tmp_path / "m")
    assert set(again.rankers) == set(model.rankers) == {"en>de", "de>en"}
    for pair, ranker in model.rankers.items():
        other = again.rankers[pair]
        assert other.queries == ranker.queries
        for kind in ("linked", "unlinked"):
            one, two = getattr(ranker, kind), getattr(other, kind)
            assert (two.scale, two.offset) == (one.scale, one.offset)
            assert two.confidence == one.confidence
            for part in fields(Network):
                weights, read = getattr(one.network, part.name), getattr(two.network, part.name)
                assert (read.shape, read.dtype) == (weights.shape, weights.dtype)
                assert read.tobytes() == weights.tobytes()
    for one, other in zip(model.spellings, again.spellings, strict=True):
        assert (other.shape, other.dtype) == (one.shape, one.dtype)
        assert other.tobytes() == one.tobytes()
    for one, other in zip(model.sides, again.sides, strict=True):
        assert other.language == one.language
        assert other.vocabulary.words == one.vocabulary.words
        np.testing.assert_array_equal(other.vocabulary.counts, one.vocabulary.counts)
        np.testing.assert_array_equal(other.index.rows, one.index.rows)
        np.testing.assert_array_equal(other.subwords.vectors, one.subwords.vectors)
        assert (other.subwords.min_length, other.subwords.max_length) == (3, 4)
        assert (other.trained, other.held_out) == (one.trained, one.held_out)
        rows = np.eye(4, dtype=np.float32)
        np.testing.assert_array_equal(other.mapping.apply(rows), one.mapping.apply(rows))
    for name in ("forward", "backward", "links"):
        one, other = getattr(model.table, name), getattr(again.table, name)
        np.testing.assert_array_equal(one.data, other.data)
        np.testing.assert_array_equal(one.toarray(), other.toarray())


def test_a_model_of_a_space_alone_has_no_spellings(random_model, tmp_path: Path) -> None:
    random_model(3, table=False).save(tmp_path / "m")
    assert load(tmp_path / "m").spellings is None


def test_a_relative_path_gives_the_folder_s_name(saved: Path, monkeypatch) -> None:
    monkeypatch.chdir(saved)
    assert load(".").name == "en-de"


def test_the_files_are_as_documented_and_none_is_a_pickle(saved: Path) -> None:
    names = {path.name for path in saved.iterdir()}
    per_language = ("words.txt", "trained.txt", "held-out.txt", "index.faiss")
    assert names == {
        "manifest.json", "model.json", "tensors.safetensors",
        *(f"{language}.{name}" for language in ("en", "de") for name in per_language),
    }  # fmt: skip
    for path in saved.iterdir():
        raw = path.read_bytes()
        assert not raw.startswith(b"PK")
        # A pickle begins so and ends with a full stop; the length of a header may begin so too.
        assert not (raw.startswith((b"\x80\x03", b"\x80\x04", b"\x80\x05")) and raw[-1:] == b".")
        with pytest.raises((pickle.UnpicklingError, ValueError, KeyError, EOFError, IndexError)):
            pickle.loads(raw)
    assert "pickle" not in Path(storage.__file__).read_text().replace("no pickle", "")
    assert (saved / "en.words.txt").read_text().splitlines()[:2] == ["word0", "word1"]
    assert (saved / "en.held-out.txt").read_text() == "word2\n"


def test_every_byte_is_checked(saved: Path) -> None:
    for path in sorted(saved.iterdir()):
        whole = path.read_bytes()
        if not whole:
            continue
        for place in {0, len(whole) // 2, len(whole) - 1}:
            changed = bytearray(whole)
            changed[place] ^= 1
            path.write_bytes(bytes(changed))
            with pytest.raises((ChecksumError, FormatError)) as caught:
                load(saved)
            assert str(saved) in str(caught.value)
        path.write_bytes(whole)
    assert load(saved).languages == ("en", "de")


def test_a_changed_weight_is_refused(saved: Path) -> None:
    text = (saved / "model.json").read_text()
    (saved / "model.json").write_text(text.replace('"offset": ', '"offset": 9', 1))
    with pytest.raises(ChecksumError, match=r"model\.json"):
        load(saved)
    with pytest.raises(ChecksumError, match=r"model\.json"):
        read_card(saved)


@pytest.mark.parametrize(
    "name", ["model.json", "tensors.safetensors", "de.words.txt", "en.index.faiss"]
)
def test_a_missing_or_truncated_file_is_named(saved: Path, name: str) -> None:
    whole = (saved / name).read_bytes()
    (saved / name).write_bytes(whole[:-3])
    with pytest.raises(ChecksumError, match=rf"{name} has {len(whole) - 3} bytes"):
        load(saved)
    (saved / name).unlink()
    with pytest.raises(ChecksumError, match=f"the file {name} is missing"):
        load(saved)


def test_a_newer_format_is_refused(saved: Path) -> None:
    document = json.loads((saved / MANIFEST_NAME).read_text())
    document["format_version"] += 1
    (saved / MANIFEST_NAME).write_text(json.dumps(document))
    with pytest.raises(StorageVersionError, match="has format 3; this xling reads up to 2") as e:
        load(saved)
    assert "pip install --upgrade xling" in e.value.hint


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileAccessError, match="no such model"):
        load(tmp_path / "nothing")
    (tmp_path / "file").write_text("x")
    with pytest.raises(FileAccessError, match="is not a directory"):
        load(tmp_path / "file")
    (tmp_path / "empty").mkdir()
    with pytest.raises(FormatError, match=r"not an xling model: no manifest\.json"):
        load(tmp_path / "empty")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.json", b"{}"),
        ("model.json", b"[1"),
        ("model.json", b'{"sides": [], "table": false, "rankers": {}, "card": {}}'),
        ("tensors.safetensors", b"no tensors"),
        ("en.index.faiss", b"no index"),
        ("de.words.txt", b"only\none\n"),
        ("de.words.txt", b"\xff\xfe\n"),
    ],
)
def test_a_folder_that_was_sealed_incomplete_is_refused(
    saved: Path, name: str, content: bytes
) -> None:
    (saved / name).write_bytes(content)
    write_manifest(saved)  # the checksums hold, but the content makes no sense
    with pytest.raises(FormatError, match="en-de"):
        load(saved)


def test_an_interrupt_leaves_nothing(random_model, tmp_path: Path, monkeypatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(storage, "write_manifest", interrupted)
    with pytest.raises(KeyboardInterrupt):
        random_model(0).save(tmp_path / "m")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_while_replacing_keeps_the_old_model(
    random_model, saved: Path, monkeypatch
) -> None:
    before = files_of(saved)

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(storage, "write_manifest", interrupted)
    with pytest.raises(KeyboardInterrupt):
        random_model(9).save(saved, force=True)
    assert files_of(saved) == before
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_a_taken_place_needs_force(random_model, saved: Path) -> None:
    with pytest.raises(FileAccessError, match="exists already") as caught:
        random_model(9).save(saved)
    assert caught.value.hint == "choose another place, or replace it with --force"
    random_model(9).save(saved, force=True)
    assert load(saved).card["seed"] == 9
