"""Training goes down, goes on where it stopped, and stops at NaN with its last good checkpoint."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from xling.encoders.pretrained.checkpoint import open_checkpoint
from xling.errors import ConflictError, InputError, NonFiniteError
from xling.students.checkpoints import last_checkpoint
from xling.students.objective import StudentObjective
from xling.students.start import start_student
from xling.students.training import train_student


@pytest.fixture(scope="module")
def taught(teacher, corpus):
    return teacher.model.encode(list(corpus.source), normalize_embeddings=True)


@pytest.fixture
def train(teacher, corpus, taught, quick, tmp_path):
    """Train a new student; give it and what it came to."""

    def run(**given):
        model = start_student(teacher, (*corpus.source, *corpus.target), quick.vocabulary)
        options = {"run": {"pairs": "x"}, "folder": tmp_path / "c", "settings": quick, **given}
        settings, folder = options.pop("settings"), options.pop("folder")
        return model, train_student(model, corpus, taught, settings, folder, **options)

    return run


def likeness(model, corpus, taught) -> float:
    """Correlate a student's rows with the teacher's, without what all have in common."""
    rows = model.encode(list(corpus.target), normalize_embeddings=True)
    given, wanted = (part - part.mean(axis=0) for part in (rows, taught))
    return float((given * wanted).sum() / (np.linalg.norm(given) * np.linalg.norm(wanted)))


def test_a_stopped_run_goes_on_and_comes_to_the_same(
    train, teacher, corpus, taught, quick, tmp_path, monkeypatch
):
    seen = []
    settings = replace(quick, masked=0.5)  # masks are drawn, as dropout is
    whole, done = train(
        folder=tmp_path / "whole",
        settings=settings,
        progress=lambda stage, at, of: seen.append((stage, at, of)),
    )
    assert (done.steps, done.resumed) == (12, 0)
    assert seen[-1] == ("train", 12, 12)
    untrained = start_student(teacher, (*corpus.source, *corpus.target), quick.vocabulary)
    assert likeness(whole, corpus, taught) > likeness(untrained, corpus, taught) + 0.05
    assert done.losses[-1][1] < done.losses[0][1]

    forward = StudentObjective.forward

    def stops(self, *args):
        if self.calls == 9:
            raise KeyboardInterrupt
        return forward(self, *args)

    monkeypatch.setattr(StudentObjective, "forward", stops)
    with pytest.raises(KeyboardInterrupt):
        train(settings=settings)
    monkeypatch.setattr(StudentObjective, "forward", forward)
    assert last_checkpoint(tmp_path / "c").name == "checkpoint-8"
    with pytest.raises(ConflictError, match="checkpoints of an earlier run"):
        train()
    with pytest.raises(ConflictError, match='was made with pairs "x", this run has "y"'):
        train(run={"pairs": "y"}, settings=settings, resume=True)
    model, again = train(settings=settings, resume=True)
    assert (again.steps, again.resumed) == (12, 8)
    rows = [one.encode(list(corpus.target)) for one in (model, whole)]
    assert np.allclose(rows[0], rows[1], atol=1e-5)


def test_memory_that_runs_out_is_met_with_smaller_batches(
    train, taught, quick, tmp_path, monkeypatch
):
    forward, sizes = StudentObjective.forward, []

    def fills(self, features, labels):
        sizes.append(len(labels))
        if len(labels) > 8:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")
        return forward(self, features, labels)

    monkeypatch.setattr(StudentObjective, "forward", fills)
    model, done = train()
    assert (done.steps, done.batch, done.precision) == (12, 8, "fp32")
    assert sizes[:3] == [32, 16, 8]
    assert sizes.count(8) > 3 * 12
    assert done.warnings == (
        "memory did not suffice for batches of 32 pairs: 8 were taken at once, and 4 such "
        "batches gathered for a step",
    )
    assert np.isfinite(model.encode(["ein Hund"])).all()

    def fills_later(self, features, labels):
        if self.calls == 5 and len(labels) > 16:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")
        learned.append(labels)
        return forward(self, features, labels)

    learned = []
    monkeypatch.setattr(StudentObjective, "forward", fills_later)
    _, done = train(folder=tmp_path / "later", settings=replace(quick, epochs=1))
    assert (done.steps, done.batch) == (6, 16)
    seen = torch.cat([*learned[:4], *learned[5:]])  # step 5 was made after the last checkpoint
    assert [len(one) for one in learned] == [32] * 5 + [16] * 4
    assert len(torch.unique(seen, dim=0)) == len(torch.unique(torch.from_numpy(taught), dim=0))

    def never(self, features, labels):
        raise MemoryError

    monkeypatch.setattr(StudentObjective, "forward", never)
    with pytest.raises(InputError, match="memory does not suffice to train on 2 sentence pairs"):
        train(folder=tmp_path / "none")


def test_half_precision_learns_as_well(train, corpus, taught, quick):
    model, done = train(settings=replace(quick, precision="bf16"))
    assert done.precision == "bf16"
    assert done.losses[-1][1] < done.losses[0][1]
    assert all(part.dtype == torch.float32 for part in model.parameters())


def test_nan_stops_and_the_last_good_checkpoint_loads(train, tmp_path, monkeypatch):
    forward = StudentObjective.forward

    def breaks(self, features, labels):
        return forward(self, features, labels * (torch.nan if self.calls == 6 else 1))

    monkeypatch.setattr(StudentObjective, "forward", breaks)
    with pytest.raises(NonFiniteError, match=r"the loss is nan \(step 7\)") as caught:
        train()
    kept = tmp_path / "c" / "checkpoint-4"
    assert str(kept) in caught.value.hint
    assert np.isfinite(open_checkpoint(kept, device="cpu").model.encode(["ein Hund"])).all()


def test_weights_that_are_no_numbers_are_not_saved(train, tmp_path, monkeypatch):
    forward = StudentObjective.forward

    def spoils(self, *args):
        loss = forward(self, *args)
        if self.calls == 4:
            with torch.no_grad():
                self.model.transformers_model.encoder.layer[0].output.dense.bias.fill_(torch.nan)
        return loss

    monkeypatch.setattr(StudentObjective, "forward", spoils)
    with pytest.raises(NonFiniteError, match="a weight is NaN") as caught:
        train()
    assert "no checkpoint was made yet" in caught.value.hint
    assert last_checkpoint(tmp_path / "c") is None
