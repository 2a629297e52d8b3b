"""From sentence pairs to a model: hold out, count, link, calibrate."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from xling.arrays import IntVector
from xling.counting.hold_out import HeldOut
from xling.data.corpus import ParallelCorpus
from xling.data.indexed import IndexedText, index_text
from xling.data.lexicon import Lexicon
from xling.data.text import fold
from xling.errors import (
    ConflictError,
    CoverageError,
    DegenerateInputError,
    LanguageMismatchError,
)
from xling.evidence.channels import EXTRA
from xling.evidence.ranker import Ranker, ranker_key
from xling.evidence.spelling import spelling_space
from xling.evidence.table import table_evidence
from xling.model.model import Model
from xling.model.side import make_sides
from xling.progress import Progress, silent
from xling.stages import Stages
from xling.training.calibrate import fit_ranker, inner_split
from xling.training.material import Material, gather, linked_words
from xling.training.record import card, made_from
from xling.training.registry import Recipe
from xling.training.run import for_run
from xling.training.settings import TrainSettings
from xling.training.split import split_off, without_held
from xling.training.texts import kept_text
from xling.training.unsegmented import describe_unsegmented, explaining_unsegmented

__all__ = ["TrainSettings", "Trained", "learn"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Trained:
    """A model, and what is only known of the run that made it.

    Parameters
    ----------
    model : Model
        Ready for look-up.
    pairs : int
        Linked sentence pairs, after the hold-out.
    seed_pairs : int
        Pairs of the seed lexicon.
    held_out : dict
        Counts of the hold-out, zeros without one; under ``short``, where there are shots, the
        words that fall short of them.
    seconds : dict
        Wall time of each stage.
    warnings : tuple of str
        What the user should know.
    """

    model: Model
    pairs: int
    seed_pairs: int
    held_out: dict[str, Any]
    seconds: dict[str, float] = field(repr=False)
    warnings: tuple[str, ...] = ()


def learn(
    corpus: ParallelCorpus,
    recipe: Recipe,
    settings: TrainSettings,
    *,
    name: str,
    lexicon: Lexicon | None = None,
    held_out: Lexicon | None = None,
    further: tuple[Iterable[str], Iterable[str]] = ((), ()),
    progress: Progress = silent,
) -> Trained:
    """Learn a model from sentence pairs.

    Parameters
    ----------
    corpus : ParallelCorpus
        Matched sentences.
    recipe : Recipe
        How the spaces and their link are learned.
    settings : TrainSettings
        What is the same for every recipe.
    name : str
        Of the recipe, for the record.
    lexicon : Lexicon, optional
        Seed pairs, instead of mined ones.
    held_out : Lexicon, optional
        Test words that no matched pair, but for the shots, and no seed pair may hold.
    further : pair of iterable of str
        More text of each language, matched with nothing; read once, as a stream.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    Trained
        The model and the counts. Memory: 16 bytes for each word of all text (8 without
        calibration), and what the counts of its vocabularies take.

    Raises
    ------
    LanguageMismatchError
        If a lexicon is not in the corpus's languages.
    DegenerateInputError, CoverageError
        If nothing is left to learn from, or no held-out word occurs.
    ConfigError
        If there are shots without held-out words, or more than any of these has sentences.
    """
    if settings.shots and held_out is None:
        raise ConflictError(f"shots is {settings.shots}, but no words are held out")
    languages = (corpus.source_language, corpus.target_language)
    for given in (lexicon, held_out):
        if given is not None and (given.source_language, given.target_language) != languages:
            raise LanguageMismatchError(
                f"a lexicon in {given.source_language}-{given.target_language} for a corpus in "
                f"{languages[0]}-{languages[1]}"
            )
    stages = Stages()
    import_module("faiss")  # a limit holds for the libraries that are loaded when it is set
    with threadpool_limits(settings.threads):
        with stages.time("read"):
            source = index_text(corpus.source, languages[0])
            target = index_text(corpus.target, languages[1])
        with stages.time("hold_out"):
            held = split_off(
                source,
                target,
                held_out,
                side=settings.hold_out_side,
                match=settings.hold_out_match,
                shots=settings.shots,
                seed=settings.seed,
            )
            given_seeds = lexicon
            if lexicon is not None:
                lexicon = without_held(lexicon, held, settings.hold_out_match)
        with stages.time("read"):
            halves, phrases = (held.source_halves, held.target_halves), settings.phrases
            kept = [
                kept_text(text, held.linked, halves[side], further[side], phrases=phrases)
                for side, text in enumerate((source, target))
            ]
        with stages.time("count"), explaining_unsegmented([one.text for one in kept]):
            linked = np.arange(len(held.linked))
            material = gather(
                (kept[0].text, kept[1].text),
                linked,
                (_after(linked, kept[0].text), _after(linked, kept[1].text)),
                min_count=settings.min_count,
                lexicon=lexicon,
                withheld=(held.source_words, held.target_words),
                made_from=made_from(
                    settings,
                    pairs=len(corpus),
                    further={one.text.language: one.further for one in kept},
                    held_out=held_out,
                    lexicon=given_seeds,
                ),
                progress=progress,
            )
        with stages.time("link"), explaining_unsegmented(material.texts):
            model = _link(material, for_run(recipe, "outer"), settings, held, progress)
        with stages.time("calibrate"):
            rankers = (
                _calibrate(material, recipe, settings, held, lexicon, progress)
                if settings.calibrate
                else {}
            )
    made = card(name, recipe, settings, material, held, [one.fingerprint for one in kept])
    return Trained(
        model=replace(model, rankers=rankers, card=made | {"scores": _scores(rankers)}),
        pairs=len(held.linked),
        seed_pairs=len(material.seeds),
        held_out=held.counts(),
        seconds=stages.seconds,
        warnings=tuple(_warnings(material, settings, held)),
    )


def _after(linked: IntVector, text: IndexedText) -> IntVector:
    """Give the numbers of a text's sentences after the linked ones."""
    return np.arange(len(linked), len(text))


def _link(
    material: Material, recipe: Recipe, settings: TrainSettings, held: HeldOut, progress: Progress
) -> Model:
    """Learn the spaces, and put the model together without its ranker."""
    linked = recipe.link(
        material,
        dim=settings.dim,
        seed=settings.seed,
        threads=settings.threads,
        progress=progress,
    )
    sides = make_sides(
        linked.spaces,
        linked.mappings,
        trained=(linked_words(material, 0), linked_words(material, 1)),
        held_out=(held.source_words, held.target_words),
        progress=progress,
    )
    table = table_evidence(material.table)
    words = [tuple(map(fold, vocabulary)) for vocabulary in material.vocabularies]
    spellings = spelling_space(
        (words[0], words[1]), table.likely(), seed=settings.seed, threads=settings.threads
    )
    extra = EXTRA if settings.two_way else ()
    return Model(sides=sides, table=table, spellings=spellings, extra=extra)


def _calibrate(
    material: Material,
    recipe: Recipe,
    settings: TrainSettings,
    held: HeldOut,
    lexicon: Lexicon | None,
    progress: Progress,
) -> dict[str, Ranker]:
    """Learn again without some of the linked pairs, and fit the rankers on what these say."""
    split = inner_split(
        material, seed=settings.seed, match=settings.hold_out_match, progress=progress
    )
    if split is None:
        return {}
    try:
        inner = gather(
            material.texts,
            split.held.linked,
            split.unmatched,
            min_count=settings.min_count,
            lexicon=lexicon,
            withheld=(
                split.held.source_words | held.source_words,
                split.held.target_words | held.target_words,
            ),
            made_from=material.made_from,
            progress=progress,
        )
        model = _link(inner, for_run(recipe, "inner"), settings, split.held, progress)
    except (CoverageError, DegenerateInputError):
        return {}  # too little text to learn from a part of it
    ways = [
        model.way(one.language, other.language) for one, other in (model.sides, model.sides[::-1])
    ]

    def fit(side: int) -> tuple[str, Ranker]:
        way = ways[side]
        key = ranker_key(way.asked.language, way.answers.language)
        return key, fit_ranker(way, split, side, seed=settings.seed)

    # Both directions side by side, each on one thread: the same bytes on any number of processors.
    workers = min(2, settings.threads or 2)
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(workers) as pool:
        return dict(pool.map(fit, (0, 1)))


def _scores(rankers: dict[str, Ranker]) -> dict[str, Any]:
    """Give how often the single networks' first answer was right, on words kept from each."""
    return {
        direction: {
            kind: {"queries": judge.tested[0], "precision": {"1": judge.tested[1]}}
            for kind, judge in (("linked", ranker.linked), ("unlinked", ranker.unlinked))
            if judge.tested is not None
        }
        for direction, ranker in rankers.items()
    }


def _warnings(
    material: Material,
    settings: TrainSettings,
    held: HeldOut,
) -> Iterator[str]:
    """Say what the user should know of the result."""
    pairs = len(material.linked[0])
    if pairs < settings.dim:
        yield f"fewer sentence pairs ({pairs}) than dimensions ({settings.dim})"
    if held.short:
        yield (
            f"{len(held.short)} of {held.words} held-out words have fewer than "
            f"{held.shots} matched sentences"
        )
    for side, (text, words) in enumerate(zip(material.texts, material.vocabularies, strict=True)):
        unsegmented = describe_unsegmented(text)
        if unsegmented is not None:
            yield unsegmented
        tokens = int(material.sentences[side].offsets[-1])
        whole = len(text.written_ids)
        if tokens < whole / 2:
            yield (
                f"the minimum count of {settings.min_count} drops most of the {text.language} "
                f"text: {tokens} of {whole} words are left, {len(words)} different ones"
            )
