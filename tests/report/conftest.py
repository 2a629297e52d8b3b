"""What the tests of reports share: a world with hostile words, and a real browser."""

import importlib.util
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary
from xling.evaluation.bli import evaluate
from xling.mapping.linear import LinearMap
from xling.model.model import Model
from xling.model.side import make_sides
from xling.report.content import Judgement, gather

_spec = importlib.util.spec_from_file_location("_driver", Path(__file__).parents[1] / "browser.py")
assert _spec is not None
assert _spec.loader is not None
driver = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(driver)

#: A word that would do harm wherever it is not escaped.
HOSTILE = "</script><script>document.title='broken'</script><b>"
#: One that turns the direction of writing, and one with the characters of templates and quotes.
STRANGE = ("\u202eturned", "\"quoted\"&amp;'${1+1}'")


def make_small(*, words: int = 60, dim: int = 8, noise: float = 0.9, seed: int = 3) -> Model:
    """Build a model of a space and a noisy copy, so that some first answers are wrong."""
    random = np.random.default_rng(seed)
    first = random.standard_normal((words, dim))
    second = first + noise * random.standard_normal((words, dim))
    names = [HOSTILE, *STRANGE, *(f"word{i}" for i in range(3, words))]
    foreign = ["<img src=x onerror=alert(1)>", *(f"wort{i}" for i in range(1, words))]
    counts = np.arange(words, 0, -1)
    spaces = [
        EmbeddingSpace(
            language=language,
            vocabulary=Vocabulary(words=tuple(listed), counts=counts),
            vectors=vectors.astype(np.float32),
        )
        for language, listed, vectors in (("en", names, first), ("de", foreign, second))
    ]
    plain = LinearMap(dim_in=dim)
    sides = make_sides(
        (spaces[0], spaces[1]),
        (plain, plain),
        trained=(frozenset({"word3", "word4"}), frozenset()),
    )
    return Model(sides=sides, name="<i>model</i>", card={"recipe": "<u>"})


def make_lexicon(model: Model) -> Lexicon:
    """Pair words with their copies; one more word is right for some, one is unknown."""
    first, second = (side.vocabulary.words for side in model.sides)
    pairs = list(zip(first, second, strict=True))
    pairs += [(first[4], second[9]), (first[5], second[9]), (first[5], second[10])]
    pairs += [("unknown<b>", "unbekannt")]
    return Lexicon(source_language="en", target_language="de", pairs=tuple(pairs))


def judge(model: Model, lexicon: Lexicon, **chosen: str) -> Judgement:
    """Evaluate as the command does."""
    result = evaluate(model, lexicon, samples=200, **chosen)
    document = {"model": model.name, "lexicon": "a/<s>lexicon.tsv", "ranked_by": "csls"}
    return Judgement(result=result, document=document | result.to_json())


@pytest.fixture(scope="session")
def small() -> Model:
    """Give the model of 60 words, three of them hostile; nothing in it changes."""
    return make_small()


@pytest.fixture(scope="session")
def lexicon(small: Model) -> Lexicon:
    """Give the lexicon that the small model is judged by."""
    return make_lexicon(small)


@pytest.fixture(scope="session")
def judgement(small: Model, lexicon: Lexicon) -> Judgement:
    """Give the judgement of the small model."""
    return judge(small, lexicon)


@pytest.fixture(scope="session")
def document(small: Model, judgement: Judgement) -> dict[str, Any]:
    """Give what a report of it shows. Tests copy it before they change anything."""
    return gather(small, small.way(), judgement, words=60)


@pytest.fixture(scope="session")
def hostile() -> str:
    """Give the word that would do harm."""
    return HOSTILE


class Page(HTMLParser):
    """Checks that tags are closed, and collects what a page loads, says and holds."""

    EMPTY = ("meta", "br", "input", "img", "link")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.values: list[float] = []
        self.feed(text)
        self.close()

    @property
    def links(self) -> list[str | None]:
        """Everything outside the page that it names."""
        named = [v for _, a in self.tags for k, v in a.items() if k in ("src", "href", "srcset")]
        return [one for one in named if not str(one).startswith("#")]

    @property
    def text(self) -> str:
        """All text but that of scripts and style sheets, blanks made one."""
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag == "data":
            self.values.append(float(given["value"] or "nan"))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("script", "style"):
            self.words.append(data)


@pytest.fixture
def read_page() -> Callable[[str], Page]:
    """Give the reader of pages."""
    return Page


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Give a real browser, or skip the test where there is none."""
    program = driver.find_browser()
    if program is None:
        names = ", ".join(driver.NAMES)
        pytest.skip(f"no browser: none of {names} is there; XLING_BROWSER names one")
    with driver.Browser(program, tmp_path_factory.mktemp("profile")) as made:
        yield made
