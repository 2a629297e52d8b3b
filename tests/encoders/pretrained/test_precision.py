"""Numbers of a network: chosen by what the machine has, and near each other."""

import numpy as np
import pytest
import torch

from xling.encoders.pretrained import precision
from xling.encoders.pretrained.checkpoint import open_checkpoint
from xling.encoders.pretrained.transformer import TransformerEncoder
from xling.errors import UnknownNameError


def test_the_machine_decides(monkeypatch):
    for has, wanted in ((True, "bf16"), (False, "fp32")):
        monkeypatch.setattr(precision, "_processor_has_bf16", lambda has=has: has)
        assert precision.choose_precision("auto", "cpu") == wanted
    for has, wanted in ((True, "bf16"), (False, "fp16")):
        monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda has=has: has)
        assert precision.choose_precision("auto", "cuda:0") == wanted
    assert precision.choose_precision("fp32", "cuda") == "fp32"
    with pytest.raises(UnknownNameError, match="precision 'int8'"):
        precision.choose_precision("int8", "cpu")


def test_rows_of_half_precision_are_nearly_the_same(tiny_bert, parallel_pairs):
    checkpoint = open_checkpoint(tiny_bert, device="cpu")
    texts = [source for source, _ in parallel_pairs[:20]]
    rows = {
        name: TransformerEncoder(checkpoint=checkpoint, language="en", precision=name).encode(texts)
        for name in ("fp32", "bf16")
    }
    assert rows["bf16"].dtype == np.float32
    assert not np.array_equal(rows["fp32"], rows["bf16"])
    assert ((rows["fp32"] * rows["bf16"]).sum(axis=1) > 0.999).all()
    with pytest.raises(UnknownNameError):
        TransformerEncoder(checkpoint=checkpoint, language="en", precision="int8")
