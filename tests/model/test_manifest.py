import hashlib
import json
import os
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xling
from xling.errors import (
    ChecksumError,
    FileAccessError,
    FormatError,
    InputError,
    StorageVersionError,
    XlingError,
)
from xling.files import atomic_directory
from xling.model import manifest as manifest_module
from xling.model.manifest import (
    BLOCK_BYTES,
    FORMAT_VERSION,
    FileRecord,
    _sealed,
    read_manifest,
    verify_manifest,
    write_manifest,
)

CONTENTS = {
    "vectors.safetensors": bytes(range(40)),
    "model.json": b'{"a": 1}',
    "index/part.0": b"0123456789abcdef",  # exactly one block of 16
    "index/empty": b"",
    "wörter.txt": "Käse".encode(),
}


@pytest.fixture
def model(tmp_path):
    folder = tmp_path / "en-de"
    for name, content in CONTENTS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    write_manifest(folder, block_bytes=16)
    return folder


def document(model):
    return json.loads((model / "manifest.json").read_bytes())


def rewrite(model, **changes):
    """Put a manifest there that is sealed as ours is."""
    made = {k: v for k, v in {**document(model), **changes}.items() if v is not None}
    made.pop("sha256")
    (model / "manifest.json").write_bytes(_sealed(made))


def one_file(name="model.json", **changes):
    entry = {"bytes": 8, "sha256_blocks": [hashlib.sha256(CONTENTS["model.json"]).hexdigest()]}
    return {"files": {name: {k: v for k, v in {**entry, **changes}.items() if v is not None}}}


def test_lists_every_file_with_its_blocks(model):
    found = verify_manifest(model)
    assert (found.kind, found.format_version, found.block_bytes) == ("xling-model", 2, 16)
    assert found.xling_version == xling.__version__
    assert list(found.files) == sorted(CONTENTS)
    for name, content in CONTENTS.items():
        blocks = [content[i : i + 16] for i in range(0, len(content), 16)]
        sums = tuple(hashlib.sha256(block).hexdigest() for block in blocks)
        assert found.files[name] == FileRecord(bytes=len(content), sha256_blocks=sums)
    assert [len(found.files[name].sha256_blocks) for name in sorted(CONTENTS)] == [0, 1, 1, 3, 1]


def test_reading_alone_does_not_look_at_the_files(model):
    whole = verify_manifest(model)
    next(path for path in model.rglob("*") if path.name in CONTENTS).write_bytes(b"changed")
    assert read_manifest(model) == whole
    with pytest.raises(ChecksumError):
        verify_manifest(model)
    with pytest.raises(FormatError, match="its kind is"):
        read_manifest(model, kind="xling-hub")


def test_default_block_is_16_mib(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    write_manifest(tmp_path)
    assert verify_manifest(tmp_path).block_bytes == BLOCK_BYTES == 16_777_216


def test_same_files_same_bytes(model):
    first = (model / "manifest.json").read_bytes()
    assert first.isascii()
    for threads in (1, 3):
        write_manifest(model, block_bytes=16, threads=threads)
        assert (model / "manifest.json").read_bytes() == first
    assert list(document(model)) == sorted(document(model))


def test_a_moved_model_verifies(model, tmp_path):
    moved = tmp_path / "elsewhere"
    model.rename(moved)
    assert verify_manifest(moved) == verify_manifest(moved, threads=1)


def test_together_with_an_atomic_directory(tmp_path):
    with atomic_directory(tmp_path / "m") as folder:
        (folder / "a.bin").write_bytes(b"abc")
        write_manifest(folder)
    assert list(verify_manifest(tmp_path / "m").files) == ["a.bin"]


@pytest.mark.parametrize("mask", [0x01, 0x20, 0xFF])
def test_every_changed_byte_is_refused(model, mask):
    verify_manifest(model)
    for path in sorted(p for p in model.rglob("*") if p.is_file()):
        whole = path.read_bytes()
        for place in range(len(whole)):
            changed = bytearray(whole)
            changed[place] ^= mask
            path.write_bytes(changed)
            if path.name == "manifest.json":
                with pytest.raises((ChecksumError, FormatError, StorageVersionError)):
                    verify_manifest(model, threads=1)
                continue
            start = place // 16 * 16
            last = min(start + 16, len(whole)) - 1
            with pytest.raises(ChecksumError) as refused:
                verify_manifest(model, threads=1)
            expected = f"{path}: bytes {start} to {last} are not what was written"
            assert str(refused.value) == expected
        path.write_bytes(whole)
    verify_manifest(model)


@pytest.mark.parametrize("name", [n for n in CONTENTS if CONTENTS[n]])
def test_threads_find_the_same_block(model, name):
    path = model / name
    path.write_bytes(path.read_bytes()[:-1] + b"~")
    with pytest.raises(ChecksumError, match=re.escape(name)):
        verify_manifest(model, threads=4)


@pytest.mark.parametrize("name", sorted(CONTENTS))
def test_a_missing_file_is_refused(model, name):
    (model / name).unlink()
    with pytest.raises(ChecksumError, match=rf"the file {re.escape(name)} is missing") as refused:
        verify_manifest(model)
    assert "again" in refused.value.hint


def test_a_folder_in_place_of_a_file_is_refused(model):
    (model / "model.json").unlink()
    (model / "model.json").mkdir()
    with pytest.raises(ChecksumError, match=r"the file model.json is missing"):
        verify_manifest(model)


@pytest.mark.parametrize(("content", "length"), [(b"{}", 2), (b'{"a": 1} ', 9), (b"", 0)])
def test_a_file_of_another_length_is_refused(model, content, length):
    (model / "model.json").write_bytes(content)
    with pytest.raises(ChecksumError, match=rf"model.json has {length} bytes; 8 were written"):
        verify_manifest(model)


def test_files_that_are_not_listed_do_not_matter(model):
    (model / "notes.txt").write_text("mine")
    (model / "index" / "manifest.json").write_text("not the manifest")
    assert "notes.txt" not in verify_manifest(model).files


def test_no_such_model(tmp_path):
    with pytest.raises(FileAccessError, match=r"^no such model: .*nowhere$"):
        verify_manifest(tmp_path / "nowhere")
    with pytest.raises(FileAccessError, match=r"^no such folder: .*nowhere$"):
        write_manifest(tmp_path / "nowhere")


def test_a_file_is_no_model(tmp_path):
    (tmp_path / "m").write_text("x")
    with pytest.raises(FileAccessError, match=r"m is not a directory; a model is one"):
        verify_manifest(tmp_path / "m")


def test_a_folder_without_a_manifest_is_no_model(tmp_path):
    with pytest.raises(FormatError, match=r"not an xling model: no manifest.json in it"):
        verify_manifest(tmp_path)
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(FormatError, match=r"not an xling model: no manifest.json in it"):
        verify_manifest(tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"[1, 2]", b"3", b'"xling-model"', b"null", b"[" * 100_000,
     b'{"kind": "xling-model", "a": NaN}', b'{"a": 1e999}', b'{"a": ' + b"9" * 5000 + b"}",
     b'{"a":' * 600 + b"1" + b"}" * 600],
    ids=lambda content: repr(content[:20]),
)  # fmt: skip
def test_a_manifest_that_is_no_json_table_is_refused(model, content):
    (model / "manifest.json").write_bytes(content)
    with pytest.raises(FormatError, match=r"manifest.json: not a"):
        verify_manifest(model)


def test_another_kind_is_refused(model):
    rewrite(model, kind="xling-index")
    with pytest.raises(FormatError, match=r"not an xling-model: its kind is 'xling-index'"):
        verify_manifest(model)
    assert verify_manifest(model, kind="xling-index").kind == "xling-index"


def test_a_newer_format_is_refused(model):
    rewrite(model, format_version=7, files={"from": "the future"})
    with pytest.raises(StorageVersionError, match=r"en-de has format 7; .* up to 2$") as refused:
        verify_manifest(model)
    assert "pip install --upgrade xling" in refused.value.hint
    rewrite(model, format_version=FORMAT_VERSION + 1)
    with pytest.raises(StorageVersionError, match="has format 3"):
        verify_manifest(model)


def test_an_older_format_is_refused(model):
    rewrite(model, format_version=1)
    with pytest.raises(StorageVersionError, match="has format 1; this xling reads 2") as refused:
        verify_manifest(model)
    assert "anew" in refused.value.hint


@pytest.mark.parametrize("version", [0, -1, "1", 1.0, True, None, [1]])
def test_a_format_that_never_was_is_refused(model, version):
    rewrite(model, format_version=version)
    with pytest.raises(FormatError, match="its format version is"):
        verify_manifest(model)


def test_an_edited_manifest_is_refused(model):
    made = document(model)
    made["files"].pop("model.json")
    text = json.dumps(made, indent=1, sort_keys=True) + "\n"
    (model / "manifest.json").write_text(text)
    with pytest.raises(ChecksumError, match=r"manifest.json is not what was written"):
        verify_manifest(model)


@pytest.mark.parametrize(
    "name",
    ["../secret", "a/../../secret", "/etc/passwd", "a/./b", "a//b", "./a", "a/", "", ".", "..",
     "..\\secret", "C:/secret", "C:secret", "a\0b", "manifest.json"],
)  # fmt: skip
def test_a_name_that_leaves_the_folder_is_refused(model, name):
    (model.parent / "secret").write_bytes(CONTENTS["model.json"])
    rewrite(model, **one_file(name))
    with pytest.raises(FormatError, match="does not stay inside the folder"):
        verify_manifest(model)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"files": None}, "no key 'files'"),
        ({"files": []}, "files must be a table"),
        ({"xling_version": 3}, "xling_version a text"),
        ({"xling_version": None}, "no key 'xling_version'"),
        ({"block_bytes": 0}, "block_bytes is 0; a whole number from 1"),
        ({"block_bytes": 16.0}, "block_bytes is 16.0"),
        ({"block_bytes": True}, "block_bytes is True"),
        ({"block_bytes": 4}, "'index/part.0' has 1 checksums for 16 bytes"),
        (one_file(bytes=-8), "bytes is -8; a whole number from 0"),
        (one_file(bytes="8"), "bytes is '8'"),
        (one_file(bytes=None), "no key 'bytes'"),
        (one_file(sha256_blocks=None), "no key 'sha256_blocks'"),
        (one_file(sha256_blocks="0" * 64), "must hold bytes and sha256_blocks"),
        (one_file(sha256_blocks=["0" * 63]), "not 64 hexadecimal digits"),
        (one_file(sha256_blocks=["0" * 64 + "\n"]), "not 64 hexadecimal digits"),
        (one_file(sha256_blocks=[3]), "not 64 hexadecimal digits"),
        (one_file(sha256_blocks=[]), "'model.json' has 0 checksums for 8 bytes"),
        ({"files": {"a": 3}}, "the entry of 'a' must hold"),
    ],
)
def test_a_malformed_manifest_is_refused(model, changes, message):
    rewrite(model, **changes)
    with pytest.raises(FormatError, match=re.escape(message)) as refused:
        verify_manifest(model)
    assert refused.value.path == str(model / "manifest.json")


@pytest.mark.parametrize("name", ["back\\slash", "C:drive"])
def test_names_that_not_every_system_can_hold_are_not_written(tmp_path, name):
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(InputError, match="cannot hold a file of the name"):
        write_manifest(tmp_path)
    assert not (tmp_path / "manifest.json").exists()


def test_numbers_below_one_are_refused(model):
    with pytest.raises(InputError, match="block_bytes is 0"):
        write_manifest(model, block_bytes=0)
    with pytest.raises(InputError, match="threads is 0"):
        write_manifest(model, threads=0)
    with pytest.raises(InputError, match="threads is -1"):
        verify_manifest(model, threads=-1)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named(model):
    (model / "model.json").chmod(0)
    with pytest.raises(FileAccessError, match=r"cannot read .*model.json: Permission denied"):
        verify_manifest(model)


def test_a_refusal_of_the_system_is_an_error_of_ours(model, monkeypatch):
    def refuse(path, start, length):
        raise OSError(5, "Input/output error", str(path))

    monkeypatch.setattr(manifest_module, "_digest", refuse)
    for call in (verify_manifest, write_manifest):
        with pytest.raises(FileAccessError, match=r"cannot (read|write) .*: Input/output error"):
            call(model)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.integers(1, 64), st.integers(1, 5))
def test_any_content_and_block_size(tmp_path_factory, content, block_bytes, threads):
    folder = tmp_path_factory.mktemp("m")
    (folder / "a").write_bytes(content)
    write_manifest(folder, block_bytes=block_bytes, threads=threads)
    record = verify_manifest(folder, threads=threads).files["a"]
    blocks = [content[i : i + block_bytes] for i in range(0, len(content), block_bytes)]
    assert list(record.sha256_blocks) == [hashlib.sha256(b).hexdigest() for b in blocks]
    (folder / "a").write_bytes(content + b"\0")
    with pytest.raises(ChecksumError, match="were written"):
        verify_manifest(folder)


def test_a_block_longer_than_a_read(tmp_path, monkeypatch):
    monkeypatch.setattr(manifest_module, "_CHUNK", 7)
    (tmp_path / "a").write_bytes(bytes(range(100)))
    write_manifest(tmp_path, block_bytes=30)
    sums = verify_manifest(tmp_path).files["a"].sha256_blocks
    assert sums[3] == hashlib.sha256(bytes(range(90, 100))).hexdigest()
    assert sums[1] == hashlib.sha256(bytes(range(30, 60))).hexdigest()


def test_refusals_are_errors_of_the_tree():
    for error in (ChecksumError, FileAccessError, FormatError, InputError, StorageVersionError):
        assert issubclass(error, XlingError)
