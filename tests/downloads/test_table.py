from urllib.parse import urlsplit

import pytest

from xling.downloads.table import DATA_SETS, remotes
from xling.errors import InputError, UnknownNameError


def test_addresses() -> None:
    (one,) = remotes("tatoeba", ["en", "de"])
    assert one.url.endswith("/OPUS-Tatoeba/v2023-04-12/moses/de-en.txt.zip")
    assert one.name == "Tatoeba-v2023-04-12-de-en.txt.zip"
    (one,) = remotes("opus", ["pt-BR", "en"], corpus="Foo", version="v9")
    assert one.url.endswith("/OPUS-Foo/v9/moses/en-pt.txt.zip")
    assert [one.name for one in remotes("muse", ["en", "de"])] == [
        "en-de.txt", "en-de.0-5000.txt", "en-de.5000-6500.txt",
    ]  # fmt: skip
    assert [one.name for one in remotes("fasttext", ["en", "de"])] == [
        "cc.en.300.vec.gz", "cc.de.300.vec.gz",
    ]  # fmt: skip


@pytest.mark.parametrize("name", DATA_SETS)
def test_each_says_where_it_is_and_under_which_licence(name: str) -> None:
    known = DATA_SETS[name]
    assert known.licence
    assert urlsplit(known.licence_url).scheme == "https"
    for one in remotes(name, ["en", "de"], corpus="Books" if name == "opus" else None):
        assert "{" not in one.url + one.name
        assert urlsplit(one.url).scheme == "https"


def test_what_is_missing() -> None:
    with pytest.raises(UnknownNameError, match="unknown data set 'muze'"):
        remotes("muze", [])
    for name, languages in (("muse", ["en"]), ("tatoeba", ["a", "b", "c"]), ("fasttext", [])):
        with pytest.raises(InputError, match=f"{name} needs"):
            remotes(name, languages)
    with pytest.raises(InputError, match="--corpus NAME"):
        remotes("opus", ["en", "de"])
    with pytest.raises(InputError, match="version of the corpus 'Foo' is not known"):
        remotes("opus", ["en", "de"], corpus="Foo")
    with pytest.raises(InputError, match="is no name of a corpus"):
        remotes("opus", ["en", "de"], corpus="../x", version="v1")
    with pytest.raises(InputError, match="are of opus"):
        remotes("muse", ["en", "de"], corpus="Books")
