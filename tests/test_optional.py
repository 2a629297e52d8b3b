import sys

import pytest

from xling.errors import MissingExtraError
from xling.optional import require


def test_a_package_that_is_there_is_given() -> None:
    assert require("json", extra="server", purpose="serving") is sys.modules["json"]


def test_a_missing_package_is_answered_with_the_line_that_installs_it() -> None:
    with pytest.raises(MissingExtraError) as caught:
        require("no_such_package", extra="server", purpose="xling serve")
    assert str(caught.value) == (
        "xling serve needs the package 'no_such_package', which is not installed"
    )
    assert caught.value.hint == "install it with: pip install 'xling[server]'"
    assert isinstance(caught.value, ImportError)
