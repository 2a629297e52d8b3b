"""Batches are halved where memory runs out, and every item is worked on once it fits."""

import pytest
import torch

from xling.encoders.pretrained.memory import halving, out_of_memory


def test_which_errors_say_that_memory_ran_out():
    assert out_of_memory(MemoryError())
    assert out_of_memory(torch.OutOfMemoryError("CUDA"))
    assert out_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"))
    assert not out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    assert not out_of_memory(ValueError("out of memory"))


def test_items_are_done_in_order_and_the_size_stays_small():
    done = []

    def work(start, stop):
        if stop - start > 3:
            raise MemoryError
        done.append((start, stop))

    assert halving(work, 7, 8) == 3
    assert done == [(0, 3), (3, 6), (6, 7)]


def test_one_item_that_does_not_fit_ends_it():
    def work(start, stop):
        raise MemoryError

    assert halving(work, 5, 4) == 0


def test_other_errors_are_not_swallowed():
    def work(start, stop):
        raise RuntimeError("shapes")

    with pytest.raises(RuntimeError, match="shapes"):
        halving(work, 5, 4)
