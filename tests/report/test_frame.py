import base64
import hashlib
import json
import re

import pytest

from xling.report.frame import (
    asset,
    data_block,
    fact_list,
    folded,
    interval,
    number,
    page,
    share,
    table,
    value,
    word_html,
)


def digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_only_the_page_s_own_style_and_script_may_run(read_page) -> None:
    text = page("<a> & b", ["<p>body</p>"], style="p { color: red }", script="1;")
    found = read_page(text)
    assert found.open == []
    (policy,) = (a["content"] for _, a in found.tags if a.get("http-equiv"))
    style = re.search("<style>(.*?)</style>", text, re.DOTALL)
    script = re.search("<script>(.*?)</script>", text, re.DOTALL)
    assert style is not None
    assert script is not None
    assert style[1] == asset("base.css") + "p { color: red }"
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest(style[1])}'; "
        f"script-src 'sha256-{digest('1;')}'"
    )
    assert "<title>&lt;a&gt; &amp; b</title>" in text
    assert "script-src" not in page("x", [])


@pytest.mark.parametrize("word", ["</script><!--", "a&b", "\u2028", "'\"\\", "\u202e", "&lt;"])
def test_no_word_ends_a_data_block_and_all_come_back(word: str) -> None:
    text = data_block("d", {"word": word})
    inside = text.removeprefix('<script type="application/json" id="d">').removesuffix("</script>")
    assert not set("<>&") & set(inside)
    assert json.loads(inside) == {"word": word}


def test_a_table_names_its_columns_and_rows(read_page) -> None:
    text = table(("", "n"), [("a", "1"), ("b", "2")], caption="<c>")
    found = read_page(text)
    assert found.open == []
    assert [a for tag, a in found.tags if tag == "th"] == [
        {"scope": "col"},
        {"scope": "row", "class": "text"},
        {"scope": "row", "class": "text"},
    ]
    (region,) = (a for tag, a in found.tags if tag == "div")
    assert (region["role"], region["tabindex"], region["aria-label"]) == ("region", "0", "<c>")
    assert found.text == "<c> n a 1 b 2"


def test_values_keep_all_their_digits() -> None:
    exact = 0.1 + 0.2
    assert value(exact, "<") == f'<data value="{exact!r}">&lt;</data>'
    assert share(1 / 3) == f'<data value="{1 / 3!r}">33.3 %</data>'
    assert (share(None), number(None), number(0.12345)) == ("–", "–", "0.123")
    assert interval((0.25, 0.5)) == "0.250 to 0.500"
    assert interval((-0.25, 0.5), signed=True) == "-0.250 to +0.500"


def test_text_is_escaped_everywhere() -> None:
    assert word_html("<b>", 'e"n') == '<bdi lang="e&quot;n">&lt;b&gt;</bdi>'
    assert "<dt>&lt;b&gt;</dt><dd><i>x</i></dd>" in fact_list([("<b>", "<i>x</i>")])
    assert folded("<b>", "<p></p>") == "<details><summary>&lt;b&gt;</summary><p></p></details>"
