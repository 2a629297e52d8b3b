"""A model as an encoder of the package mteb, whose bitext and retrieval tasks then judge it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from xling.arrays import Matrix, Vector
from xling.data.text import SENTENCE_END, token_stream
from xling.encoders.sentence_means import SentenceMeans
from xling.errors import UnknownNameError
from xling.model.model import Model
from xling.model.sentences import sentence_encoders
from xling.optional import require

__all__ = ["MtebEncoder"]

_UNSEEN = 0.5  # of an occurrence, is what a word outside a vocabulary counts as


class MtebEncoder:
    """What ``mteb.evaluate`` takes as a model: its texts become a model's sentence vectors.

    mteb hands over one side of a task at a time and does not say which language it is in. So it is
    told by the words, of all texts of a call together: the language under whose word frequencies
    they are likelier. Where that is not good enough, ``language`` says it.

    Parameters
    ----------
    model : Model
        Of two languages; of a hub, `xling.model.hub.Hub.pair` gives one.
    language : str, optional
        Of all texts. By default it is found for each call.
    name : str, optional
        That the results go under, ``organisation/name``; by default ``xling/`` and the model's.

    Raises
    ------
    UnknownNameError
        If the model has no such language.
    MissingExtraError
        If mteb is not installed; it is the extra ``mteb``.

    References
    ----------
    Muennighoff et al. (2023), MTEB: Massive text embedding benchmark.
    """

    def __init__(
        self, model: Model, *, language: str | None = None, name: str | None = None
    ) -> None:
        require("mteb", extra="mteb", purpose="mteb's tasks")
        from mteb.models.model_meta import ModelMeta

        self._encoders = {one.language: one for one in sentence_encoders(model)}
        self._only = None if language is None else self._known(language)
        self._meta = ModelMeta.create_empty(
            overwrites={
                "name": name or f"xling/{model.name or 'model'}",
                "revision": "1",
                "embed_dim": model.sides[0].vectors.shape[1],
                "framework": ["NumPy"],
            }
        )

    @property
    def mteb_model_meta(self) -> Any:
        """What mteb writes into its results: a ``ModelMeta`` of its own."""
        return self._meta

    def language_of(self, texts: Sequence[str]) -> str:
        """Tell the language of some texts by their words.

        Parameters
        ----------
        texts : sequence of str
            All in one language.

        Returns
        -------
        str
            That of the model under which their words are likelier, a word outside the vocabulary
            counting as half an occurrence; of equal ones, the first.
        """
        if self._only is not None:
            return self._only
        return max(self._encoders, key=lambda tag: _likelihood(self._encoders[tag], texts))

    def encode(self, inputs: Iterable[Mapping[str, Any]], **options: object) -> Matrix:
        """Give a vector for each text.

        Parameters
        ----------
        inputs : iterable of mapping
            mteb's batches, with a list of strings under ``text``.
        **options : object
            What else mteb says; nothing of it is needed.

        Returns
        -------
        ndarray, shape (n, d), float32
            Rows of length 1; a zero row for a text about which nothing is known.
        """
        del options
        texts = [text for batch in inputs for text in batch["text"]]
        return self._encoders[self.language_of(texts)].encode(texts)

    def similarity(self, embeddings1: Matrix, embeddings2: Matrix) -> Matrix:
        """Compare all vectors with all others.

        Parameters
        ----------
        embeddings1, embeddings2 : array, shape (n, d) and (m, d)
            Of `encode`, as arrays or as tensors of torch.

        Returns
        -------
        ndarray, shape (n, m), float32
            Cosines.
        """
        ones, others = (_rows(one) for one in (embeddings1, embeddings2))
        found: Matrix = ones @ others.T
        return found

    def similarity_pairwise(self, embeddings1: Matrix, embeddings2: Matrix) -> Vector:
        """Compare each vector with the one at the same place.

        Parameters
        ----------
        embeddings1, embeddings2 : array, shape (n, d)
            Of `encode`, as arrays or as tensors of torch.

        Returns
        -------
        ndarray, shape (n,), float32
            Cosines.
        """
        ones, others = (_rows(one) for one in (embeddings1, embeddings2))
        found: Vector = (ones * others).sum(axis=1)
        return found

    def _known(self, language: str) -> str:
        """Find a language, in any casing."""
        for tag in self._encoders:
            if tag.casefold() == language.casefold():
                return tag
        raise UnknownNameError("language of this model", language, tuple(self._encoders))


def _rows(vectors: Any) -> Matrix:
    """Read an array or a tensor; a single vector is one row."""
    return np.atleast_2d(np.asarray(vectors, np.float32))


def _likelihood(encoder: SentenceMeans, texts: Sequence[str]) -> float:
    """Give the mean logarithm of the probability of the words of some texts."""
    words = [word for word in token_stream(texts, encoder.language) if word != SENTENCE_END]
    if not words:
        return 0.0
    found = encoder.vocabulary.find_all(words)
    counts = encoder.vocabulary.counts
    occurrences = len(encoder.vocabulary) if counts is None else int(counts.sum())
    shares = np.where(found >= 0, encoder.frequencies[found], _UNSEEN / max(occurrences, 1))
    return float(np.log(np.maximum(shares, 1e-12)).mean())
