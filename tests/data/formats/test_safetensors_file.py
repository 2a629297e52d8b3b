import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from xling.data.formats.safetensors_file import read_safetensors, write_safetensors
from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary
from xling.errors import FormatError


def test_the_layout_is_what_the_docstring_says(tmp_path):
    space = EmbeddingSpace(
        language="de",
        vocabulary=Vocabulary(words=("Straße", "東京")),
        vectors=np.eye(2, dtype=np.float32),
    )
    write_safetensors(tmp_path / "a.safetensors", space)
    held = load_file(tmp_path / "a.safetensors")
    assert set(held) == {"words", "vectors"}
    assert held["words"].tobytes().decode() == "Straße\n東京"
    np.testing.assert_array_equal(held["vectors"], np.eye(2))


def test_words_that_are_not_utf8_are_counted(tmp_path):
    path = tmp_path / "a.safetensors"
    words = np.frombuffer(b"a\n\xff\nb", dtype=np.uint8)
    save_file({"words": words, "vectors": np.ones((3, 2), dtype=np.float32)}, path)
    space, report = read_safetensors(path, "de")
    assert space.words == ("a", "b")
    assert report.describe() == [
        f"{path}: word 2: the word b'\\xff' is not UTF-8; word skipped (1 such word)"
    ]


def test_something_else(tmp_path):
    path = tmp_path / "a.safetensors"
    path.write_bytes(b"3 2\na 1 2\n")
    with pytest.raises(FormatError, match=r"a\.safetensors: not a usable safetensors file"):
        read_safetensors(path, "de")
