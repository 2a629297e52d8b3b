"""Batches of `joint-layers`: words and sentences as the network reads them."""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from xling.arrays import IntVector, Matrix, Vector
from xling.counting.sentences import RowSentences
from xling.linalg.sif import inverse_frequency
from xling.training.layers_features import NgramLists
from xling.training.layers_network import TwoSpaces

__all__ = [
    "WordInputs",
    "distinct_words",
    "dropped_groups",
    "embed_sentences",
    "embed_words",
    "rarity_weights",
    "sentence_means",
]


@dataclass(frozen=True, kw_only=True, eq=False)
class WordInputs:
    """All that the network may read of the words of one language.

    Parameters
    ----------
    views : Tensor, shape (v, n, k), float32
        Context features: from all text, then (``v`` is 3) from each half of it.
    ngrams : NgramLists
        Of the same words.
    weights : Tensor, shape (n,), float32
        Of each word in a sentence.
    """

    views: Tensor = field(repr=False)
    ngrams: NgramLists
    weights: Tensor = field(repr=False)

    def __len__(self) -> int:
        return int(self.views.shape[1])

    def weights_of(self, rows: IntVector) -> Tensor:
        """Give the weights of some words in a sentence.

        Parameters
        ----------
        rows : ndarray, shape (m,), int64
            Of the vocabulary.

        Returns
        -------
        Tensor, shape (m,), float32
            On the device of the features.
        """
        return self.weights[torch.from_numpy(rows).to(self.weights.device)]


def rarity_weights(sentences: RowSentences, scale: float) -> Vector:
    """Weigh words by how rare they are: ``a / (a + p(w))``, smooth inverse frequency.

    Parameters
    ----------
    sentences : RowSentences
        All text of the language.
    scale : float
        ``a``: a word of this share of the text counts half.

    Returns
    -------
    ndarray, shape (n,), float32
        In (0, 1].

    References
    ----------
    Arora, Liang and Ma (2017), A simple but tough-to-beat baseline for sentence embeddings.
    """
    return inverse_frequency(np.bincount(sentences.rows, minlength=sentences.size), scale)


def dropped_groups(count: int, shares: tuple[float, float], rng: np.random.Generator) -> Matrix:
    """Choose for each word which group of features is dropped: never both.

    Parameters
    ----------
    count : int
        Number of words.
    shares : pair of float
        Of words without their contexts, and without their n-grams; together at most 1.
    rng : numpy Generator
        Moved on.

    Returns
    -------
    ndarray, shape (count, 2), float32
        1 where a group is kept, contexts first.
    """
    draw = rng.random(count)
    kept = np.ones((count, 2), dtype=np.float32)
    kept[draw < shares[0], 0] = 0
    kept[(draw >= shares[0]) & (draw < sum(shares)), 1] = 0
    return kept


def embed_words(
    network: TwoSpaces,
    inputs: tuple[WordInputs, WordInputs],
    side: int,
    rows: IntVector,
    *,
    views: IntVector | None = None,
    kept: Matrix | None = None,
) -> Tensor:
    """Represent words in the shared space.

    Parameters
    ----------
    network : TwoSpaces
        On the device of the inputs.
    inputs : pair of WordInputs
        Of both languages.
    side : int
        0 for the source language, 1 for the target language.
    rows : ndarray, shape (n,), integer
        Of the vocabulary; at least one.
    views : ndarray, shape (n,), integer, optional
        Which view of its contexts each word is read from; ``None``: all text.
    kept : ndarray, shape (n, 2), float32, optional
        From `dropped_groups`; ``None`` keeps all.

    Returns
    -------
    Tensor, shape (n, d), float32
        Of length 1; zero where nothing is known.
    """
    mine = inputs[side]
    device = mine.views.device
    starts = mine.ngrams.offsets[rows]
    lengths = mine.ngrams.offsets[rows + 1] - starts
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    places = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], lengths)
    which = np.zeros(len(rows), dtype=np.int64) if views is None else views.astype(np.int64)
    mask = np.ones((len(rows), 2), dtype=np.float32) if kept is None else kept
    chosen = torch.from_numpy(which).to(device), torch.from_numpy(rows.astype(np.int64)).to(device)
    made: Tensor = network(
        side,
        mine.views[chosen],
        torch.from_numpy(mine.ngrams.ids[places]).to(device),
        torch.from_numpy(offsets[:-1]).to(device),
        torch.from_numpy(mask).to(device),
    )
    return made


def embed_sentences(
    network: TwoSpaces,
    inputs: tuple[WordInputs, WordInputs],
    side: int,
    sentences: RowSentences,
) -> Tensor:
    """Represent sentences by the weighted means of their words, read from all text.

    Parameters
    ----------
    network : TwoSpaces
        On the device of the inputs.
    inputs : pair of WordInputs
        Of both languages.
    side : int
        0 for the source language, 1 for the target language.
    sentences : RowSentences
        Over that language's vocabulary.

    Returns
    -------
    Tensor, shape (n, d), float32
        Of length 1; zero for an empty sentence.
    """
    distinct, tokens = distinct_words(sentences)
    mine = inputs[side]
    if not len(distinct):
        return torch.zeros(len(sentences), network.dim, device=mine.views.device)
    words = embed_words(network, inputs, side, distinct)
    return sentence_means(words, mine.weights_of(distinct), tokens)


def distinct_words(sentences: RowSentences) -> tuple[IntVector, RowSentences]:
    """List the words of some sentences once each, and write the sentences over that list.

    Parameters
    ----------
    sentences : RowSentences
        Over a vocabulary.

    Returns
    -------
    rows : ndarray, shape (m,), int64
        Vocabulary rows of the words that occur, ascending.
    tokens : RowSentences
        The same sentences over ``rows``.
    """
    distinct, places = np.unique(sentences.rows, return_inverse=True)
    tokens = RowSentences(
        rows=places.ravel().astype(np.int32), offsets=sentences.offsets, size=len(distinct)
    )
    return distinct.astype(np.int64), tokens


def sentence_means(words: Tensor, weights: Tensor, tokens: RowSentences) -> Tensor:
    """Give the weighted means of representations, scaled to length 1.

    Parameters
    ----------
    words : Tensor, shape (m, d), float32
        Each word once.
    weights : Tensor, shape (m,), float32
        Of the words.
    tokens : RowSentences
        The sentences over these words.

    Returns
    -------
    Tensor, shape (n, d), float32
        Zero for an empty sentence.
    """
    device = words.device
    where = torch.from_numpy(tokens.sentence_of_token).to(device)
    places = torch.from_numpy(tokens.rows.astype(np.int64)).to(device)
    weighted = (words * weights[:, None])[places]
    sums = torch.zeros(len(tokens), words.shape[1], device=device).index_add(0, where, weighted)
    return functional.normalize(sums, dim=1)
