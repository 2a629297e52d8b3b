import dataclasses
import weakref
from pathlib import Path

import numpy as np
import pytest

import xling
from xling.aligners.registry import ALIGNERS
from xling.data.corpus import ParallelCorpus
from xling.data.lexicon import Lexicon
from xling.errors import ConflictError, InputError, LanguageMismatchError, UnknownNameError
from xling.model import side
from xling.recipes import align, align_spaces, train, train_corpus
from xling.training.learn import TrainSettings

LANGUAGES = ("en", "de")


@pytest.fixture(scope="module")
def sentence_pairs() -> list[tuple[str, str]]:
    random = np.random.default_rng(1)
    topics = np.arange(30).reshape(5, 6)
    made = []
    for _ in range(300):
        words = random.choice(topics[random.integers(5)], 4, replace=False)
        made.append((" ".join(f"w{i}" for i in words), " ".join(f"V{i}" for i in words[::-1])))
    return made


@pytest.fixture(scope="module")
def pairs_file(sentence_pairs, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("pairs") / "pairs.tsv"
    path.write_text("".join(f"{a}\t{b}\n" for a, b in sentence_pairs), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def lexicon_file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("lexicon") / "lexicon.tsv"
    path.write_text("w3\tV3\nw4\tV4\n", encoding="utf-8")
    return path


def corpus_of(pairs: list[tuple[str, str]]) -> ParallelCorpus:
    return ParallelCorpus(
        source_language="en",
        target_language="de",
        source=tuple(a for a, _ in pairs),
        target=tuple(b for _, b in pairs),
    )


def test_a_file_and_a_corpus_give_the_same_model(sentence_pairs, pairs_file: Path) -> None:
    one = train(pairs_file, LANGUAGES, dim=10, seed=2)
    other = train(corpus_of(sentence_pairs), LANGUAGES, dim=10, seed=2)
    assert one.card == other.card
    for a, b in zip(one.sides, other.sides, strict=True):
        np.testing.assert_array_equal(a.index.rows, b.index.rows)
    assert [t.word for t in one.translate("w7", top=1)] == ["V7"]
    assert one.languages == LANGUAGES
    assert (one.card["recipe"], one.card["seed"], one.card["settings"]["dim"]) == ("joint", 2, 10)


def test_lexicons_may_be_files(pairs_file: Path, lexicon_file: Path) -> None:
    held = train(pairs_file, LANGUAGES, dim=10, hold_out=lexicon_file)
    assert held.sides[0].held_out == {"w3", "w4"}
    assert held.card["held_out"]["words"] == 2
    seeded = train(pairs_file, LANGUAGES, dim=10, lexicon=lexicon_file, recipe="separate")
    assert seeded.card["seed_pairs"] == 2


def test_the_encoder_is_that_of_separate_spaces(sentence_pairs) -> None:
    corpus, settings = corpus_of(sentence_pairs), TrainSettings(dim=8, calibrate=False)
    found = train_corpus(corpus, recipe="separate", encoder="ppmi", settings=settings)
    assert "PpmiSettings" not in found.model.card["settings"]["recipe"]  # plain values
    assert found.model.card["recipe"] == "separate"
    with pytest.raises(ConflictError, match="recipe 'joint' has its own encoder; 'skipgram'"):
        train_corpus(corpus, encoder="skipgram", settings=settings)
    with pytest.raises(UnknownNameError, match="unknown encoder 'bert'"):
        train_corpus(corpus, recipe="separate", encoder="bert", settings=settings)
    with pytest.raises(UnknownNameError, match="unknown recipe 'jiont'"):
        train_corpus(corpus, recipe="jiont", settings=settings)


def test_languages_are_checked(pairs_file: Path) -> None:
    with pytest.raises(InputError, match="en"):
        train(pairs_file, ("en", "en"))


def test_aligned_spaces_find_their_words(rotated_world) -> None:
    world = rotated_world
    model = align(world.source, world.target, world.lexicon, seed=3)
    hits = [model.translate(f"word{i}", top=1)[0].word == f"wort{i}" for i in range(60)]
    back = [
        model.translate(f"wort{i}", source="de", top=1)[0].word == f"word{i}" for i in range(60)
    ]
    assert np.mean(hits) > 0.95
    assert np.mean(back) > 0.95
    assert model.channels == ("contexts",)
    assert model.translate("word1")[0].confidence is None
    assert model.card["seed_pairs"] == 60
    assert (model.card["method"], model.card["seed"]) == ("procrustes", 3)
    assert model.trained_words("en", "de") == {f"word{i}" for i in range(60)}
    assert model.trained_words("de", "en") == {f"wort{i}" for i in range(60)}


def test_monolingual_text_is_a_file_or_sentences(pairs_file: Path, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("w1 w2 extra\n" * 4, encoding="utf-8")

    def model(source, target, **more):
        given = {"dim": 10, "calibrate": False, "monolingual": (source, target)} | more
        return train(pairs_file, LANGUAGES, **given)

    read = model(tmp_path / "a.txt", None)
    assert read.card["unmatched_sentences"] == [4, 0]
    assert "extra" in read.vocabulary("en")
    assert model(iter(["w1 w2 extra"] * 4), None).card == read.card
    both = model(str(tmp_path / "a.txt"), ["V1 mehr"] * 3)
    assert both.card["unmatched_sentences"] == [4, 3]
    files = (tmp_path / "a.txt", tmp_path / "b.txt")
    with pytest.raises(InputError, match=r"a\.txt and .*b\.txt both have 4 lines"):
        model(*files)
    assert model(*files, accept_line_aligned=True).card["unmatched_sentences"] == [4, 4]


def test_an_alignment_tells_all_of_the_run(rotated_world) -> None:
    world = rotated_world
    few = dataclasses.replace(
        world.lexicon, pairs=(*world.lexicon.pairs[:30], ("missing", "fehlt"))
    )
    found = align_spaces(world.source, world.target, few)
    assert found.alignment.pairs_used == 30
    assert found.model.card["seed_coverage"] == pytest.approx(30 / 31)
    assert found.model.card["inputs"] == [world.source.fingerprint, world.target.fingerprint]
    assert set(found.seconds) == {"diagnose", "align", "index"}


@pytest.mark.parametrize("method", ["procrustes", "self-learning"])
def test_spaces_that_nobody_else_holds_are_let_go(rotated_world, monkeypatch, method: str) -> None:
    held = [
        dataclasses.replace(space, vectors=space.vectors.copy())
        for space in (rotated_world.source, rotated_world.target)
    ]
    living = [weakref.ref(space) for space in held]
    told: list[list[bool]] = []
    measure = side.mean_similarity

    def spied(*arguments, **named):
        told.append([one() is None for one in living])
        return measure(*arguments, **named)

    monkeypatch.setattr(side, "mean_similarity", spied)
    made = align_spaces(held.pop(0), held.pop(0), rotated_world.lexicon, method=method)
    assert told == [[True, True]] * 2
    kept = align_spaces(rotated_world.source, rotated_world.target, rotated_world.lexicon)
    assert len(made.model.sides[0].vocabulary) == len(rotated_world.source)
    assert kept.model.card["vocabulary"] == [60, 60]


def test_aligning_files_needs_languages(rotated_world, tmp_path: Path) -> None:
    world = rotated_world
    for space in (world.source, world.target):
        lines = [
            f"{word} {' '.join(map(repr, row.tolist()))}"
            for word, row in zip(space.words, space.vectors, strict=True)
        ]
        (tmp_path / f"{space.language}.vec").write_text(
            f"{len(space)} {space.dim}\n" + "\n".join(lines) + "\n", encoding="utf-8"
        )
    lexicon = tmp_path / "lexicon.tsv"
    lexicon.write_text("".join(f"{a}\t{b}\n" for a, b in world.lexicon.pairs), encoding="utf-8")
    files = (tmp_path / "en.vec", tmp_path / "de.vec", lexicon)
    model = align(*files, languages=LANGUAGES)
    expected = align(world.source, world.target, world.lexicon)
    for one, other in zip(model.sides, expected.sides, strict=True):
        np.testing.assert_allclose(one.index.rows, other.index.rows, atol=1e-5)
    with pytest.raises(InputError, match="languages are needed where a space is given as a file"):
        align(*files)


def test_spaces_are_aligned_from_sentence_pairs(rotated_world, tmp_path: Path) -> None:
    world = rotated_world
    random = np.random.default_rng(0)
    drawn = [random.choice(60, 4, replace=False) for _ in range(200)]
    pairs = [
        (" ".join(f"word{i}" for i in one), " ".join(f"wort{i}" for i in one)) for one in drawn
    ]
    file = tmp_path / "pairs.tsv"
    file.write_text("".join(f"{a}\t{b}\n" for a, b in pairs), encoding="utf-8")
    for given in (file, corpus_of(pairs)):
        for kind in ("sentences", "lexicon"):
            model = align(world.source, world.target, pairs=given, pairs_as=kind)
            hits = [model.translate(f"word{i}", top=1)[0].word == f"wort{i}" for i in range(60)]
            assert np.mean(hits) > 0.9
            assert len(model.trained_words("en", "de")) > 50
    with pytest.raises(ConflictError, match="a lexicon and sentence pairs were given"):
        align(world.source, world.target, world.lexicon, pairs=file)


def test_refusals_of_align(rotated_world) -> None:
    world = rotated_world
    with pytest.raises(UnknownNameError, match=f"known: {', '.join(sorted(ALIGNERS))}"):
        align(world.source, world.target, world.lexicon, method="procrust")
    turned: Lexicon = world.lexicon.inverted()
    with pytest.raises(LanguageMismatchError):
        align(world.source, world.target, turned)


def test_the_public_names_are_these_functions() -> None:
    assert (xling.train, xling.align) == (train, align)
