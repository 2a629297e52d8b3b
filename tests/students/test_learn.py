"""From a teacher and pairs to a folder, learned from no test sentence."""

import dataclasses
import json

import numpy as np
import pytest

from xling.encoders.pretrained.checkpoint import open_checkpoint
from xling.errors import ConfigError, ConflictError, DegenerateInputError, NonFiniteError
from xling.linking.linked import LinkedEncoders
from xling.model.manifest import verify_manifest
from xling.replacing import foreign_file
from xling.students import learn
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


def test_an_encoder_for_each_language(teacher, corpus, quick, tmp_path, monkeypatch):
    settings = dataclasses.replace(quick, steps=8, masked=0.1)
    student = learn_student(teacher, corpus, settings, two=True, checkpoints=tmp_path / "c")
    first, second = student.models
    assert first.tokenizer.vocab_size == teacher.tokenizer.vocab_size
    assert second.tokenizer.vocab_size != teacher.tokenizer.vocab_size
    facts = student.facts
    assert (facts["kind"], facts["steps"]) == ("encoders", 8)
    assert facts["losses"][-1][1] < facts["losses"][0][1]
    start = open_checkpoint(tmp_path / "c" / "checkpoint-4", device="cpu").model
    texts = list(corpus.target[:5])
    assert not np.allclose(second.encode(texts), first.encode(texts), atol=0.01)
    assert not np.array_equal(start.encode(texts, task="de"), second.encode(texts))
    student.save(tmp_path / "two")
    again = LinkedEncoders.load(tmp_path / "two", device="cpu")
    assert again.languages == ("en", "de")
    rows = second.encode(texts, normalize_embeddings=True)
    assert np.allclose(again.sides[1].encode(texts), rows, atol=1e-5)
    card = (tmp_path / "two" / "README.md").read_text()
    assert "encoders/de" in card
    assert "| en-de |" in card
    taught = learn._taught
    monkeypatch.setattr(learn, "_taught", None)  # the teacher is not asked before
    with pytest.raises(ConflictError, match="checkpoints of an earlier run"):
        learn_student(teacher, corpus, settings, two=True, checkpoints=tmp_path / "c")
    monkeypatch.setattr(learn, "_taught", taught)
    more = learn_student(
        teacher, corpus, settings, two=True, checkpoints=tmp_path / "c", resume=True
    )
    assert (more.facts["resumed"], more.facts["steps"]) == (8, 8)
    assert np.allclose(more.models[1].encode(texts), second.encode(texts), atol=1e-4)


def test_two_encoders_of_their_own_without_a_teacher(
    teacher, corpus, quick, make_tiny_bert, tmp_path, monkeypatch
):
    settings = dataclasses.replace(quick, distil=0.0, steps=4)
    german = open_checkpoint(make_tiny_bert(tmp_path / "g", list(corpus.target)), device="cpu")
    student = learn_student(teacher, corpus, settings, two=True, target_base=german)
    assert student.models[1].tokenizer.get_vocab() == german.tokenizer.get_vocab()
    assert student.facts["target_base"] == german.name
    assert student.facts["losses"][-1][1] < student.facts["losses"][0][1]
    assert "teach" not in [stage for stage, spent in student.seconds.items() if spent > 1]
    narrow = make_tiny_bert(tmp_path / "n", list(corpus.target), hidden=16)
    with pytest.raises(ConfigError, match="give 32 and 16 dimensions; equal numbers"):
        learn_student(
            teacher, corpus, settings, two=True, target_base=open_checkpoint(narrow, device="cpu")
        )


def test_the_teacher_is_asked_for_what_is_learned_from_alone(teacher, corpus, quick):
    settings = dataclasses.replace(quick, batch=16, steps=3)
    student = learn_student(teacher, corpus, settings)
    assert student.facts["pairs"] == 48


def test_a_tokenizer_without_the_script_is_said(teacher, corpus, quick):
    cyrillic = tuple(f"{number} собака" for number in range(len(corpus)))
    other = dataclasses.replace(corpus, target_language="ru", target=cyrillic)
    settings = dataclasses.replace(quick, vocabulary=0, steps=2)
    student = learn_student(teacher, other, settings)
    assert any("may lack the language's script" in line for line in student.warnings)


def test_a_static_student_finds_held_out_sentences(teacher, corpus, tmp_path):
    student = learn_static(teacher, corpus, StaticSettings(vocabulary=200, penalty=0.01))
    assert min(student.facts["accuracy"].values()) > 0.6
    student.save(tmp_path / "t")
    again = LinkedEncoders.load(tmp_path / "t", device="cpu")
    rows = again.sides[1].encode(["Die Katze mag alten Schnee."])
    assert np.allclose(rows, student.models[1].encode(["Die Katze mag alten Schnee."]), atol=1e-5)
    assert again.card["kind"] == "static"
    assert "encoders/de" in (tmp_path / "t" / "README.md").read_text()


def test_nan_without_a_folder_leaves_nothing(teacher, corpus, quick, monkeypatch):
    def breaks(*_, **__):
        raise NonFiniteError("the loss is nan", hint="kept: gone/checkpoint-2")

    monkeypatch.setattr(learn, "train_student", breaks)
    with pytest.raises(NonFiniteError, match="the loss is nan") as caught:
        learn_student(teacher, corpus, dataclasses.replace(quick, distil=0))
    assert "--checkpoint DIR keeps the last good checkpoint" in caught.value.hint
    assert "gone" not in caught.value.hint


def test_masks_are_checked_before_the_teacher_is_asked(teacher, corpus, quick, monkeypatch):
    def refuses(*_):
        raise ConfigError("no mask token")

    monkeypatch.setattr(learn, "_taught", None)
    monkeypatch.setattr(learn, "check_masks", refuses)
    with pytest.raises(ConfigError, match="no mask token"):
        learn_student(teacher, corpus, quick)


def test_what_cannot_be_learned(teacher, corpus, quick, make_tiny_bert, tmp_path):
    narrow = open_checkpoint(
        make_tiny_bert(tmp_path / "n", list(corpus.source), hidden=16), device="cpu"
    )
    with pytest.raises(ConfigError, match=r"gives 16 dimensions, the teacher .* 32"):
        learn_student(teacher, corpus, quick, base=narrow)
    small = dataclasses.replace(corpus, source=corpus.source[:1], target=corpus.target[:1])
    with pytest.raises(DegenerateInputError, match="1 pairs to learn from"):
        learn_static(teacher, small)
