from xling.report.model_html import card_section, hubness_section, map_section


def test_the_card_is_escaped(document, read_page) -> None:
    page = read_page(card_section(document))
    assert "<u>" in page.text
    assert "u" not in {tag for tag, _ in page.tags}


def test_hubs_stand_by_name(document, read_page) -> None:
    page = read_page(hubness_section(document))
    assert page.open == []
    for one in document["hubness"]:
        assert one["skewness"] in page.values
        assert one["never_retrieved"] in page.values
        for hub in one["hubs"]:
            assert hub["word"] in page.text
            assert float(hub["count"]) in page.values
    assert "img" not in {tag for tag, _ in page.tags}


def test_the_map_is_drawn_without_the_script(document, read_page, hostile) -> None:
    page = read_page(map_section(document))
    assert page.open == []
    found = document["map"]
    dots = [given for tag, given in page.tags if tag == "circle"]
    lines = [given for tag, given in page.tags if tag == "line"]
    assert len(dots) == len(found["words"])
    assert len(lines) == len(found["links"])
    for (a, b, kind), line in zip(found["links"], lines, strict=True):
        assert line["class"] == kind
        assert (line["x1"], line["y1"]) == (dots[a]["cx"], dots[a]["cy"])
        assert (line["x2"], line["y2"]) == (dots[b]["cx"], dots[b]["cy"])
    (plane,) = (given for tag, given in page.tags if given.get("id") == "plane")
    assert (plane["tabindex"], plane["aria-describedby"]) == ("0", "map-help")
    assert plane["aria-label"] == "Map of 60 words of en and de"
    assert hostile in page.text  # in the table of links
    assert "img" not in {tag for tag, _ in page.tags}
