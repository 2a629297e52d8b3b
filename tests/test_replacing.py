"""What --force replaces, and what it never touches."""

import json
from itertools import permutations
from pathlib import Path

import pytest

from xling.errors import FileAccessError
from xling.files import check_output
from xling.model.manifest import KIND, MANIFEST_NAME
from xling.replacing import check_replaceable, foreign_file

MANIFEST = json.dumps({"kind": KIND, "files": {"model.json": {}, "en.words.txt": {}}})


def folder(place: Path, *names: str, manifest: str = MANIFEST) -> Path:
    place.mkdir()
    for name in names:
        (place / name).write_text(manifest if name == MANIFEST_NAME else name)
    return place


@pytest.mark.parametrize(
    "names",
    [
        (),
        (MANIFEST_NAME, "model.json", "en.words.txt"),
        (MANIFEST_NAME, "model.json"),
        ("en.vec", "zh-Hant.vec"),
        ("en.npz", "de.npz"),
        ("en.vec", "de.vec", "fr.vec"),
        ("en-de.tsv", "de-en.tsv"),
        ("en-zh-Hant.tsv", "zh-Hant-en.tsv"),
        tuple(f"{a}-{b}.tsv" for a, b in permutations(("en", "de", "pt-BR"), 2)),
        ("ablation.json", "ablation.html"),
        ("shots.json", "shots.png", "shots.svg"),
        ("pairs.tsv", "held-out.tsv", "linked.tsv", "en.txt", "de.txt"),
        ("pairs.tsv", "held-out.tsv", "linked.tsv", "alignments.tsv", "en.txt", "de.txt"),
    ],
)
def test_what_xling_writes_is_replaced(tmp_path: Path, names: tuple[str, ...]) -> None:
    place = folder(tmp_path / "out", *names)
    assert foreign_file(place) is None
    check_output(place, force=True, directory=True)


@pytest.mark.parametrize(
    ("names", "foreign"),
    [
        (("notes.txt",), "notes.txt"),
        ((MANIFEST_NAME, "model.json", "notes.txt"), "notes.txt"),
        (("manifest.json.bak", "model.json"), "manifest.json.bak"),
        (("en.vec",), "en.vec"),
        (("en.vec", "de.npz"), "de.npz"),
        (("en.vec", "de.vec", "notes.txt"), "de.vec"),
        (("en-de.tsv",), "en-de.tsv"),
        (("en-de.tsv", "de-en.tsv", "en-fr.tsv"), "de-en.tsv"),
        (("en-de.tsv", "en-fr.tsv"), "en-de.tsv"),
        (("ablation.json", "thesis.tex"), "ablation.json"),
        (("pairs.tsv", "held-out.tsv", "linked.tsv", "data.csv"), "data.csv"),
        (("pairs.tsv", "held-out.tsv"), "held-out.tsv"),
    ],
)
def test_what_others_wrote_is_kept(tmp_path: Path, names: tuple[str, ...], foreign: str) -> None:
    place = folder(tmp_path / "out", *names)
    with pytest.raises(FileAccessError, match=f"out holds '{foreign}', which xling did") as caught:
        check_output(place, force=True, directory=True)
    assert "choose a new place" in str(caught.value.hint)


def test_folders_and_links_in_it_are_kept(tmp_path: Path) -> None:
    place = folder(tmp_path / "out", MANIFEST_NAME, "model.json")
    (place / "en.words.txt").mkdir()
    assert foreign_file(place) == "en.words.txt"
    (place / "en.words.txt").rmdir()
    (place / "en.words.txt").symlink_to(tmp_path)
    assert foreign_file(place) == "en.words.txt"


def test_a_hub_is_replaced(tmp_path: Path) -> None:
    manifest = json.dumps({"kind": "xling-hub", "files": {"hub.json": {}}})
    place = folder(tmp_path / "out", MANIFEST_NAME, "hub.json", manifest=manifest)
    assert foreign_file(place) is None


@pytest.mark.parametrize("manifest", ["", "[]", '{"kind": "app", "files": {}}', '{"files": {}}'])
def test_the_manifest_of_something_else(tmp_path: Path, manifest: str) -> None:
    place = folder(tmp_path / "out", MANIFEST_NAME, manifest=manifest)
    assert foreign_file(place) == MANIFEST_NAME


def test_neither_a_file_nor_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "s.tsv").write_text("a\tb\n")
    with pytest.raises(FileAccessError, match="is no directory, so it is not replaced"):
        check_output(tmp_path / "s.tsv", force=True, directory=True)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileAccessError, match="is no directory"):
        check_output(tmp_path / "dangling", force=True, directory=True)
    (tmp_path / "empty" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "empty" / "deep")
    for name in (".", "..", str(tmp_path / "empty" / "deep")):
        with pytest.raises(FileAccessError, match="is the current folder or above it"):
            check_output(name, force=True, directory=True)


def test_no_input_is_replaced(tmp_path: Path) -> None:
    place = folder(tmp_path / "m", MANIFEST_NAME, "model.json")
    for given, what in ((place, "is"), (place / "model.json", "holds")):
        with pytest.raises(FileAccessError, match=f"m {what} the input"):
            check_replaceable(place, inputs=(None, given), directory=True)
    with pytest.raises(FileAccessError, match="is a part of the input"):
        check_replaceable(place / "model.json", inputs=(place,))
    with pytest.raises(FileAccessError, match="is the input"):
        check_replaceable(place / "model.json", inputs=(place / ".." / "m" / "model.json",))
    with pytest.raises(FileAccessError, match="is a directory; a file is needed"):
        check_replaceable(place)
    check_replaceable(place, inputs=(tmp_path / "other", None), directory=True)
