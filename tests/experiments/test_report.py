import re
from html.parser import HTMLParser

import pytest

from xling.experiments.ablation import ablate
from xling.experiments.report import ablation_html


class Page(HTMLParser):
    """Collects what a page loads, and checks that its tags are closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        self.links += [value for key, value in attrs if key in ("src", "href", "srcset")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs) -> None:
        self.links += [value for key, value in attrs if key in ("src", "href", "srcset")]

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data) -> None:
        self.words.append(data)


@pytest.fixture
def document(plan, told):
    return ablate(plan(seeds=2), runner=told)


def test_the_page_is_whole_and_loads_nothing(document) -> None:
    text = ablation_html(document)
    page = Page(text)
    assert page.open == []
    assert page.links == []
    assert "url(" not in text
    assert "<script" not in text
    assert len(text) < 50_000


def test_scores_and_verdicts_are_on_it(document) -> None:
    words = " ".join(Page(ablation_html(document)).words)
    assert "7 of 8 words of held.tsv are in vocabulary" in words
    assert "not significantly different from separate" in re.sub(r"\s+", " ", words)
    joint = next(row for row in document["scores"] if row["recipe"] == "joint")
    assert f"{joint['precision']['1']:.3f}" in words
    for text in ("not identical", "21-50", "lead back", "AUROC", "peak (MiB)", document["policy"]):
        assert text in words
    every = document["calibration"][0]["all_queries"]
    assert f"{every['counted_wrong']['risk_coverage_area']:.3f}" in words
    assert "counted as wrong" in words
    curves = re.findall(r'<polyline[^>]*stroke-dasharray="([^"]*)"', ablation_html(document))
    assert curves == ["none", "4 3", "1 3"] * len(document["calibration"])


@pytest.mark.parametrize(("verdict", "said"), [("better", "than"), ("worse", "than")])
def test_a_verdict_is_said_plainly(document, verdict: str, said: str) -> None:
    for row in document["comparisons"]:
        row["verdict"] = verdict
    text = ablation_html(document)
    assert f'joint is <span class="{verdict}">{verdict}</span> {said} separate' in text


def test_names_are_escaped(document) -> None:
    document["lexicon"] = "<b>&.tsv"
    document["cost"][0]["recipe"] = "<i>"
    text = ablation_html(document)
    assert "&lt;b&gt;&amp;.tsv" in text
    assert "<i>" not in text


def test_one_recipe_alone(plan, told) -> None:
    text = ablation_html(ablate(plan(recipes=("joint",), channels=("contexts",)), runner=told))
    assert "nothing to compare it with" in text
    assert "There is one choice of channels only" in text
    assert "No choice of channels gives probabilities" in text
    assert Page(text).open == []
