import json
import re

import pytest

from xling.errors import FileAccessError
from xling.report.content import gather
from xling.report.write import report_html, write_report


def test_the_page_is_whole_and_loads_nothing(document, read_page) -> None:
    text = report_html(document)
    page = read_page(text)
    assert page.open == []
    assert page.links == []
    assert "url(" not in text
    assert "@import" not in text
    assert "eval(" not in text
    assert "innerHTML" not in text
    ids = [given["id"] for _, given in page.tags if "id" in given]
    assert len(ids) == len(set(ids))
    inside = [given["href"] for tag, given in page.tags if tag == "a"]
    assert {f"#{name}" for name in ids} >= set(inside)
    for _, given in page.tags:
        for name in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
            assert given.get(name, ids[0]) in ids
        assert not [name for name in given if name.startswith("on") or name == "style"]


def test_no_word_becomes_markup(document, read_page, hostile) -> None:
    text = report_html(document)
    assert hostile not in text
    assert "<img" not in text
    assert text.count("<script") == text.count("</script>") == 2
    assert "<i>model" not in text
    assert "&lt;i&gt;model&lt;/i&gt;: en to de" in text
    assert "&lt;s&gt;lexicon.tsv" in text
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', text)
    assert block is not None
    data = json.loads(block[1])
    assert hostile in [word["word"] for word in data["map"]["words"]]
    assert data["queries"][0][0] == hostile


def test_a_page_without_a_lexicon(small, read_page) -> None:
    text = report_html(gather(small, small.way(), words=20))
    page = read_page(text)
    assert page.open == []
    assert "No test lexicon was given" in page.text
    assert "Worst mistakes" not in page.text
    assert "Hubs" in page.text


def test_nothing_is_replaced_unless_asked(document, tmp_path) -> None:
    place = tmp_path / "new" / "report.html"
    assert write_report(document, place) == place.stat().st_size
    assert place.read_text("utf-8") == report_html(document)
    place.write_text("mine", encoding="utf-8")
    with pytest.raises(FileAccessError, match="exists already"):
        write_report(document, place)
    assert place.read_text("utf-8") == "mine"
    write_report(document, place, force=True)
    assert place.read_text("utf-8").startswith("<!doctype html>")
    assert [path.name for path in place.parent.iterdir()] == ["report.html"]
