"""The two ways to a model, end to end: from sentence pairs, and from two existing spaces."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from xling import __version__
from xling.aligners.base import Alignment, Supervision, Verdict, few_pairs, flat_spaces
from xling.aligners.diagnostics import diagnose
from xling.aligners.registry import check_method, configured
from xling.aligners.sentences import (
    PairsAs,
    SentenceLexicon,
    different_pairs,
    from_sentences,
    trained_words,
)
from xling.data.corpus import ParallelCorpus
from xling.data.formats.lexicon_tsv import read_lexicon
from xling.data.formats.pair_sources import read_pair_sources
from xling.data.formats.sentence_files import SentenceFiles, check_unmatched
from xling.data.formats.vectors import read_vectors
from xling.data.language import check_language_pair
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.encoders.registry import encoder as find_encoder
from xling.errors import ConflictError, InputError, UntrustedError
from xling.files import PathLike
from xling.model.model import Model
from xling.model.side import make_sides
from xling.progress import Progress, silent
from xling.stages import Stages
from xling.training.learn import Trained, TrainSettings, learn
from xling.training.registry import recipe as find_recipe
from xling.training.run import RunOptions

__all__ = ["Aligned", "align", "align_spaces", "train", "train_corpus"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Aligned:
    """A model from two existing spaces, and what is only known of the run that made it.

    Parameters
    ----------
    model : Model
        Ready for look-up.
    alignment : Alignment
        What the aligner found.
    seconds : dict
        Wall time of each stage.
    warnings : tuple of str
        What to know before the model is used.
    """

    model: Model
    alignment: Alignment
    seconds: dict[str, float] = field(repr=False)
    warnings: tuple[str, ...] = ()


def train(
    pairs: PathLike | ParallelCorpus,
    languages: tuple[str, str],
    *,
    recipe: str = "joint",
    encoder: str = "ppmi",
    lexicon: PathLike | Lexicon | None = None,
    hold_out: PathLike | Lexicon | None = None,
    monolingual: tuple[PathLike | Iterable[str] | None, PathLike | Iterable[str] | None] = (
        None,
        None,
    ),
    accept_line_aligned: bool = False,
    run: RunOptions | None = None,
    progress: Progress = silent,
    **settings: Any,
) -> Model:
    """Learn both languages' representations and their link from sentence pairs.

    Parameters
    ----------
    pairs : path or ParallelCorpus
        A file, folder or data set on the hub, as for
        `xling.data.formats.pair_sources.read_pair_sources`, or a corpus.
    languages : pair of str
        Of the two columns, BCP-47.
    recipe : str
        ``"joint"``, ``"separate"``, ``"joint-skipgram"`` or ``"joint-layers"``.
    encoder : str
        Of the recipe ``"separate"``: ``"ppmi"``, ``"skipgram"`` or ``"fasttext"``.
    lexicon : path or Lexicon, optional
        Seed pairs, instead of those mined from the sentences.
    hold_out : path or Lexicon, optional
        Words that no matched pair may hold: the zero-shot protocol.
    monolingual : pair of path or iterable of str
        More text of the source and of the target language, matched with nothing: a file of one
        sentence a line, or sentences (for several files, an
        `xling.data.formats.SentenceFiles`); ``None`` for no more. It is read once, as a stream.
    accept_line_aligned : bool
        Whether two such files of the same number of lines are taken as unmatched; otherwise they
        are refused. What is no file is not compared.
    run : RunOptions, optional
        Checkpoints and device, of a recipe that is trained step by step.
    progress : callable
        Called as the work goes on.
    **settings
        Of `xling.training.learn.TrainSettings`: ``dim``, ``seed``, ``min_count`` and so on.

    Returns
    -------
    Model
        Ready for look-up.

    Raises
    ------
    XlingError
        If an input cannot be used; the message says what is wrong, and where.
    """
    source, target = check_language_pair(tuple(languages))
    corpus = pairs
    if not isinstance(corpus, ParallelCorpus):
        corpus = read_pair_sources([corpus], (source, target)).corpus
    return train_corpus(
        corpus,
        recipe=recipe,
        encoder=encoder,
        lexicon=_lexicon(lexicon, (source, target)),
        hold_out=_lexicon(hold_out, (source, target)),
        further=_sentences(monolingual, progress, accept_line_aligned=accept_line_aligned),
        run=run,
        settings=TrainSettings(**settings),
        progress=progress,
    ).model


def train_corpus(
    corpus: ParallelCorpus,
    *,
    recipe: str = "joint",
    encoder: str = "ppmi",
    lexicon: Lexicon | None = None,
    hold_out: Lexicon | None = None,
    further: tuple[Iterable[str], Iterable[str]] = ((), ()),
    run: RunOptions | None = None,
    settings: TrainSettings,
    progress: Progress = silent,
) -> Trained:
    """Learn a model from a corpus, and tell all about the run.

    Parameters
    ----------
    corpus : ParallelCorpus
        Matched sentences.
    recipe, encoder : str
        As in `train`.
    lexicon, hold_out : Lexicon, optional
        As in `train`.
    further : pair of iterable of str
        More sentences of each language, matched with nothing; read once, as a stream.
    run : RunOptions, optional
        Checkpoints and device, of a recipe that is trained step by step.
    settings : TrainSettings
        What is the same for every recipe.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    Trained
        The model and the counts.

    Raises
    ------
    ConflictError
        If an encoder, a checkpoint or a device is chosen for a recipe that takes none.
    XlingError
        If an input cannot be used.
    """
    options = {} if run is None else run.options(recipe)
    if recipe == "separate":
        options["encoder"] = find_encoder(encoder)()
    elif encoder != "ppmi":
        raise ConflictError(f"recipe {recipe!r} has its own encoder; {encoder!r} needs 'separate'")
    return learn(
        corpus,
        find_recipe(recipe, **options),
        settings,
        name=recipe,
        lexicon=lexicon,
        held_out=hold_out,
        further=further,
        progress=progress,
    )


def align(
    source: PathLike | EmbeddingSpace,
    target: PathLike | EmbeddingSpace,
    lexicon: PathLike | Lexicon | None = None,
    *,
    languages: tuple[str, str] | None = None,
    method: str | None = None,
    pairs: PathLike | ParallelCorpus | None = None,
    pairs_as: PairsAs = "sentences",
    seed: int = 0,
    accept_untrusted: bool = False,
    progress: Progress = silent,
    **settings: Any,
) -> Model:
    """Link two existing spaces.

    Parameters
    ----------
    source, target : path or EmbeddingSpace
        Vector files, or spaces.
    lexicon : path or Lexicon, optional
        Seed pairs; some methods need none.
    languages : pair of str, optional
        Needed where a space is given as a file.
    method : str, optional
        One of `xling.aligners.registry.ALIGNERS`; ``"procrustes"`` by default with a lexicon,
        ``"unsupervised"`` without one.
    pairs : path or ParallelCorpus, optional
        Matched sentences, instead of a lexicon.
    pairs_as : {"sentences", "lexicon"}
        Whether the method is fitted on sentence vectors, or on the lexicon mined from the pairs.
    seed : int
        Of methods with something random.
    accept_untrusted : bool
        Whether an alignment that failed its own check is given all the same; its card says so.
    progress : callable
        Called as the work goes on.
    **settings
        Of the method.

    Returns
    -------
    Model
        Ready for look-up.

    Raises
    ------
    UntrustedError
        If the alignment failed its own check.
    XlingError
        If an input cannot be used; the message says what is wrong, and where.
    """
    if languages is None:
        if not isinstance(source, EmbeddingSpace) or not isinstance(target, EmbeddingSpace):
            raise InputError("languages are needed where a space is given as a file")
        languages = (source.language, target.language)
    pair = check_language_pair(tuple(languages))
    spaces = [
        space if isinstance(space, EmbeddingSpace) else read_vectors(space, language)[0]
        for space, language in zip((source, target), pair, strict=True)
    ]
    words = _lexicon(lexicon, pair)
    if pairs is not None:
        if words is not None:
            raise ConflictError("a lexicon and sentence pairs were given; one of them is needed")
        corpus = pairs
        if not isinstance(corpus, ParallelCorpus):
            corpus = read_pair_sources([corpus], pair).corpus
        words = from_sentences(corpus, (spaces[0], spaces[1]), pairs_as, progress=progress)
    aligned = align_spaces(
        spaces.pop(0),  # what was read here is let go once it is mapped
        spaces.pop(0),
        words,
        method=method,
        settings=settings,
        seed=seed,
        progress=progress,
    )
    if aligned.alignment.verdict is Verdict.FAILED and not accept_untrusted:
        raise UntrustedError(
            f"the {aligned.alignment.method} alignment failed its own check",
            hint="accept_untrusted=True gives it all the same; "
            f"{'more seed pairs' if words else 'a seed lexicon'} would help it",
        )
    return aligned.model


def align_spaces(
    source: EmbeddingSpace,
    target: EmbeddingSpace,
    lexicon: Lexicon | None = None,
    *,
    method: str | None = None,
    settings: Mapping[str, Any] | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> Aligned:
    """Link two spaces, and tell all about the run.

    Parameters
    ----------
    source, target : EmbeddingSpace
        Of two languages.
    lexicon : Lexicon, optional
        Seed pairs.
    method : str, optional
        As in `align`.
    settings : mapping of str to object, optional
        Of the method, where they differ from its own.
    seed : int
        Of methods with something random.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    Aligned
        The model and what the aligner found.

    Raises
    ------
    UnknownNameError, UnknownKeyError
        If there is no such method, or it has no such setting.
    ConflictError
        If a lexicon is given to a method that uses none.
    XlingError
        If an input cannot be used.
    """
    method = check_method(
        method, given=lexicon is not None, sentences=isinstance(lexicon, SentenceLexicon)
    )
    made = configured(method, settings or {})
    stages = Stages()
    with stages.time("diagnose"):
        described = diagnose(source, target, lexicon)
    with stages.time("align"):
        alignment = made.fit(source, target, lexicon, seed=seed, progress=progress)
    warnings = flat_spaces(source, target)
    if made.supervision is Supervision.LEXICON:
        warnings += few_pairs(
            different_pairs(lexicon, (source.vocabulary, target.vocabulary), alignment.seed_pairs),
            min(source.dim, target.dim),
        )
    trained = trained_words(lexicon, (source.vocabulary, target.vocabulary))
    held = list(alignment.spaces or (source, target))
    del source, target  # where nobody else holds a space, it is let go once it is mapped
    with stages.time("index"):
        sides = make_sides(
            (held.pop(0) for _ in (0, 1)),  # handed over, and not kept
            (alignment.source_mapping, alignment.target_mapping),
            trained=trained,
            progress=progress,
        )
    card = {
        "method": method,
        "languages": [side.language for side in sides],
        "settings": dict(alignment.settings),
        "seed": seed,
        "seed_pairs": alignment.seed_pairs,
        "pairs_used": alignment.pairs_used,
        "seed_coverage": None if alignment.coverage is None else alignment.coverage.share,
        "diagnostics": None if described is None else described.as_dict(),
        "history": list(alignment.history),
        "stop_reason": str(alignment.stop_reason),
        "verdict": None if alignment.verdict is None else str(alignment.verdict),
        "checks": dict(alignment.checks),
        "suspects": [[one.source, one.target, one.weight] for one in alignment.suspects],
        "vocabulary": [len(side.vocabulary) for side in sides],
        "inputs": [alignment.source_fingerprint, alignment.target_fingerprint],
        "warnings": list(warnings),
        "versions": {"xling": __version__},
    }
    model = Model(sides=sides, card=card)
    return Aligned(model=model, alignment=alignment, seconds=stages.seconds, warnings=warnings)


def _lexicon(given: PathLike | Lexicon | None, languages: tuple[str, str]) -> Lexicon | None:
    """Read a lexicon where a file is given."""
    if given is None or isinstance(given, Lexicon):
        return given
    return read_lexicon(given, languages)[0]


def _sentences(
    given: tuple[PathLike | Iterable[str] | None, PathLike | Iterable[str] | None],
    progress: Progress,
    *,
    accept_line_aligned: bool,
) -> tuple[Iterable[str], Iterable[str]]:
    """Open files as streams of sentences; refuse two that look line-aligned."""
    streams: list[Iterable[str]] = [
        SentenceFiles([text], progress=progress)
        if isinstance(text, str | os.PathLike)
        else (text or ())
        for text in given
    ]
    files = [stream.paths if isinstance(stream, SentenceFiles) else () for stream in streams]
    if not accept_line_aligned:
        check_unmatched(files[0], files[1])
    return streams[0], streams[1]
