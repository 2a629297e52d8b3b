"""A module of sentence-transformers that encodes with a model of xling.

Only for models that no table of sentence-transformers' own can hold; loading needs this package
and ``SentenceTransformer(path, trust_remote_code=True)``.
"""

from pathlib import Path

import numpy as np

from xling.arrays import IntVector, Matrix
from xling.data.text import tokenize
from xling.encoders.sentence_means import SentenceMeans
from xling.errors import UnknownNameError
from xling.model.folder_module import FolderModule
from xling.model.hub import Hub
from xling.model.model import Model
from xling.model.open import load as open_model
from xling.model.sentences import language_encoders

__all__ = ["SentenceModule"]


class SentenceModule(FolderModule):
    """Encodes sentences of the languages of a model.

    ``encode(sentences, task="de")`` names the language; without a task, each sentence is taken to
    be in the language that knows most of its words, the first one where that does not decide.

    Parameters
    ----------
    model : Model or Hub
        Any.
    """

    def __init__(self, model: Model | Hub) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # as its base has it
        self.xling_model = model
        self.encoders = language_encoders(model, model.languages)

    def encode_texts(self, texts: list[str], language: str | None) -> Matrix:
        """Encode sentences; see `FolderModule.encode_texts`."""
        if language is not None and language not in self.encoders:
            raise UnknownNameError("language of this model", language, self.encoders)
        tags = list(self.encoders)
        chosen = (
            self._languages(texts)
            if language is None
            else np.full(len(texts), tags.index(language))
        )
        made = np.zeros((len(texts), self.get_embedding_dimension()), np.float32)
        for place, tag in enumerate(tags):
            rows = np.flatnonzero(chosen == place)
            made[rows] = self.encoders[tag].encode([texts[row] for row in rows])
        return made

    def _languages(self, texts: list[str]) -> IntVector:
        """Choose the language of each text."""
        known = [_known_words(encoder, texts) for encoder in self.encoders.values()]
        best: IntVector = np.argmax(known, axis=0)
        return best

    def get_embedding_dimension(self) -> int:
        """Give the number of dimensions.

        Returns
        -------
        int
            Of every sentence vector.
        """
        return int(next(iter(self.encoders.values())).vectors.shape[1])

    def write(self, folder: Path) -> None:
        """Write the model; see `FolderModule.write`."""
        self.xling_model.save(folder)

    @classmethod
    def read(cls, folder: Path) -> "SentenceModule":
        """Read the model; see `FolderModule.read`."""
        return cls(open_model(folder))


def _known_words(encoder: SentenceMeans, texts: list[str]) -> list[int]:
    """Count the words of each text that stand in the vocabulary."""
    cut = tokenize(texts, encoder.language)
    return [sum(word in encoder.vocabulary for word in words) for words in cut]
