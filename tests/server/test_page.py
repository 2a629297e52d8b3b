"""The page in a real browser: words, directions, keys, lists, and nothing from elsewhere."""

import importlib.util
import json
import time
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("_browser", Path(__file__).parents[1] / "browser.py")
assert _spec is not None
assert _spec.loader is not None
browser = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(browser)

PROGRAM = browser.find_browser()
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no Chromium: apt-get install chromium")

FIRST = "document.querySelector('#translations .word')?.textContent"
STATE = "document.getElementById('state').textContent"


@pytest.fixture(scope="module")
def server(model_path, hub_path, start_server, tmp_path_factory):
    log = tmp_path_factory.mktemp("log") / "log"
    with start_server(log, model_path, hub_path, "--timeout", 60) as found:
        yield found


@pytest.fixture(scope="module")
def window(server, tmp_path_factory):
    with browser.Browser(PROGRAM, tmp_path_factory.mktemp("profile")) as found:
        found.open(server.url)
        yield found


@pytest.fixture
def page(window, server):
    """Open the page anew, without history; at the end nothing may have gone wrong in it."""
    window.complaints.clear()
    window.requests.clear()
    window.open("about:blank#1")
    window.open(server.url)
    window.run("localStorage.clear()")
    until(window, "document.getElementById('model').value", "en-de")
    yield window
    assert window.complaints == []
    assert [
        url for url in window.requests if not url.startswith((server.url, "blob:", "about:"))
    ] == []


def until(window, expression, value=True):
    """Wait until the page is so."""
    end = time.monotonic() + 60
    while (found := window.run(expression)) != value:
        assert time.monotonic() < end, (expression, found)
        time.sleep(0.05)


def ask(window, word):
    window.run("document.getElementById('word').focus(); document.getElementById('word').select()")
    window.type(word)
    window.press("Enter", "\r")


def test_a_word_then_the_other_direction_then_a_neighbor(page):
    ask(page, "cat")
    until(page, FIRST, "Katze")
    assert page.run("document.querySelector('#translations .why').textContent") == (
        "seen together in matched sentences"
    )
    assert "word=cat" in page.run("location.hash")
    page.run("document.querySelector('#translations .word').click()")  # in the other language
    until(page, FIRST, "cat")
    assert page.run("document.getElementById('from').value") == "de"
    page.run("document.getElementById('switch').click()")
    until(page, "document.getElementById('from').value", "en")
    until(page, "document.querySelectorAll('#neighbors-from .word').length > 3")
    near = page.run("document.querySelector('#neighbors-from .word').textContent")
    page.run("document.querySelector('#neighbors-from .word').click()")
    until(page, "document.getElementById('asked').textContent", near)
    until(page, "document.querySelectorAll('#map g').length > 5")
    page.run("history.back()")
    until(page, "document.getElementById('asked').textContent !== " + repr(near))
    assert page.run("document.querySelectorAll('#history li').length") >= 3


def test_held_out_and_unknown_words_are_told_apart(page):
    ask(page, "tree")
    until(page, "document.getElementById('about').textContent.startsWith('Held out')")
    assert page.run("document.querySelector('#translations .why').textContent").startswith("never")
    ask(page, "zzqq")
    until(page, STATE, "Nothing found for zzqq.")
    assert "does not know" in page.run("document.getElementById('about').textContent")
    assert page.run("document.getElementById('map-section').checkVisibility()") is False
    ask(page, "hun")
    until(page, "document.querySelector('#maybe-words .word')?.textContent", "Hund")
    page.run("document.querySelector('#maybe-words .word').click()")  # of the other language
    until(page, FIRST, "dog")
    assert page.run("document.getElementById('from').value") == "de"
    ask(page, " ")
    until(page, STATE, "Type a word in either language.")


def test_suggestions_by_the_keyboard_in_both_languages(page):
    page.run("document.getElementById('word').focus()")
    page.type("gr")
    until(page, "document.querySelectorAll('#suggestions li').length", 2)
    assert page.run("document.getElementById('word').getAttribute('aria-expanded')") == "true"
    page.press("ArrowDown")
    page.press("ArrowDown")
    active = page.run("document.getElementById('word').getAttribute('aria-activedescendant')")
    assert page.run(f"document.getElementById('{active}').textContent") == "grünede"
    page.press("Enter", "\r")
    until(page, FIRST, "green")
    assert page.run("document.getElementById('from').value") == "de"
    assert page.run("document.activeElement.id") == "asked"


def test_unlikely_translations_are_folded_away(page):
    ask(page, "cat")
    until(page, FIRST, "Katze")
    likely = "document.querySelectorAll('#translations li').length"
    unlikely = "document.querySelectorAll('#unlikely li').length"
    assert page.run(likely) >= 3
    assert page.run(likely) + page.run(unlikely) == 8
    assert page.run("document.getElementById('more').hidden") is (page.run(unlikely) == 0)


def test_the_map_is_moved_zoomed_and_followed(page):
    ask(page, "cat")
    until(page, "document.querySelectorAll('#map g').length > 5")
    size = "document.getElementById('map').viewBox.baseVal.width"
    left = "document.getElementById('map').viewBox.baseVal.x"
    whole = page.run(size)
    page.run("document.getElementById('zoom-in').click()")
    assert page.run(size) < whole
    page.run("document.getElementById('zoom-whole').click()")
    assert page.run(size) == whole
    page.run("document.getElementById('map').focus()")
    page.press("ArrowLeft")
    assert page.run(left) < 0
    page.run("document.getElementById('zoom-whole').click()")
    other = "[...document.querySelectorAll('#map g.own text')].find(t => t.textContent !== 'cat')"
    word = page.run(f"{other}.textContent")
    page.run(f"{other}.scrollIntoView({{block: 'center'}})")
    place = json.loads(
        page.run(
            f"JSON.stringify((b => [b.x + b.width / 2, b.y + 5])({other}.getBoundingClientRect()))"
        )
    )
    drag(page, place, [place[0] + 60, place[1]])
    assert page.run(left) < 0
    assert page.run("document.getElementById('asked').textContent") == "cat"  # no click
    page.run("document.getElementById('zoom-whole').click()")
    drag(page, place, place)
    until(page, "document.getElementById('asked').textContent", word)


def drag(window, start, end):
    """Press the mouse, move it and let go."""
    for kind, (x, y), buttons in (
        ("mousePressed", start, 1),
        ("mouseMoved", end, 1),
        ("mouseReleased", end, 0),
    ):
        window.order(
            "Input.dispatchMouseEvent",
            type=kind, x=x, y=y, button="left", buttons=buttons, clickCount=1,
        )  # fmt: skip


def test_a_shared_address(page, server):
    page.open(f"{server.url}/?again#model=hub&from=de&to=es&word=de7")
    until(page, FIRST, "es7")
    assert page.run("document.getElementById('model').value") == "hub"
    assert page.run("document.querySelector('#translations .why').textContent") == (
        "nearest in the shared space"
    )
    assert "pair that linked" in page.run("document.getElementById('about').textContent")
    bar = "getComputedStyle(document.querySelector('#translations .bar')).visibility"
    assert page.run(bar) == "hidden"  # nobody says how sure it is


def test_a_list_of_words_and_the_card(page):
    page.run("document.getElementById('many').open = true")
    page.run("document.getElementById('list').value = 'cat\\n\\ndog\\nzzz\\n'")
    page.run("document.getElementById('list-run').click()")
    until(
        page,
        "document.getElementById('list-state').textContent",
        "2 of 3 words have a translation.",
    )
    rows = "[...document.querySelectorAll('#table tbody tr')].map(r => r.cells[2].textContent)"
    assert page.run(rows) == ["Katze", "Hund", ""]
    assert page.run("document.getElementById('list-save').disabled") is False
    page.run("document.getElementById('about-model').open = true")
    until(page, "document.getElementById('card').textContent.includes('joint')")
    page.run("URL.createObjectURL = (blob) => { window.saved = blob; return 'about:blank'; }")
    page.run("HTMLAnchorElement.prototype.click = () => undefined")
    page.run("document.getElementById('list-save').click()")
    lines = page.run("window.saved.text()").splitlines()
    assert lines[0] == "word\tstatus\ttranslation\tconfidence\tothers"
    assert lines[1].startswith("cat\tok\tKatze\t\t")  # nobody calibrated this model
    assert lines[3] == "zzz\tout of vocabulary\t\t\t"


def test_a_list_of_any_length_and_its_confidences_as_numbers(page):
    page.run("""window.asked = [];
    window.fetch = (url, { body }) => {
      const words = JSON.parse(body).words;
      asked.push(words.length);
      const one = (word) => ({ word, status: 'ok', translations: [
        { word: 'x', score: 1, confidence: 0.99987 }, { word: 'y', score: 0, confidence: 0.25 }] });
      return Promise.resolve(new Response(JSON.stringify({ results: words.map(one) })));
    }; 0""")
    page.run("document.getElementById('list').value = Array(1201).fill('w').join('\\n')")
    page.run("document.getElementById('list-run').click()")
    said = "1201 of 1201 words have a translation."
    until(page, "document.getElementById('list-state').textContent", said)
    assert page.run("asked") == [500, 500, 201]
    assert page.run("document.querySelector('#table tbody tr').cells[3].textContent") == "> 99.9 %"
    page.run("URL.createObjectURL = (blob) => { window.saved = blob; return 'about:blank'; }")
    page.run("HTMLAnchorElement.prototype.click = () => undefined")
    page.run("document.getElementById('list-save').click()")
    lines = page.run("window.saved.text()").splitlines()
    assert len(lines) == 1202
    assert lines[1] == "w\tok\tx\t0.99987\ty"


def test_no_server(page):
    page.run("window.fetch = () => Promise.reject(new TypeError('no'))")
    ask(page, "cat")
    until(page, f"{STATE}.startsWith('No answer')")
    assert page.run("document.querySelector('#state button').textContent") == "Try again"


def test_what_words_hold_is_text(page):
    ask(page, "<img src=x onerror=alert(1)>")
    until(page, f"{STATE}.startsWith('Nothing found for <img')")
    assert page.run("document.querySelectorAll('#answer img').length") == 0


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1100, "dark")])
def test_it_fits_and_every_control_has_a_name(page, server, width, scheme):
    page.open(f"{server.url}/?{width}#word=cat", width=width, scheme=scheme)
    until(page, "document.querySelectorAll('#map g').length > 3")
    assert page.run("document.documentElement.scrollWidth") <= width
    nameless = """[...document.querySelectorAll('button, input, select, textarea, a')].filter(
        one => !(one.textContent.trim() || one.getAttribute('aria-label') || one.labels?.length)
    ).map(one => one.id)"""
    assert page.run(nameless) == []
    assert page.run("[...document.querySelectorAll('[id]')].length") == page.run(
        "new Set([...document.querySelectorAll('[id]')].map(one => one.id)).size"
    )


def test_the_interface_is_described(page, server):
    page.open(f"{server.url}/docs")
    until(page, "document.querySelectorAll('main section').length > 8")
    page.run("document.querySelector('input[name=word]').value = 'cat'")
    page.run("document.querySelector('input[name=model]').value = 'en-de'")
    page.run("document.querySelector('input[name=from]').value = ''")
    page.run("document.querySelector('form.try button').click()")
    until(page, "document.querySelector('pre').textContent.includes('Katze')")


@pytest.fixture(scope="module")
def axe():
    """Give the text of axe-core, a development tool."""
    package = pytest.importorskip("axe_core_python", reason="scripts/setup-env dev installs it")
    return (Path(package.__file__).parent / "axe.min.js").read_text("utf-8")


def violations(window, axe):
    """Run axe-core in the page; by the protocol, since the page itself allows no other script."""
    window.run(axe + "\n;0")
    found = window.run("axe.run().then((found) => JSON.stringify(found.violations))")
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in json.loads(found)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_anybody_out(page, server, axe, scheme):
    page.open(f"{server.url}/?{scheme}#word=cat", scheme=scheme)
    until(page, "document.querySelectorAll('#map g').length > 3")
    page.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.run("document.getElementById('list').value = 'cat\\nzzz'")
    page.run("document.getElementById('list-run').click()")
    until(page, "document.querySelectorAll('#table tbody tr').length", 2)
    assert violations(page, axe) == []
    page.run("document.getElementById('word').focus()")
    page.run("document.getElementById('word').select()")
    page.type("gr")
    until(page, "document.querySelectorAll('#suggestions li').length", 2)
    page.press("ArrowDown")
    assert violations(page, axe) == []
    ask(page, "zzqq")
    until(page, STATE, "Nothing found for zzqq.")
    assert violations(page, axe) == []


def test_nothing_keeps_anybody_out_of_the_description(page, server, axe):
    page.open(f"{server.url}/docs")
    until(page, "document.querySelectorAll('main section').length > 8")
    assert violations(page, axe) == []


def test_the_check_itself_finds_what_is_wrong(page, axe):
    page.run("document.body.append(document.createElement('button'))")
    assert [name for name, _ in violations(page, axe)] == ["button-name"]
