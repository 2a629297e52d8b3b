from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from xling.training.material import Material
from xling.training.skipgram_pairs import Predictions, Stream, examples, kept_share, make_stream

ALL = np.ones(100)


def stream(
    *units: list[list[int]], partner: list[int] | None = None, crossing: list[int] | None = None
) -> Stream:
    lines = [line for unit in units for line in unit]
    rows = np.array([row for line in lines for row in line], np.int32)
    none = np.zeros(len(rows), np.int32)
    return Stream(
        rows=rows,
        partner=none if partner is None else np.array(partner, np.int32),
        crossing=none - 1 if crossing is None else np.array(crossing, np.int32),
        sentences=np.concatenate([[0], np.cumsum([len(line) for line in lines])]),
        units=np.concatenate([[0], np.cumsum([len(unit) for unit in units])]),
    )


def listed(found: list[Predictions]) -> list[tuple[int, int, int]]:
    """Give center, context and kind of each example."""
    made = []
    for part in found:
        centers = np.repeat(part.centers, np.diff(part.ends))
        made += zip(centers.tolist(), part.contexts.tolist(), part.kinds.tolist(), strict=True)
    return made


def test_neighbours_within_the_window_and_the_sentence() -> None:
    found = listed(list(examples(stream([[1, 2, 3], [4, 5]]), ALL, window=1)))
    assert sorted(found) == [(1, 2, 0), (2, 1, 0), (2, 3, 0), (3, 2, 0), (4, 5, 0), (5, 4, 0)]


def test_contexts_of_the_partner_and_the_partner_itself() -> None:
    # 1 2 matches 50 51 52; 2 goes with 51, both ways.
    text = stream([[1, 2], [50, 51, 52]], partner=[0, 2, 0, -2, 0])
    found = listed(list(examples(text, ALL, window=5, wanted=(False, True, True))))
    assert sorted(found) == [
        (2, 2, 2), (2, 50, 1), (2, 51, 2), (2, 52, 1), (51, 1, 1), (51, 2, 2), (51, 51, 2),
    ]  # fmt: skip


def test_without_a_partner_the_neighbours_are_carried_over() -> None:
    text = stream([[1, 2, 3]], crossing=[51, -1, 53])
    found = listed(list(examples(text, ALL, window=1, wanted=(False, True, False))))
    assert sorted(found) == [(2, 51, 1), (2, 53, 1)]
    assert not listed(list(examples(text, ALL, window=1, wanted=(False, False, True))))


def test_words_thinned_out_are_reached_over() -> None:
    kept = ALL.copy()
    kept[2] = 0
    text = stream([[1, 2, 3], [51, 52, 53]], partner=[4, 0, 0, 0, -3, 0])
    rng = np.random.default_rng(0)
    found = listed(list(examples(text, kept, window=1, rng=rng)))
    # 1 goes with 52, and 52 with the word that is left out: its neighbours are still 1 and 3.
    assert sorted(found) == [
        (1, 1, 2), (1, 3, 0), (1, 51, 1), (1, 52, 2), (1, 53, 1), (3, 1, 0), (51, 52, 0),
        (52, 1, 1), (52, 2, 2), (52, 3, 1), (52, 51, 0), (52, 52, 2), (52, 53, 0), (53, 52, 0),
    ]  # fmt: skip


def test_a_reach_is_drawn_for_each_word() -> None:
    text = stream([list(range(9))] * 1000)
    rng = np.random.default_rng(0)
    found = Counter(b for a, b, _ in listed(list(examples(text, ALL, window=4, rng=rng))) if a == 4)
    for distance in range(1, 5):
        for other in (4 - distance, 4 + distance):
            assert found[other] == pytest.approx(1000 * (5 - distance) / 4, abs=60)


def test_long_text_is_made_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    text = stream(*[[[1, 2, 3], [4, 5]]] * 20)
    whole = list(examples(text, ALL, window=2))
    monkeypatch.setattr("xling.training.skipgram_pairs._CHUNK", 7)
    parts = list(examples(text, ALL, window=2))
    assert (len(whole), len(parts)) == (1, 15)
    assert listed(parts) == listed(whole)
    done = [part.done for part in parts]
    assert done == sorted(done)
    assert done[-1] == 1


def test_units_move_as_a_whole() -> None:
    text = stream([[1], [50, 51]], [[2, 3], [52]], [[4]], partner=[2, 0, -2, 2, 0, -2, 0])
    moved = text.select(np.array([2, 1, 0]))
    assert moved.rows.tolist() == [4, 2, 3, 52, 1, 50, 51]
    assert moved.sentences.tolist() == [0, 1, 3, 4, 5, 7]
    assert moved.units.tolist() == [0, 1, 3, 5]
    before, after = (sorted(listed(list(examples(each, ALL, window=3)))) for each in (text, moved))
    assert before == after


def test_a_material_s_words_go_with_their_translations(
    toy_material: Callable[..., Material],
) -> None:
    material = toy_material()
    text = make_stream(material, threshold=0.1)
    first, second = material.vocabularies
    names = [*first.words, *second.words]
    assert len(text.rows) == sum(len(side.rows) for side in material.sentences)
    pairs = len(material.linked[0])
    unmatched = sum(len(side) for side in material.sentences) - 2 * pairs
    assert unmatched > 0
    assert np.diff(text.units).tolist() == [2] * pairs + [1] * unmatched
    linked = np.flatnonzero(text.partner)
    right = [names[text.rows[i]][1:] == names[text.rows[i + text.partner[i]]][1:] for i in linked]
    assert len(linked) > 0.95 * text.sentences[text.units[pairs]]
    assert np.mean(right) > 0.95
    for i in range(len(material.sentences[0]) - pairs):  # unmatched source sentences
        unit = text.units[pairs + i]
        own = text.rows[text.sentences[unit] : text.sentences[unit + 1]]
        sides = material.sentences[0]
        assert (
            own.tolist()
            == sides.rows[sides.offsets[pairs + i] : sides.offsets[pairs + i + 1]].tolist()
        )
    held = first.find("w0")
    alone = np.flatnonzero(text.rows == held)
    assert len(alone)
    assert not text.partner[alone].any()
    assert (text.crossing[alone] == -1).all()
    crossed = np.flatnonzero((text.crossing >= 0) & (text.partner == 0))
    assert len(crossed)
    same = [names[text.rows[i]][1:] == names[text.crossing[i]][1:] for i in crossed]
    assert np.mean(same) > 0.9


def test_frequent_words_are_thinned_out_by_the_rule_of_word2vec() -> None:
    counts = np.array([9900, 99, 1])
    share = kept_share(counts, 1e-3)
    assert share[0] == pytest.approx((0.001 / 0.99) ** 0.5 + 0.001 / 0.99)
    assert share[1:].tolist() == [pytest.approx((1 / 9.9) ** 0.5 + 1 / 9.9), 1]
    assert kept_share(counts, 0).tolist() == [1, 1, 1]
    assert np.isfinite(kept_share(np.zeros(2, np.int64), 1e-3)).all()
