"""The layers of a transformer: which of them are wanted, and their vectors of tokens."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from xling.encoders.pretrained.checkpoint import Checkpoint
from xling.errors import ConfigError, InputError

__all__ = ["check_layers", "network_of", "token_vectors"]


def network_of(checkpoint: Checkpoint) -> Any:
    """Give the transformer of a checkpoint, and make sure that its tokenizer tells places.

    Parameters
    ----------
    checkpoint : Checkpoint
        Opened.

    Returns
    -------
    PreTrainedModel

    Raises
    ------
    InputError
        If it has no transformer, or a tokenizer that cannot say where in a text its tokens are.
    """
    network = checkpoint.model.transformers_model
    if network is None:
        raise InputError(
            f"{checkpoint.name} has no layers, only a table of token vectors",
            hint="take the words' vectors from isolation",
        )
    if not getattr(checkpoint.tokenizer, "is_fast", False):
        raise InputError(
            f"the tokenizer of {checkpoint.name} cannot tell where its tokens are in a text; a "
            "fast tokenizer (tokenizer.json) is needed"
        )
    return network


def check_layers(layers: Sequence[int], count: int) -> tuple[int, ...]:
    """Refuse layers that a network does not have.

    Parameters
    ----------
    layers : sequence of int
        0 for what goes into the first layer, 1 for what comes out of it; -1 for the last one.
    count : int
        Layers of the network.

    Returns
    -------
    tuple of int
        From 0, each once.

    Raises
    ------
    ConfigError
        If there is none, or one that is not there.

    Examples
    --------
    >>> check_layers([-1, 0], 6)
    (6, 0)
    """
    if not layers:
        raise ConfigError(f"no layer is given; numbers from 0 to {count} are needed")
    for layer in layers:
        if not -count - 1 <= layer <= count:
            raise ConfigError(
                f"layer {layer}; numbers from 0 to {count}, or from the end, from {-count - 1} "
                "to -1, are needed"
            )
    return tuple(dict.fromkeys(layer % (count + 1) for layer in layers))


def token_vectors(network: Any, features: dict[str, Tensor], layers: tuple[int, ...]) -> Tensor:
    """Run a network, and give the mean of some of its layers for each token.

    Parameters
    ----------
    network : PreTrainedModel
        In evaluation mode.
    features : dict of str to Tensor
        ``input_ids`` and ``attention_mask``, shape (n, t), int64.
    layers : tuple of int
        From `check_layers`.

    Returns
    -------
    Tensor, shape (n, t, d), float32
        On the processor.
    """
    with torch.inference_mode():
        placed = {name: part.to(network.device) for name, part in features.items()}
        states = network(**placed, output_hidden_states=True).hidden_states
        return torch.stack([states[layer] for layer in layers]).mean(dim=0).float().cpu()
