"""What opens as an encoder, and what is said of what does not."""

import logging

import numpy as np
import pytest

from xling.encoders.pretrained.checkpoint import is_checkpoint, open_checkpoint, quiet
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
