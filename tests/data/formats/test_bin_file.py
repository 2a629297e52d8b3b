import struct
from pathlib import Path

import numpy as np
import pytest

from xling.data.formats.bin_file import read_bin
from xling.data.formats.word2vec_binary import write_word2vec_binary
from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary
from xling.errors import FormatError


def test_without_the_magic_number_it_is_word2vec(tmp_path: Path) -> None:
    space = EmbeddingSpace(
        language="en", vocabulary=Vocabulary(words=("a", "b")), vectors=np.eye(2, dtype=np.float32)
    )
    write_word2vec_binary(tmp_path / "a.bin", space)
    read, _ = read_bin(tmp_path / "a.bin", "en")
    assert read.words == ("a", "b")
    np.testing.assert_array_equal(read.vectors, space.vectors)


def test_with_the_magic_number_it_is_fasttext(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(struct.pack("<ii", 793712314, 12) + bytes(8))
    with pytest.raises(FormatError, match=r"a\.bin.*fastText|truncated|ends"):
        read_bin(tmp_path / "a.bin", "en")
