"""Batches hold each pair once, pairs of about one length, in an order that the epoch decides."""

import numpy as np

from xling.students.batches import ByLength, batches_by_length


def test_each_pair_once_and_little_padding():
    lengths = np.random.default_rng(0).integers(3, 60, 1003)
    found = batches_by_length(lengths, 8, np.random.default_rng(1))
    assert sorted(np.concatenate(found).tolist()) == list(range(1003))
    assert sorted(map(len, found))[1:] == [8] * 125
    spent = sum(len(batch) * lengths[batch].max() for batch in found)
    assert spent < 1.15 * lengths.sum()
    mixed = np.random.default_rng(2).permutation(1000).reshape(-1, 8)
    assert sum(8 * lengths[batch].max() for batch in mixed) > 1.5 * lengths.sum()
    assert abs(np.corrcoef([lengths[b].mean() for b in found], np.arange(126))[0, 1]) < 0.3


def test_an_epoch_is_the_same_each_time_and_unlike_the_next():
    lengths = np.random.default_rng(0).integers(3, 60, 100)
    sampler = ByLength(lengths, 8, seed=4)
    assert len(sampler) == len(list(sampler)) == 13
    first = list(sampler)
    assert list(ByLength(lengths, 8, seed=4)) == first
    assert list(ByLength(lengths, 8, seed=5)) != first
    sampler.set_epoch(1)
    assert list(sampler) != first


def test_a_batch_in_parts_holds_the_same_pairs():
    lengths = np.random.default_rng(0).integers(3, 60, 99)
    whole = list(ByLength(lengths, 8, seed=4))
    sampler = ByLength(lengths, 8, seed=4, parts=4)
    parts = list(sampler)
    assert len(sampler) == len(parts) == 4 * len(whole)
    for number, batch in enumerate(whole):
        pieces = parts[4 * number : 4 * number + 4]
        assert {pair for piece in pieces for pair in piece} == set(batch)
        assert {len(piece) for piece in pieces} == ({2} if len(batch) == 8 else {1})
    assert sorted(map(len, whole))[0] == 3
