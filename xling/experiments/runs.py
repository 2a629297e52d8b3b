"""One training run of an experiment: train without some words, then translate these."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from xling.data.formats.lexicon_tsv import read_lexicon
from xling.data.formats.pair_sources import read_pair_sources
from xling.data.formats.sentence_files import SentenceFiles
from xling.data.lexicon import Lexicon
from xling.evaluation.bli import evaluate
from xling.evaluation.first_answers import first_answers
from xling.model.model import Model
from xling.progress import Progress, silent
from xling.recipes import train_corpus
from xling.stages import Stages, peak_memory_mib
from xling.training.learn import TrainSettings
from xling.training.run import RunOptions

__all__ = ["Answer", "Run", "RunResult", "Runner", "carry_out", "run_here", "skipped"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """What to train, and what to ask.

    Parameters
    ----------
    pairs : str
        File of sentence pairs.
    languages : pair of str
        Source and target language.
    recipe : str
        By name.
    settings : TrainSettings
        Of the training.
    hold_out : tuple of (str, str)
        The lexicon that is held out, and whose source words are then asked.
    channels : tuple of str
        Choices of evidence, each as `xling.evaluation.bli.evaluate` takes it.
    retrieval : str
        Criterion of the space.
    fold : int
        Which part of the lexicon this is, from 0.
    seed_lexicon : str or None
        File of seed pairs; ``None`` for those that are mined. Held-out words are taken out of it.
    monolingual : pair of tuple of str
        Files with more text of the source and of the target language.
    device : str
        Where a recipe that is trained step by step is computed.
    recipe_settings : mapping of str to object
        Of the recipe itself, where they differ from its own.
    """

    pairs: str
    languages: tuple[str, str]
    recipe: str
    settings: TrainSettings
    hold_out: tuple[tuple[str, str], ...] = field(repr=False)
    channels: tuple[str, ...]
    retrieval: str = "csls"
    fold: int = 0
    seed_lexicon: str | None = None
    monolingual: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    device: str = "auto"
    recipe_settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def lexicon(self) -> Lexicon:
        """The words held out."""
        source, target = self.languages
        return Lexicon(source_language=source, target_language=target, pairs=self.hold_out)

    def to_json(self) -> dict[str, Any]:
        """Give the run as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Run":
        """Make a run from what `to_json` gave.

        Parameters
        ----------
        document : mapping
            Lists may stand for tuples.

        Returns
        -------
        Run
            Equal to the one that was written.
        """
        values = dict(document)
        values["settings"] = TrainSettings(**values["settings"])
        values["languages"] = tuple(values["languages"])
        values["hold_out"] = tuple((a, b) for a, b in values["hold_out"])
        values["channels"] = tuple(values["channels"])
        values["monolingual"] = tuple(tuple(paths) for paths in values["monolingual"])
        values["recipe_settings"] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values["recipe_settings"].items()
        }
        return cls(**values)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """How a query in vocabulary was answered.

    Parameters
    ----------
    rank : float
        Of the best gold word.
    right : bool
        Whether the first answer is a gold word.
    confidence : float or None
        Probability that the model gives its first answer; ``None`` where it has none.
    returns : bool
        Whether the first translation of the first answer, the other way, is the query.
    """

    rank: float
    right: bool
    confidence: float | None
    returns: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class RunResult:
    """What a run found.

    Parameters
    ----------
    recipe : str
        By name.
    seed, fold, shots : int
        Which run it was.
    answers : mapping of str to mapping of str to Answer
        For each choice of evidence, each query in vocabulary.
    queries : tuple of str
        All queries asked, folded.
    overlap : int
        Queries that stand in linked pairs or a seed lexicon.
    outside : mapping of str to mapping of str to float
        For each choice of evidence, each query out of vocabulary, and the probability of the
        first answer that it is given all the same; 0 where there is none.
    trained : mapping
        Counts, wall time of each stage (seconds) and peak memory (MiB) of the training, and what
        the user should know of it; under ``skipped``, what could not be read of monolingual text.
    """

    recipe: str
    seed: int
    fold: int
    shots: int
    answers: Mapping[str, Mapping[str, Answer]] = field(repr=False)
    queries: tuple[str, ...] = field(repr=False)
    overlap: int
    trained: Mapping[str, Any] = field(repr=False)
    outside: Mapping[str, Mapping[str, float]] = field(default_factory=dict, repr=False)

    def to_json(self) -> dict[str, Any]:
        """Give the result as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "RunResult":
        """Make a result from what `to_json` gave.

        Parameters
        ----------
        document : mapping
            Lists may stand for tuples.

        Returns
        -------
        RunResult
            Equal to the one that was written.
        """
        values = dict(document)
        values["queries"] = tuple(values["queries"])
        values["answers"] = {
            channels: {query: Answer(**answer) for query, answer in answers.items()}
            for channels, answers in values["answers"].items()
        }
        return cls(**values)


#: What carries out a run: `run_here`, or `xling.experiments.worker.run_apart`.
Runner: TypeAlias = Callable[[Run, Progress], RunResult]


def run_here(run: Run, progress: Progress = silent) -> RunResult:
    """Carry out a run in this process.

    Parameters
    ----------
    run : Run
        What to do.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    RunResult
        Its time and memory are those of the training alone, without the evaluation; the peak is
        that of the process so far.

    Raises
    ------
    XlingError
        If an input cannot be used.
    """
    stages = Stages()
    with stages.time("total"):
        with stages.time("load"):
            corpus = read_pair_sources([run.pairs], run.languages).corpus
            seeds = run.seed_lexicon
            lexicon = None if seeds is None else read_lexicon(seeds, run.languages)[0]
        source, target = (SentenceFiles(paths, progress=progress) for paths in run.monolingual)
        trained = train_corpus(
            corpus,
            recipe=run.recipe,
            lexicon=lexicon,
            hold_out=run.lexicon,
            further=(source, target),
            run=RunOptions(device=run.device, settings=run.recipe_settings),
            settings=run.settings,
            progress=progress,
        )
    peak = peak_memory_mib()
    seconds = {"load": stages.seconds["load"], **trained.seconds, "total": stages.seconds["total"]}
    answers: dict[str, dict[str, Answer]] = {}
    outside: dict[str, dict[str, float]] = {}
    overlap = 0
    for channels in run.channels:
        answers[channels], outside[channels], overlap = _ask(trained.model, run, channels, progress)
    return RunResult(
        recipe=run.recipe,
        seed=run.settings.seed,
        fold=run.fold,
        shots=run.settings.shots,
        answers=answers,
        queries=tuple(run.lexicon.queries()),
        overlap=overlap,
        outside=outside,
        trained={
            "sentence_pairs": trained.pairs,
            "seed_pairs": trained.seed_pairs,
            "held_out": trained.held_out,
            "vocabulary": [len(side.vocabulary) for side in trained.model.sides],
            "seconds": {name: round(spent, 3) for name, spent in seconds.items()},
            "peak_memory_mib": round(peak, 1),
            "warnings": list(trained.warnings),
            "skipped": [
                line for report in (*source.reports, *target.reports) for line in report.describe()
            ],
        },
    )


def carry_out(
    runs: Sequence[Run], runner: Runner = run_here, progress: Progress = silent
) -> list[RunResult]:
    """Carry out runs, one after the other.

    Parameters
    ----------
    runs : sequence of Run
        What to do.
    runner : callable
        Carries out one run.
    progress : callable
        Called as the work goes on: for all runs, and for the stages of each.

    Returns
    -------
    list of RunResult
        In the same order.

    Raises
    ------
    XlingError
        If an input cannot be used.
    """
    found = []
    for number, run in enumerate(runs):
        progress("runs", number, len(runs))
        name = f"{run.recipe}, run {number + 1} of {len(runs)}"

        def tell(stage: str, done: int, total: int, name: str = name) -> None:
            progress(f"{name}: {stage}", done, total)

        found.append(runner(run, tell))
    progress("runs", len(runs), len(runs))
    return found


def skipped(results: Iterable[RunResult]) -> list[str]:
    """Tell what the runs could not read of monolingual text, each thing once.

    Parameters
    ----------
    results : iterable of RunResult
        That read the same files.

    Returns
    -------
    list of str
        One sentence for each kind of problem.
    """
    return list(dict.fromkeys(line for one in results for line in one.trained.get("skipped", ())))


def _ask(
    model: Model, run: Run, channels: str, progress: Progress
) -> tuple[dict[str, Answer], dict[str, float], int]:
    """Translate the held-out words by a choice of evidence; count those trained on.

    Gives the answers to the words in vocabulary, and how sure those to the others are.
    """
    source, target = run.languages
    result = evaluate(
        model,
        run.lexicon,
        source=source,
        target=target,
        retrieval=run.retrieval,
        channels=channels,
        samples=1,
        progress=lambda done, total: progress("evaluate", done, total),
    )
    ranks = {query: rank for query, rank in result.ranks if rank is not None}
    gold = run.lexicon.queries()
    there = {
        "source": source,
        "target": target,
        "retrieval": run.retrieval,
        "channels": channels,
    }
    found = first_answers(model, {query: gold[query] for query in ranks}, back=True, **there)
    others = {query: () for query, rank in result.ranks if rank is None}  # none is right
    outside = first_answers(model, others, back=False, **there)
    answers = {
        one.query: Answer(
            rank=ranks[one.query],
            right=one.right,
            confidence=one.confidence,
            returns=bool(one.returns),
        )
        for one in found
    }
    return (
        answers,
        {one.query: one.confidence or 0.0 for one in outside},
        result.overlap_with_training,
    )
