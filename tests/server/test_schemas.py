import pytest
from pydantic import ValidationError

from xling.server.schemas import (
    MapQuery,
    TranslateAnswer,
    TranslateBody,
    TranslateOptions,
    TranslateQuery,
)


def test_languages_are_called_from_and_to():
    asked = TranslateQuery.model_validate({"word": "a", "from": "en", "to": "de"})
    assert (asked.source, asked.target, asked.top, asked.channels) == ("en", "de", 5, "all")


def test_a_map_asks_as_a_look_up_does():
    asked = MapQuery.model_validate({"word": "a", "from": "de", "top": 3})
    options = TranslateOptions.model_validate(asked.model_dump(exclude={"word"}))
    assert (options.source, options.top) == ("de", 3)


@pytest.mark.parametrize("extra", [{"top": "5"}, {"top": 1.5}, {"more": 1}, {"min_confidence": 2}])
def test_a_body_is_read_strictly(extra):
    with pytest.raises(ValidationError):
        TranslateBody.model_validate({"words": ["a"], **extra})


def test_an_answer_is_described_as_it_is(client):
    document = client.get("/v1/translate", params={"model": "en-de", "word": "cat"}).json()
    described = TranslateAnswer.model_validate(document)
    assert described.results[0].translations[0].word == "Katze"
    assert set(document) == {
        field.alias or name for name, field in TranslateAnswer.model_fields.items()
    }
