import copy

from xling.report.scores_html import confidence_section, groups_section, scores_section


def test_every_score_stands_with_all_its_digits(document, read_page) -> None:
    page = read_page(scores_section(document))
    assert page.open == []
    for row in document["scores"]:
        for metric in ("1", "5", "10"):
            assert row["precision"][metric] in page.values
            assert set(row["intervals"][metric]) <= set(page.values)
        assert row["mrr"] in page.values
    found = document["evaluation"]
    assert found["coverage"] in page.values
    assert found["chance_precision_at_1"] in page.values
    assert found["policy"] in page.text
    assert "unknown<b>" in page.text
    assert "2 of 61 queries stand in linked pairs" in page.text
    assert "Queries stand in training" in page.text


def test_a_clean_score_has_no_warning(document, read_page) -> None:
    clean = copy.deepcopy(document)
    clean["evaluation"]["overlap_with_training"] = 0
    clean["missing"] = []
    text = read_page(scores_section(clean)).text
    assert "Queries stand in training" not in text
    assert "out of vocabulary, or" not in text


def test_groups_have_a_plot_and_a_table(document, read_page) -> None:
    page = read_page(groups_section(document))
    assert page.open == []
    assert "By query in training" in page.text
    assert "By occurrences of the query" in page.text
    for rows in document["groups"].values():
        for row in rows:
            assert row["precision"]["1"] in page.values
            assert f"n = {row['queries']:,}" in page.text
    assert sum(tag == "svg" for tag, _ in page.tags) == len(document["groups"])
    assert sum(tag == "table" for tag, _ in page.tags) == len(document["groups"])


def test_probabilities_have_a_diagram_and_scores_say_why_not(document, read_page) -> None:
    page = read_page(confidence_section(document))
    assert "no reliability diagram" in page.text
    assert "Of all 61 queries" in page.text
    assert document["confidence"]["area"] in page.values
    sure = copy.deepcopy(document)
    sure["confidence"] |= {
        "by": "probability",
        "error": 0.125,
        "bins": [{"confidence": 0.25, "right": 0.375, "answers": 1234}],
    }
    page = read_page(confidence_section(sure))
    assert page.open == []
    assert {0.125, 0.25, 0.375, 1234.0} <= set(page.values)
    assert "1,234" in page.text
    assert sum(tag == "svg" for tag, _ in page.tags) == 2
    assert "No query has an answer" in confidence_section({"confidence": None})
