"""What every recipe of the registry does; a new one is picked up by its name there."""

import ast
import dataclasses
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import xling.training
from xling.data.corpus import ParallelCorpus
from xling.data.lexicon import Lexicon
from xling.errors import ConflictError, CoverageError, DegenerateInputError, LanguageMismatchError
from xling.evaluation.bli import evaluate
from xling.model.model import Model
from xling.training.joint_skipgram import JointSkipgramSettings
from xling.training.layers_settings import LayersSettings
from xling.training.learn import Trained, TrainSettings, learn
from xling.training.registry import RECIPES, STEPWISE, Recipe, recipe

NAMES = sorted(RECIPES)
# Small settings for recipes that are trained step by step: the toy's vocabulary is tiny.
QUICK = {
    "joint-layers": LayersSettings(
        hidden=32, width=16, batch_sentences=64, batch_words=64, steps=60, check_every=20
    ),
    "joint-skipgram": JointSkipgramSettings(epochs=6, subsample=0, tokens=64, draws=8, patience=6),
}
STAGES = {
    "joint": "svd",
    "separate": "svd",
    "joint-layers": "layers",
    "joint-skipgram": "skip-gram",
}
NOUNS, VERBS, ADJECTIVES, TOPICS = 30, 18, 12, 6
HELD_OUT = ("n3", "v5")


@cache
def toy_corpus(pairs: int = 600) -> ParallelCorpus:
    """Say that something does something, within a topic; the target puts it in another order."""
    random = np.random.default_rng(11)
    source, target = [], []
    for _ in range(pairs):
        topic = random.integers(TOPICS)
        first, second = random.choice(NOUNS // TOPICS, 2, replace=False) * TOPICS + topic
        verb = random.integers(VERBS // TOPICS) * TOPICS + topic
        adjective = random.integers(ADJECTIVES // TOPICS) * TOPICS + topic
        source.append(f"The a{adjective} n{first} v{verb} the n{second}.")
        target.append(f"Das N{second}x vx{verb} ein N{first}x, ax{adjective}.")
    return ParallelCorpus(
        source_language="en", target_language="de", source=tuple(source), target=tuple(target)
    )


def lexicon(words: tuple[str, ...], languages: tuple[str, str] = ("en", "de")) -> Lexicon:
    pairs = tuple(
        (word, f"N{word[1:]}x" if word[0] == "n" else f"{word[0]}x{word[1:]}") for word in words
    )
    return Lexicon(source_language=languages[0], target_language=languages[1], pairs=pairs)


ALL_WORDS = tuple(
    f"{kind}{i}" for kind, count in (("n", NOUNS), ("v", VERBS), ("a", ADJECTIVES))
    for i in range(count)
)  # fmt: skip
LINKED = tuple(word for word in ALL_WORDS if word not in HELD_OUT)


def made(name: str, **options: object) -> Recipe:
    return recipe(name, **({"settings": QUICK[name]} if name in QUICK else {}), **options)


def trained(name: str, *, corpus: ParallelCorpus | None = None, **changes) -> Trained:
    given = {key: changes.pop(key) for key in ("lexicon", "held_out", "further") if key in changes}
    settings = TrainSettings(**({"dim": 30, "threads": 1} | changes))
    return learn(corpus or toy_corpus(), made(name), settings, name=name, **given)


@cache
def whole(name: str) -> Trained:
    return trained(name)


@cache
def zero_shot(name: str) -> Trained:
    return trained(name, held_out=lexicon(HELD_OUT))


def stored(model: Model, folder: Path) -> dict[str, bytes]:
    model.save(folder)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_recipe_is_in_the_registry() -> None:
    folder = Path(xling.training.__file__).parent
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and node.name.endswith("Recipe"):
                module = path.relative_to(folder.parent.parent).with_suffix("")
                found.add(f"{'.'.join(module.parts)}:{node.name}")
    assert found - {"xling.training.registry:Recipe"} == set(RECIPES.values())


def test_is_settings_and_nothing_else(name: str) -> None:
    plain = recipe(name)
    for field in dataclasses.fields(plain):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(plain, field.name, None)
    with pytest.raises(TypeError, match="positional"):
        type(plain)(None)


@pytest.mark.parametrize("channels", ["all", "contexts", "table"])
def test_linked_words_are_translated_in_both_directions(name: str, channels: str) -> None:
    model = whole(name).model
    gold = lexicon(LINKED)
    for result in (
        evaluate(model, gold, channels=channels),
        evaluate(model, gold.inverted(), source="de", target="en", channels=channels),
    ):
        assert result.queries_in_vocabulary == len(LINKED)
        assert result.precision["1"] >= (0.7 if channels == "contexts" else 0.95)
        assert result.precision["10"] >= 0.95


def test_held_out_words_are_in_nothing_that_links(name: str) -> None:
    found = zero_shot(name)
    side = found.model.sides[0]
    assert side.held_out == set(HELD_OUT)
    assert not side.trained & set(HELD_OUT)
    assert {"the", *LINKED} <= side.trained
    assert found.model.table is not None
    rows = side.vocabulary.find_all(HELD_OUT)
    assert (rows >= 0).all()  # they are known, from halves, but linked to nothing
    assert not found.model.table.linked(rows).any()
    counts = found.held_out
    sentences = [set(s.rstrip(".").lower().split()) for s in toy_corpus().source]
    removed = sum(bool(words & set(HELD_OUT)) for words in sentences)
    assert counts["words"] == 2
    assert counts["pairs_removed"] == removed > 0
    assert found.pairs == 600 - removed
    kept = counts["source_halves_kept"] + counts["target_halves_kept"]
    assert kept + counts["halves_dropped"] == removed


def test_held_out_words_are_in_no_seed(name: str) -> None:
    given = lexicon((*HELD_OUT, *LINKED[:20]))
    found = trained(name, lexicon=given, held_out=lexicon(HELD_OUT), calibrate=False)
    assert found.seed_pairs == 20
    assert not found.model.sides[0].trained & set(HELD_OUT)
    mined = zero_shot(name)
    assert 30 <= mined.seed_pairs <= whole(name).seed_pairs - 2


def test_evaluation_counts_the_overlap_with_training(name: str) -> None:
    model = zero_shot(name).model
    assert evaluate(model, lexicon(HELD_OUT)).overlap_with_training == 0
    assert evaluate(model, lexicon(LINKED)).overlap_with_training == len(LINKED)
    assert evaluate(model, lexicon((*HELD_OUT, "n4"))).overlap_with_training == 1


def test_the_stricter_rule_holds_out_both_sides(name: str) -> None:
    found = trained(name, held_out=lexicon(HELD_OUT), hold_out_side="both", calibrate=False)
    targets = {target.casefold() for _, target in lexicon(HELD_OUT).pairs}
    assert found.model.sides[1].held_out == targets
    assert not found.model.sides[1].trained & targets
    assert found.held_out["words"] == 4


def test_the_same_seed_gives_the_same_bytes_with_any_threads(name: str, tmp_path: Path) -> None:
    expected = stored(whole(name).model, tmp_path / "one")
    assert stored(trained(name, threads=2).model, tmp_path / "two") == expected
    other = stored(trained(name, seed=1).model, tmp_path / "other")
    assert other["en.index.faiss"] != expected["en.index.faiss"]
    assert other["en.words.txt"] == expected["en.words.txt"]


def test_a_given_lexicon_is_used(name: str) -> None:
    few = lexicon(LINKED[:5])
    found = trained(name, lexicon=few, calibrate=False)
    assert found.seed_pairs == 5
    assert found.model.card["seed_pairs"] == 5


def test_a_lexicon_that_covers_nothing_is_refused(name: str) -> None:
    pairs = (("aa", "bb"), ("cc", "dd"), ("ee", "ff"))
    given = Lexicon(source_language="en", target_language="de", pairs=pairs)
    with pytest.raises(CoverageError, match=r"0 of 3 pairs covered; not found: aa, cc, ee$"):
        trained(name, lexicon=given)


def test_lexicons_must_be_in_the_corpus_s_languages(name: str) -> None:
    turned = lexicon(LINKED, ("de", "en"))
    for given in ({"lexicon": turned}, {"held_out": turned}):
        with pytest.raises(LanguageMismatchError, match="in de-en for a corpus in en-de"):
            trained(name, **given)


def test_fewer_pairs_than_dimensions_is_said_and_works(name: str) -> None:
    found = trained(name, corpus=toy_corpus(40), dim=300, min_count=1)
    assert "fewer sentence pairs (40) than dimensions (300)" in found.warnings
    assert len(found.model.translate("n3")) == 5
    assert whole(name).warnings == ()


def test_nothing_left_to_link_by_is_refused(name: str) -> None:
    every = Lexicon(source_language="en", target_language="de", pairs=(("the", "das"),))
    with pytest.raises(DegenerateInputError, match="no sentence pair is left"):
        trained(name, held_out=every)


def test_a_model_keeps_how_it_was_made(name: str) -> None:
    found = zero_shot(name)
    card = found.model.card
    assert card["recipe"] == name
    assert card["seed"] == 0
    assert card["sentence_pairs"] == found.pairs
    assert card["held_out"] == found.held_out
    assert card["settings"]["dim"] == 30
    assert card["vocabulary"] == [len(side.vocabulary) for side in found.model.sides]
    assert set(found.seconds) == {"read", "hold_out", "count", "link", "calibrate"}


def test_progress_ends_at_its_total_and_an_interrupt_reaches_the_caller(name: str) -> None:
    calls: list[tuple[str, int, int]] = []
    settings = TrainSettings(dim=10)
    learn(
        toy_corpus(), made(name), settings, name=name,
        progress=lambda *call: calls.append(call),
    )  # fmt: skip
    assert {"table", STAGES[name], "neighbourhoods"} <= {call[0] for call in calls}
    for stage in {call[0] for call in calls}:
        last = [call for call in calls if call[0] == stage][-1]
        assert last[1] == last[2] > 0

    def interrupt(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learn(toy_corpus(), made(name), settings, name=name, progress=interrupt)


def test_units_are_words_like_others(name: str) -> None:
    corpus = toy_corpus()
    town = dataclasses.replace(
        corpus,
        source=tuple(f"{s} Old York" if i % 5 == 0 else s for i, s in enumerate(corpus.source)),
        target=tuple(f"{s} Alt Yorck" if i % 5 == 0 else s for i, s in enumerate(corpus.target)),
    )
    model = trained(name, corpus=town, phrases=True).model
    assert model.translate("old york", top=1)[0].word == "Alt Yorck"
    assert model.vocabulary("en").find("york") is None  # it stands nowhere else
    gold = lexicon(LINKED)
    assert evaluate(model, gold).precision["1"] > 0.8


@pytest.mark.parametrize("name", sorted(STEPWISE))
def test_a_run_that_was_interrupted_goes_on_to_the_same_bytes(name: str, tmp_path: Path) -> None:
    expected = stored(whole(name).model, tmp_path / "expected")
    settings, folder = TrainSettings(dim=30, threads=1), tmp_path / "checkpoints"
    seen = []

    def interrupt(stage: str, done: int, total: int) -> None:
        seen.append(stage == STAGES[name] and done == total)
        if sum(seen) and stage == STAGES[name] and 2 * done > total and not seen[-1]:
            raise KeyboardInterrupt  # in the middle of the second, inner run

    with pytest.raises(KeyboardInterrupt):
        learn(toy_corpus(), made(name, checkpoint=folder), settings, name=name, progress=interrupt)
    assert {path.name for path in folder.iterdir()} == {"outer.safetensors", "inner.safetensors"}
    again = made(name, checkpoint=folder, resume=True)
    found = learn(toy_corpus(), again, settings, name=name)
    assert stored(found.model, tmp_path / "resumed") == expected


@pytest.mark.parametrize("name", sorted(STEPWISE))
def test_a_checkpoint_of_another_call_is_refused(name: str, tmp_path: Path) -> None:
    def run(*, corpus: ParallelCorpus | None = None, resume: bool = True, **changes: int) -> None:
        settings = TrainSettings(**({"dim": 8, "threads": 1, "calibrate": False} | changes))
        again = made(name, checkpoint=tmp_path / "c", resume=resume)
        learn(corpus or toy_corpus(), again, settings, name=name)

    run(resume=False)
    run()
    with pytest.raises(ConflictError, match="was made with seed 0, this run has 3"):
        run(seed=3)
    with pytest.raises(ConflictError, match="was made with dim 8, this run has 9"):
        run(dim=9)
    with pytest.raises(ConflictError, match="was made with sentence_pairs 600, this run has 590"):
        run(corpus=toy_corpus(590))
