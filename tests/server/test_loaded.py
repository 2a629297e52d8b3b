import asyncio

import pytest

from xling.model.indexing import with_answers
from xling.server.loaded import Loaded, Stamp, stamp_of
from xling.server.shelf import Shelf

STAMP = Stamp(device=0, inode=0, bytes=0, modified=0)


def test_ways_are_kept_up_to_a_number(hub_path):
    async def work():
        return await Shelf([hub_path]).get("hub")

    loaded = asyncio.run(work())
    ready = loaded.make_ready("en", "de", "csls", "all")
    assert loaded.make_ready("en", "de", "csls", "all") is ready
    assert loaded.ready_now(("en", "de", "csls", "all")) is ready
    assert loaded.ready_now(("de", "en", "csls", "all")) is None
    for pair in (("en", "de"), ("de", "es"), ("es", "en"), ("de", "en"), ("es", "de")):
        for kinds in (("csls", "contexts"), ("nn", "contexts"), ("nn", "all"), ("csls", "all")):
            loaded.make_ready(*pair, *kinds)
    assert len(loaded._ways) == 16
    plain = [("en", "de"), ("de", "es"), ("es", "en"), ("de", "en"), ("es", "de")]
    assert all(loaded.plain_way(*pair) is not None for pair in plain)  # they outlive the others
    assert loaded.ready_now(("en", "de", "csls", "all")) is ready
    assert loaded.suggestions("es").find("es7", 1) == ["es7"]
    assert loaded.side("de").language == "de"


def test_a_stamp_tells_versions_apart(model, tmp_path):
    assert stamp_of(tmp_path / "m") is None
    model.save(tmp_path / "m")
    first = stamp_of(tmp_path / "m")
    assert stamp_of(tmp_path / "m") == first
    model.save(tmp_path / "m", force=True)
    assert stamp_of(tmp_path / "m") != first


def test_a_way_is_named_in_many_ways(model):
    loaded = Loaded(model=model, stamp=STAMP)
    assert loaded.plain_way("en", "de") is None
    ready = loaded.make_ready("en", "de", "csls", "all")
    for pair in ((None, None), ("en", None), (None, "de"), ("EN", "De"), ("en", "de")):
        assert loaded.plain_way(*pair) is ready
    for pair in (("de", "en"), ("en", "en"), ("xx", "de"), (None, "xx")):
        assert loaded.plain_way(*pair) is None
    for number in range(300):
        loaded.plain_way(f"x{number}", "de")
        loaded.plain_way("en" if number % 2 else "EN", "de")
    assert len(loaded._pairs) < 10


@pytest.mark.parametrize("indexed", [False, True])
def test_stored_answers_are_those_of_look_ups_with_all_evidence(model, indexed):
    loaded = Loaded(model=with_answers(model) if indexed else model, stamp=STAMP)
    assert loaded.make_ready("de", "en", "csls", "all").table.whole is indexed
    assert not loaded.make_ready("de", "en", "nn", "all").table.whole
    assert not loaded.make_ready("de", "en", "csls", "contexts").table.whole
