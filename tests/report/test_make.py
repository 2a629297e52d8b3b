import pytest

from xling.errors import FileAccessError, InputError
from xling.report.make import ReportSettings, make_report


def test_one_call_writes_the_page(small, judgement, tmp_path) -> None:
    place = tmp_path / "r.html"
    made = make_report(small, ReportSettings(path=place, words=20), judgement=judgement)
    assert made == {"file": str(place), "bytes": place.stat().st_size, "words": 20}
    assert "Worst mistakes" in place.read_text("utf-8")
    with pytest.raises(FileAccessError, match=r"r\.html exists already"):
        make_report(small, ReportSettings(path=place, words=20))
    turned = ReportSettings(path=place, words=20, force=True)
    make_report(small, turned, source="de")
    assert "de to en" in place.read_text("utf-8")


def test_a_seed_is_a_map(small, tmp_path) -> None:
    pages = []
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        place = tmp_path / name
        make_report(small, ReportSettings(path=place, words=40, seed=seed))
        pages.append(place.read_bytes())
    assert pages[0] == pages[1] != pages[2]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("words", 9, "from 10 to 2000"), ("words", 2001, "from 10"), ("seed", -1, "from 0 to")],
)
def test_settings_out_of_range(tmp_path, name: str, value: int, said: str) -> None:
    with pytest.raises(InputError, match=rf"{name} is {value}; {said}"):
        ReportSettings(path=tmp_path / "r.html", **{name: value})
