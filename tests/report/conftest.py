"""What the tests of reports share: a world with hostile words, and a real browser."""

import base64
import itertools
import json
import os
import select
import shutil
import subprocess
import sys
import time
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


# ------------------------------------------------------------------------------------- browser

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

# The browser reads its orders from file 3 and answers in file 4.
_LAUNCH = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(one), fcntl.F_DUPFD, 10) for one in sys.argv[1:3]]
os.dup2(ends[0], 3)
os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
_OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-extensions", "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip
_PATIENCE = 120.0  # seconds


class Browser:
    """A window without a screen, driven through the browser's own protocol over two pipes."""

    def __init__(self, program: str, profile: Path) -> None:
        orders, self._write = os.pipe()
        self._read, answers = os.pipe()
        self._numbers = itertools.count(1)
        self._buffer = b""
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-c", _LAUNCH, str(orders), str(answers), program),
                *(*_OPTIONS, f"--user-data-dir={profile}", "about:blank"),
            ],
            pass_fds=(orders, answers),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(orders)
        os.close(answers)
        self._session: str | None = None
        try:
            made = self.order("Target.createTarget", url="about:blank")
            found = self.order("Target.attachToTarget", targetId=made["targetId"], flatten=True)
            self._session = found["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network"):
                self.order(f"{domain}.enable")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the browser."""
        self._process.terminate()
        self._process.wait(timeout=_PATIENCE)
        os.close(self._write)
        os.close(self._read)

    def order(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send an order and wait for its result."""
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                assert "error" not in answer, answer["error"]
                result: dict[str, Any] = answer["result"]
                return result

    def open(
        self, page: Path, *, width: int = 1100, height: int = 900, scheme: str = "light"
    ) -> None:
        """Open a file in a window of some size, in a light or dark scheme."""
        self.order(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        wanted = {"name": "prefers-color-scheme", "value": scheme}
        self.order("Emulation.setEmulatedMedia", features=[wanted])
        self.order("Page.navigate", url=page.absolute().as_uri())
        self.wait("document.readyState === 'complete' && location.protocol === 'file:'")

    def wait(self, expression: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + _PATIENCE
        while not self.run(expression):
            assert time.monotonic() < end, f"never true: {expression}"
            time.sleep(0.05)

    def run(self, expression: str) -> Any:
        """Run an expression in the page, and give its value."""
        found = self.order("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def press(self, key: str, text: str = "") -> None:
        """Press a key and let go of it."""
        down = {"key": key, "windowsVirtualKeyCode": {"Enter": 13, "Escape": 27}.get(key, 0)}
        more = {"text": text} if text else {}
        self.order("Input.dispatchKeyEvent", type="keyDown", **down, **more)
        self.order("Input.dispatchKeyEvent", type="keyUp", **down)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.order("Input.insertText", text=text)

    def picture(self, path: Path) -> bytes:
        """Take a picture of the window, as PNG."""
        found = self.order("Page.captureScreenshot", format="png")
        data = base64.b64decode(found["data"])
        path.write_bytes(data)
        return data

    def _next(self) -> dict[str, Any]:
        """Read one message, and note what went wrong in a page and what it loads."""
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], _PATIENCE)
            assert ready, "the browser does not answer"
            got = os.read(self._read, 1 << 16)
            assert got, "the browser has ended"
            self._buffer += got
        text, self._buffer = self._buffer.split(b"\0", 1)
        message: dict[str, Any] = json.loads(text)
        about, kind = message.get("params", {}), message.get("method")
        if kind == "Runtime.consoleAPICalled":
            self.complaints.append(f"{about['type']}: {about['args']}")
        elif kind == "Runtime.exceptionThrown":
            self.complaints.append(str(about["exceptionDetails"]))
        elif kind == "Log.entryAdded":
            self.complaints.append(about["entry"]["text"])
        elif kind == "Network.requestWillBeSent":
            self.requests.append(about["request"]["url"])
        return message


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Give a real browser, or skip the test where there is none."""
    named = os.environ.get("XLING_BROWSER")
    program = named or next((path for name in _NAMES if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(_NAMES)} is there; XLING_BROWSER names one")
    made = Browser(program, tmp_path_factory.mktemp("profile"))
    yield made
    made.close()
