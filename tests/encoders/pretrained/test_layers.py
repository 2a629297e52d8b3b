"""Which layers there are, and which checkpoints have none."""

import pytest
import torch

from xling.encoders.pretrained.checkpoint import open_checkpoint
from xling.encoders.pretrained.layers import check_layers, network_of, token_vectors
from xling.errors import ConfigError, InputError


def test_layers_are_counted_from_either_end():
    assert check_layers([-1, -3, 2, 0], 2) == (2, 0)
    with pytest.raises(ConfigError, match="layer 3; numbers from 0 to 2"):
        check_layers([3], 2)
    with pytest.raises(ConfigError, match="layer -4"):
        check_layers([-4], 2)
    with pytest.raises(ConfigError, match="no layer is given"):
        check_layers([], 2)


def test_tokens_have_the_mean_of_the_layers(tiny_bert):
    checkpoint = open_checkpoint(tiny_bert, device="cpu")
    network = network_of(checkpoint)
    features = dict(
        checkpoint.tokenizer(["the cat", "a dog sees"], padding=True, return_tensors="pt")
    )
    last, first = (token_vectors(network, features, (layer,)) for layer in (2, 0))
    assert last.shape[0] == 2
    with torch.no_grad():
        assert torch.allclose(last, network(**features).last_hidden_state, atol=1e-5)
    assert torch.allclose(token_vectors(network, features, (2, 0)), (last + first) / 2, atol=1e-6)


def test_a_slow_tokenizer_is_refused(tiny_bert, monkeypatch):
    checkpoint = open_checkpoint(tiny_bert, device="cpu")
    monkeypatch.setattr(type(checkpoint), "tokenizer", object())
    with pytest.raises(InputError, match="cannot tell where its tokens are"):
        network_of(checkpoint)
