"""A folder that xling wrote is checked before an encoder is made of it; others are taken as is."""

import shutil

import pytest

from xling.errors import ChecksumError, FormatError
from xling.linking.sources import open_source
from xling.linking.verified import open_verified
from xling.model.manifest import write_manifest


def test_a_changed_byte_is_noticed(tiny_bert, tmp_path):
    folder = tmp_path / "student"
    shutil.copytree(tiny_bert, folder)
    assert open_verified(folder, device="cpu").dim == 32
    write_manifest(folder, kind="xling-student")
    assert open_verified(folder, device="cpu").dim == 32
    weights = folder / "model.safetensors"
    changed = bytearray(weights.read_bytes())
    changed[-5] ^= 1
    weights.write_bytes(changed)
    with pytest.raises(ChecksumError, match=r"model\.safetensors: bytes .* are not what was"):
        open_verified(folder, device="cpu")
    with pytest.raises(ChecksumError, match=r"model\.safetensors"):
        open_source(folder, "en", device="cpu")
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(FormatError, match="not a JSON table"):
        open_verified(folder, device="cpu")
    (folder / "manifest.json").write_text('{"kind": "a browser\'s"}', encoding="utf-8")
    assert open_verified(folder, device="cpu").dim == 32
