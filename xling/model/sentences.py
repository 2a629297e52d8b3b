"""Sentence vectors from a model."""

from collections.abc import Sequence

from xling.arrays import Matrix, unit_rows
from xling.encoders.sentence_means import SentenceMeans
from xling.evidence.table import TableEvidence
from xling.model.hub import Hub
from xling.model.model import Model
from xling.model.side import Side

__all__ = ["language_encoders", "sentence_encoders"]


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


def language_encoders(model: Model | Hub, languages: Sequence[str]) -> dict[str, SentenceMeans]:
    """Make an encoder for each language, into one space.

    Parameters
    ----------
    model : Model or Hub
        Any; of a hub, whose languages share no table, word vectors are taken as they are.
    languages : sequence of str
        Some of its languages.

    Returns
    -------
    dict of str to SentenceMeans
        By the language's tag as the model has it, in order.

    Raises
    ------
    UnknownNameError
        If the model has no such language.
    """
    if isinstance(model, Model):
        made = {encoder.language: encoder for encoder in sentence_encoders(model)}
    else:
        made = {}
        for language in model.languages:
            other = next(tag for tag in model.languages if tag != language)
            made[language] = _means(model.pair(language, other).side(language), None)
    return {tag: made[tag] for tag in (model.side(language).language for language in languages)}


def _towards(rows: Matrix, others: Matrix, table: TableEvidence) -> Matrix:
    """Move each word's vector towards the vectors of its translations."""
    links = table.mean()
    totals = links.sum(axis=1)
    moved = links @ others / (totals + (totals == 0))[:, None]
    made: Matrix = unit_rows(rows + moved).astype(rows.dtype)
    return made


def _means(side: Side, vectors: Matrix | None) -> SentenceMeans:
    """Make one language's encoder, of its own vectors where no others are given."""
    return SentenceMeans(
        language=side.language,
        vocabulary=side.vocabulary,
        vectors=side.vectors if vectors is None else vectors,
        compose=None if side.subwords is None else side.compose,
    )
