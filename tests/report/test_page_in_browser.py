"""The page in a real browser: no complaint, nothing loaded, and everything can be used."""

import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

from xling.report.content import gather
from xling.report.write import write_report

WINDOWS = [("light", 1100), ("dark", 1100), ("light", 390)]


@pytest.fixture(scope="module")
def page(document: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the page of the small model, whose words would do harm if they could."""
    place = tmp_path_factory.mktemp("page") / "report.html"
    write_report(document, place)
    return place


def colours(data: bytes) -> list[bytes]:
    """Read the pixels of a PNG: of its first line, and how many different ones there are."""
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert (depth, kind in (2, 6)) == (8, True)
    size = 3 if kind == 2 else 4
    packed, at = b"", 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += length + 12
    raw = zlib.decompress(packed)
    assert len(raw) == height * (width * size + 1)
    return [raw[i + 1 : i + 1 + size] for i in range(0, len(raw), width * size + 1)]


@pytest.mark.parametrize(("scheme", "width"), WINDOWS)
def test_it_is_seen_without_a_complaint(browser, page, tmp_path, scheme: str, width: int) -> None:
    browser.complaints.clear()
    browser.requests.clear()
    browser.open(page, width=width, scheme=scheme)
    picture = browser.picture(tmp_path / "page.png")
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 10_000  # something is drawn
    paper = max(colours(picture)[0])
    assert (paper > 200) == (scheme == "light")
    assert browser.run("document.documentElement.scrollWidth") <= width
    # What is too wide scrolls in its own frame; no text is smaller than can be read.
    assert browser.complaints == []
    assert set(browser.requests) == {page.absolute().as_uri()}
    assert browser.run("document.title") == "<i>model</i>: en to de"
    assert browser.run("document.images.length") == 0
    inside = browser.run("document.querySelector('#frame').clientWidth")
    assert browser.run("document.querySelector('#plane').getBoundingClientRect().width") == inside


def test_a_word_is_found_and_shown(browser, page) -> None:
    browser.open(page)
    browser.run("document.getElementById('find').focus()")
    browser.type("WORD2")
    names = browser.run("[...document.querySelectorAll('#found bdi')].map(b => b.textContent)")
    assert names[0] == "word20"  # the shortest that begin so, the most frequent first
    assert set(names) <= {f"word2{i}" for i in range(10)}
    note = browser.run("document.getElementById('found-note').textContent")
    assert note == f"{len(names)} words match"
    dim = browser.run("document.querySelectorAll('#dots .dim').length")
    assert dim == browser.run("document.querySelectorAll('#dots circle').length") - len(names)
    browser.press("Enter", "\r")
    assert browser.run("document.querySelector('#chosen h3 bdi').textContent") == "word20"
    shown = browser.run("document.getElementById('chosen').textContent")
    assert "Near in en:" in shown
    assert "Near in de:" in shown
    # It stands in the middle of the map, which was enlarged.
    box = browser.run(
        "(() => { const p = document.getElementById('plane').getBoundingClientRect(),"
        " d = document.querySelector('#dots .on').getBoundingClientRect();"
        " return [d.x + d.width / 2 - p.x - p.width / 2, d.y + d.height / 2 - p.y - p.height / 2]"
        "})()"
    )
    assert box == [pytest.approx(0, abs=2), pytest.approx(0, abs=2)]
    browser.run("document.getElementById('find').select()")
    browser.type("nothing like it")
    note = browser.run("document.getElementById('found-note').textContent")
    assert note == "No word of the map matches"
    assert browser.complaints == []


def test_the_map_is_moved_and_enlarged_by_keys(browser, page) -> None:
    browser.open(page)
    browser.run("document.getElementById('plane').focus()")
    place = "Number(document.querySelector('#dots circle').getAttribute('cx'))"
    apart = (
        "Math.abs(document.querySelector('#dots circle').getAttribute('cx')"
        " - document.querySelector('#dots circle:last-child').getAttribute('cx'))"
    )
    before, wide = browser.run(place), browser.run(apart)
    browser.press("+", "+")
    assert browser.run(apart) == pytest.approx(1.5 * wide, abs=0.2)
    enlarged = browser.run(place)
    browser.press("ArrowLeft")
    assert browser.run(place) == pytest.approx(enlarged + 60, abs=0.2)
    browser.press("0", "0")
    assert browser.run(place) == before
    browser.press("n", "n")
    browser.press("n", "n")
    browser.press("p", "p")
    word = browser.run("document.querySelector('#chosen h3 bdi').textContent")
    assert word == browser.run("JSON.parse(document.getElementById('data').textContent)"
                               ".map.words[0].word")  # fmt: skip
    browser.press("Escape")
    assert browser.run("document.getElementById('chosen').textContent") == ""
    assert browser.complaints == []


def test_the_mouse_shows_names_and_chooses(browser, page) -> None:
    browser.open(page, height=2000)
    browser.run("document.getElementById('map').scrollIntoView({behavior: 'instant'})")
    x, y = browser.run(
        "(() => { const d = document.querySelector('#dots circle').getBoundingClientRect();"
        " return [d.x + d.width / 2, d.y + d.height / 2] })()"
    )
    mouse = {"x": x, "y": y, "button": "left", "clickCount": 1}
    browser.order("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    browser.wait("!document.getElementById('tip').hidden")
    assert "(en)" in browser.run("document.getElementById('tip').textContent")
    browser.order("Input.dispatchMouseEvent", type="mousePressed", **mouse)
    browser.order("Input.dispatchMouseEvent", type="mouseReleased", **mouse)
    browser.wait("document.querySelector('#chosen h3') !== null")
    before = browser.run("document.querySelector('#dots circle').getAttribute('cx')")
    browser.order("Input.dispatchMouseEvent", type="mousePressed", **mouse)
    browser.order("Input.dispatchMouseEvent", type="mouseMoved", **(mouse | {"x": x + 50}))
    browser.order("Input.dispatchMouseEvent", type="mouseReleased", **(mouse | {"x": x + 50}))
    after = browser.run("document.querySelector('#dots circle').getAttribute('cx')")
    assert float(after) == pytest.approx(float(before) + 50, abs=0.2)
    assert browser.complaints == []


def test_mistakes_are_sorted_and_queries_found(browser, page, document) -> None:
    browser.open(page)
    browser.run(
        "(() => { const order = document.getElementById('order'); order.value = 'rank';"
        " order.dispatchEvent(new Event('change')) })()"
    )
    ranks = browser.run(
        "[...document.querySelectorAll('#mistakes details')].map(d => d.dataset.rank)"
    )
    expected = sorted((one["rank"] for one in document["mistakes"]), reverse=True)
    assert [float(rank) for rank in ranks] == expected
    browser.run("document.getElementById('query').focus()")
    browser.type("word17")
    cells = browser.run(
        "[...document.querySelectorAll('#queries tbody tr > *')].map(c => c.textContent)"
    )
    (row,) = (row for row in document["queries"] if row[0] == "word17")
    assert cells[:3] == ["word17", "wort17", row[2]]
    assert cells[4] == f"{row[3]:g}"
    browser.run(
        "(() => { document.getElementById('query').value = '';"
        " const which = document.getElementById('which'); which.value = 'missing';"
        " which.dispatchEvent(new Event('change')) })()"
    )
    missing = browser.run(
        "[...document.querySelectorAll('#queries tbody th')].map(c => c.textContent)"
    )
    assert missing == ["unknown<b>"]
    assert browser.complaints == []


def test_everything_has_a_name_for_screen_readers(browser, page) -> None:
    browser.open(page)
    browser.order("Accessibility.enable")
    nodes = browser.order("Accessibility.getFullAXTree")["nodes"]
    named = {"button", "textbox", "searchbox", "combobox", "image", "img", "application", "region"}
    found: dict[str, list[str]] = {}
    for node in nodes:
        role = node.get("role", {}).get("value")
        if role in named and not node.get("ignored"):
            found.setdefault(role, []).append(node.get("name", {}).get("value", ""))
    assert {"searchbox", "button", "application"} <= set(found)
    assert [(role, names) for role, names in found.items() if not all(names)] == []


def test_a_page_without_a_lexicon(browser, small, tmp_path) -> None:
    place = tmp_path / "model.html"
    write_report(gather(small, small.way("de"), words=20), place)
    browser.complaints.clear()
    browser.open(place, width=390, scheme="dark")
    assert browser.complaints == []
    assert browser.run("document.querySelectorAll('#dots circle').length") == 20
    assert browser.run("document.documentElement.scrollWidth") <= 390
