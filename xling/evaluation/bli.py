"""Bilingual lexicon induction: how well a model translates the words of a test lexicon."""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from xling import __version__
from xling.arrays import IntVector, Matrix, Vector
from xling.data.lexicon import Lexicon
from xling.data.text import fold
from xling.data.vocabulary import Vocabulary
from xling.errors import DegenerateInputError, InputError, LanguageMismatchError
from xling.evaluation.groups import Known, breakdown, clean_part, scores_of
from xling.evaluation.judging import Judged, judge
from xling.evaluation.lemmas import Lemmas, tolerant_columns
from xling.evaluation.metrics import mean_reciprocal_rank, precision_at
from xling.evaluation.policies import find_policy
from xling.evaluation.queries import Query, candidate_rows, resolve_queries
from xling.evaluation.resampling import bootstrap_interval
from xling.evaluation.results import CUTS, BliResult, QueryDetail
from xling.files import PathLike

__all__ = ["BliResult", "Scorer", "evaluate"]


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
    policy: str = "default",
    lemmas: bool = False,
    top: int = 0,
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
    policy : str
        How queries and hits are counted: one of `xling.evaluation.policies.POLICIES`.
    lemmas : bool
        Whether inflected forms of gold words are also counted, in scores of their own; needs the
        extra ``lemmas``.
    top : int
        How many answers to each query are kept.
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
        If the model has no such direction, ``block`` or ``samples`` is below 1 or ``top`` below
        0, no such policy exists, or no lemmas are known of the language.
    MissingExtraError
        If lemmas are asked for without the package.
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
    for name, number, least in (("block", block, 1), ("samples", samples, 1), ("top", top, 0)):
        if number is not None and number < least:
            raise InputError(f"{name} is {number}; at least {least} is needed")
    way = find_policy(policy)
    words, candidates = model.vocabulary(source), model.vocabulary(target)
    queries = resolve_queries(_checked(lexicon, source, target), words, candidates, way)
    asked = [query for query in queries if query.in_vocabulary]
    forms = Lemmas(target) if lemmas else None
    found = judge(
        lambda rows: model.scores(
            rows, source=source, target=target, retrieval=retrieval, channels=channels
        ),
        asked,
        candidates,
        kept=candidate_rows(candidates, way),
        tolerant=None if forms is None else tolerant_columns(asked, candidates, forms),
        top=top,
        block=block,
        progress=progress,
    )
    trained = model.trained_words(source, target), model.trained_words(target, source)
    known = Known(
        queries=asked, ranks=found.ranks, words=words, candidates=candidates, trained=trained[0]
    )
    drawn = {"samples": samples, "seed": seed}
    ranks = _over_all(queries, found.ranks, np.inf)
    identical = np.array([query.word in query.gold for query in asked], dtype=bool)
    return BliResult(
        source_language=source,
        target_language=target,
        retrieval=retrieval,
        channels=channels,
        queries=len(queries),
        queries_in_vocabulary=len(asked),
        coverage=len(asked) / len(queries),
        precision=_precision(found.ranks),
        precision_overall=_precision(ranks),
        mrr=mean_reciprocal_rank(found.ranks),
        map=float(found.average_precisions.mean()) if asked else 0.0,
        confidence_interval=_interval(found.ranks, samples, seed),
        identical_queries=int(identical.sum()),
        precision_non_identical=_precision(found.ranks[~identical]),
        overlap_with_training=sum(
            not trained[0].isdisjoint(map(fold, query.written)) for query in queries
        ),
        scores=tuple(
            {"over": over} | scores_of(part, average_precisions=average, **drawn)
            for over, part, average in (
                ("in vocabulary", found.ranks, found.average_precisions),
                ("all queries", ranks, _over_all(queries, found.average_precisions, 0.0)),
                (
                    "not identical",
                    found.ranks[~identical],
                    found.average_precisions[~identical],
                ),
            )
        ),
        clean=clean_part(known, trained, identical_strings=_by_spelling(model), **drawn),
        groups=breakdown(known, **drawn),
        inflection_tolerant=_tolerant(found, forms, samples, seed),
        candidates=found.candidates,
        chance_precision_at_1=found.chance,
        samples=samples,
        seed=seed,
        policy_name=way.name,
        policy=way.text,
        versions={"xling": __version__, "numpy": np.__version__},
        details=_details(queries, found),
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


def _checked(lexicon: Lexicon | PathLike, source: str, target: str) -> Lexicon:
    """Give a lexicon of the right direction that holds something."""
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
    return lexicon


def _by_spelling(model: Scorer) -> bool:
    """Tell whether a model's link was fitted on words that are spelled alike."""
    settings = getattr(model, "card", {}).get("settings") or {}
    return settings.get("init") in ("identical", "numerals")


def _over_all(queries: list[Query], values: Vector, other: float) -> Vector:
    """Give a value to every query; the same one to all of those out of vocabulary."""
    known = np.array([query.in_vocabulary for query in queries], dtype=bool)
    whole = np.full(len(queries), other)
    whole[known] = values
    return whole


def _tolerant(
    found: Judged, lemmas: Lemmas | None, samples: int, seed: int
) -> dict[str, object] | None:
    """Score the ranks that forgive inflection."""
    if lemmas is None or found.tolerant_ranks is None:
        return None
    return scores_of(found.tolerant_ranks, samples=samples, seed=seed) | {
        "lemmas": f"simplemma {lemmas.version}"
    }


def _details(queries: list[Query], found: Judged) -> tuple[QueryDetail, ...]:
    """Put together what was found for each query."""
    place = 0
    details = []
    for query in queries:
        if not query.in_vocabulary:
            details.append(QueryDetail(query=query.word, gold=query.gold))
            continue
        answers, wrong = found.answers[place] if found.answers else ((), None)
        tolerant = found.tolerant_ranks
        details.append(
            QueryDetail(
                query=query.word,
                gold=query.gold,
                rank=float(found.ranks[place]),
                average_precision=float(found.average_precisions[place]),
                tolerant_rank=None if tolerant is None else float(tolerant[place]),
                answers=answers,
                best_wrong=wrong,
            )
        )
        place += 1
    return tuple(details)


def _precision(ranks: Vector) -> dict[str, float]:
    """Give P@k at each cut."""
    return {str(k): precision_at(ranks, k) for k in CUTS}


def _interval(ranks: Vector, samples: int, seed: int) -> tuple[float, float]:
    """Give the interval of P@1; that of no query is nothing but 0."""
    if not len(ranks):
        return 0.0, 0.0
    hits = (ranks <= 1).astype(np.float64)
    return bootstrap_interval(hits, samples=samples, seed=seed)
