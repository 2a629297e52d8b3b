"""What opens as something that can be linked."""

import numpy as np
import pytest

from xling.data.formats import write_vectors
from xling.data.npy_rows import read_rows
from xling.errors import (
    DTypeError,
    FileAccessError,
    FormatError,
    InputError,
    NonFiniteError,
    UnknownNameError,
)
from xling.linking.sources import open_source, open_stored


def test_each_kind_is_known(tmp_path, rotated_world, tiny_bert):
    np.save(tmp_path / "x.npy", np.eye(3, dtype=np.float16))
    write_vectors(tmp_path / "en.vec", rotated_world.source)
    kinds = [open_source(path, "en", device="cpu").kind
             for path in (tmp_path / "x.npy", tmp_path / "en.vec", tiny_bert)]  # fmt: skip
    assert kinds == ["matrix", "word-vectors", "sentence-transformers"]


def test_a_side_of_a_model(tmp_path, rotated_world):
    import xling

    world = rotated_world
    xling.align(world.source, world.target, world.lexicon).save(tmp_path / "m")
    source = open_source(tmp_path / "m", "de")
    assert (source.language, source.rows(["wort1"]).shape) == ("de", (1, 12))
    with pytest.raises(UnknownNameError, match="'fr'"):
        open_source(tmp_path / "m", "fr")


def test_warnings_are_said_once(tiny_bert):
    source = open_source(tiny_bert, "ru", device="cpu")
    for _ in range(2):
        source.rows(["собака спит"])
    assert len(source.warnings()) == 1
    assert "unknown to the tokenizer" in source.warnings()[0]


def test_matrices_that_cannot_be_used(tmp_path):
    with pytest.raises(FileAccessError, match="no such file"):
        read_rows(tmp_path / "none.npy")
    (tmp_path / "x.npy").write_bytes(b"\x93NUMPY")
    with pytest.raises(FormatError, match=r"no \.npy matrix that can be read"):
        read_rows(tmp_path / "x.npy")
    for rows, error, said in (
        (np.zeros((0, 3)), InputError, "rows are needed"),
        (np.array([[np.nan, 1]]), NonFiniteError, "holds nan"),
        (np.array([[1, 2]]), DTypeError, "floats are needed"),
    ):
        np.save(tmp_path / "y.npy", rows)
        with pytest.raises(error, match=said):
            read_rows(tmp_path / "y.npy")
    with pytest.raises(FormatError, match="kind 'what'"):
        open_stored(tmp_path, "what", "en", {})
