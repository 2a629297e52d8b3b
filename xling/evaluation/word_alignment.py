"""Word alignment by a mined table, and how far it is from gold alignments."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from xling.arrays import IntVector, Matrix, Vector
from xling.data.formats.alignment_tsv import AlignedSentences
from xling.data.vocabulary import Vocabulary
from xling.errors import DegenerateInputError, UnknownNameError
from xling.evidence.table import TableEvidence

__all__ = [
    "SYMMETRIZATIONS",
    "AlignmentScores",
    "Links",
    "TableAligner",
    "alignment_scores",
    "between_words",
    "symmetrized",
]

#: Positions of tokens that belong together.
Links = frozenset[tuple[int, int]]

_NEAR = 1e-9  # weight of the distance to the diagonal: it decides between equal probabilities only
_AROUND = tuple((i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j)


@dataclass(frozen=True, kw_only=True, eq=False)
class TableAligner:
    """Aligns the words of sentence pairs by a table of translation probabilities.

    In the direction *forward* each target word goes to the source word that it is likeliest under
    (the Viterbi alignment of IBM model 1), in *backward* each source word to a target word; of
    equal probabilities, the one nearest to the diagonal decides. Words that the table says nothing
    of stay alone.

    Parameters
    ----------
    table : TableEvidence
        The source language in its rows.
    words, others : Vocabulary
        Of the source and of the target language.

    References
    ----------
    Brown et al. (1993), The mathematics of statistical machine translation.
    """

    table: TableEvidence = field(repr=False)
    words: Vocabulary = field(repr=False)
    others: Vocabulary = field(repr=False)

    def align(self, source: Sequence[str], target: Sequence[str]) -> tuple[Links, Links]:
        """Align one sentence pair.

        Parameters
        ----------
        source, target : sequence of str
            Tokens.

        Returns
        -------
        pair of frozenset of (int, int)
            Forward and backward; both as positions of source and target token.
        """
        rows, columns = self.words.find_all(source), self.others.find_all(target)
        away = np.abs(
            (np.arange(len(source)) + 0.5)[:, None] / max(len(source), 1)
            - (np.arange(len(target)) + 0.5)[None, :] / max(len(target), 1)
        )
        forward = _cells(self.table.forward, rows, columns)
        backward = _cells(self.table.backward, rows, columns)
        there = frozenset((i, j) for j, i in _best(forward.T, away.T))
        return there, frozenset(_best(backward, away))


@dataclass(frozen=True, kw_only=True, slots=True)
class AlignmentScores:
    """How near links are to gold ones.

    Parameters
    ----------
    precision, recall : float
        Share of the links that are possible, and of the sure gold links that were found.
    error : float
        Alignment error rate: ``1 - (|A & S| + |A & P|) / (|A| + |S|)``.
    interval : pair of float
        Of the error: 95 % bootstrap over sentence pairs.
    """

    precision: float
    recall: float
    error: float
    interval: tuple[float, float]

    def to_json(self) -> dict[str, Any]:
        """Give it as plain values.

        Returns
        -------
        dict
            ``precision``, ``recall``, ``aer`` and its ``confidence_interval``.
        """
        return {
            "precision": self.precision,
            "recall": self.recall,
            "aer": self.error,
            "confidence_interval": list(self.interval),
        }


def alignment_scores(
    found: Sequence[Links], gold: Sequence[AlignedSentences], *, samples: int = 2000, seed: int = 0
) -> AlignmentScores:
    """Compare links with gold ones.

    Parameters
    ----------
    found : sequence of frozenset
        Links of each sentence pair.
    gold : sequence of AlignedSentences
        The same pairs.
    samples, seed : int
        Of the bootstrap.

    Returns
    -------
    AlignmentScores
        Over the links of all pairs together.

    Raises
    ------
    DegenerateInputError
        If there is no sure gold link.

    References
    ----------
    Och & Ney (2003), A systematic comparison of various statistical alignment models.
    """
    counts = np.array(
        [
            (len(one), len(other.sure), len(one & other.sure), len(one & other.possible))
            for one, other in zip(found, gold, strict=True)
        ],
        dtype=np.float64,
    ).reshape(-1, 4)
    links, sure, hits, allowed = counts.sum(axis=0).tolist()
    if not sure:
        raise DegenerateInputError("the gold alignments hold no sure link")
    generator = np.random.default_rng(seed)
    times = generator.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), samples)
    drawn = _errors(times @ counts)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return AlignmentScores(
        precision=allowed / links if links else 0.0,
        recall=hits / sure,
        error=float(_errors(counts.sum(axis=0)[None])[0]),
        interval=(float(low), float(high)),
    )


def between_words(links: Links, sentences: AlignedSentences) -> Links:
    """Leave out the links of punctuation marks, which no model holds.

    Parameters
    ----------
    links : frozenset of (int, int)
        Of these sentences.
    sentences : AlignedSentences
        With their tokens; a word is a token with a letter or a digit in it.

    Returns
    -------
    frozenset of (int, int)
        Links from word to word.
    """
    return frozenset(
        (i, j) for i, j in links if _is_word(sentences.source[i]) and _is_word(sentences.target[j])
    )


def _is_word(token: str) -> bool:
    """Tell a word from a punctuation mark."""
    return any(character.isalnum() for character in token)


def _errors(sums: Matrix) -> Vector:
    """Give the alignment error rate of summed counts; where there is nothing, 1."""
    links, sure, hits, allowed = sums.T
    found: Vector = 1 - (hits + allowed) / np.maximum(links + sure, 1e-12)
    return found


def _cells(table: sparse.csr_array, rows: IntVector, columns: IntVector) -> Matrix:
    """Read some cells of a table; 0 for words outside it, whose number is -1."""
    made = np.zeros((len(rows), len(columns)))
    inside = np.flatnonzero(columns >= 0)
    order = inside[np.argsort(columns[inside], kind="stable")]
    wanted = columns[order]
    for place, row in enumerate(rows.tolist()):
        if row < 0:
            continue
        part = slice(table.indptr[row], table.indptr[row + 1])
        own = table.indices[part]
        if not len(own):
            continue
        at = np.minimum(np.searchsorted(own, wanted), len(own) - 1)
        made[place, order] = np.where(own[at] == wanted, table.data[part][at], 0)
    return made


def _best(scores: Matrix, away: Matrix) -> Iterable[tuple[int, int]]:
    """Give each row's best column, where there is any evidence."""
    for row, values in enumerate(scores):
        if len(values) and values.max() > 0:
            near = values * (1 - _NEAR * away[row])
            yield row, int(near.argmax())


def _grown(there: Links, back: Links) -> Links:
    """Let the links of both directions grow along their neighbours, as long as a word is free."""
    links, union = set(there & back), there | back
    sources, targets = {i for i, _ in links}, {j for _, j in links}
    waiting = sorted(links)
    while waiting:
        grown = []
        for i, j in waiting:
            for di, dj in _AROUND:
                new = (i + di, j + dj)
                free = new[0] not in sources or new[1] not in targets
                if new in union and new not in links and free:
                    links.add(new)
                    sources.add(new[0])
                    targets.add(new[1])
                    grown.append(new)
        waiting = grown
    return frozenset(links)


_WAYS: dict[str, Callable[[Links, Links], Links]] = {
    "forward": lambda there, _: there,
    "backward": lambda _, back: back,
    "intersection": lambda there, back: there & back,
    "union": lambda there, back: there | back,
    "grow-diag": _grown,
}

#: Names of ways to make one alignment of both directions.
SYMMETRIZATIONS = tuple(_WAYS)


def symmetrized(name: str, there: Links, back: Links) -> Links:
    """Make one alignment of both directions.

    Parameters
    ----------
    name : str
        One of `SYMMETRIZATIONS`.
    there, back : frozenset
        Links of both directions.

    Returns
    -------
    frozenset
        Links.

    Raises
    ------
    UnknownNameError
        If there is no such way.

    References
    ----------
    Koehn, Och & Marcu (2003), Statistical phrase-based translation.
    """
    if name not in _WAYS:
        raise UnknownNameError("symmetrization", name, SYMMETRIZATIONS)
    return _WAYS[name](there, back)
