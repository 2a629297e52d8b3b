"""The evidence of a model, for either direction."""

from collections.abc import Sequence

import numpy as np

from xling.arrays import IntVector, Matrix
from xling.data.text import fold
from xling.evidence.base import Ground
from xling.evidence.channels import Evidence, evidence
from xling.evidence.table import TableEvidence
from xling.model.side import Side

__all__ = ["both_directions"]


def both_directions(
    sides: tuple[Side, Side],
    tables: tuple[TableEvidence, TableEvidence],
    spellings: tuple[Matrix, Matrix],
    *,
    extra: Sequence[str] = (),
) -> tuple[Evidence, Evidence]:
    """Put the channels of both directions together.

    Parameters
    ----------
    sides : pair of Side
        Source and target language.
    tables : pair of TableEvidence
        The table from each side.
    spellings : pair of ndarray, shape (n, k) and (m, k), float32
        Of `xling.evidence.spelling.spelling_space`.
    extra : sequence of str
        Of `xling.evidence.channels.EXTRA`.

    Returns
    -------
    pair of Evidence
        From the source to the target language, and back.

    Raises
    ------
    ShapeError
        If the table or the spellings do not fit the vocabularies.
    """
    ground = Ground(
        words=(_folded(sides[0]), _folded(sides[1])),
        counts=(_counts(sides[0]), _counts(sides[1])),
        translations=tables[0].likely(),
        spellings=spellings,
    )
    return (
        evidence(ground, tables[0], sides[1].index, sides[0].index, extra=extra),
        evidence(ground.turned(), tables[1], sides[0].index, sides[1].index, extra=extra),
    )


def _folded(side: Side) -> tuple[str, ...]:
    """Fold all words."""
    return tuple(map(fold, side.vocabulary))


def _counts(side: Side) -> IntVector:
    """Give how often each word occurs: where nobody knows, all alike."""
    counts = side.vocabulary.counts
    return np.ones(len(side.vocabulary), np.int64) if counts is None else counts
