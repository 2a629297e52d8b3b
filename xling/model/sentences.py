"""Sentence vectors from a model."""

from xling.arrays import Matrix, unit_rows
from xling.encoders.sentence_means import SentenceMeans
from xling.evidence.table import TableEvidence
from xling.model.model import Model
from xling.model.side import Side

__all__ = ["sentence_encoders"]


def sentence_encoders(model: Model) -> tuple[SentenceMeans, SentenceMeans]:
    """Make encoders for the sentences of a model's languages, into one space.

    Where the model has a table, the vector of each word is first moved towards those of its
    translations: ``v + sum_f t(f) v_f`` at length 1, ``t`` being its links' geometric means of both
    probabilities, scaled to add up to 1. Words outside the vocabulary are composed where the model
    can.

    Parameters
    ----------
    model : Model
        Any model.

    Returns
    -------
    pair of SentenceMeans
        Of the source and of the target language.
    """
    first, second = model.sides
    vectors = first.vectors, second.vectors
    if model.table is not None:
        vectors = (
            _towards(vectors[0], vectors[1], model.table),
            _towards(vectors[1], vectors[0], model.table.turned()),
        )
    return _means(first, vectors[0]), _means(second, vectors[1])


def _towards(rows: Matrix, others: Matrix, table: TableEvidence) -> Matrix:
    """Move each word's vector towards the vectors of its translations."""
    links = table.mean()
    totals = links.sum(axis=1)
    moved = links @ others / (totals + (totals == 0))[:, None]
    made: Matrix = unit_rows(rows + moved).astype(rows.dtype)
    return made


def _means(side: Side, vectors: Matrix) -> SentenceMeans:
    """Make one language's encoder."""
    return SentenceMeans(
        language=side.language,
        vocabulary=side.vocabulary,
        vectors=vectors,
        compose=None if side.subwords is None else side.compose,
    )
