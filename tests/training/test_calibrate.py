from dataclasses import replace

import numpy as np
import pytest

from xling.counting.halves import sentence_keys
from xling.counting.hold_out import stem
from xling.counting.phrases import PhraseSettings, join_phrases, split_phrases
from xling.data.corpus import ParallelCorpus
from xling.data.indexed import index_text
from xling.data.text import fold
from xling.evidence.channels import start_ranker
from xling.model.model import Model
from xling.training import calibrate
from xling.training.calibrate import InnerSplit, fit_ranker, inner_split
from xling.training.learn import TrainSettings, learn
from xling.training.material import Material, gather
from xling.training.registry import recipe

SIZE = {"pairs": 5000, "words": 800}


@pytest.fixture(scope="module")
def material(toy_material) -> Material:
    return toy_material(**SIZE)


@pytest.fixture(scope="module")
def split(material: Material) -> InnerSplit:
    made = inner_split(material, seed=5)
    assert made is not None
    return made


def sentences(material: Material, side: int) -> list[set[str]]:
    text = material.texts[side]
    return [
        {text.types[i] for i in text.ids[text.offsets[n] : text.offsets[n + 1]]}
        for n in range(len(material.linked[side]))
    ]


def test_unlinked_queries_stand_in_no_linked_pair(material: Material, split: InnerSplit) -> None:
    held = split.held
    for side, never in enumerate((held.source_words, held.target_words)):
        assert len(split.unlinked[side]) >= 5
        assert set(split.unlinked[side]) <= never
        every = sentences(material, side)
        assert not any(every[n] & never for n in held.linked)
        # They are a small part of the text, and every answer is a word of the other language.
        assert 0.02 < sum(bool(words & never) for words in every) / len(every) <= 0.15


def test_the_half_pair_rule_holds_inside_too(material: Material, split: InnerSplit) -> None:
    held = split.held
    kept = len(held.source_halves) + len(held.target_halves)
    assert kept + held.halves_dropped == held.pairs_removed > 0
    assert not set(held.source_halves.tolist()) & set(held.target_halves.tolist())
    assert not set(held.linked.tolist()) & {*held.source_halves, *held.target_halves}
    # It tells of all that is not linked, the quarter that is left out among it.
    count = len(material.linked[0])
    assert held.pairs_removed == count - len(held.linked)
    for mine, unmatched in zip(
        (held.source_halves, held.target_halves), split.unmatched, strict=True
    ):
        assert mine.tolist() == unmatched[unmatched < count].tolist()


def test_unmatched_text_that_is_half_of_an_inner_pair_is_not_used(material: Material) -> None:
    # Both sides of every linked pair come again as unmatched text, as further files may.
    count = len(material.linked[0])
    twice = np.concatenate([np.arange(count), np.arange(count)])
    doubled = replace(material, texts=tuple(text.select(twice) for text in material.texts))
    made = inner_split(doubled, seed=5)
    assert made is not None
    halves = {*made.held.source_halves.tolist(), *made.held.target_halves.tolist()}
    assert halves
    for numbers in made.unmatched:
        further = {int(number) - count for number in numbers if number >= count}
        assert further  # sentences of pairs that stay
        assert not further & halves


def test_a_unit_does_not_hide_a_word_that_is_held_out_inside(material: Material) -> None:
    # Join whatever stands side by side now and then.
    often = PhraseSettings(min_count=4, threshold=0.2)
    joined = tuple(join_phrases(text, often) for text in material.texts)
    none = np.zeros(0, np.int64)
    made = gather((joined[0], joined[1]), np.arange(len(material.linked[0])), (none, none))
    units = [word for words in made.vocabularies for word in words if " " in word]
    assert len(units) > 20
    found = inner_split(made, seed=5)
    assert found is not None
    for side, never in enumerate((found.held.source_words, found.held.target_words)):
        assert len(found.unlinked[side]) >= 5
        plain = split_phrases(made.texts[side].select(found.held.linked))
        sentences = np.split(plain.ids, plain.offsets[1:-1])
        words = [{plain.types[i] for i in ids} for ids in sentences]
        assert not any(set(entry.split()) <= held for entry in never for held in words)


def test_left_out_groups_are_a_quarter_and_whole(material: Material, split: InnerSplit) -> None:
    count = len(material.linked[0])
    held = split.held
    keys = sentence_keys(material.texts[0].select(np.arange(count)))
    text = sentences(material, 0), sentences(material, 1)
    holds = [text[0][n] & held.source_words or text[1][n] & held.target_words for n in range(count)]
    away = np.setdiff1d(np.flatnonzero([not words for words in holds]), held.linked)
    stayed = sum(not words for words in holds)
    assert 0.2 * stayed < len(away) < 0.3 * stayed
    # No sentence that was left out is still linked in another pair.
    assert not np.isin(keys[away], keys[held.linked]).any()
    # One half of most of these pairs stays as unmatched text, and never both halves.
    halves = [numbers[numbers < count] for numbers in split.unmatched]
    assert not set(halves[0].tolist()) & set(halves[1].tolist())
    for numbers in halves:
        assert np.isin(away, numbers).mean() > 0.3


def test_a_source_sentence_with_several_translations_is_left_out_whole() -> None:
    sources = [f"w{i % 50} w{i % 7} w{i // 7 % 11}" for i in range(300) for _ in range(3)]
    targets = [f"V{i % 50} V{i % 7} x{k}" for i in range(300) for k in range(3)]
    texts = index_text(sources, "en"), index_text(targets, "de")
    none = np.zeros(0, np.int64)
    made = gather(texts, np.arange(900), (none, none))
    found = inner_split(made, seed=0)
    assert found is not None
    keys = sentence_keys(texts[0])
    linked = set(keys[found.held.linked].tolist())
    assert 0 < len(linked) < len(set(keys.tolist()))
    whole = np.isin(keys, list(linked))
    removed = 900 - len(found.held.linked)
    assert removed - found.held.pairs_removed <= (~whole).sum()


def test_right_answers_are_those_of_the_toy_language(split: InnerSplit) -> None:
    for kind in (split.unlinked, split.linked):
        for side, letters in enumerate((("w", "v"), ("v", "w"))):
            gold = kind[side]
            right = [
                answers == {query.replace(letters[0], letters[1])}
                for query, answers in gold.items()
            ]
            assert len(right) >= 5
            assert np.mean(right) > 0.9


def test_words_held_out_from_the_model_are_in_no_inner_query(split: InnerSplit) -> None:
    for kind in (split.unlinked, split.linked):
        assert not {"w0", "w1"} & set(kind[0])
        assert not any({"w0", "w1"} & answers for answers in kind[1].values())


def test_well_attested_words_are_held_out_first(material: Material) -> None:
    counts = np.bincount(material.linked[0].rows, minlength=material.linked[0].size)
    places = np.random.default_rng(0).permutation(len(counts))
    words = [fold(word) for word in material.vocabularies[0].words]
    chosen = [words.index(word) for word in calibrate._sample(material, 0, places)]
    attested = counts[chosen] >= calibrate._ATTESTED
    assert (np.diff(attested.astype(int)) <= 0).all()
    assert attested.sum() >= min(5, (~attested).sum())
    rare = places[counts[places] < calibrate._ATTESTED]
    assert 0 < len(calibrate._sample(material, 0, rare)) <= calibrate._ENOUGH


def test_linked_queries_are_not_among_the_held_out(split: InnerSplit) -> None:
    assert not set(split.linked[0]) & split.held.source_words
    assert not set(split.linked[1]) & split.held.target_words


def test_the_seed_decides(material: Material, split: InnerSplit) -> None:
    again, other = inner_split(material, seed=5), inner_split(material, seed=6)
    assert again is not None
    assert other is not None
    assert again.held.linked.tolist() == split.held.linked.tolist()
    assert (again.unlinked, again.linked) == (split.unlinked, split.linked)
    assert other.unlinked != split.unlinked


def test_too_few_pairs_give_no_split(toy_material) -> None:
    texts = index_text(["w1 w2", "w1 w2"], "en"), index_text(["V1 V2", "V1 V2"], "de")
    none = np.zeros(0, np.int64)
    made = gather(texts, np.array([0, 1]), (none, none), min_count=1)
    # One group of two pairs: it is left out or kept whole, never cut.
    assert all(inner_split(made, seed=seed) is None for seed in range(8))


@pytest.fixture(scope="module")
def trained(toy_corpus) -> Model:
    corpus: ParallelCorpus = toy_corpus(**SIZE)
    return learn(corpus, recipe("joint"), TrainSettings(dim=60), name="joint").model


def test_every_direction_is_fitted(trained: Model) -> None:
    start = start_ranker()
    assert set(trained.rankers) == {"en>de", "de>en"}
    for ranker in trained.rankers.values():
        assert ranker.queries[0] >= 50
        assert ranker.linked.as_dict() != start.linked.as_dict()
        assert ranker.linked.confidence is not None
    one, other = trained.rankers.values()
    assert one.linked.as_dict() != other.linked.as_dict()


def test_the_seed_decides_and_threads_do_not(toy_corpus, trained: Model) -> None:
    def rankers(**changes: int) -> dict:
        settings = TrainSettings(**({"dim": 60} | changes))
        made = learn(toy_corpus(**SIZE), recipe("joint"), settings, name="joint").model
        return {pair: ranker.as_dict() for pair, ranker in made.rankers.items()}

    expected = {pair: ranker.as_dict() for pair, ranker in trained.rankers.items()}
    assert rankers(threads=1) == rankers(threads=2) == expected
    assert rankers(seed=1) != expected


def test_candidates_of_the_right_kind_of_words_are_marked(trained: Model) -> None:
    way = trained.way()
    linked = way.table.linked(np.arange(len(way.asked.vocabulary)))
    words = {word: linked[row] for row, word in enumerate(way.asked.vocabulary)}
    some = [word for word in words if words[word]][:300]
    gold = {word: frozenset({word.replace("w", "v"), "nowhere"}) for word in some}
    gold |= {"unheard": frozenset({"v1"}), some[7]: frozenset({"v1", "v2"})}
    judged = calibrate._judged(way, gold, linked=True)
    assert len(judged) == len(some)  # the word that is not in the vocabulary is left out
    lost = gold | {some[3]: frozenset({"nowhere"})}  # and one without a right answer in it
    assert len(calibrate._judged(way, lost, linked=True)) == len(some) - 1
    answers = way.answers.vocabulary
    for number, word in enumerate(sorted(some)):
        own = slice(judged.ends[number], judged.ends[number + 1])
        candidates, features = way.gather(way.known(way.asked.vocabulary.find_all([word])))
        right = set(answers.find_all(gold[word]).tolist())
        assert judged.gold[own].tolist() == [c in right for c in candidates.columns.tolist()]
        np.testing.assert_array_equal(judged.features[own], features)
        if number == 20:
            break
    assert judged.gold.sum() > 0.9 * len(some)
    assert len(calibrate._judged(way, gold, linked=False)) == 0


def test_probabilities_hold_on_the_words_of_the_model(trained: Model) -> None:
    words = trained.vocabulary("en").words
    found = trained.look_up(words, top=5)
    sure = np.array([t.confidence for lookup in found for t in lookup.translations])
    right = np.array(
        [t.word == lookup.word.replace("w", "V") for lookup in found for t in lookup.translations]
    )
    assert ((sure >= 0) & (sure <= 1)).all()
    assert sure[right].mean() > 0.8
    assert sure[~right].mean() < 0.1
    assert abs(sure.mean() - right.mean()) < 0.1


def test_without_right_answers_the_start_is_kept(trained: Model, split: InnerSplit) -> None:
    nothing = replace(split, unlinked=({}, {}), linked=({}, {}))
    found = fit_ranker(trained.way(), nothing, 0)
    assert found.as_dict() == start_ranker().as_dict()
    assert found.queries == (0, 0)


def test_words_held_out_the_other_way_are_no_wrong_candidates(trained: Model) -> None:
    way = trained.way()
    words = list(way.asked.vocabulary)[:60]
    gold = {word: frozenset({word.replace("w", "v")}) for word in words}
    without = frozenset(list(way.answers.vocabulary)[:40])
    whole = calibrate._judged(way, gold, linked=True)
    less = calibrate._judged(way, gold, linked=True, without=without)
    candidates, _ = way.gather(way.known(way.asked.vocabulary.find_all(sorted(gold))))
    dropped = np.isin(candidates.columns, way.answers.vocabulary.find_all(sorted(without)))
    assert len(whole) == len(less) == len(candidates.ends) - 1
    assert (dropped & whole.gold).any()  # a right answer stays, though it is one of these
    stay = whole.gold | ~dropped
    assert 0 < stay.sum() < len(stay)
    np.testing.assert_array_equal(less.features, whole.features[stay])
    assert less.gold.sum() == whole.gold.sum()


def test_where_pairs_are_few_rarer_words_are_taken() -> None:
    counts = np.repeat([5, 10, 60, 300], [30, 30, 200, 20])
    assert calibrate._most(counts, counts, 1000.0) == 20.0  # fifty words may have so many
    assert calibrate._most(counts, counts, 300.0) == calibrate._ALWAYS  # too few are that rare
    assert calibrate._most(counts, counts, 4000.0) == calibrate._ALWAYS
    assert calibrate._most(counts, counts, 40000.0) == calibrate._SHARE_OF_ONE * 40000


def test_no_unmatched_half_inside_is_the_other_half_of_a_linked_one(
    material: Material, split: InnerSplit
) -> None:
    count = len(material.linked[0])
    keys = [sentence_keys(text.select(np.arange(count))) for text in material.texts]
    linked = split.held.linked
    for side, numbers in enumerate(split.unmatched):
        halves = numbers[numbers < count]
        assert len(halves) > 0.1 * count
        assert not np.isin(halves, linked).any()
        assert not np.isin(keys[1 - side][halves], keys[1 - side][linked]).any()


def test_words_of_a_stem_go_out_together_where_they_do_outside() -> None:
    random = np.random.default_rng(0)
    stems = [f"{a}{b}n{c}" for a in "bdfglmprst" for b in "aeiou" for c in "dkpt"]
    sentences = [
        [f"{stems[i]}{ending}" for i, ending in zip(
            random.integers(0, 200, 6), random.choice(["", "s", "ed", "ing"], 6), strict=True)]
        for _ in range(1500)
    ]  # fmt: skip
    source = index_text([" ".join(words) for words in sentences], "en")
    target = index_text(
        [" ".join(word.upper() + "o" for word in words) for words in sentences], "eo"
    )
    linked = np.arange(1500)
    made = gather((source, target), linked, (np.zeros(0, int), np.zeros(0, int)), min_count=3)
    found = {match: inner_split(made, seed=1, match=match) for match in ("form", "family")}
    for match, split in found.items():
        held = set(split.unlinked[0])
        assert held
        kept = source.select(split.held.linked)
        still = {stem([kept.types[i]], "en")[0] for i in np.unique(kept.ids)}
        relatives = still & set(stem(held, "en"))
        assert bool(relatives) == (match == "form")
