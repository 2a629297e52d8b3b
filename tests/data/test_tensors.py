from pathlib import Path

import numpy as np
import pytest
from safetensors import SafetensorError, numpy, safe_open

from xling.data.tensors import save_tensors


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    columns = np.arange(6.0).reshape(2, 3).T  # not contiguous
    save_tensors({"a": columns}, tmp_path / "a", {"key": "value"})
    assert np.array_equal(numpy.load_file(tmp_path / "a")["a"], columns)
    with safe_open(tmp_path / "a", framework="numpy") as file:
        assert file.metadata() == {"key": "value"}


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
