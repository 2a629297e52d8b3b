from pathlib import Path

import numpy as np
import pytest
from safetensors import SafetensorError, numpy, safe_open

from xling.data.tensors import map_tensors, save_tensors


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    columns = np.arange(6.0).reshape(2, 3).T  # not contiguous
    save_tensors({"a": columns}, tmp_path / "a", {"key": "value"})
    assert np.array_equal(numpy.load_file(tmp_path / "a")["a"], columns)
    with safe_open(tmp_path / "a", framework="numpy") as file:
        assert file.metadata() == {"key": "value"}


def test_others_may_read_as_the_umask_allows(tmp_path: Path) -> None:
    (tmp_path / "b").touch()
    save_tensors({"a": np.zeros(2)}, tmp_path / "a")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_the_systems_reason_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(numpy, "save_file", refuse)
    with pytest.raises(OSError, match="No space left on device") as caught:
        save_tensors({}, tmp_path / "a")
    assert caught.value.errno == 28


def test_another_fault_stays_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise SafetensorError("invalid shape")

    monkeypatch.setattr(numpy, "save_file", refuse)
    with pytest.raises(SafetensorError, match="invalid shape"):
        save_tensors({}, tmp_path / "a")


def test_mapped_tensors_are_those_that_were_saved(tmp_path: Path) -> None:
    drawn = {
        "a": np.arange(6, dtype=np.int64).reshape(2, 3),
        "b": np.linspace(0, 1, 5, dtype=np.float32),
        "c": np.array([[True], [False]]),
        "d": np.zeros((0, 4)),
        "e": np.array([1, -2], np.int32),
        "f": np.array([7], np.uint8),
    }
    save_tensors(drawn, tmp_path / "a", {"key": "value"})
    found = map_tensors(tmp_path / "a")
    assert set(found) == set(drawn)
    for name, part in drawn.items():
        assert found[name].dtype == part.dtype
        assert np.array_equal(found[name], part)
        assert not found[name].flags.writeable
    (tmp_path / "a").unlink()
    assert found["a"].sum() == 15


def test_what_cannot_be_mapped(tmp_path: Path) -> None:
    (tmp_path / "short").write_bytes((99).to_bytes(8, "little") + b"{}")
    with pytest.raises(ValueError, match="longer than the file"):
        map_tensors(tmp_path / "short")
    save_tensors({"x": np.zeros(2, np.float16)}, tmp_path / "half")
    with pytest.raises(ValueError, match="x is of type F16"):
        map_tensors(tmp_path / "half")
    with pytest.raises(FileNotFoundError):
        map_tensors(tmp_path / "none")
