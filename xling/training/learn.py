"""From sentence pairs to a model: hold out, count, link, calibrate."""

import hashlib
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from importlib import import_module
from importlib.metadata import version
from typing import Any, get_args

import numpy as np
from threadpoolctl import threadpool_limits

from xling import __version__
from xling.arrays import IntVector
from xling.counting.hold_out import HeldOut, Match, Side, hold_out, unrelated
from xling.data.corpus import ParallelCorpus
from xling.data.indexed import IndexedText, index_text
from xling.data.lexicon import Lexicon
from xling.data.text import looks_unsegmented
from xling.errors import ConfigError, CoverageError, DegenerateInputError, LanguageMismatchError
from xling.evidence.ranker import Ranker, ranker_key
from xling.evidence.table import table_evidence
from xling.model.model import Model
from xling.model.side import make_sides
from xling.progress import Progress, silent
from xling.retrieval.criteria import Criterion
from xling.stages import Stages
from xling.training.calibrate import fit_ranker, inner_split
from xling.training.material import Material, gather, linked_words
from xling.training.registry import Recipe
from xling.training.run import RUN_FIELDS, for_run

__all__ = ["TrainSettings", "Trained", "learn"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainSettings:
    """What is the same for every recipe.

    Parameters
    ----------
    dim : int
        Number of dimensions.
    min_count : int
        How often a word must occur in the text that is kept.
    seed : int
        Of everything random.
    threads : int, optional
        ``None``: all processors.
    hold_out_side : {"source", "both"}
        On which side of a pair a held-out word takes the pair out.
    hold_out_match : {"form", "family"}
        Whether other words of the same stem do so too.
    calibrate : bool
        Whether the ranker is fitted; without it answers have no probability.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    dim: int = 500
    min_count: int = 3
    seed: int = 0
    threads: int | None = None
    hold_out_side: Side = "source"
    hold_out_match: Match = "form"
    calibrate: bool = True

    def __post_init__(self) -> None:
        for name in ("dim", "min_count"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; at least 1 is needed")
        if self.threads is not None and self.threads < 1:
            raise ConfigError(f"threads is {self.threads}; at least 1 is needed")
        if self.seed < 0:
            raise ConfigError(f"seed is {self.seed}; at least 0 is needed")
        if self.hold_out_side not in ("source", "both"):
            raise ConfigError(f"hold-out side {self.hold_out_side!r}; source or both is needed")
        if self.hold_out_match not in ("form", "family"):
            raise ConfigError(f"hold-out match {self.hold_out_match!r}; form or family is needed")


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
        Counts of the hold-out, zeros without one.
    seconds : dict
        Wall time of each stage.
    warnings : tuple of str
        What the user should know.
    """

    model: Model
    pairs: int
    seed_pairs: int
    held_out: dict[str, int]
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
    further: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
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
        Test words that no matched pair and no seed pair may hold.
    further : pair of tuple of str
        More text of each language, matched with nothing.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    Trained
        The model and the counts.

    Raises
    ------
    LanguageMismatchError
        If a lexicon is not in the corpus's languages.
    DegenerateInputError, CoverageError
        If nothing is left to learn from.
    """
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
            held = hold_out(
                source,
                target,
                source_words=[] if held_out is None else held_out.queries(),
                target_words=[]
                if held_out is None or settings.hold_out_side == "source"
                else held_out.inverted().queries(),
                match=settings.hold_out_match,
                seed=settings.seed,
            )
            source, more_source = _extend(source, further[0], held)
            target, more_target = _extend(target, further[1], held)
        with stages.time("count"):
            material = gather(
                (source, target),
                held.linked,
                (
                    np.concatenate([held.source_halves, more_source]),
                    np.concatenate([held.target_halves, more_target]),
                ),
                min_count=settings.min_count,
                lexicon=lexicon,
                withheld=(held.source_words, held.target_words),
                progress=progress,
            )
        with stages.time("link"):
            model = _link(material, for_run(recipe, "outer"), settings, held, progress)
        with stages.time("calibrate"):
            rankers = (
                _calibrate(material, recipe, settings, lexicon, progress)
                if settings.calibrate
                else {}
            )
    texts = (source, target)
    card = _card(name, recipe, settings, material, held, texts)
    return Trained(
        model=replace(model, rankers=rankers, card=card),
        pairs=len(held.linked),
        seed_pairs=len(material.seeds),
        held_out=held.counts(),
        seconds=stages.seconds,
        warnings=tuple(_warnings(material, settings, texts, held_out, held)),
    )


def _extend(
    text: IndexedText, sentences: Sequence[str], held: HeldOut
) -> tuple[IndexedText, IntVector]:
    """Append further text; give the numbers of its sentences that may be used."""
    if not sentences:
        return text, np.zeros(0, np.int64)
    whole = index_text(sentences, text.language, extend=text)
    return whole, unrelated(whole, held, len(text))


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
    return Model(
        sides=sides,
        table=table_evidence(material.table, *(words.words for words in material.vocabularies)),
    )


def _calibrate(
    material: Material,
    recipe: Recipe,
    settings: TrainSettings,
    lexicon: Lexicon | None,
    progress: Progress,
) -> dict[str, Ranker]:
    """Learn again without some of the linked pairs, and fit the rankers on what these say."""
    split = inner_split(material, seed=settings.seed, progress=progress)
    if split is None:
        return {}
    try:
        inner = gather(
            material.texts,
            split.held.linked,
            split.unmatched,
            min_count=settings.min_count,
            lexicon=lexicon,
            withheld=(split.held.source_words, split.held.target_words),
            progress=progress,
        )
        model = _link(inner, for_run(recipe, "inner"), settings, split.held, progress)
    except (CoverageError, DegenerateInputError):
        return {}  # too little text to learn from a part of it
    rankers = {}
    for side, (asked, answers) in enumerate((model.sides, model.sides[::-1])):
        for criterion in get_args(Criterion):
            key = ranker_key(asked.language, answers.language, criterion)
            way = model.way(asked.language, answers.language, retrieval=criterion)
            rankers[key] = fit_ranker(way, split, side)
    return rankers


def _card(
    name: str,
    recipe: Recipe,
    settings: TrainSettings,
    material: Material,
    held: HeldOut,
    texts: tuple[IndexedText, IndexedText],
) -> dict[str, Any]:
    """Record how the model was made."""
    return {
        "recipe": name,
        "languages": [text.language for text in texts],
        "settings": {**asdict(settings), "threads": None, "recipe": _settings_of(recipe)},
        "seed": settings.seed,
        "sentence_pairs": len(held.linked),
        "unmatched_sentences": [len(text) - len(held.linked) for text in material.texts],
        "seed_pairs": len(material.seeds),
        "vocabulary": [len(words) for words in material.vocabularies],
        "held_out": held.counts(),
        "table": {
            "perplexities": [list(pair) for pair in material.table.perplexities],
            "converged": material.table.converged,
        },
        "inputs": [_fingerprint(text) for text in texts],
        "versions": {
            "xling": __version__,
            "python": platform.python_version(),
            **{package: version(package) for package in ("numpy", "scipy", "faiss-cpu")},
        },
    }


def _settings_of(part: Any) -> Any:
    """Give the settings of a recipe, and of the encoder and aligner in it, as plain values."""
    if not is_dataclass(part):
        return list(part) if isinstance(part, tuple) else part
    names = [one.name for one in fields(part) if one.name not in RUN_FIELDS]
    values = {name: _settings_of(getattr(part, name)) for name in names}
    return {"class": type(part).__name__, **values}


def _fingerprint(text: IndexedText) -> str:
    """Give the SHA-256 of a text's words and sentences."""
    digest = hashlib.sha256("\n".join(text.written).encode())
    digest.update(text.written_ids.tobytes())
    digest.update(text.offsets.tobytes())
    return digest.hexdigest()


def _warnings(
    material: Material,
    settings: TrainSettings,
    texts: tuple[IndexedText, IndexedText],
    held_out: Lexicon | None,
    held: HeldOut,
) -> Iterator[str]:
    """Say what the user should know of the result."""
    pairs = len(material.linked[0])
    if pairs < settings.dim:
        yield f"fewer sentence pairs ({pairs}) than dimensions ({settings.dim})"
    if held_out is not None and not held.words:
        yield "none of the held-out words occurs in the sentence pairs"
    for text, words in zip(texts, material.vocabularies, strict=True):
        sample = [text.types[i] for i in text.ids[:20_000]]
        if looks_unsegmented(sample, int(np.searchsorted(text.offsets, len(sample)))):
            yield (
                f"the {text.language} text looks unsegmented (hardly any blanks): its words are "
                "not cut apart"
            )
        tokens = int(material.sentences[0 if text is texts[0] else 1].offsets[-1])
        whole = len(material.texts[0 if text is texts[0] else 1].ids)
        if tokens < whole / 2:
            yield (
                f"the minimum count of {settings.min_count} drops most of the {text.language} "
                f"text: {tokens} of {whole} words are left, {len(words)} different ones"
            )
