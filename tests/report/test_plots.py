import re

import pytest

from xling.report.plots import Bar, bars, histogram, reliability_plot, risk_plot


def lengths(svg: str, name: str) -> list[float]:
    return [float(x) for x in re.findall(rf'class="bar"[^>]* {name}="([\d.]+)"', svg)]


def test_bars_are_as_long_as_their_values(read_page) -> None:
    found = [
        Bar(name="<a>", length=0.5, ends=(0.4, 0.75), note="n = 4"),
        Bar(name="b", length=0.25),
        Bar(name="c", length=0.0, ends=(0.0, 0.0)),
    ]
    svg = bars('what "it" shows', found)
    first, second, third = lengths(svg, "width")
    assert first == pytest.approx(2 * second)
    assert third == 0
    low, high = map(float, re.search(r'class="whisker" d="M([\d.]+) [\d.]+H([\d.]+)', svg).groups())
    assert high - low == pytest.approx(0.35 * 2 * first, abs=0.2)
    page = read_page(svg)
    assert page.open == []
    assert (page.tags[0][1]["role"], page.tags[0][1]["aria-label"]) == ("img", 'what "it" shows')
    for text in ("<a>", "50.0 %", "n = 4", "25.0 %", "100 %"):
        assert text in page.text


def test_a_histogram_shows_counts(read_page) -> None:
    svg = histogram("h", [("0", 10), ("1–2", 2_000), ("3+", 0)], "<axis>")
    low, high, none = lengths(svg, "height")
    assert high == pytest.approx(200 * low, rel=0.2)
    assert none == 0
    assert "2,000" in read_page(svg).text
    assert "&lt;axis&gt;" in svg
    assert histogram("h", [], "x").startswith("<svg")
    assert lengths(histogram("h", [("0", 0)], "x"), "height") == [0]


def test_curves_lie_where_their_points_are() -> None:
    svg = reliability_plot("r", [(0.0, 1.0, 3), (1.0, 0.0, 6)])
    points = re.search(r'class="curve" points="([^"]*)"', svg)
    assert points is not None
    (x0, y0), (x1, y1) = (map(float, one.split(",")) for one in points[1].split())
    diagonal = re.search(r'class="ideal" d="M(\d+) (\d+)L(\d+) (\d+)"', svg)
    assert diagonal is not None
    left, bottom, right, top = map(float, diagonal.groups())
    assert (x0, y0, x1, y1) == (left, top, right, bottom)
    few, many = lengths(svg, "height")
    assert many == pytest.approx(2 * few)
    three = risk_plot("k", [(1.0, 0.0)], [(1.0, 0.5)], [(0.5, 0.0)])
    assert re.findall(r'stroke-dasharray="([^"]*)"', three) == ["none", "5 4", "1 4"]
    assert len(set(re.findall(r'points="([^"]*)"', three))) == 3
    risk = re.search(r'class="curve" points="([^"]*)"', risk_plot("k", [(0.5, 0.25), (1.0, 1.0)]))
    assert risk is not None
    (xa, ya), (xb, yb) = (map(float, one.split(",")) for one in risk[1].split())
    assert (xb, yb) == (right, top)
    assert (xa, ya) == ((left + right) / 2, bottom - (bottom - top) / 4)
