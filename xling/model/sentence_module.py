"""A module of sentence-transformers that encodes with a model of xling.

Only for models that no table of sentence-transformers' own can hold; loading needs this package
and ``SentenceTransformer(path, trust_remote_code=True)``.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers.base.modules.input_module import InputModule
from torch import Tensor

from xling.arrays import IntVector
from xling.data.text import tokenize
from xling.encoders.sentence_means import SentenceMeans
from xling.errors import FileAccessError, UnknownNameError
from xling.model.hub import Hub
from xling.model.model import Model
from xling.model.open import load as open_model
from xling.model.sentences import language_encoders

__all__ = ["SentenceModule"]

_FOLDER = "model"


class SentenceModule(InputModule):
    """Encodes sentences of the languages of a model.

    ``encode(sentences, task="de")`` names the language; without a task, each sentence is taken to
    be in the language that knows most of its words, the first one where that does not decide.

    Parameters
    ----------
    model : Model or Hub
        Any.
    """

    modalities = ["text"]  # noqa: RUF012  # as its base has it
    save_in_root = False
    forward_kwargs = {"task"}  # noqa: RUF012

    def __init__(self, model: Model | Hub) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # as its base has it
        self.xling_model = model
        self.encoders = language_encoders(model, model.languages)

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
            If the model has no such language.
        """
        texts = [f"{prompt or ''}{text}" for text in inputs]
        if task is not None and task not in self.encoders:
            raise UnknownNameError("language of this model", task, self.encoders)
        tags = list(self.encoders)
        chosen = self._languages(texts) if task is None else np.full(len(texts), tags.index(task))
        made = np.zeros((len(texts), self.get_embedding_dimension()), np.float32)
        for place, tag in enumerate(tags):
            rows = np.flatnonzero(chosen == place)
            made[rows] = self.encoders[tag].encode([texts[row] for row in rows])
        return {"sentence_embedding": torch.from_numpy(made)}

    def _languages(self, texts: list[str]) -> IntVector:
        """Choose the language of each text."""
        known = [_known_words(encoder, texts) for encoder in self.encoders.values()]
        best: IntVector = np.argmax(known, axis=0)
        return best

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

    def get_embedding_dimension(self) -> int:
        """Give the number of dimensions.

        Returns
        -------
        int
            Of every sentence vector.
        """
        return int(next(iter(self.encoders.values())).vectors.shape[1])

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Write the model.

        Parameters
        ----------
        output_path : str
            A folder.
        *_, **__
            Of no meaning here.
        """
        self.xling_model.save(Path(output_path) / _FOLDER)

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
    ) -> "SentenceModule":
        """Read the model.

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
        SentenceModule
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
        return cls(open_model(Path(folder) / _FOLDER))


def _known_words(encoder: SentenceMeans, texts: list[str]) -> list[int]:
    """Count the words of each text that stand in the vocabulary."""
    cut = tokenize(texts, encoder.language)
    return [sum(word in encoder.vocabulary for word in words) for words in cut]
