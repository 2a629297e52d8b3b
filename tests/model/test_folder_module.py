from pathlib import Path

import numpy as np
import pytest

from xling.arrays import Matrix
from xling.errors import FileAccessError
from xling.model.folder_module import FolderModule


class Lengths(FolderModule):
    """Encodes a sentence as its length, times what a file says."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def encode_texts(self, texts: list[str], language: str | None) -> Matrix:
        sign = -1 if language == "de" else 1
        return np.array([[sign * self.factor * len(text)] for text in texts])

    def get_embedding_dimension(self) -> int:
        return 1

    def write(self, folder: Path) -> None:
        folder.mkdir()
        (folder / "factor").write_text(str(self.factor), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Lengths":
        return cls(float((folder / "factor").read_text(encoding="utf-8")))


def test_a_module_is_written_read_and_told_language_and_prompt(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    Lengths(2.5).save(str(tmp_path / "m"))
    again = Lengths.load(str(tmp_path), subfolder="m")
    features = again.forward(again.preprocess(["ab", "c"], prompt="x", task="de"))
    made = features["sentence_embedding"].numpy()
    assert made.dtype == np.float32
    assert made.tolist() == [[-7.5], [-5.0]]
    assert again.preprocess(["ab"])["sentence_embedding"].tolist() == [[5.0]]


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises((FileAccessError, OSError)):
        Lengths.load(str(tmp_path), subfolder="none")
