import re
import sys
from pathlib import Path

import pytest

from xling.errors import MissingExtraError
from xling.experiments.figures import check_drawing, draw_shots


def document(top: float = 0.6) -> dict:
    points = [
        {
            "recipe": recipe,
            "channels": channels,
            "shots": count,
            "precision": {"1": 0.1 + count * (top - 0.1) / 2},
            "confidence_interval": {"1": [0.05, 0.2 + count * (top - 0.1) / 2]},
        }
        for recipe in ("joint", "separate")
        for channels in ("contexts", "all")
        for count in (0, 2)
    ]
    return {
        "languages": ["en", "de"],
        "recipes": ["joint", "separate"],
        "channels": ["contexts", "all"],
        "shots": [2, 0],
        "queries_compared": 86,
        "points": points,
    }


def test_both_formats_are_drawn_the_same_each_time(tmp_path: Path) -> None:
    names = ("a.svg", "a.png", "b.svg", "b.png")
    for first in (0, 2):
        draw_shots(document(), [tmp_path / name for name in names[first : first + 2]])
    made = [(tmp_path / name).read_bytes() for name in names]
    assert made[:2] == made[2:]
    assert made[1].startswith(b"\x89PNG")
    draw_shots(document(top=0.9), [tmp_path / "c.svg"])
    assert (tmp_path / "c.svg").read_bytes() != made[0]


def test_the_drawing_says_what_it_shows(tmp_path: Path) -> None:
    draw_shots(document(), [tmp_path / "a.svg"])
    text = (tmp_path / "a.svg").read_text("utf-8")
    words = set(re.findall(r"<text[^>]*>([^<]+)</text>", text))
    assert {"joint", "separate", "channels: contexts", "channels: all"} <= words
    assert {"en to de, 86 queries", "matched sentences of each word"} <= words
    assert {"0", "2"} <= words
    assert 'href="http' not in text


def test_without_the_extra_the_hint_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match="drawing curves needs") as raised:
        check_drawing()
    assert raised.value.hint == "install it with: pip install 'xling[plots]'"
