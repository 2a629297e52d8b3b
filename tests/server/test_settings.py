import dataclasses
import math

import pytest

from xling.errors import InputError
from xling.server.settings import ServerSettings


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"max_words": 0}, "max_words is 0; at least 1"),
        ({"max_body": -1}, "max_body is -1"),
        ({"timeout": 0}, "timeout is 0"),
        ({"timeout": math.inf}, "timeout is inf"),
        ({"rate": -1}, "rate is -1"),
        ({"watch": math.nan}, "watch is nan"),
        ({"max_words": 10, "max_waiting": 9}, "at most max_waiting, 9, can wait"),
        ({"api_key": ""}, "API key is empty"),
        ({"api_key": "two words"}, "holds blanks"),
        ({"api_key": "schlüssel"}, "other than ASCII"),
    ],
)
def test_wrong_settings(given, said):
    with pytest.raises(InputError, match=said):
        ServerSettings(**given)


def test_the_key_is_not_shown():
    assert "secret" not in repr(ServerSettings(api_key="secret"))
    assert dataclasses.replace(ServerSettings(), rate=3).rate == 3
