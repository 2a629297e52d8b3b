"""What every encoder of the registry does; a new one is picked up by its name there."""

import ast
import dataclasses
import hashlib
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import xling.encoders
from xling.arrays import unit_rows
from xling.data.indexed import IndexedText, index_text, vocabulary
from xling.data.space import EmbeddingSpace
from xling.encoders.base import Encoder
from xling.encoders.registry import ENCODERS, encoder
from xling.errors import ConfigError, DegenerateInputError, InputError, UnknownNameError

NAMES = sorted(ENCODERS)
TOPICS = (
    ("Katze", "hund", "vogel", "pferd", "esel", "maus", "ziege", "schaf", "huhn", "fuchs"),
    ("brot", "Suppe", "salat", "nudel", "kuchen", "apfel", "käse", "reis", "birne", "wurst"),
)
FILLERS = ("und", "oder", "mit", "ohne")
DIM = 16


def planted_sentences(seed: int = 0) -> list[str]:
    """Write sentences each of which is about one of two topics."""
    random = np.random.default_rng(seed)
    sentences = []
    for number in range(1_500):
        words = random.choice(TOPICS[number % 2], 5).tolist()
        words.insert(int(random.integers(1, 5)), str(random.choice(FILLERS)))
        sentences.append(" ".join(words))
    return [*sentences, "selten brot", "selten esel", "?!"]


@cache
def planted_text() -> IndexedText:
    return index_text(planted_sentences(), "de")


@cache
def planted_space(name: str) -> EmbeddingSpace:
    return encoder(name)().fit(planted_text(), dim=DIM, seed=3, threads=1)


def digest(space: EmbeddingSpace) -> str:
    parts = [space.fingerprint.encode()]
    if space.subwords is not None:
        parts.append(space.subwords.vectors.tobytes())
    return hashlib.sha256(b"".join(parts)).hexdigest()


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_encoder_is_in_the_registry() -> None:
    folder = Path(xling.encoders.__file__).parent
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and node.name.endswith("Encoder"):
                module = path.relative_to(folder.parent.parent).with_suffix("")
                found.add(f"{'.'.join(module.parts)}:{node.name}")
    others = {
        # Protocols.
        *("xling.encoders.base:Encoder", "xling.encoders.sentence_means:SentenceEncoder"),
        "xling.encoders.pretrained.big_files:CountingEncoder",
        # Reads a checkpoint; it learns no words from text.
        "xling.encoders.pretrained.transformer:TransformerEncoder",
    }
    assert found - others == set(ENCODERS.values())


def test_an_unknown_name_is_answered_with_a_near_one() -> None:
    with pytest.raises(UnknownNameError, match="unknown encoder 'skipgrm'") as caught:
        encoder("skipgrm")
    assert caught.value.hint == "did you mean 'skipgram'?"


def test_is_settings_and_nothing_else(name: str) -> None:
    made = encoder(name)()
    assert isinstance(made, Encoder)
    assert [field.name for field in dataclasses.fields(made)] == ["settings"]  # type: ignore[arg-type]
    for frozen in (made, made.settings):
        first = dataclasses.fields(frozen)[0].name  # type: ignore[arg-type]
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(frozen, first, None)
    with pytest.raises(TypeError, match="positional argument"):
        encoder(name)(made.settings)
    again = encoder(name)(settings=dataclasses.replace(made.settings))
    assert again == made


def test_words_are_the_vocabulary_of_the_text(name: str) -> None:
    space = planted_space(name)
    words, _ = vocabulary(planted_text(), min_count=3)
    assert space.language == "de"
    assert space.words == words.words
    assert "selten" not in space.words
    assert "Katze" in space.words
    assert space.vocabulary.counts is not None
    np.testing.assert_array_equal(space.vocabulary.counts, words.counts)


def test_a_lower_minimum_count_keeps_more(name: str) -> None:
    space = encoder(name)().fit(planted_text(), dim=DIM, min_count=2, threads=1)
    assert "selten" in space.words
    assert len(space) == len(planted_space(name)) + 1


def test_words_of_one_topic_are_nearer_to_each_other(name: str) -> None:
    space = planted_space(name)
    assert space.vectors.shape == (len(space), DIM)
    rows = [[space.vocabulary.find(word) for word in topic] for topic in TOPICS]
    vectors = unit_rows(space.vectors - space.vectors.mean(axis=0))
    cosines = vectors @ vectors.T
    for own, other in (rows, rows[::-1]):
        for row in own:
            mates = [cosines[row, mate] for mate in own if mate != row]
            assert np.mean(mates) > np.mean(cosines[row, other]) + 0.2
            nearest = max((r for r in own + other if r != row), key=lambda r: cosines[row, r])
            assert nearest in own


def test_the_same_seed_gives_the_same_bytes(name: str) -> None:
    again = encoder(name)().fit(planted_text(), dim=DIM, seed=3, threads=1)
    assert digest(again) == digest(planted_space(name))


@pytest.mark.parametrize("hash_seed", ["0", "12345"])
def test_the_same_bytes_in_another_process(name: str, hash_seed: str, repository: Path) -> None:
    script = (
        "import sys\nfrom importlib.util import module_from_spec, spec_from_file_location\n"
        "spec = spec_from_file_location('suite', sys.argv[1])\n"
        "suite = module_from_spec(spec)\nspec.loader.exec_module(suite)\n"
        "print(suite.digest(suite.planted_space(sys.argv[2])))\n"
    )
    path = os.pathsep.join([str(repository), os.environ.get("PYTHONPATH", "")])
    ran = subprocess.run(
        [sys.executable, "-c", script, __file__, name],
        env=os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert ran.stdout.strip() == digest(planted_space(name))


def test_more_threads_learn_the_same_words(name: str) -> None:
    space = encoder(name)().fit(planted_text(), dim=DIM, seed=3, threads=2)
    assert space.words == planted_space(name).words
    assert np.isfinite(space.vectors).all()


def test_fewer_words_than_dimensions(name: str) -> None:
    text = index_text(["rot blau grün", "blau rot", "grün rot blau"] * 20, "de")
    space = encoder(name)().fit(text, dim=50, threads=1)
    assert len(space) == 3
    assert 1 <= space.dim <= 50


def test_empty_sentences_do_no_harm(name: str) -> None:
    text = index_text(["", "rot blau", "!", "blau rot grün", ""] * 20, "de")
    assert len(encoder(name)().fit(text, dim=2, threads=1)) == 3


@pytest.mark.parametrize(
    "sentences", [[], ["", "!?"], ["Nur ein Satz mit Wörtern."], ["ja ja ja ja"]]
)
def test_too_little_text_is_refused(name: str, sentences: list[str]) -> None:
    with pytest.raises(DegenerateInputError, match=r"words of the de text .*at least 2 are needed"):
        encoder(name)().fit(index_text(sentences, "de"), dim=4, threads=1)


def test_words_that_never_stand_together_are_refused_or_empty(name: str) -> None:
    text = index_text(["ja", "nein"] * 10, "de")
    with pytest.raises(DegenerateInputError):
        encoder(name)().fit(text, dim=4, threads=1)


def test_impossible_requests_are_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="dim is 0; at least 1 is needed"):
        encoder(name)().fit(planted_text(), dim=0, threads=1)
    with pytest.raises(InputError, match="min_count is 0; at least 1 is needed"):
        encoder(name)().fit(planted_text(), dim=4, min_count=0, threads=1)


def test_progress_ends_at_its_total(name: str) -> None:
    calls: list[tuple[str, int, int]] = []
    text = index_text(["rot blau grün", "blau rot"] * 20, "de")
    encoder(name)().fit(text, dim=2, threads=1, progress=lambda *call: calls.append(call))
    assert calls
    for stage in {call[0] for call in calls}:
        done = [call[1] for call in calls if call[0] == stage]
        assert done == sorted(done)
        last = [call for call in calls if call[0] == stage][-1]
        assert last[1] == last[2] > 0


def test_an_interrupt_reaches_the_caller(name: str) -> None:
    def interrupt(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encoder(name)().fit(planted_text(), dim=4, threads=1, progress=interrupt)
