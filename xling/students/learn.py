"""From a teacher and matched sentences to a student in its folder."""

import contextlib
import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

from xling import __version__
from xling.arrays import Matrix
from xling.data.corpus import ParallelCorpus
from xling.encoders.pretrained.checkpoint import Checkpoint, quiet
from xling.encoders.pretrained.precision import Precision
from xling.encoders.pretrained.transformer import TransformerEncoder
from xling.errors import ConfigError, DegenerateInputError, NonFiniteError
from xling.evaluation.bitext import retrieve
from xling.files import PathLike, atomic_directory
from xling.linking.linked import LinkedEncoders, unlinked
from xling.linking.sources import CheckpointSource
from xling.model.manifest import write_manifest
from xling.progress import Progress, silent
from xling.stages import Stages
from xling.students.card import student_card
from xling.students.checkpoints import claim_checkpoints
from xling.students.objective import check_masks
from xling.students.pairs import hold_out_pairs, sample_pairs, without_sentences
from xling.students.routes import part
from xling.students.settings import StaticSettings, StudentSettings
from xling.students.start import start_encoders, start_student
from xling.students.static import static_model
from xling.students.training import train_student

__all__ = ["STUDENT_KIND", "Student", "learn_static", "learn_student"]

#: What a student's folder says it is.
STUDENT_KIND = "xling-student"


@dataclass(frozen=True, kw_only=True, eq=False)
class Student:
    """A student, and how it was made.

    Parameters
    ----------
    models : pair of SentenceTransformer
        Of source and target language; of a network for both, the same one.
    facts : dict
        For the card; JSON can hold it.
    seconds : dict
        Wall time of each stage.
    warnings : tuple of str
        What to know.
    """

    models: tuple[Any, Any] = field(repr=False)
    facts: dict[str, Any] = field(repr=False)
    seconds: dict[str, float] = field(repr=False)
    warnings: tuple[str, ...] = ()

    def save(self, path: PathLike, *, force: bool = False) -> None:
        """Write a folder that sentence-transformers reads, with a model card.

        Where each language has an encoder of its own, it is a folder of linked encoders, with one
        of sentence-transformers in it for each.

        Parameters
        ----------
        path : path
            To make.
        force : bool
            Whether a folder that xling wrote is replaced.

        Raises
        ------
        FileAccessError
            If the place is taken, or the disk refuses.
        """
        if self.facts["kind"] != "transformer":
            self.linked().save(path, force=force, readme=student_card(self.facts))
            return
        with atomic_directory(path, force=force) as folder:
            with quiet():
                self.models[0].save(str(folder), create_model_card=False)
            (folder / "README.md").write_text(student_card(self.facts), encoding="utf-8")
            text = json.dumps(self.facts, ensure_ascii=False, indent=1)
            (folder / "student.json").write_text(text + "\n", encoding="utf-8")
            write_manifest(folder, kind=STUDENT_KIND)

    def linked(self) -> LinkedEncoders:
        """Give the student as the encoders of two languages.

        Returns
        -------
        LinkedEncoders
            Into one space, without maps.
        """
        sides = [
            unlinked(
                CheckpointSource(encoder=_encoder(model, language, str(self.facts["kind"]))),
                int(model.get_embedding_dimension()),
            )
            for model, language in zip(self.models, self.facts["languages"], strict=True)
        ]
        return LinkedEncoders(sides=(sides[0], sides[1]), card=dict(self.facts))


def learn_student(
    teacher: Checkpoint,
    corpus: ParallelCorpus,
    settings: StudentSettings | None = None,
    *,
    base: Checkpoint | None = None,
    two: bool = False,
    target_base: Checkpoint | None = None,
    tested: Iterable[str] = (),
    checkpoints: Path | None = None,
    resume: bool = False,
    device: str = "cpu",
    seed: int = 0,
    progress: Progress = silent,
) -> Student:
    """Train one student for both languages, or an encoder for each of them together.

    Parameters
    ----------
    teacher : Checkpoint
        Of the source language.
    corpus : ParallelCorpus
        Matched sentences.
    settings : StudentSettings, optional
        Those of a small run on a processor otherwise.
    base : Checkpoint, optional
        What the student starts from; the teacher itself by default.
    two : bool
        Whether each language has a network of its own. That of the source language keeps its
        tokenizer, and so does a target base.
    target_base : Checkpoint, optional
        Of two: what the target language's one starts from; as the other one by default.
    tested : iterable of str
        Sentences of a test set: pairs that hold one are not learned from.
    checkpoints : Path, optional
        Folder to keep checkpoints in; a temporary one otherwise.
    resume : bool
        Whether to go on from the last checkpoint there.
    device : str
        As torch names it.
    seed : int
        Of all that is random.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    Student
        With its accuracy on held-out pairs before and after.

    Raises
    ------
    ConfigError
        If the base cannot be trained as asked, or its width is not the teacher's.
    NonFiniteError
        If training left the numbers behind; the last good checkpoint stays in ``checkpoints``.
    ConflictError
        If ``checkpoints`` holds those of another run, or of any and ``resume`` is not set, or
        anything else: before the teacher is asked.
    XlingError
        If an input cannot be used.
    """
    settings = settings or StudentSettings()
    whole, held, removed = _pairs(corpus, tested, settings.held_out, seed)
    wanted = settings.steps * settings.batch * settings.accumulation / min(settings.epochs, 1)
    learned = sample_pairs(whole, ceil(wanted), seed)
    start = teacher if base is None else base
    starts = start, (start if target_base is None else target_base)
    if settings.distil and start.dim != teacher.dim:
        raise ConfigError(
            f"the base {start.name} gives {start.dim} dimensions, the "
            f"teacher {teacher.name} {teacher.dim}; equal numbers are needed",
            hint="take another --base, or leave it out to start from the teacher",
        )
    run = {"teacher": teacher.fingerprint, "base": start.fingerprint, "pairs": _sum(learned)}
    if two:
        run["target_base"] = starts[1].fingerprint
    with _folder(checkpoints) as folder:
        claim_checkpoints(folder, settings, run=run, resume=resume, seed=seed)
    stages = Stages()
    taught: Matrix | None = None
    warnings: list[str] = []
    with stages.time("start"):
        if two:
            model = start_encoders(starts, whole, settings.vocabulary)
        else:
            model = start_student(start, (*whole.source, *whole.target), settings.vocabulary)
    check_masks(model, settings)
    with stages.time("teach"):
        if settings.distil:
            taught, warnings = _taught(teacher, learned, settings.precision, progress)
    parts = _sides(model, learned)
    before = _accuracy(parts, held, [])
    with stages.time("train"), _folder(checkpoints) as folder:
        done = train_student(
            model,
            learned,
            taught,
            settings,
            folder,
            run=run,
            resume=resume,
            device=device,
            seed=seed,
            progress=progress,
        )
    parts = _sides(model, learned)
    kind = "encoders" if two else "transformer"
    facts = {
        **_facts(kind, teacher, learned, held, removed, settings, seed),
        "base": start.name,
        **({"target_base": starts[1].name} if two else {}),
        "steps": done.steps,
        "resumed": done.resumed,
        "precision": done.precision,
        "batch": done.batch,
        "losses": [list(one) for one in done.losses],
        "accuracy_before": before,
        "accuracy": _accuracy(parts, held, warnings),
    }
    warnings += done.warnings
    return Student(models=parts, facts=facts, seconds=stages.seconds, warnings=tuple(warnings))


def learn_static(
    teacher: Checkpoint,
    corpus: ParallelCorpus,
    settings: StaticSettings | None = None,
    *,
    tested: Iterable[str] = (),
    seed: int = 0,
    progress: Progress = silent,
) -> Student:
    """Solve for a table of piece vectors for each language.

    The source language's sentences are taught their teacher's vectors, those of the target
    language the vectors of the sentences that they are matched with.

    Parameters
    ----------
    teacher, corpus, tested, seed, progress
        As `learn_student`.
    settings : StaticSettings, optional
        Their defaults otherwise.

    Returns
    -------
    Student
        With its accuracy on held-out pairs.

    Raises
    ------
    XlingError
        If an input cannot be used.
    """
    settings = settings or StaticSettings()
    learned, held, removed = _pairs(corpus, tested, settings.held_out, seed)
    stages = Stages()
    with stages.time("teach"):
        taught, warnings = _taught(teacher, learned, settings.precision, progress)
    with stages.time("train"):
        first, second = (
            static_model(texts, taught, settings, progress=progress)
            for texts in (learned.source, learned.target)
        )
    facts = {
        **_facts("static", teacher, learned, held, removed, settings, seed),
        "accuracy_before": {},
        "accuracy": _accuracy((first, second), held, warnings),
    }
    return Student(
        models=(first, second), facts=facts, seconds=stages.seconds, warnings=tuple(warnings)
    )


def _pairs(
    corpus: ParallelCorpus, tested: Iterable[str], count: int, seed: int
) -> tuple[ParallelCorpus, ParallelCorpus | None, int]:
    """Take a test set's sentences out, and keep some pairs apart."""
    left, removed = without_sentences(corpus, tested)
    learned, held = hold_out_pairs(left, count, seed)
    if len(learned) < 2:
        raise DegenerateInputError(f"{len(learned)} pairs to learn from; at least 2 are needed")
    return learned, held, removed


def _taught(
    teacher: Checkpoint, corpus: ParallelCorpus, precision: Precision, progress: Progress
) -> tuple[Matrix, list[str]]:
    """Ask the teacher for the vectors of the source sentences, each once."""
    encoder = TransformerEncoder(
        checkpoint=teacher, language=corpus.source_language, precision=precision
    )
    places = {text: row for row, text in enumerate(dict.fromkeys(corpus.source))}
    progress("teach", 0, len(places))
    rows, counts = encoder.encode_counted(list(places))
    progress("teach", len(places), len(places))
    return rows[[places[text] for text in corpus.source]], counts.describe(
        teacher.name, corpus.source_language
    )


@contextlib.contextmanager
def _folder(checkpoints: Path | None) -> Iterator[Path]:
    """Give the folder of checkpoints: where none is wanted, one that is gone afterwards."""
    if checkpoints is not None:
        yield checkpoints
        return
    with tempfile.TemporaryDirectory() as place:
        try:
            yield Path(place)
        except NonFiniteError as error:
            raise NonFiniteError(
                str(error),
                hint="a lower --set learning_rate helps; --checkpoint DIR keeps the last good "
                "checkpoint, and without it none is kept",
            ) from error


def _sides(model: Any, corpus: ParallelCorpus) -> tuple[Any, Any]:
    """Give the encoders of source and target language: the same one where there is but one."""
    tags = corpus.source_language, corpus.target_language
    return part(model, tags[0]), part(model, tags[1])


def _accuracy(
    models: tuple[Any, Any], held: ParallelCorpus | None, noticed: list[str]
) -> dict[str, float]:
    """Look held-out sentences up among each other, by cosine; note what tokenizers lack."""
    if held is None:
        return {}
    tags = held.source_language, held.target_language
    rows = []
    for model, tag, texts in zip(models, tags, (held.source, held.target), strict=True):
        found, counts = _encoder(model, tag, "the student").encode_counted(texts)
        rows.append(found)
        noticed += counts.describe("the student", tag)
    there, back = retrieve(rows[0], rows[1], retrieval="nn")
    return {f"{tags[0]}-{tags[1]}": there.accuracy, f"{tags[1]}-{tags[0]}": back.accuracy}


def _encoder(model: Any, language: str, name: str) -> TransformerEncoder:
    """Encode with a model that was just made."""
    model.eval()
    return TransformerEncoder(checkpoint=Checkpoint(model=model, name=name), language=language)


def _facts(
    kind: str,
    teacher: Checkpoint,
    learned: ParallelCorpus,
    held: ParallelCorpus | None,
    removed: int,
    settings: StudentSettings | StaticSettings,
    seed: int,
) -> dict[str, Any]:
    """Say what is the same for every kind."""
    return {
        "kind": kind,
        "languages": [learned.source_language, learned.target_language],
        "teacher": teacher.name,
        "pairs": len(learned),
        "held_out": 0 if held is None else len(held),
        "test_pairs_removed": removed,
        "settings": asdict(settings),
        "seed": seed,
        "versions": {"xling": __version__},
    }


def _sum(corpus: ParallelCorpus) -> str:
    """Give the SHA-256 of all pairs."""
    import hashlib

    text = "\n".join(f"{a}\t{b}" for a, b in zip(corpus.source, corpus.target, strict=True))
    return hashlib.sha256(text.encode()).hexdigest()
