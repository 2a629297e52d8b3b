"""A static student: a vector for each piece of a language, solved for in closed form."""

from typing import Any

import numpy as np
from scipy import sparse

from xling.arrays import Matrix
from xling.errors import DegenerateInputError, ShapeError
from xling.progress import Progress, silent
from xling.students.settings import StaticSettings
from xling.students.start import train_pieces

__all__ = ["bags", "solve_table", "static_model"]


def bags(ids: list[list[int]], size: int) -> sparse.csr_array:
    """Write sentences as means of their pieces.

    Parameters
    ----------
    ids : list of list of int
        Pieces of each sentence.
    size : int
        Of the vocabulary.

    Returns
    -------
    csr_array, shape (n, size), float32
        Rows add up to 1; a sentence without a piece is an empty row.
    """
    lengths = np.array([len(each) for each in ids], np.int64)
    columns = np.array([one for each in ids for one in each], np.int64)
    shares = np.repeat(1 / np.maximum(lengths, 1), lengths).astype(np.float32)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    made = sparse.csr_array((shares, columns, offsets), shape=(len(ids), size))
    made.sum_duplicates()
    return made


def solve_table(
    sentences: sparse.csr_array,
    wanted: Matrix,
    *,
    penalty: float,
    rounds: int,
    progress: Progress = silent,
) -> Matrix:
    """Find the piece vectors whose means come nearest to what is wanted.

    Minimises ``|A W - T|^2 + penalty |W|^2`` by conjugate gradients, all columns at once, with
    the diagonal of ``A.T A + penalty`` as the preconditioner.

    Parameters
    ----------
    sentences : csr_array, shape (n, v)
        ``A``, from `bags`.
    wanted : ndarray, shape (n, d), float32
        ``T``.
    penalty : float
        Above 0.
    rounds : int
        Most steps.
    progress : callable
        Called after each.

    Returns
    -------
    ndarray, shape (v, d), float32
        ``W``; zero for pieces in no sentence.

    Raises
    ------
    ShapeError
        If there is not one row for each sentence.

    References
    ----------
    Hestenes and Stiefel (1952), Methods of conjugate gradients for solving linear systems.
    """
    if sentences.shape[0] != len(wanted):
        raise ShapeError(f"{len(wanted)} rows for {sentences.shape[0]} sentences")
    back = sentences.T.tocsr()
    squares = np.asarray(sentences.multiply(sentences).sum(axis=0)).ravel()
    scale = (1 / (squares + penalty)).astype(np.float32)[:, None]
    table = np.zeros((sentences.shape[1], wanted.shape[1]), np.float32)
    left = np.asarray(back @ wanted.astype(np.float32))
    moved = scale * left
    way, size = moved.copy(), _products(left, moved)
    first = size.copy()
    for number in range(rounds):
        image = back @ (sentences @ way) + penalty * way
        step = size / np.maximum(_products(way, image), 1e-30)
        table += step * way
        left -= step * image
        moved = scale * left
        before, size = size, _products(left, moved)
        progress("table", number + 1, rounds)
        if (size <= 1e-10 * first).all():
            progress("table", rounds, rounds)
            break
        way = moved + size / np.maximum(before, 1e-30) * way
    return table


def static_model(
    texts: tuple[str, ...],
    taught: Matrix,
    settings: StaticSettings,
    *,
    progress: Progress = silent,
) -> Any:
    """Make a static encoder of one language.

    Parameters
    ----------
    texts : tuple of str
        Its sentences.
    taught : ndarray, shape (n, d), float32
        What their vectors should be.
    settings : StaticSettings
        Of tokenizer and table.
    progress : callable
        Called as the table converges.

    Returns
    -------
    SentenceTransformer
        A ``StaticEmbedding`` and a ``Normalize``: its folder needs no xling.

    Raises
    ------
    DegenerateInputError
        If no sentence holds a piece.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
    from tokenizers import BertWordPieceTokenizer, Tokenizer

    pieces = train_pieces(texts, settings.vocabulary)
    vocabulary = {piece: row for row, piece in enumerate(pieces)}
    cut = BertWordPieceTokenizer(vocab=vocabulary, lowercase=True)
    tokenizer: Any = Tokenizer.from_str(cut.to_str())
    found = tokenizer.encode_batch(list(texts), add_special_tokens=False)
    sentences = bags([one.ids for one in found], len(pieces))
    if not sentences.nnz:
        raise DegenerateInputError("no sentence holds anything that a table could be made of")
    table = solve_table(
        sentences, taught, penalty=settings.penalty, rounds=settings.rounds, progress=progress
    )
    module = StaticEmbedding(tokenizer, embedding_weights=table)
    return SentenceTransformer(modules=[module, Normalize()], device="cpu")


def _products(one: Matrix, other: Matrix) -> Matrix:
    """Give the inner product of each column with its like."""
    made: Matrix = np.einsum("ij,ij->j", one, other)
    return made
