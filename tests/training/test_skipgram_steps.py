import numpy as np
import pytest
import torch

from xling.training.skipgram_batches import Slice
from xling.training.skipgram_steps import Vectors, single_threaded

CPU = torch.device("cpu")


def vectors(**changes) -> Vectors:
    made = Vectors(**({"size": 20, "cut": 10, "dim": 6, "seed": 0, "device": CPU} | changes))
    random = np.random.default_rng(1)
    drawn = {
        name: random.standard_normal((20, 6), dtype=np.float32) for name in ("input", "output")
    }
    made.restore(made.tensors() | drawn)
    return made


def part(seed: int, examples: int = 12) -> Slice:
    random = np.random.default_rng(seed)
    return Slice(
        centers=random.integers(0, 20, examples).astype(np.int32),
        contexts=random.integers(0, 20, examples).astype(np.int32),
        weights=np.ones(examples, np.float32),
        negatives=np.concatenate([random.integers(0, 10, 4), random.integers(10, 20, 4)]),
    )


def test_vectors_start_small_and_random_against_zero() -> None:
    made = Vectors(size=20, cut=10, dim=6, seed=3, device=CPU)
    tensors = made.tensors()
    assert not tensors["output"].any()
    assert 0 < np.abs(tensors["input"]).max() <= 0.5 / 6
    again = Vectors(size=20, cut=10, dim=6, seed=3, device=CPU).tensors()
    other = Vectors(size=20, cut=10, dim=6, seed=4, device=CPU).tensors()
    np.testing.assert_array_equal(again["input"], tensors["input"])
    assert (other["input"] != tensors["input"]).any()


def test_what_is_given_out_is_a_copy() -> None:
    made = vectors()
    tensors = made.tensors()
    before = tensors["input"].copy()
    tensors["input"][:] = 0
    np.testing.assert_array_equal(made.tensors()["input"], before)
    tensors = made.tensors()
    made.restore(tensors)
    tensors["input"][:] = 0
    np.testing.assert_array_equal(made.tensors()["input"], before)


def test_a_first_step_is_of_the_same_length_for_every_word() -> None:
    made = vectors()
    old, one = made.tensors(), part(0)
    made.step([one], rate=0.01, negative=5)
    new = made.tensors()
    touched = {
        "input": set(one.centers.tolist()),
        "output": set(one.contexts.tolist()) | set(one.negatives.tolist()),
    }
    for name, rows in touched.items():
        moved = np.linalg.norm(new[name] - old[name], axis=1)
        expected = [0.01 * 6**0.5 if row in rows else 0 for row in range(20)]
        np.testing.assert_allclose(moved, expected, rtol=1e-3)
        squares = new[f"{name}_squares"][:, 0]
        assert {row for row in range(20) if squares[row] > 0} == rows


def test_a_second_step_is_shorter_by_the_root_of_the_squares() -> None:
    made = vectors()
    steps = []
    for _ in range(2):
        old = made.tensors()["input"]
        made.step([part(0)], rate=1e-4, negative=5)  # so small that the gradient stays the same
        steps.append(made.tensors()["input"] - old)
    rows = np.unique(part(0).centers)
    np.testing.assert_allclose(steps[1][rows], steps[0][rows] / 2**0.5, rtol=0.02, atol=1e-6)


def test_steps_go_against_the_gradients() -> None:
    made, one = vectors(), part(0)
    old = {name: torch.tensor(tensor) for name, tensor in made.tensors().items()}
    x, y = old["input"].requires_grad_(), old["output"].requires_grad_()
    total = torch.zeros(())
    for center, context in zip(one.centers, one.contexts, strict=True):
        total = total - torch.nn.functional.logsigmoid(x[center] @ y[context])
        own = one.negatives[:4] if context < 10 else one.negatives[4:]
        against = torch.nn.functional.logsigmoid(-(y[torch.from_numpy(own)] @ x[center]))
        total = total - 5 * against.mean()  # five negatives, in expectation over the draws
    assert made.loss([one], 5) == pytest.approx(total.item() / 12, rel=1e-5)
    total.backward()
    made.step([one], rate=0.01, negative=5)
    for name, part_of in (("input", x), ("output", y)):
        slope = part_of.grad.numpy()
        size = np.sqrt((slope**2).mean(axis=1, keepdims=True))
        expected = part_of.detach().numpy() - 0.01 * slope / np.maximum(size, 1e-9)
        np.testing.assert_allclose(made.tensors()[name], expected, rtol=1e-3, atol=1e-5)


def test_steps_lower_the_loss() -> None:
    made = vectors()
    parts = [part(seed) for seed in range(6)]
    losses = [made.loss(parts, 5)]
    for _ in range(60):
        made.step(parts, rate=0.1, negative=5)
        losses.append(made.loss(parts, 5))
    assert losses[-1] < 0.7 * losses[0]


def test_the_threads_do_not_change_the_result() -> None:
    found = []
    for threads in (1, 2, 4):
        made = vectors()
        with single_threaded(), made.workers(threads):
            made.step((part(seed, 40) for seed in range(11)), rate=0.1, negative=5)
        found.append(made.tensors())
    for other in found[1:]:
        for name, tensor in found[0].items():
            assert tensor.tobytes() == other[name].tobytes()


def test_torch_has_its_threads_back_afterwards() -> None:
    before = torch.get_num_threads()
    with single_threaded():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before
