import numpy as np
import pytest
import torch

from xling.training.layers_network import InputLayer, SharedLayers, TwoSpaces

IDS, OFFSETS = torch.tensor([0, 1, 2]), torch.tensor([0, 2])  # word 0: n-grams 0, 1; word 1: 2
BOTH = torch.ones(2, 2)


def network(*, ngrams: int = 3, layers: int = 1) -> TwoSpaces:
    rng = np.random.default_rng(0)
    turns = [np.linalg.qr(rng.standard_normal((4, 4)))[0].astype(np.float32) for _ in range(2)]
    inputs = InputLayer(turns[0], ngrams, 5, rng), InputLayer(turns[1], ngrams, 5, rng)
    return TwoSpaces(inputs, SharedLayers(layers, 4, 6, rng), (turns[0].T, turns[1].T))


def features() -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(1).standard_normal((2, 4)).astype(np.float32))


def test_an_input_layer_sums_its_groups() -> None:
    layer = network().inputs[0]
    read = features()
    found = layer(read, IDS, OFFSETS, BOTH)
    means = torch.stack([layer.ngrams[:2].mean(0), layer.ngrams[2]])
    torch.testing.assert_close(found, read @ layer.contexts + means @ layer.spread)


@pytest.mark.parametrize("group", [0, 1])
def test_a_dropped_group_is_not_read(group: int) -> None:
    layer = network().inputs[0]
    kept = BOTH.clone()
    kept[0, group] = 0
    read = features()
    found = layer(read, IDS, OFFSETS, kept)
    whole = layer(read, IDS, OFFSETS, BOTH)
    torch.testing.assert_close(found[1], whole[1])
    only = layer(read * group, IDS, OFFSETS, torch.tensor([[1.0, 1 - group], [1.0, 1.0]]))
    torch.testing.assert_close(found[0], only[0])
    assert not torch.allclose(found[0], whole[0], atol=1e-6)


def test_without_ngrams_only_contexts_are_read() -> None:
    net = network(ngrams=0)
    assert {name for name, _ in net.named_parameters() if "ngrams" in name} == set()
    read = features()
    found = net.inputs[1](read, IDS[:0], torch.zeros(2, dtype=torch.int64), BOTH)
    torch.testing.assert_close(found, read @ net.inputs[1].contexts)


def test_shared_layers_start_as_the_identity_and_are_residual() -> None:
    shared = SharedLayers(2, 4, 6, np.random.default_rng(0))
    read = features()
    assert torch.equal(shared(read), read)
    with torch.no_grad():
        shared.out[0].fill_(0.5)
    expected = read + torch.relu(read @ shared.into[0]) @ shared.out[0]
    torch.testing.assert_close(shared(read), expected)


def test_languages_differ_below_and_agree_above() -> None:
    net = network()
    read = features()
    first, second = (net(side, read, IDS, OFFSETS, BOTH) for side in (0, 1))
    torch.testing.assert_close(first.norm(dim=1), torch.ones(2))
    assert not torch.allclose(first, second, atol=0.1)
    net(0, read, IDS, OFFSETS, BOTH).sum().backward()
    moved = {name for name, part in net.named_parameters() if part.grad is not None}
    assert {"inputs.0.contexts", "inputs.0.ngrams", "shared.out.0"} <= moved
    assert not any(name.startswith(("inputs.1", "decoders")) for name in moved)


def test_a_word_of_which_nothing_is_known_stays_zero() -> None:
    found = network()(0, torch.zeros(2, 4), IDS[:0], torch.zeros(2, dtype=torch.int64), BOTH)
    assert torch.equal(found, torch.zeros(2, 4))


def test_at_the_start_the_decoder_turns_back() -> None:
    net = network(ngrams=0)
    read = torch.nn.functional.normalize(features(), dim=1)
    for side in (0, 1):
        found = net(side, read, IDS[:0], torch.zeros(2, dtype=torch.int64), BOTH)
        torch.testing.assert_close(net.decode(side, found), read)


def test_a_float64_copy_passes_the_check_of_gradients() -> None:
    net = network().double()
    with torch.no_grad():
        net.shared.out[0].normal_(generator=torch.Generator().manual_seed(0))
    read = features().double().requires_grad_()
    assert torch.autograd.gradcheck(
        lambda rows: net.decode(1, net(0, rows, IDS, OFFSETS, BOTH.double())), (read,)
    )
