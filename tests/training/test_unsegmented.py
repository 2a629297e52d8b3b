import random

import pytest

from xling.data.indexed import index_text
from xling.errors import CoverageError, DegenerateInputError, ShapeError, XlingError
from xling.training.unsegmented import describe_unsegmented, explaining_unsegmented

PIECES = {
    "ja": ("私は", "彼女が", "学校に", "犬を", "行きました", "見ています", "昨日", "友達と"),
    "zh": ("我", "他们", "学校", "看见", "昨天", "一只狗", "朋友", "喜欢"),
    "th": ("ฉัน", "ไป", "โรงเรียน", "เมื่อวาน", "เห็น", "หมา", "ของ", "เพื่อน"),
}


def written(language: str, blank: str) -> list[str]:
    chosen = random.Random(0)
    return [blank.join(chosen.sample(PIECES[language], 4)) for _ in range(300)]


@pytest.mark.parametrize("language", PIECES)
def test_text_without_blanks_is_told_from_text_with_them(language: str) -> None:
    found = describe_unsegmented(index_text(written(language, ""), language))
    assert found is not None
    assert found.startswith(f"the {language} text looks unsegmented (hardly any blanks)")
    assert describe_unsegmented(index_text(written(language, " "), language)) is None
    assert describe_unsegmented(index_text(["an ordinary sentence of words"], "en")) is None
    assert describe_unsegmented(index_text([], "en")) is None


@pytest.mark.parametrize("error", [DegenerateInputError("no"), CoverageError("no", hint="old")])
def test_the_reason_is_given_as_the_hint(error: XlingError) -> None:
    texts = [index_text(["a dog"] * 9, "en"), index_text(written("ja", ""), "ja")]
    with pytest.raises(type(error)) as caught, explaining_unsegmented(texts):
        raise error
    assert str(caught.value) == "no"
    assert str(caught.value.hint).startswith("the ja text looks unsegmented")
    assert "segmenter" in str(caught.value.hint)


def test_other_errors_and_other_texts_keep_their_hint() -> None:
    with pytest.raises(CoverageError) as caught, explaining_unsegmented([index_text(["a"], "en")]):
        raise CoverageError("no", hint="old")
    assert caught.value.hint == "old"
    japanese = index_text(written("ja", ""), "ja")
    with pytest.raises(ShapeError) as other, explaining_unsegmented([japanese]):
        raise ShapeError("no")
    assert other.value.hint is None
