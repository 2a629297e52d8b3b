"""From a teacher and pairs to a folder, learned from no test sentence."""

import dataclasses
import json

import numpy as np
import pytest

from xling.encoders.pretrained.checkpoint import open_checkpoint
from xling.errors import ConfigError, DegenerateInputError
from xling.linking.linked import LinkedEncoders
from xling.model.manifest import verify_manifest
from xling.replacing import foreign_file
from xling.students.learn import STUDENT_KIND, learn_static, learn_student
from xling.students.settings import StaticSettings


def test_a_student_of_both_languages(teacher, corpus, quick, tmp_path):
    tested = [corpus.target[3]]
    student = learn_student(teacher, corpus, quick, tested=tested)
    facts = student.facts
    assert (facts["pairs"], facts["held_out"], facts["test_pairs_removed"]) == (172, 19, 1)
    assert set(facts["accuracy"]) == set(facts["accuracy_before"]) == {"en-de", "de-en"}
    student.save(tmp_path / "s")
    verify_manifest(tmp_path / "s", kind=STUDENT_KIND)
    assert foreign_file(tmp_path / "s") is None
    again = open_checkpoint(tmp_path / "s", device="cpu")
    assert np.allclose(
        again.model.encode(["ein Hund"]), student.models[0].encode(["ein Hund"]), atol=1e-6
    )
    assert json.loads((tmp_path / "s" / "student.json").read_text())["steps"] == 12
    assert "| en-de |" in (tmp_path / "s" / "README.md").read_text()
    assert student.linked().languages == ("en", "de")


def test_a_static_student_finds_held_out_sentences(teacher, corpus, tmp_path):
    student = learn_static(teacher, corpus, StaticSettings(vocabulary=200, penalty=0.01))
    assert min(student.facts["accuracy"].values()) > 0.6
    student.save(tmp_path / "t")
    again = LinkedEncoders.load(tmp_path / "t", device="cpu")
    rows = again.sides[1].encode(["Die Katze mag alten Schnee."])
    assert np.allclose(rows, student.models[1].encode(["Die Katze mag alten Schnee."]), atol=1e-5)
    assert again.card["kind"] == "static"


def test_what_cannot_be_learned(teacher, corpus, quick, make_tiny_bert, tmp_path):
    narrow = open_checkpoint(
        make_tiny_bert(tmp_path / "n", list(corpus.source), hidden=16), device="cpu"
    )
    with pytest.raises(ConfigError, match=r"gives 16 dimensions, the teacher .* 32"):
        learn_student(teacher, corpus, quick, base=narrow)
    small = dataclasses.replace(corpus, source=corpus.source[:1], target=corpus.target[:1])
    with pytest.raises(DegenerateInputError, match="1 pairs to learn from"):
        learn_static(teacher, small)
