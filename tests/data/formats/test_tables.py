"""Bad input of the two formats that hold named arrays: ``.npz`` and safetensors."""

import numpy as np
import pytest
from safetensors.numpy import save_file

from xling.data.formats.npz import read_npz
from xling.data.formats.safetensors_file import read_safetensors
from xling.errors import FormatError

WORDS = ["a", "b", "a", "x\u00a0y", "z"]
VECTORS = np.array([[1, 2], [3, 4], [5, 6], [1, 2], [0, 0]])


def packed(words):
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def read(folder, kind, **arrays):
    """Write arrays as they are, and give the reader for them."""
    strict = arrays.pop("strict", False)
    if kind == "npz":
        path = folder / "a.npz"
        np.savez(path, **{k: np.array(v) for k, v in arrays.items()})
        return read_npz(path, "en", strict=strict)
    path = folder / "a.safetensors"
    if isinstance(arrays.get("words"), list):
        arrays["words"] = packed(arrays["words"])
    save_file({k: np.ascontiguousarray(v) for k, v in arrays.items()}, path)
    return read_safetensors(path, "en", strict=strict)


pytestmark = pytest.mark.parametrize("kind", ["npz", "safetensors"])


def test_bad_words_are_skipped_and_counted_or_stop(tmp_path, kind):
    vectors = VECTORS.astype(np.float32)
    space, report = read(tmp_path, kind, words=WORDS, vectors=vectors, counts=np.arange(5, 0, -1))
    assert space.words == ("a", "b", "z")
    assert space.vocabulary.counts.tolist() == [5, 4, 1]
    assert space.empty_words == {"z"}
    assert {problem.kind: problem.line for problem in report.problems} == {
        "duplicate word": 3,
        "blank in word": 4,
        "zero vector": 5,
    }
    with pytest.raises(FormatError, match=rf"a\.{kind}: word 3: the word 'a' stands twice"):
        read(tmp_path, kind, words=WORDS, vectors=vectors, strict=True)


def test_other_floats_become_float32(tmp_path, kind):
    space, _ = read(tmp_path, kind, words=["a"], vectors=np.array([[1.5]]))
    assert space.vectors.dtype == np.float32


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e300])
def test_nan_and_infinity_always_stop(tmp_path, kind, bad):
    with pytest.raises(FormatError, match=rf"a\.{kind}: word 2: (NaN|Inf) in the vector of 'b'"):
        read(tmp_path, kind, words=["a", "b"], vectors=np.array([[1.5], [bad]]))


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"vectors": np.ones((1, 2))}, "no (array|tensor) 'words'; there are: vectors"),
        ({"words": ["a"]}, "no array 'vectors'"),
        (
            {"words": ["a", "b"], "vectors": np.ones((1, 2))},
            r"2 words for vectors of shape \(1, 2\)",
        ),
        ({"words": ["a"], "vectors": np.ones((1, 0))}, r"1 words for vectors of shape \(1, 0\)"),
        ({"words": ["a"], "vectors": np.ones(2)}, r"'vectors' is float64 of shape \(2,\)"),
        ({"words": ["a"], "vectors": np.ones((1, 2), int)}, "'vectors' is int64"),
        ({"words": np.ones((1, 1)), "vectors": np.ones((1, 2))}, "'words' is float64"),
        (
            {"words": ["a"], "vectors": np.ones((1, 2)), "counts": np.ones(2, int)},
            "1 words for .* and 2 counts",
        ),
        (
            {"words": ["a"], "vectors": np.ones((1, 2)), "subword_vectors": np.ones((3, 2))},
            "no array 'subword_lengths'",
        ),
        (
            {
                "words": ["a"],
                "vectors": np.ones((1, 2)),
                "subword_vectors": np.ones((3, 5)),
                "subword_lengths": np.array([3, 6]),
            },
            r"\(3,\) and \(buckets, 2\) are needed",
        ),
        (
            {
                "words": ["a"],
                "vectors": np.ones((1, 2)),
                "subword_vectors": np.ones((3, 2)),
                "subword_lengths": np.array([6, 3]),
            },
            "unusable subwords: n-gram lengths 6 to 3",
        ),
    ],
)
def test_missing_or_misshapen_arrays(tmp_path, kind, arrays, message):
    with pytest.raises(FormatError, match=rf"a\.{kind}: .*{message}"):
        read(tmp_path, kind, **arrays)
