import numpy as np
import pytest

from xling.data.corpus import ParallelCorpus
from xling.data.lexicon import Lexicon
from xling.errors import ConflictError, DegenerateInputError, UnknownNameError
from xling.evaluation.bli import evaluate
from xling.evidence.channels import CHANNELS
from xling.model.open import load_model as load
from xling.training.learn import Trained, TrainSettings, learn
from xling.training.registry import recipe

HELD_OUT = Lexicon(source_language="en", target_language="de", pairs=(("w0", "V0"), ("w1", "V1")))


def trained(corpus: ParallelCorpus, **changes) -> Trained:
    given = {key: changes.pop(key) for key in ("held_out", "further", "lexicon") if key in changes}
    settings = TrainSettings(**({"dim": 20, "calibrate": False} | changes))
    return learn(corpus, recipe("joint"), settings, name="joint", **given)


def corpus_of(*pairs: tuple[str, str]) -> ParallelCorpus:
    return ParallelCorpus(
        source_language="en",
        target_language="de",
        source=tuple(a for a, _ in pairs),
        target=tuple(b for _, b in pairs),
    )


def test_further_text_is_used_for_contexts_only(toy_corpus) -> None:
    corpus = toy_corpus()
    more = tuple("w2 w3 extra" for _ in range(5)), tuple("V2 V3 mehr" for _ in range(7))
    one, two = trained(corpus), trained(corpus, further=more)
    assert two.pairs == one.pairs == 600
    assert "extra" not in one.model.vocabulary("en")
    assert "extra" in two.model.vocabulary("en")
    assert "mehr" in two.model.vocabulary("de")
    assert two.model.card["unmatched_sentences"] == [5, 7]
    assert "extra" not in two.model.sides[0].trained
    row = two.model.vocabulary("en").find_all(["extra"])
    assert not two.model.table.linked(row).any()
    column = two.model.vocabulary("en").find("w2")
    counts = [m.model.vocabulary("en").counts[m.model.vocabulary("en").find("w2")]
              for m in (one, two)]  # fmt: skip
    assert counts[1] == counts[0] + 5
    assert column is not None


def test_further_text_that_is_half_of_a_removed_pair_is_not_used(toy_corpus) -> None:
    corpus = toy_corpus()
    removed = [
        i for i, sentence in enumerate(corpus.source) if {"w0", "w1"} & set(sentence.split())
    ]
    halves = (
        tuple(corpus.source[i].upper() + "!" for i in removed),  # the same folded words
        tuple(corpus.target[i] for i in removed),
    )
    plain = trained(corpus, held_out=HELD_OUT)
    again = trained(corpus, held_out=HELD_OUT, further=halves)
    assert again.held_out == plain.held_out
    assert plain.model.card["unmatched_sentences"] == again.model.card["unmatched_sentences"]
    for one, two in zip(plain.model.sides, again.model.sides, strict=True):
        assert one.vocabulary.words == two.vocabulary.words
        np.testing.assert_array_equal(one.vocabulary.counts, two.vocabulary.counts)
        np.testing.assert_array_equal(one.index.rows, two.index.rows)
    # Another sentence with a held-out word is text like any other.
    other = trained(corpus, held_out=HELD_OUT, further=(("w0 w2 w3 w4 unseen",), ()))
    assert other.model.card["unmatched_sentences"][0] == (
        plain.model.card["unmatched_sentences"][0] + 1
    )


def test_family_takes_more_pairs_than_form() -> None:
    base = [(f"a{i % 9} b{i % 7} c{i % 5}", f"A{i % 9} B{i % 7} C{i % 5}") for i in range(200)]
    for i, word in enumerate(["desire", "desired", "desires", "design"] * 5):
        base.append((f"{word} a{i % 9}", f"Wunsch A{i % 9}"))
    held_out = Lexicon(source_language="en", target_language="de", pairs=(("desire", "Wunsch"),))
    removed = {}
    for match in ("form", "family"):
        found = trained(corpus_of(*base), held_out=held_out, hold_out_match=match)
        removed[match] = found.held_out["pairs_removed"]
        trained_words = found.model.sides[0].trained
        assert "desire" not in trained_words
        assert "design" in trained_words
        assert ("desired" in trained_words) == (match == "form")
    assert removed == {"form": 5, "family": 15}


def test_held_out_words_that_do_not_occur_are_refused(toy_corpus) -> None:
    absent = Lexicon(source_language="en", target_language="de", pairs=(("zzz", "yyy"),))
    with pytest.raises(DegenerateInputError, match="none of the 1 held-out words occurs"):
        trained(toy_corpus(), held_out=absent)
    assert trained(toy_corpus()).warnings == ()


def test_shots_are_linked_and_counted_as_training(toy_corpus) -> None:
    held = Lexicon(
        source_language="en", target_language="de", pairs=(("w3", "V3"), ("w4", "V4"), ("zz", "a"))
    )
    never, few = (trained(toy_corpus(), held_out=held, shots=shots) for shots in (0, 2))
    assert never.model.trained_words("en", "de").isdisjoint({"w3", "w4"})
    assert {"w3", "w4"} <= few.model.trained_words("en", "de")
    assert 2 <= few.pairs - never.pairs <= 4
    assert few.held_out["pairs_removed"] == 600 - few.pairs
    assert few.held_out["short"] == {}
    assert "short" not in never.held_out
    assert few.model.card["settings"]["shots"] == 2
    assert evaluate(few.model, held).overlap_with_training == 2
    assert evaluate(never.model, held).overlap_with_training == 0


def test_words_that_fall_short_of_the_shots_are_said() -> None:
    pairs = [(f"a{i % 9} b{i % 7} c{i % 5}", f"A{i % 9} B{i % 7} C{i % 5}") for i in range(200)]
    held = Lexicon(
        source_language="en", target_language="de", pairs=(("rare", "selten"), ("a1", "A1"))
    )
    found = trained(corpus_of(*pairs, ("rare b1", "selten B1")), held_out=held, shots=3)
    assert found.held_out["short"] == {"rare": 1}
    assert found.warnings == ("1 of 2 held-out words have fewer than 3 matched sentences",)
    with pytest.raises(ConflictError, match="shots is 3, but no words are held out"):
        trained(corpus_of(*pairs), shots=3)


def test_unsegmented_text_is_said() -> None:
    random = np.random.default_rng(0)
    words = ["".join(random.choice(list("abcdefgh"), 16)) for _ in range(30)]
    pairs = [(f"w{i % 30} w{i % 7}", f"{words[i % 30]} {words[i % 7]}") for i in range(300)]
    found = trained(corpus_of(*pairs))
    assert len(found.warnings) == 1
    assert found.warnings[0].startswith("the de text looks unsegmented (hardly any blanks)")


def test_a_minimum_count_that_drops_most_of_a_text_is_said() -> None:
    pairs = [(f"a b r{i} s{i} t{i}", "A B") for i in range(60)]
    found = trained(corpus_of(*pairs), dim=2)
    assert found.warnings == (
        "the minimum count of 3 drops most of the en text: 120 of 300 words are left, "
        "2 different ones",
    )


def test_without_calibration_there_is_no_probability(toy_corpus) -> None:
    found = trained(toy_corpus())
    assert found.model.rankers == {}
    assert {t.confidence for t in found.model.translate("w5")} == {None}
    assert found.model.translate("w5")[0].word == "V5"


def test_inputs_are_recorded_by_their_fingerprint(toy_corpus) -> None:
    one, again, other = (trained(toy_corpus(seed)).model.card["inputs"] for seed in (0, 0, 1))
    assert one == again
    assert len({*one, *other}) == 4


def test_further_text_may_be_a_stream(toy_corpus) -> None:
    more = ["w2 w3 extra"] * 5, ["V2 V3 mehr"] * 7
    one = trained(toy_corpus(), further=(tuple(more[0]), tuple(more[1])))
    two = trained(toy_corpus(), further=(iter(more[0]), (line for line in more[1])))
    assert one.model.card == two.model.card
    for a, b in zip(one.model.sides, two.model.sides, strict=True):
        np.testing.assert_array_equal(a.index.rows, b.index.rows)
    assert one.model.card["inputs"] != trained(toy_corpus()).model.card["inputs"]


TOWNS = [(f"north t{i}", f"Nord T{i}") for i in range(4)]


def corpus_with_towns(toy: ParallelCorpus) -> ParallelCorpus:
    """Write towns of two words into the sentences of a toy corpus; ``t3`` stands alone, too."""
    pairs = []
    for number, (a, b) in enumerate(zip(toy.source, toy.target, strict=True)):
        town = TOWNS[number % 4]
        pairs.append((f"{town[0]} {a}", f"{b} {town[1]}") if number % 2 else (a, b))
    pairs += [("t3 w5 w6 w7", "V5 V6 V7 T3"), ("north w8 w9", "V8 V9 Nord")] * 4
    return corpus_of(*pairs)


def test_units_are_translated_as_units(toy_corpus, tmp_path) -> None:
    corpus = corpus_with_towns(toy_corpus())
    plain = trained(corpus).model
    assert not any(" " in word for side in plain.sides for word in side.vocabulary)
    assert plain.translate("north t1") == []
    made = trained(corpus, phrases=True).model
    assert "north t1" in made.vocabulary("en")
    assert made.translate("North T1", top=1)[0].word == "Nord T1"
    assert made.translate("nord t1", source="de", top=1)[0].word == "north t1"
    # Both the unit and its words are known to have been trained on.
    assert {"north t1", "north", "t1"} <= made.sides[0].trained
    lexicon = Lexicon(source_language="en", target_language="de", pairs=tuple(TOWNS))
    result = evaluate(made, lexicon)
    assert (result.overlap_with_training, result.queries_in_vocabulary) == (2, 2)
    assert result.precision["1"] == 1
    made.save(tmp_path / "model")
    again = load(tmp_path / "model")
    assert again.translate("north t1") == made.translate("north t1")
    assert again.sides[0].trained == made.sides[0].trained


@pytest.mark.parametrize("entry", [("t1", "T1"), ("north t1", "Nord T1"), ("T1 North", "T1")])
def test_no_unit_carries_a_held_out_word_into_a_linked_pair(toy_corpus, entry) -> None:
    corpus = corpus_with_towns(toy_corpus())
    further = tuple(["north t1 w2 w3"] * 20), ()
    lexicon = Lexicon(source_language="en", target_language="de", pairs=(entry,))
    made = trained(corpus, phrases=True, held_out=lexicon, further=further)
    side = made.model.sides[0]
    row = side.vocabulary.find("north t1")
    assert row is not None  # it is a unit in what is kept
    assert not made.model.table.linked(np.array([row])).any()
    assert "north t1" not in side.trained
    assert "north t3" in side.trained
    assert ("t1" in side.trained) == (entry[0] == "never")
    assert evaluate(made.model, lexicon).overlap_with_training == 0


def test_a_seed_pair_whose_unit_holds_a_held_out_word_is_left_out(toy_corpus) -> None:
    corpus = corpus_with_towns(toy_corpus())
    seeds = Lexicon(
        source_language="en", target_language="de", pairs=(*TOWNS, ("w5", "V5"), ("w6", "V6"))
    )
    held_out = Lexicon(source_language="en", target_language="de", pairs=(("t1", "T1"),))
    made = trained(
        corpus, phrases=True, lexicon=seeds, held_out=held_out,
        further=(("north t1 w2 w3",) * 20, ()),
    )  # fmt: skip
    assert made.seed_pairs == 5
    assert not {"north t1", "t1"} & made.model.sides[0].trained


def test_units_are_calibrated_like_words(toy_corpus) -> None:
    made = trained(corpus_with_towns(toy_corpus()), phrases=True, calibrate=True).model
    assert made.translate("north t1")[0].word == "Nord T1"
    assert made.rankers["en>de"].queries[0] > 0


class Spied:
    """A recipe that remembers the seed pairs of every material that it links."""

    def __init__(self) -> None:
        self.seen: list[set[str]] = []

    def link(self, material, **given):
        self.seen.append({word for word, _ in material.seeds.pairs})
        return recipe("separate").link(material, **given)


@pytest.mark.parametrize(
    "changes",
    [
        {"lexicon": [f"w{i}" for i in range(40)]},
        {"shots": 12},
        {"shots": 12, "lexicon": [f"w{i}" for i in range(40)]},
    ],
)
def test_held_out_words_are_in_no_seed_of_the_inner_experiment_either(toy_corpus, changes) -> None:
    corpus, spied = toy_corpus(pairs=3000, words=120), Spied()
    words = changes.pop("lexicon", None)
    seeds = words and Lexicon(
        source_language="en",
        target_language="de",
        pairs=tuple((word, word.replace("w", "V")) for word in words),
    )
    settings = TrainSettings(dim=20, threads=1, **changes)
    learn(corpus, spied, settings, name="separate", held_out=HELD_OUT, lexicon=seeds)
    assert len(spied.seen) == 2
    for seen in spied.seen:
        assert len(seen) > 10
        assert not seen & {"w0", "w1"}


def test_the_way_back_is_a_channel_where_asked_for(toy_corpus, tmp_path) -> None:
    made = trained(toy_corpus(), calibrate=True, two_way=True).model
    made.save(tmp_path / "m")
    model = load(tmp_path / "m")
    assert model.channels == (*CHANNELS, "two-way")
    words = model.vocabulary("en").words[:20]
    whole = model.look_up(words, top=3)
    assert whole == made.look_up(words, top=3)
    assert whole[0].translations[0].confidence is not None
    without = model.look_up(words, top=3, channels=",".join(CHANNELS))
    assert without[0].translations[0].confidence is None
    assert without[0].translations[0].score != whole[0].translations[0].score
    plain = trained(toy_corpus()).model
    with pytest.raises(UnknownNameError, match="unknown channel of this model 'two-way'"):
        plain.look_up(words, channels="two-way")
