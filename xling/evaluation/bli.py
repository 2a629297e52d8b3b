"""Bilingual lexicon induction: how well a model translates the words of a test lexicon."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import numpy as np

from xling import __version__
from xling.arrays import IntVector, Matrix, Vector, blocks, check_matrix
from xling.data.lexicon import Lexicon
from xling.data.text import fold
from xling.data.vocabulary import Vocabulary
from xling.errors import DegenerateInputError, InputError, LanguageMismatchError
from xling.evaluation.metrics import chance_precision_at, mean_reciprocal_rank, precision_at
from xling.evaluation.ranks import best_gold_ranks
from xling.evaluation.resampling import bootstrap_interval
from xling.evaluation.results import CUTS, BliResult
from xling.files import PathLike

__all__ = ["POLICY", "BliResult", "Scorer", "evaluate"]

#: How queries and hits are counted.
POLICY = (
    "A query is a distinct folded source word; a hit is any of its gold words in the top k. The "
    "whole target vocabulary is ranked; ties count at their expected rank. A query is in "
    "vocabulary if its word and at least one gold word are; precision, mrr and the interval are "
    "over those, precision_overall over all queries, the others counted wrong."
)

# A block of scores is at most this large (bytes), and never has more rows than need be.
_BLOCK_BYTES = 128 << 20
_BLOCK_ROWS = 1024


class Scorer(Protocol):
    """What an evaluation needs of a model."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Source and target language; of a hub, all of them."""

    def vocabulary(self, language: str) -> Vocabulary:
        """Give the words of one of the languages."""

    def scores(
        self, rows: IntVector, *, source: str, target: str, retrieval: str, channels: str
    ) -> Matrix:
        """Score every target word for some source words.

        Parameters
        ----------
        rows : ndarray, shape (n,), int64
            Rows of the source vocabulary.
        source, target : str
            Direction.
        retrieval, channels : str
            What to rank with.

        Returns
        -------
        ndarray, shape (n, v), float32
            Larger is better; ``-inf`` for no evidence; never NaN.
        """

    def trained_words(self, language: str, other: str) -> frozenset[str]:
        """Give the folded words of a language whose link to the other was trained on."""


def evaluate(
    model: Scorer,
    lexicon: Lexicon | PathLike,
    *,
    source: str | None = None,
    target: str | None = None,
    retrieval: str = "csls",
    channels: str = "all",
    samples: int = 2000,
    seed: int = 0,
    block: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> BliResult:
    """Judge a model's translations by a test lexicon.

    Parameters
    ----------
    model : Scorer
        For example an `xling.Model`.
    lexicon : Lexicon or path
        Its first column holds words of ``source``, whichever direction that is. A query that
        occurs in several casings is one query, with all their gold words.
    source, target : str, optional
        Direction. The first and the second language of the model if neither is given; if one
        is, the other is the model's other language; of more than two, both are needed.
    retrieval, channels : str
        Handed on to the model.
    samples, seed : int
        Of the bootstrap interval.
    block : int, optional
        Queries scored at a time; changes memory, not the result. ``None`` keeps a block of
        scores within 128 MiB.
    progress : callable, optional
        Called after each block with the queries done and the queries there are.

    Returns
    -------
    BliResult
        If no query is in vocabulary, all scores are 0.

    Raises
    ------
    InputError
        If the model has no such direction, or ``block`` or ``samples`` is below 1.
    LanguageMismatchError
        If the lexicon is of other languages, or of the other direction.
    DegenerateInputError
        If the lexicon is empty.
    ShapeError, NonFiniteError
        If the model does not give one score, not NaN, for each target word.

    References
    ----------
    Glavaš et al. (2019), How to (properly) evaluate cross-lingual word embeddings.
    """
    source, target = _direction(model.languages, source, target)
    for name, number in (("block", block), ("samples", samples)):
        if number is not None and number < 1:
            raise InputError(f"{name} is {number}; at least 1 is needed")
    queries = _queries(lexicon, source, target)
    words, candidates = model.vocabulary(source), model.vocabulary(target)
    found, rows, gold = _in_vocabulary(queries, words, candidates)
    ranks = np.empty(len(found))
    if not len(found):  # the names are to be checked all the same
        model.scores(rows, source=source, target=target, retrieval=retrieval, channels=channels)
    for part in blocks(len(found), block or _block_rows(len(candidates))):
        scores = model.scores(
            rows[part], source=source, target=target, retrieval=retrieval, channels=channels
        )
        check_matrix(scores, "scores", columns=len(candidates))
        ranks[part] = best_gold_ranks(scores, gold[part])
        if progress is not None:
            progress(part.stop, len(found))
    chances = [chance_precision_at(1, len(candidates), len(columns)) for columns in gold]
    identical = np.array([word in queries[word] for word in found], dtype=bool)
    rank_of = dict(zip(found, ranks.tolist(), strict=True))
    return BliResult(
        source_language=source,
        target_language=target,
        retrieval=retrieval,
        channels=channels,
        queries=len(queries),
        queries_in_vocabulary=len(found),
        coverage=len(found) / len(queries),
        precision=_precision(ranks),
        precision_overall=_precision(np.array([rank_of.get(word, np.inf) for word in queries])),
        mrr=mean_reciprocal_rank(ranks),
        confidence_interval=_interval(ranks, samples, seed),
        identical_queries=int(identical.sum()),
        precision_non_identical=_precision(ranks[~identical]),
        overlap_with_training=len(queries.keys() & model.trained_words(source, target)),
        candidates=len(candidates),
        chance_precision_at_1=float(np.mean(chances)) if chances else 0.0,
        samples=samples,
        seed=seed,
        policy=POLICY,
        versions={"xling": __version__, "numpy": np.__version__},
        ranks=tuple((word, rank_of.get(word)) for word in queries),
    )


def _direction(
    languages: tuple[str, ...], source: str | None, target: str | None
) -> tuple[str, str]:
    """Find the direction that is asked for among the model's languages."""
    known = {tag.casefold(): tag for tag in languages}
    there = " and ".join(languages)
    for tag in (source, target):
        if tag is not None and tag.casefold() not in known:
            raise InputError(f"the model has no language {tag!r}; it has {there}")
    if source is None and target is None:
        return languages[0], languages[1]
    start, end = (None if tag is None else known[tag.casefold()] for tag in (source, target))
    if start is None or end is None:
        others = [tag for tag in languages if tag not in (start, end)]
        if len(others) > 1:
            raise InputError(f"one language of {there} is given; source and target are needed")
        start, end = start or others[0], end or others[0]
    if start == end:
        raise InputError(f"source and target language are both {start!r}; the model links {there}")
    return start, end


def _queries(lexicon: Lexicon | PathLike, source: str, target: str) -> dict[str, tuple[str, ...]]:
    """Give the gold words of each query, of a lexicon of the right direction."""
    if not isinstance(lexicon, Lexicon):
        from xling.data.formats.lexicon_tsv import read_lexicon

        lexicon, _ = read_lexicon(lexicon, (source, target))
    held = (lexicon.source_language, lexicon.target_language)
    folded = [tag.casefold() for tag in held]
    if folded != [source.casefold(), target.casefold()]:
        turned = folded == [target.casefold(), source.casefold()]
        raise LanguageMismatchError(
            f"a {held[0]}-{held[1]} lexicon cannot judge {source} to {target}; "
            f"its first column must hold {source} words, its second {target} words",
            hint=f"evaluate from {target} to {source}" if turned else None,
        )
    if not len(lexicon):
        raise DegenerateInputError("the lexicon holds no pair; there is nothing to evaluate")
    return lexicon.queries()


def _in_vocabulary(
    queries: Mapping[str, tuple[str, ...]], words: Vocabulary, candidates: Vocabulary
) -> tuple[list[str], IntVector, list[IntVector]]:
    """Give the queries that can be judged, the row of each, and its gold columns."""
    columns = _rows_by_form(candidates, queries.values())
    found: list[str] = []
    rows: list[int] = []
    gold: list[IntVector] = []
    for word, forms in queries.items():
        row = words.find(word)
        right = [column for form in forms for column in columns[form]]
        if row is not None and right:
            found.append(word)
            rows.append(row)
            gold.append(np.array(right, dtype=np.int64))
    return found, np.array(rows, dtype=np.int64), gold


def _rows_by_form(
    vocabulary: Vocabulary, wanted: Iterable[Iterable[str]]
) -> Mapping[str, list[int]]:
    """Find every row of some folded words: where casings have rows of their own, all are right."""
    rows: dict[str, list[int]] = {form: [] for forms in wanted for form in forms}
    for row, word in enumerate(vocabulary):
        form = fold(word)
        if form in rows:
            rows[form].append(row)
    return rows


def _block_rows(width: int) -> int:
    """Give the number of float32 rows that make a block."""
    return max(1, min(_BLOCK_ROWS, _BLOCK_BYTES // (4 * max(width, 1))))


def _precision(ranks: Vector) -> dict[str, float]:
    """Give P@k at each cut."""
    return {str(k): precision_at(ranks, k) for k in CUTS}


def _interval(ranks: Vector, samples: int, seed: int) -> tuple[float, float]:
    """Give the interval of P@1; that of no query is nothing but 0."""
    if not len(ranks):
        return 0.0, 0.0
    hits = (ranks <= 1).astype(np.float64)
    return bootstrap_interval(hits, samples=samples, seed=seed)
