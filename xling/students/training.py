"""Train a student with ``SentenceTransformerTrainer``: checkpoints, resume, a stop at NaN."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from xling.arrays import IntVector, Matrix
from xling.data.corpus import ParallelCorpus
from xling.encoders.pretrained.checkpoint import open_checkpoint, quiet
from xling.encoders.pretrained.memory import out_of_memory
from xling.encoders.pretrained.precision import choose_precision
from xling.errors import InputError, NonFiniteError
from xling.progress import Progress, silent
from xling.students.batches import ByLength
from xling.students.checkpoints import claim_checkpoints, last_checkpoint
from xling.students.objective import StudentObjective
from xling.students.routes import routes
from xling.students.settings import StudentSettings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformerTrainingArguments

__all__ = ["TrainedSteps", "train_student"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainedSteps:
    """What the training came to.

    Parameters
    ----------
    steps : int
        Made in all, those of an earlier run too.
    resumed : int
        Made by an earlier run.
    losses : tuple of (int, float)
        Step and mean loss since the last one, at about 20 places.
    precision : str
        Numbers that it was trained in.
    batch : int
        Sentence pairs at once: fewer than asked for where memory ran out.
    warnings : tuple of str
        What to know.
    """

    steps: int
    resumed: int
    losses: tuple[tuple[int, float], ...] = field(repr=False)
    precision: str
    batch: int
    warnings: tuple[str, ...] = ()


def train_student(
    model: Any,
    corpus: ParallelCorpus,
    taught: Matrix | None,
    settings: StudentSettings,
    folder: Path,
    *,
    run: Mapping[str, Any],
    resume: bool = False,
    device: str = "cpu",
    seed: int = 0,
    progress: Progress = silent,
) -> TrainedSteps:
    """Train a student in place.

    Parameters
    ----------
    model : SentenceTransformer
        From `xling.students.start`; where it has routes, they are called as the languages.
    corpus : ParallelCorpus
        What it learns from.
    taught : ndarray, shape (n, d), float32, optional
        The teacher's vectors of the source sentences, of length 1; ``None`` where nothing is
        distilled.
    settings : StudentSettings
        Objective and training.
    folder : Path
        Of checkpoints.
    run : mapping
        What tells this run from others, beside the settings; JSON can hold it.
    resume : bool
        Whether to go on from the last checkpoint there; without one, training begins.
    device : str
        As torch names it.
    seed : int
        Of the order of the pairs, of dropout and of masks.
    progress : callable
        Called after each step.

    Returns
    -------
    TrainedSteps

    Raises
    ------
    NonFiniteError
        If a loss or a weight is no number any more; the last good checkpoint stays, and is named.
    ConflictError
        As `xling.students.checkpoints.claim_checkpoints`.
    InputError
        If memory does not suffice for two pairs: smaller batches are tried before that.
    MissingExtraError
        If the trainer's package is not installed.
    """
    begun = claim_checkpoints(folder, settings, run=run, resume=resume, seed=seed)
    reading = [(side, side.max_seq_length) for side in dict.fromkeys(routes(model))]
    for side, longest in reading:
        side.max_seq_length = min(settings.longest, longest or settings.longest)
    data_of_card = model.model_card_data  # looks for examples with a bar, unless it has some
    data_of_card.generate_widget_examples = False
    data_of_card.widget = [{"source_sentence": corpus.source[0], "sentences": [corpus.target[0]]}]

    def prepare(asked: StudentSettings) -> Any:
        arguments = _arguments(asked, folder, device, seed, corpus, routed=len(reading) > 1)
        parts = asked.accumulation // settings.accumulation
        batches = ByLength(_lengths(corpus), settings.batch, seed, parts=parts)
        return _trainer(model, corpus, taught, asked, arguments, batches, progress)

    steps, history, used = _run_until_it_fits(model, settings, folder, prepare)
    warnings = (
        []
        if used == settings
        else [
            f"memory did not suffice for batches of {settings.batch} pairs: {used.batch} were "
            f"taken at once, and {used.accumulation} such batches gathered for a step"
        ]
    )
    for side, longest in reading:
        side.max_seq_length = longest
    model.eval()
    losses = tuple(
        (int(entry["step"]), float(entry["loss"])) for entry in history if "loss" in entry
    )
    return TrainedSteps(
        steps=steps,
        resumed=0 if begun is None else int(begun.name.rpartition("-")[2]),
        losses=losses,
        precision=choose_precision(settings.precision, device),
        batch=used.batch,
        warnings=tuple(warnings),
    )


def _trainer(
    model: Any,
    corpus: ParallelCorpus,
    taught: Matrix | None,
    settings: StudentSettings,
    arguments: "SentenceTransformerTrainingArguments",
    batches: ByLength,
    progress: Progress,
) -> Any:
    """Put the trainer together."""
    from datasets import Dataset
    from sentence_transformers import SentenceTransformerTrainer

    class Trainer(SentenceTransformerTrainer):  # type: ignore[misc, unused-ignore]
        """Its batches are of about one length."""

        def get_batch_sampler(self, *_: Any, **__: Any) -> ByLength:
            """Give them."""
            return batches

    columns: dict[str, Any] = {"source": list(corpus.source), "target": list(corpus.target)}
    if taught is not None:
        columns["label"] = np.asarray(taught, np.float32)
    with quiet():
        trainer = Trainer(
            model=model,
            args=arguments,
            train_dataset=Dataset.from_dict(columns),
            loss=StudentObjective(model, settings),
            callbacks=[_watcher(progress)],
        )
        _quieten(trainer)
    return trainer


def _lengths(corpus: ParallelCorpus) -> IntVector:
    """Give the letters of each pair's longer sentence."""
    pairs = zip(corpus.source, corpus.target, strict=True)
    return np.array([max(len(one), len(other)) for one, other in pairs], np.int64)


def _run_until_it_fits(
    model: Any,
    settings: StudentSettings,
    folder: Path,
    prepare: Callable[[StudentSettings], Any],
) -> tuple[int, list[dict[str, Any]], StudentSettings]:
    """Train, with half the batch each time that memory runs out; say what was used at the end."""
    begun = last_checkpoint(folder)
    if begun is not None:
        state = json.loads((begun / "trainer_state.json").read_text(encoding="utf-8"))
        if state["global_step"] >= state["max_steps"]:  # the trainer would make one step more
            done = open_checkpoint(begun, device=str(model.device)).model
            model.load_state_dict(done.state_dict())
            return int(state["global_step"]), list(state["log_history"]), settings
    start = {
        name: value.detach().to("cpu", copy=True) for name, value in model.state_dict().items()
    }
    while True:
        trainer = prepare(settings)
        try:
            result = _run(trainer, folder)
            return int(result.global_step), list(trainer.state.log_history), settings
        except (MemoryError, RuntimeError) as error:
            if not out_of_memory(error):
                raise
            settings = _smaller(settings)
        if last_checkpoint(folder) is None:
            model.load_state_dict(start)
        model.zero_grad(set_to_none=True)
        if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
            torch.cuda.empty_cache()


def _run(trainer: Any, folder: Path) -> Any:
    """Train from the last checkpoint, or from the start; name it where training fails."""
    begun = last_checkpoint(folder)
    try:
        with quiet():
            return trainer.train(resume_from_checkpoint=None if begun is None else str(begun))
    except NonFiniteError as error:
        kept = last_checkpoint(folder)
        raise NonFiniteError(
            f"{error} (step {trainer.state.global_step + 1})",
            hint=f"the last good checkpoint is kept: {kept}; a lower --set learning_rate helps"
            if kept
            else "no checkpoint was made yet; a lower --set learning_rate helps",
        ) from error


def _smaller(settings: StudentSettings) -> StudentSettings:
    """Halve the batch, and gather twice as many: as many pairs make a step."""
    if settings.batch < 4:
        raise InputError(
            f"memory does not suffice to train on {settings.batch} sentence pairs at once",
            hint="use a smaller encoder, shorter sentences (--set longest=32), or another machine",
        )
    half = settings.batch // 2
    return replace(settings, batch=half, accumulation=settings.accumulation * 2)


def _arguments(
    settings: StudentSettings,
    folder: Path,
    device: str,
    seed: int,
    corpus: ParallelCorpus,
    *,
    routed: bool,
) -> "SentenceTransformerTrainingArguments":
    """Write the settings as the trainer wants them."""
    from sentence_transformers import SentenceTransformerTrainingArguments

    on_gpu = device.startswith("cuda")
    half = choose_precision(settings.precision, device)
    ways = {"source": corpus.source_language, "target": corpus.target_language}
    return SentenceTransformerTrainingArguments(
        output_dir=str(folder),
        per_device_train_batch_size=settings.batch,
        gradient_accumulation_steps=settings.accumulation,
        num_train_epochs=settings.epochs,
        max_steps=settings.steps_for(len(corpus)),
        learning_rate=settings.learning_rate,
        warmup_steps=settings.warmup,
        lr_scheduler_type="linear",
        bf16=half == "bf16",
        fp16=half == "fp16",
        use_cpu=not on_gpu,
        save_strategy="steps",
        save_steps=settings.save_every,
        save_total_limit=2,
        logging_strategy="steps",
        logging_steps=0.05,
        logging_nan_inf_filter=False,
        report_to="none",
        disable_tqdm=True,
        dataloader_drop_last=False,
        router_mapping=ways if routed else {},
        dataloader_pin_memory=on_gpu,
        seed=seed,
        data_seed=seed,
    )


def _watcher(progress: Progress) -> Any:
    """Tell how far training is, and see that no checkpoint holds what is no number."""
    from transformers import TrainerCallback

    class Watcher(TrainerCallback):  # type: ignore[misc, unused-ignore]
        """Called by the trainer."""

        def on_step_end(self, args: Any, state: Any, control: Any, **given: Any) -> None:  # noqa: ARG002
            """Look at the weights before they are saved."""
            if control.should_save and not all(
                torch.isfinite(part).all() for part in given["model"].parameters()
            ):
                raise NonFiniteError("training left the numbers behind: a weight is NaN")
            progress("train", state.global_step, state.max_steps)

    return Watcher()


def _quieten(trainer: Any) -> None:
    """Take away what prints the losses on stdout."""
    from transformers.trainer_callback import PrinterCallback

    trainer.remove_callback(PrinterCallback)
