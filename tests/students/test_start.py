"""A student starts with pieces of both languages, and with what its base knew."""

import numpy as np
import pytest
import torch

from xling.encoders.pretrained.checkpoint import Checkpoint, open_checkpoint
from xling.errors import ConfigError
from xling.students import start
from xling.students.start import start_student, train_pieces


def test_pieces_are_the_same_each_time(corpus):
    pieces = train_pieces(corpus.target, 200)
    assert pieces == train_pieces(corpus.target, 200)
    assert pieces[:5] == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    assert len(pieces) <= 200
    assert "katze" in pieces


def test_known_pieces_keep_their_rows_and_new_ones_are_means(make_tiny_bert, corpus, tmp_path):
    base = open_checkpoint(make_tiny_bert(tmp_path / "en", list(corpus.source)), device="cpu")
    before = base.fingerprint
    student = start_student(base, (*corpus.source, *corpus.target), 250)
    assert open_checkpoint(tmp_path / "en" / "model", device="cpu").fingerprint == before
    old, new = (
        one.transformers_model.get_input_embeddings().weight.detach().numpy()
        for one in (base.model, student)
    )
    words, pieces = base.tokenizer.get_vocab(), student.tokenizer.get_vocab()
    assert len(new) == len(pieces)
    assert np.array_equal(new[pieces["[CLS]"]], old[words["[CLS]"]])
    assert np.array_equal(new[pieces["the"]], old[words["the"]])
    assert "hund" in pieces
    assert "hund" not in words
    ids = [one for one in base.tokenizer("hund", add_special_tokens=False)["input_ids"]
           if one != base.tokenizer.unk_token_id]  # fmt: skip
    assert ids
    assert np.allclose(new[pieces["hund"]], old[ids].mean(axis=0), atol=1e-6)
    assert student.tokenizer.tokenize("Die Katze") == ["die", "katze"]
    assert student.encode(["Die Katze"]).shape == (1, 32)


def test_a_base_with_other_special_pieces_keeps_what_it_knows(corpus, tmp_path):
    texts = (*corpus.source, *corpus.target)
    pieces = train_pieces(texts, 200)
    words = ["<s>", "<pad>", "</s>", "[UNK]", "<mask>", *pieces[5:]]
    base = tiny_mpnet(words, tmp_path / "m")
    student = start_student(base, texts, 200)
    old, new = (
        one.transformers_model.get_input_embeddings().weight.detach().numpy()
        for one in (base.model, student)
    )
    ids = student.tokenizer.get_vocab()
    for mine, theirs in zip(("[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]"), words, strict=False):
        assert np.array_equal(new[ids[mine]], old[words.index(theirs)])
    asked = [*texts[:3], "the xyzzy cat", texts[0] * 2]
    assert np.allclose(student.encode(asked), base.model.encode(asked), atol=1e-5)


def test_pieces_from_inside_words_start_from_such(tmp_path):
    words = ["<s>", "<pad>", "</s>", "[UNK]", "<mask>", *"abcdehinostu", "##un", "##d", "hund"]
    base = tiny_mpnet(words, tmp_path / "m")
    table = base.model.transformers_model.get_input_embeddings().weight.detach()
    rows = start._rows(base.tokenizer, table, ["##und", "und", "##ud", "##q"])
    assert np.allclose(rows[0], (table[-3] + table[-2]) / 2)  # ##un, ##d
    assert np.allclose(rows[1], table.mean(dim=0))  # nothing goes on after u-, so it is unknown
    assert np.allclose(rows[2], (table[words.index("u")] + table[-2]) / 2)  # there is no ##u
    assert np.allclose(rows[3], table.mean(dim=0))


def tiny_mpnet(words, folder):
    """Make an MPNet whose tokenizer has these pieces."""
    from sentence_transformers import SentenceTransformer
    from transformers import MPNetConfig, MPNetModel, MPNetTokenizer

    folder.mkdir()
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    torch.manual_seed(0)
    network = MPNetModel(
        MPNetConfig(
            vocab_size=len(words), intermediate_size=64, max_position_embeddings=40, **sizes
        )
    )
    network.save_pretrained(folder)
    vocabulary = {word: number for number, word in enumerate(words)}
    MPNetTokenizer(vocab=vocabulary, model_max_length=32).save_pretrained(folder)
    return Checkpoint(model=SentenceTransformer(str(folder), device="cpu").eval(), name="mpnet")


def test_its_own_tokenizer_can_stay(teacher, corpus):
    same = start_student(teacher, corpus.source, 0)
    assert np.allclose(same.encode(["a dog"]), teacher.model.encode(["a dog"]), atol=1e-6)


def test_bases_that_cannot_learn(teacher, corpus, monkeypatch):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    module = StaticEmbedding(teacher.tokenizer, embedding_dim=8)
    static = Checkpoint(model=SentenceTransformer(modules=[module], device="cpu"), name="table")
    with pytest.raises(ConfigError, match="table has no network that could learn"):
        start_student(static, corpus.source, 0)
    monkeypatch.setattr(Checkpoint, "tokenizer", object())
    with pytest.raises(ConfigError, match="is no WordPiece") as caught:
        start_student(teacher, corpus.source, 100)
    assert "--set vocabulary=0" in caught.value.hint
