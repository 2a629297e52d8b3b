from xling.report.mistakes_html import mistakes_section, queries_section


def test_every_mistake_shows_its_words_and_their_neighbours(document, read_page) -> None:
    page = read_page(mistakes_section(document))
    assert page.open == []
    found = [given for tag, given in page.tags if tag == "details"]
    assert len(found) == len(document["mistakes"])
    for given, one in zip(found, document["mistakes"], strict=True):
        assert float(given["data-rank"] or "nan") == one["rank"]
        assert float(given["data-sure"] or "nan") == one["score"]
        for word in (one["query"], one["answer"], one["gold"]):
            assert " ".join(word.split()) in page.text
        assert set(one["cosines"].values()) <= set(page.values)
        for word in one["words"].values():
            for language, near in word["near"].items():
                assert f"near in {language}" in page.text
                for other, _ in near:
                    assert " ".join(other.split()) in page.text
        for reason in one["reasons"]:
            assert reason in page.text
    assert not {"img", "script", "b>"} & {tag for tag, _ in page.tags}


def test_no_mistake(read_page) -> None:
    assert "No first answer is wrong" in mistakes_section({"mistakes": []})


def test_queries_left_out_are_counted(document, read_page) -> None:
    page = read_page(queries_section(document))
    assert page.open == []
    assert "are not in this page" not in page.text
    assert "1,234 more queries" in queries_section({"left_out": 1234})
