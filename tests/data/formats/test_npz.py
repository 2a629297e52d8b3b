import numpy as np
import pytest

from xling.data.formats.npz import read_npz
from xling.errors import FormatError


def test_pickled_objects_are_never_loaded(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, words=np.array(["a", None], dtype=object), vectors=np.ones((2, 2)))
    with pytest.raises(FormatError, match=r"a\.npz: not a usable \.npz file \(Object arrays"):
        read_npz(path, "en")


def test_words_that_are_no_unicode_scalar_values_are_counted(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, words=np.array(["\ud800", "b"]), vectors=np.ones((2, 2)))
    space, report = read_npz(path, "en")
    assert space.words == ("b",)
    assert report.count("not UTF-8") == 1


def test_a_changed_byte_is_noticed(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, words=np.array(["a"]), vectors=np.ones((1, 64)))
    raw = bytearray(path.read_bytes())
    raw[raw.index(np.ones(8).tobytes()) + 6] ^= 1
    path.write_bytes(raw)
    with pytest.raises(FormatError, match=r"a\.npz: not a usable \.npz file \(Bad CRC"):
        read_npz(path, "en")
