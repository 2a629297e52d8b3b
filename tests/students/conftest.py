"""A teacher, matched sentences, and settings of a training of seconds."""

import pytest

from xling.data.corpus import ParallelCorpus
from xling.encoders.pretrained.checkpoint import open_checkpoint
from xling.students.settings import StudentSettings


@pytest.fixture(scope="session")
def teacher(tiny_bert):
    return open_checkpoint(tiny_bert, device="cpu")


@pytest.fixture(scope="session")
def corpus(parallel_pairs):
    source, target = zip(*parallel_pairs, strict=True)
    return ParallelCorpus(source_language="en", target_language="de", source=source, target=target)


@pytest.fixture(scope="session")
def quick():
    return StudentSettings(
        precision="fp32",
        vocabulary=200,
        batch=32,
        epochs=2,
        steps=12,
        learning_rate=3e-3,
        save_every=4,
        longest=24,
    )
