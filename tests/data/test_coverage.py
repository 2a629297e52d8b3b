import pytest

from xling.data.coverage import Coverage


def test_share_and_description_name_what_is_missing() -> None:
    found = Coverage(pairs=4, covered=1, missing_source=("zz", "yy"), missing_target=("xx", "ww"))
    assert found.share == pytest.approx(0.25)
    assert found.describe() == "1 of 4 pairs covered; not found: zz, yy, xx"
    assert found.describe(examples=1).endswith("not found: zz")


def test_nothing_missing_and_an_empty_lexicon() -> None:
    whole = Coverage(pairs=2, covered=2, missing_source=(), missing_target=())
    assert (whole.share, whole.describe()) == (1.0, "2 of 2 pairs covered")
    assert Coverage(pairs=0, covered=0, missing_source=(), missing_target=()).share == 0.0
