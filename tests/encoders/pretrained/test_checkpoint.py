"""What opens as an encoder, and what is said of what does not."""

import json
import logging
import shutil

import numpy as np
import pytest
import torch

from xling.encoders.pretrained.checkpoint import is_checkpoint, open_checkpoint, quiet
from xling.encoders.pretrained.transformer import TransformerEncoder
from xling.errors import FileAccessError, FormatError


def test_a_sentence_transformers_folder_and_a_plain_one_are_the_same(tiny_bert):
    plain = tiny_bert.parent / "plain"
    assert is_checkpoint(tiny_bert)
    assert is_checkpoint(plain)
    one, other = (open_checkpoint(path, device="cpu") for path in (tiny_bert, plain))
    assert (one.dim, one.longest, one.is_static) == (32, 24, False)
    assert one.unknown_id == one.tokenizer.unk_token_id
    assert np.array_equal(one.model.encode(["a dog"]), other.model.encode(["a dog"]))
    assert one.fingerprint == other.fingerprint


def test_other_weights_have_another_fingerprint(tiny_bert, make_tiny_bert, tmp_path):
    other = make_tiny_bert(tmp_path / "other", ["the cat sees a dog"], seed=1)
    prints = [open_checkpoint(path, device="cpu").fingerprint for path in (tiny_bert, other)]
    assert prints[0] != prints[1]


def test_a_fingerprint_is_not_changed_by_use_and_knows_the_tokenizer(tiny_bert, tmp_path):
    checkpoint = open_checkpoint(tiny_bert, device="cpu")
    checkpoint.tokenizer(["a dog"], padding=True, truncation=True, max_length=7)
    assert checkpoint.fingerprint == open_checkpoint(tiny_bert, device="cpu").fingerprint
    other = tmp_path / "other"
    shutil.copytree(tiny_bert, other)
    stored = json.loads((other / "tokenizer.json").read_text())
    ids = stored["model"]["vocab"]
    ids["dog"], ids["cat"] = ids["cat"], ids["dog"]
    (other / "tokenizer.json").write_text(json.dumps(stored))
    swapped = open_checkpoint(other, device="cpu")
    assert swapped.fingerprint != checkpoint.fingerprint
    rows = [one.model.encode(["a dog"]) for one in (checkpoint, swapped)]
    assert not np.allclose(*rows)


@pytest.mark.parametrize("kind", ["bfloat16", "float16"])
def test_weights_that_are_stored_in_halves_are_worked_with_as_whole_numbers(
    tiny_bert, tmp_path, kind
):
    from sentence_transformers import SentenceTransformer

    half = SentenceTransformer(str(tiny_bert), device="cpu").to(getattr(torch, kind))
    half.save(str(tmp_path / "half"))
    assert kind in (tmp_path / "half" / "config.json").read_text()
    checkpoint = open_checkpoint(tmp_path / "half", device="cpu")
    assert {part.dtype for part in checkpoint.model.parameters()} == {torch.float32}
    assert len(checkpoint.fingerprint) == 64
    rows = TransformerEncoder(checkpoint=checkpoint, language="en").encode(["a dog", "the cat"])
    whole = open_checkpoint(tiny_bert, device="cpu")
    wanted = TransformerEncoder(checkpoint=whole, language="en").encode(["a dog", "the cat"])
    assert np.allclose(rows, wanted, atol=0.02)
    checkpoint.model.save(str(tmp_path / "again"))
    assert "float32" in (tmp_path / "again" / "config.json").read_text()


@pytest.fixture
def tiny_roberta(tiny_bert, tmp_path):
    """Give the folder of a network whose first two positions stand for padding."""
    from transformers import AutoTokenizer, RobertaConfig, RobertaModel

    tokenizer = AutoTokenizer.from_pretrained(tiny_bert.parent / "plain")
    tokenizer.model_max_length = int(1e30)
    config = RobertaConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=18, pad_token_id=1,
    )  # fmt: skip
    RobertaModel(config).save_pretrained(tmp_path / "roberta")
    tokenizer.save_pretrained(tmp_path / "roberta")
    return tmp_path / "roberta"


def test_no_more_tokens_than_the_network_has_positions_for(tiny_roberta):
    checkpoint = open_checkpoint(tiny_roberta, device="cpu")
    assert checkpoint.longest == 16
    encoder = TransformerEncoder(checkpoint=checkpoint, language="en")
    rows, counts = encoder.encode_counted(["dog " * 14, "dog " * 15, "dog " * 40])
    assert counts.truncated == 2
    assert np.allclose(rows, rows[0], atol=1e-5)


def test_a_path_that_is_no_model(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(FileAccessError, match="is a file; the folder of a sentence encoder"):
        open_checkpoint(tmp_path / "file")
    with pytest.raises(FormatError, match=r"neither modules\.json nor config\.json"):
        open_checkpoint(tmp_path)
    with pytest.raises(FileAccessError, match="no such folder: "):
        open_checkpoint(tmp_path / "none")
    with pytest.raises(FileAccessError, match="no such folder: a/b/c"):
        open_checkpoint("a/b/c")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(FormatError, match="no sentence encoder that can be read"):
        open_checkpoint(tmp_path)


def test_a_name_that_no_hub_can_be_asked_for():
    with pytest.raises(FileAccessError, match="no folder no-one/no-model, and no model") as caught:
        open_checkpoint("no-one/no-model")
    assert "HF_HUB_OFFLINE is set" in str(caught.value)
    assert "folder of a model" in caught.value.hint


def test_loggers_are_as_before():
    logger = logging.getLogger("transformers")
    before = logger.level
    with quiet():
        assert logger.level == logging.ERROR
    assert logger.level == before


def test_a_folder_without_its_tokenizers_files_encodes_no_sentences(tiny_bert, tmp_path):
    shutil.copytree(tiny_bert, tmp_path / "m")
    for name in ("tokenizer.json", "vocab.txt"):
        (tmp_path / "m" / name).unlink(missing_ok=True)
    with pytest.raises(FormatError, match="tokenizer"):
        open_checkpoint(tmp_path / "m", device="cpu")
