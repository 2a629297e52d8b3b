"""Fixtures for all tests: a tiny rotated bilingual world, and the real corpora."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

# Set before any test imports a library that reads them: no test may reach for a hub.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_DATASETS_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import hypothesis
import numpy as np
import pytest
from scipy import sparse

from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary
from xling.evidence.base import Ground

REPOSITORY = Path(__file__).resolve().parent.parent

# A first call may import torch or compile; how long an example takes says nothing.
hypothesis.settings.register_profile("default", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "default")


@dataclass(frozen=True, kw_only=True)
class RotatedWorld:
    """Two spaces, the second a rotation of the first, whose right answers are known.

    ``source.vectors @ rotation`` are the target vectors of the same concepts up to noise. The
    target's words stand in another order than the source's, though about as frequent in both;
    ``order[i]`` is the source row of the concept in target row ``i``. ``lexicon`` holds each
    concept's two words, in the source's order.
    """

    source: EmbeddingSpace
    target: EmbeddingSpace
    lexicon: Lexicon
    rotation: np.ndarray
    order: np.ndarray


def make_world(
    *, words: int = 60, dim: int = 12, noise: float = 0.01, seed: int = 0
) -> RotatedWorld:
    """Build a rotated world; with little noise, each concept's nearest target word is its own."""
    random = np.random.default_rng(seed)
    vectors = random.standard_normal((words, dim))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rotation, upper = np.linalg.qr(random.standard_normal((dim, dim)))
    rotation *= np.sign(np.diag(upper))
    jitter = words / 8 * random.standard_normal(words)
    order = np.argsort(np.arange(words) + jitter)  # about equally frequent in both languages
    turned = vectors @ rotation + noise * random.standard_normal((words, dim))
    names = [f"word{i}" for i in range(words)]
    foreign = [f"wort{i}" for i in range(words)]
    counts = np.arange(words, 0, -1) * 10
    return RotatedWorld(
        source=EmbeddingSpace(
            language="en",
            vocabulary=Vocabulary(words=tuple(names), counts=counts),
            vectors=vectors.astype(np.float32),
        ),
        target=EmbeddingSpace(
            language="de",
            vocabulary=Vocabulary(words=tuple(foreign[i] for i in order), counts=counts),
            vectors=turned[order].astype(np.float32),
        ),
        lexicon=Lexicon(
            source_language="en",
            target_language="de",
            pairs=tuple(zip(names, foreign, strict=True)),
        ),
        rotation=rotation,
        order=order,
    )


@pytest.fixture(scope="session")
def make_rotated_world() -> Callable[..., RotatedWorld]:
    """Give the function that builds worlds of other sizes: ``words, dim, noise, seed``."""
    return make_world


@pytest.fixture(scope="session")
def rotated_world() -> RotatedWorld:
    """Give the world of 60 words in 12 dimensions, with a little noise; nothing in it changes."""
    return make_world()


def make_words(random: np.random.Generator, size: int, letters: str) -> tuple[str, ...]:
    """Draw different words: some of one letter, many of the same stem."""
    endings = ["", letters[1], letters[2:4], letters[0] + letters[5], letters[4:7]]
    words: dict[str, None] = {}
    while len(words) < size:
        stem = "".join(random.choice(list(letters), int(random.integers(1, 8))))
        for ending in random.choice(endings, 3, replace=False):
            words[stem + str(ending)] = None
    return tuple(words)[:size]


def make_translations(random: np.random.Generator, sizes: tuple[int, int]) -> sparse.csr_array:
    """Draw likely translations with many ties; some words of either language have none."""
    cells = random.random(sizes) < 3 / max(sizes)
    cells[random.random(sizes[0]) < 0.3] = False
    made = sparse.csr_array(cells.astype(np.float64))
    made.data = random.choice([0.06, 0.2, 0.5, 1.0], made.nnz)
    for part in (made.data, made.indices, made.indptr):
        part.flags.writeable = False
    return made


def make_ground_of(seed: int = 0, sizes: tuple[int, int] = (40, 30)) -> Ground:
    """Draw two vocabularies, in Latin and in Cyrillic letters, and what links them."""
    random = np.random.default_rng(seed)
    spellings = [random.standard_normal((size, 5)).astype(np.float32) for size in sizes]
    for part in spellings:
        part /= np.linalg.norm(part, axis=1, keepdims=True)
        part[random.random(len(part)) < 0.1] = 0
        part.flags.writeable = False
    translations = make_translations(random, sizes)
    counts = [np.sort(random.integers(1, 500, size))[::-1] for size in sizes]
    for part in counts:
        part.flags.writeable = False
    return Ground(
        words=(
            make_words(random, sizes[0], "adeklmnrst"),
            make_words(random, sizes[1], "адеклмнрст"),
        ),
        counts=(counts[0], counts[1]),
        translations=translations,
        spellings=(spellings[0], spellings[1]),
    )


@pytest.fixture(scope="session")
def make_ground() -> Callable[..., Ground]:
    """Give the function that draws what channels stand on, read-only: ``seed, sizes``."""
    return make_ground_of


@pytest.fixture(scope="session")
def repository() -> Path:
    """Give the root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of the real corpora, or skip the test where there is none."""
    named = os.environ.get("XLING_DATA")
    if named and not Path(named).is_dir():
        pytest.fail(f"XLING_DATA names {named}, which is not a folder")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real corpora: XLING_DATA is not set and there is no {folder}")
    return folder


@dataclass(frozen=True, kw_only=True)
class HubWorld:
    """Rotated copies of one space with some noise; word ``de7`` is the concept 7 in ``de``."""

    spaces: dict[str, EmbeddingSpace]

    def lexicon(self, source: str, target: str, concepts: range | None = None) -> Lexicon:
        """Pair the words of some concepts; all by default."""
        count = len(next(iter(self.spaces.values())))
        return Lexicon(
            source_language=source,
            target_language=target,
            pairs=tuple((f"{source}{i}", f"{target}{i}") for i in concepts or range(count)),
        )


def make_hub_world_of(
    languages: tuple[str, ...] = ("en", "de", "es"),
    *,
    words: int = 80,
    dim: int = 10,
    noise: float = 0.02,
    seed: int = 0,
) -> HubWorld:
    """Build a world of any languages, each with its words in an order of its own."""
    random = np.random.default_rng(seed)
    points = random.standard_normal((words, dim))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    spaces = {}
    for language in languages:
        turn, _ = np.linalg.qr(random.standard_normal((dim, dim)))
        rows = points @ turn + noise * random.standard_normal((words, dim))
        order = random.permutation(words)
        spaces[language] = EmbeddingSpace(
            language=language,
            vocabulary=Vocabulary(
                words=tuple(f"{language}{i}" for i in order), counts=np.arange(words, 0, -1)
            ),
            vectors=rows[order].astype(np.float32),
        )
    return HubWorld(spaces=spaces)


@pytest.fixture(scope="session")
def make_hub_world() -> Callable[..., HubWorld]:
    """Give the function that builds worlds: ``languages, words, dim, noise, seed``."""
    return make_hub_world_of


@pytest.fixture(scope="session")
def hub_world() -> HubWorld:
    """Give the world of 80 concepts in English, German and Spanish; nothing in it changes."""
    return make_hub_world_of()


@dataclass(frozen=True, kw_only=True)
class RunningServer:
    """A server in a process of its own, with its address and where its log goes."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path


@contextmanager
def run_server(log: Path, *arguments: object) -> Iterator[RunningServer]:
    """Start ``xling serve`` on a free port of this machine; at the end it is asked to stop."""
    words = [str(one) for one in arguments]
    environment = {k: v for k, v in os.environ.items() if k != "XLING_API_KEY"}
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "xling.cli.main", "serve", *words, "--port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            env=environment | {"PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1"},
        )
    try:
        while not (found := re.search(r"listening at (\S+)", log.read_text("utf-8"))):
            assert process.poll() is None, log.read_text("utf-8")
            time.sleep(0.05)
        yield RunningServer(url=found[1], process=process, log=log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def start_server() -> Callable[..., AbstractContextManager[RunningServer]]:
    """Give the context manager that runs a server: where its log goes, then its arguments."""
    return run_server


def tiny_pairs() -> list[tuple[str, str]]:
    """Write 192 sentences of a tiny English and what they mean in a tiny German."""
    subjects = {"the cat": "die Katze", "a dog": "ein Hund", "our bird": "unser Vogel",
                "the child": "das Kind", "my friend": "mein Freund",
                "a bear": "ein Bär"}  # fmt: skip
    verbs = {"sees": "sieht", "likes": "mag", "finds": "findet", "hears": "hört"}
    objects = {"the house": "das Haus", "red milk": "rote Milch", "old bread": "altes Brot",
               "the water": "das Wasser", "a tree": "einen Baum", "the moon": "den Mond",
               "cold snow": "kalten Schnee", "a small book": "ein kleines Buch"}  # fmt: skip
    sentences = [(s, v, o) for s in subjects for v in verbs for o in objects]
    english = [" ".join(words) for words in sentences]
    german = [f"{subjects[s]} {verbs[v]} {objects[o]}" for s, v, o in sentences]
    return [
        (f"{one}.".capitalize(), f"{other}.".capitalize())
        for one, other in zip(english, german, strict=True)
    ]


def save_tiny_bert(
    folder: Path, sentences: list[str], *, hidden: int = 32, layers: int = 2, seed: int = 0
) -> Path:
    """Write an untrained BERT of two layers, with a tokenizer trained on the sentences."""
    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    pieces = BertWordPieceTokenizer(lowercase=True)
    pieces.train_from_iterator(sentences, vocab_size=300, min_frequency=1, show_progress=False)
    folder.mkdir(parents=True)
    pieces.save_model(str(folder))
    tokenizer = BertTokenizerFast(vocab=str(folder / "vocab.txt"), model_max_length=24)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = BertModel(
            BertConfig(
                vocab_size=len(tokenizer),
                hidden_size=hidden,
                num_hidden_layers=layers,
                num_attention_heads=2,
                intermediate_size=2 * hidden,
                max_position_embeddings=32,
            )
        )
    plain = folder / "plain"
    network.save_pretrained(plain)
    tokenizer.save_pretrained(plain)
    SentenceTransformer(str(plain), device="cpu").save(str(folder / "model"))
    return folder / "model"


@pytest.fixture(scope="session")
def parallel_pairs() -> list[tuple[str, str]]:
    """Give 192 tiny English sentences with their German ones."""
    return tiny_pairs()


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of an untrained BERT whose tokenizer knows the tiny English and German."""
    texts = [text for pair in tiny_pairs() for text in pair]
    return save_tiny_bert(tmp_path_factory.mktemp("tiny") / "both", texts)


@pytest.fixture(scope="session")
def make_tiny_bert() -> Callable[..., Path]:
    """Give the function that writes one: ``folder, sentences, hidden, layers, seed``."""
    return save_tiny_bert
