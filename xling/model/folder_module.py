"""What modules of sentence-transformers that encode with xling have in common."""

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers.base.modules.input_module import InputModule
from torch import Tensor

from xling.arrays import Matrix
from xling.errors import FileAccessError

__all__ = ["FolderModule"]

_FOLDER = "model"


class FolderModule(InputModule):
    """Encodes sentences with what xling keeps in a folder.

    Loading one needs this package and ``SentenceTransformer(path, trust_remote_code=True)``.
    """

    modalities = ["text"]  # noqa: RUF012  # as its base has it
    save_in_root = False
    forward_kwargs = {"task"}  # noqa: RUF012

    @abstractmethod
    def encode_texts(self, texts: list[str], language: str | None) -> Matrix:
        """Encode sentences.

        Parameters
        ----------
        texts : list of str
            Any number.
        language : str, optional
            Theirs.

        Returns
        -------
        ndarray, shape (n, d), float32
        """

    @abstractmethod
    def write(self, folder: Path) -> None:
        """Write what encodes.

        Parameters
        ----------
        folder : Path
            To make.
        """

    @classmethod
    @abstractmethod
    def read(cls, folder: Path) -> "FolderModule":
        """Read what `write` wrote.

        Parameters
        ----------
        folder : Path
            That stands.

        Returns
        -------
        FolderModule
            Ready to encode.
        """

    def preprocess(
        self,
        inputs: Sequence[Any],
        prompt: str | None = None,
        task: str | None = None,
        **_: Any,
    ) -> dict[str, Tensor]:
        """Encode sentences.

        Parameters
        ----------
        inputs : sequence of str
            Sentences; nothing else can be encoded.
        prompt : str, optional
            Put before each.
        task : str, optional
            Their language.
        **_
            Of no meaning here.

        Returns
        -------
        dict
            ``sentence_embedding``: shape (n, d), float32.

        Raises
        ------
        UnknownNameError
            If there is no such language.
        """
        made = self.encode_texts([f"{prompt or ''}{text}" for text in inputs], task)
        return {"sentence_embedding": torch.from_numpy(np.ascontiguousarray(made, np.float32))}

    def forward(self, features: dict[str, Tensor], **_: Any) -> dict[str, Tensor]:
        """Pass on what was encoded.

        Parameters
        ----------
        features : dict
            Of `preprocess`.
        **_
            Of no meaning here.

        Returns
        -------
        dict
            The same.
        """
        return features

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Write the module.

        Parameters
        ----------
        output_path : str
            A folder.
        *_, **__
            Of no meaning here.
        """
        self.write(Path(output_path) / _FOLDER)

    @classmethod
    def load(
        cls,
        model_name_or_path: str,
        subfolder: str = "",
        token: bool | str | None = None,
        cache_folder: str | None = None,
        revision: str | None = None,
        local_files_only: bool = False,
        init_defaults: dict[str, Any] | None = None,  # noqa: ARG003  # as its base has it
        **_: Any,
    ) -> "FolderModule":
        """Read the module.

        Parameters
        ----------
        model_name_or_path : str
            A folder, or a name on the hub.
        subfolder : str
            Where the module lies in it.
        token, cache_folder, revision, local_files_only
            Of the download.
        init_defaults, **_
            Of no meaning here.

        Returns
        -------
        FolderModule
            Ready to encode.

        Raises
        ------
        FileAccessError
            If there is no such folder.
        """
        folder = cls.load_dir_path(
            model_name_or_path,
            subfolder=subfolder,
            token=token,
            cache_folder=cache_folder,
            revision=revision,
            local_files_only=local_files_only,
        )
        if folder is None:
            raise FileAccessError(f"no folder {subfolder!r} in {model_name_or_path}")
        return cls.read(Path(folder) / _FOLDER)
