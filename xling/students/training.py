"""Train a student with ``SentenceTransformerTrainer``: checkpoints, resume, a stop at NaN."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from xling.arrays import Matrix
from xling.data.corpus import ParallelCorpus
from xling.encoders.pretrained.checkpoint import quiet
from xling.errors import ConflictError, FileAccessError, NonFiniteError
from xling.optional import require
from xling.progress import Progress, silent
from xling.students.objective import StudentObjective
from xling.students.settings import StudentSettings
from xling.training.checkpoints import check_resumable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformerTrainingArguments

__all__ = ["TrainedSteps", "last_checkpoint", "train_student"]

_STATE = "student.json"


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
    """

    steps: int
    resumed: int
    losses: tuple[tuple[int, float], ...] = field(repr=False)


def train_student(
    model: Any,
    corpus: ParallelCorpus,
    taught: Matrix,
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
        From `xling.students.start.start_student`.
    corpus : ParallelCorpus
        What it learns from.
    taught : ndarray, shape (n, d), float32
        The teacher's vectors of the source sentences, of length 1.
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
        If the folder holds checkpoints of another run, or of any and ``resume`` is not set.
    MissingExtraError
        If the trainer's package is not installed.
    """
    require("accelerate", extra="students", purpose="training a student")
    begun = last_checkpoint(folder)
    _claim(folder, {"settings": {**asdict(settings), **run, "seed": seed}}, begun, resume=resume)
    from datasets import Dataset
    from sentence_transformers import SentenceTransformerTrainer

    longest = model.max_seq_length
    model.max_seq_length = min(settings.longest, longest or settings.longest)
    data = Dataset.from_dict(
        {
            "source": list(corpus.source),
            "target": list(corpus.target),
            "label": np.asarray(taught, np.float32),
        }
    )
    data_of_card = model.model_card_data  # looks for examples with a bar, unless it has some
    data_of_card.generate_widget_examples = False
    data_of_card.widget = [{"source_sentence": corpus.source[0], "sentences": [corpus.target[0]]}]
    objective = StudentObjective(model, settings, seed)
    with quiet():
        trainer = SentenceTransformerTrainer(
            model=model,
            args=_arguments(settings, folder, device, seed),
            train_dataset=data,
            loss=objective,
            callbacks=[_watcher(progress)],
        )
        _quieten(trainer)
        try:
            result = trainer.train(resume_from_checkpoint=None if begun is None else str(begun))
        except NonFiniteError as error:
            kept = last_checkpoint(folder)
            raise NonFiniteError(
                f"{error} (step {trainer.state.global_step + 1})",
                hint=f"the last good checkpoint is kept: {kept}; a lower --set learning_rate helps"
                if kept
                else "no checkpoint was made yet; a lower --set learning_rate helps",
            ) from error
    model.max_seq_length = longest
    model.eval()
    losses = tuple(
        (int(entry["step"]), float(entry["loss"]))
        for entry in trainer.state.log_history
        if "loss" in entry
    )
    resumed = 0 if begun is None else int(begun.name.rpartition("-")[2])
    return TrainedSteps(steps=int(result.global_step), resumed=resumed, losses=losses)


def last_checkpoint(folder: Path) -> Path | None:
    """Find the last whole checkpoint of a folder.

    Parameters
    ----------
    folder : Path
        Of `train_student`; need not exist.

    Returns
    -------
    Path or None
        ``checkpoint-STEP``.
    """
    found = [
        (int(place.name.rpartition("-")[2]), place)
        for place in folder.glob("checkpoint-*")
        if place.name.rpartition("-")[2].isdigit() and (place / "trainer_state.json").is_file()
    ]
    return max(found)[1] if found else None


def _claim(folder: Path, state: dict[str, Any], begun: Path | None, *, resume: bool) -> None:
    """Make the folder of checkpoints this run's, or see that it is."""
    place = folder / _STATE
    if begun is not None:
        if not resume:
            raise ConflictError(
                f"{folder} holds checkpoints of an earlier run",
                hint="go on from them with --resume, or take them away",
            )
        try:
            stored = json.loads(place.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            stored = {}
        check_resumable(stored, state["settings"], place)
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(state, indent=1), encoding="utf-8")
    except OSError as error:
        raise FileAccessError(f"cannot write {place}: {error.strerror or error}") from error


def _arguments(
    settings: StudentSettings, folder: Path, device: str, seed: int
) -> "SentenceTransformerTrainingArguments":
    """Write the settings as the trainer wants them."""
    from sentence_transformers import SentenceTransformerTrainingArguments

    on_gpu = device.startswith("cuda")
    half = settings.precision
    if half == "auto":
        half = "fp32" if not on_gpu else "bf16" if torch.cuda.is_bf16_supported() else "fp16"
    return SentenceTransformerTrainingArguments(
        output_dir=str(folder),
        per_device_train_batch_size=settings.batch,
        gradient_accumulation_steps=settings.accumulation,
        num_train_epochs=settings.epochs,
        max_steps=settings.steps or -1,
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
