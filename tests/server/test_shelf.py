import asyncio
import shutil

import pytest

from xling.errors import ChecksumError, FileAccessError, FormatError, InputError
from xling.server import shelf as shelf_module
from xling.server.loaded import stamp_of
from xling.server.problems import CallError
from xling.server.shelf import Shelf


@pytest.fixture
def copy(model_path, tmp_path):
    return shutil.copytree(model_path, tmp_path / "copy")


def damage(path):
    file = path / "tensors.safetensors"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(bytes(data))


def test_models_are_checked_but_not_loaded(model_path, hub_path):
    shelf = Shelf([model_path, hub_path])
    assert (shelf.names, shelf.loaded) == (("en-de", "hub"), 0)
    assert shelf.languages("hub") == ("en", "de", "es")
    assert (shelf.choose("hub"), Shelf([hub_path]).choose(None)) == ("hub", "hub")


def test_what_cannot_be_served(model_path, copy, tmp_path):
    with pytest.raises(InputError, match="no model to serve"):
        Shelf([])
    shutil.copytree(copy, tmp_path / "more" / "en-de")
    with pytest.raises(InputError, match="two models of the name 'en-de'"):
        Shelf([model_path, tmp_path / "more" / "en-de"])
    with pytest.raises(FileAccessError):
        Shelf([tmp_path / "nothing"])
    damage(copy)
    with pytest.raises(ChecksumError):
        Shelf([copy])


@pytest.mark.parametrize(("name", "code"), [(None, "missing_model"), ("xx", "unknown_model")])
def test_a_model_that_is_not_there(model_path, hub_path, name, code):
    with pytest.raises(CallError, match="there are en-de, hub") as caught:
        Shelf([model_path, hub_path]).choose(name)
    assert caught.value.code == code


def test_many_wait_for_one_load(copy):
    async def work():
        shelf = Shelf([copy])
        found = await asyncio.gather(*(shelf.get("copy") for _ in range(5)))
        return len({id(one) for one in found}), shelf.loads, shelf.is_loaded("copy")

    assert asyncio.run(work()) == (1, 1, True)


def test_who_no_longer_waits_does_not_stop_a_load(copy):
    async def work():
        shelf = Shelf([copy])
        task = asyncio.create_task(shelf.get("copy"))
        await asyncio.sleep(0)
        task.cancel()
        await shelf.get("copy")
        return shelf.loads

    assert asyncio.run(work()) == 1


def test_a_new_version_replaces_the_old_one(copy, model):
    async def work():
        shelf = Shelf([copy])
        old = await shelf.get("copy")
        assert await shelf.refresh() == []
        model.save(copy, force=True)
        assert await shelf.refresh() == ["copy"]
        assert await shelf.refresh() == []
        return old, await shelf.get("copy")

    old, new = asyncio.run(work())
    assert old is not new
    assert old.model.translate("cat")[0].word == new.model.translate("cat")[0].word == "Katze"


def test_a_broken_or_missing_version_leaves_the_old_one(copy, model):
    async def work():
        shelf = Shelf([copy])
        old = await shelf.get("copy")
        shutil.move(copy, copy.with_name("away"))
        assert stamp_of(copy) is None
        assert await shelf.refresh() == []
        model.save(copy)
        damage(copy)
        assert await shelf.refresh() == []
        loads = shelf.loads
        assert await shelf.refresh() == []  # it is not read again and again
        assert await shelf.get("copy") is old
        model.save(copy, force=True)
        assert await shelf.refresh() == ["copy"]
        return loads

    assert asyncio.run(work()) == 1


def test_a_model_that_went_away_before_it_was_asked_for(copy):
    async def work():
        shelf = Shelf([copy])
        shutil.rmtree(copy)
        with pytest.raises(CallError) as caught:
            await shelf.get("copy")
        return caught.value

    error = asyncio.run(work())
    assert (error.status, error.code) == (503, "model_unavailable")


def test_what_cannot_be_loaded_is_not_read_for_every_call(copy, monkeypatch):
    read = []

    def broken(*_):
        read.append(1)
        raise FormatError(copy, "broken")

    async def work():
        shelf = Shelf([copy])
        with monkeypatch.context() as patch:
            patch.setattr(shelf_module, "_load", broken)
            for _ in range(3):
                with pytest.raises(CallError, match="cannot be loaded"):
                    await shelf.get("copy")
            patch.setattr(shelf_module, "_AGAIN", 0)
            with pytest.raises(CallError, match="cannot be loaded"):
                await shelf.get("copy")
            patch.setattr(shelf_module, "_AGAIN", 60)
            (copy / "manifest.json").touch()  # another version: it is tried at once
            with pytest.raises(CallError, match="cannot be loaded"):
                await shelf.get("copy")
        shelf._entries["copy"].failed_at -= 60
        return await shelf.get("copy")

    assert asyncio.run(work()).model.languages == ("en", "de")
    assert len(read) == 3
