"""A module of sentence-transformers that encodes with linked encoders.

Only for those whose maps, or word vectors, modules of sentence-transformers' own cannot hold;
loading needs this package and ``SentenceTransformer(path, trust_remote_code=True)``.
"""

from pathlib import Path

from xling.arrays import Matrix
from xling.linking.linked import LinkedEncoders
from xling.model.folder_module import FolderModule

__all__ = ["LinkedModule"]


class LinkedModule(FolderModule):
    """Encodes sentences of two languages into one space.

    ``encode(sentences, task="de")`` names the language; without a task it is the first one.

    Parameters
    ----------
    linked : LinkedEncoders
        Any that can encode.
    """

    def __init__(self, linked: LinkedEncoders) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # as its base has it
        self.linked = linked

    def encode_texts(self, texts: list[str], language: str | None) -> Matrix:
        """Encode sentences; see `FolderModule.encode_texts`."""
        return self.linked.pair(language)[0].encode(texts)

    def get_embedding_dimension(self) -> int:
        """Give the number of dimensions.

        Returns
        -------
        int
            Of every sentence vector.
        """
        return self.linked.sides[0].mapping.dim_out

    def write(self, folder: Path) -> None:
        """Write the encoders; see `FolderModule.write`."""
        self.linked.save(folder)

    @classmethod
    def read(cls, folder: Path) -> "LinkedModule":
        """Read the encoders; see `FolderModule.read`."""
        return cls(LinkedEncoders.load(folder))
