import logging
from pathlib import Path

import datasets
import pytest

from xling.data.formats.pair_datasets import HubName, dataset_rows, hub_rows, parse_hub
from xling.errors import FormatError, InputError, RemoteError

ROWS = {"en": ["a", "b"], "de": ["x", None]}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


def test_the_names_of_data_sets() -> None:
    assert parse_hub("hub:a/b") == HubName(name="a/b")
    assert parse_hub("hub:a/b?config=de-en&split=test&revision=v1") == HubName(
        name="a/b", config="de-en", split="test", revision="v1"
    )
    for text in ("hub:", "hub:/", "hub:a/b?part=x", "hub:a/b?split", "hub:a/b?split="):
        with pytest.raises(InputError, match="hub:OWNER/NAME is needed"):
            parse_hub(text)


def test_parquet_files(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    datasets.Dataset.from_dict(ROWS).to_parquet(str(path))
    expected = [(1, {"en": "a", "de": "x"}), (2, {"en": "b", "de": None})]
    assert list(dataset_rows(path)) == expected
    path.write_bytes(b"PAR1 and nothing that follows from it")
    with pytest.raises(FormatError, match=r"a\.parquet: no Parquet file that can be read"):
        list(dataset_rows(path))


def test_folders_that_datasets_saved(tmp_path: Path) -> None:
    table = datasets.Dataset.from_dict(ROWS)
    table.save_to_disk(str(tmp_path / "one"))
    datasets.DatasetDict({"test": table.select([1]), "train": table}).save_to_disk(
        str(tmp_path / "two")
    )
    for name in ("one", "two"):
        assert [row["en"] for _, row in dataset_rows(tmp_path / name)] == ["a", "b"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(FormatError, match="empty: a directory without a data set that can be read"):
        list(dataset_rows(tmp_path / "empty"))


def test_an_unreachable_hub_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(RemoteError, match=r"^hub:a/b: cannot reach http://127.0.0.1:9") as found:
        next(hub_rows("hub:a/b"))
    assert "save_to_disk" in str(found.value.hint)


def test_what_the_hub_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def load(name: str, config: str | None, **options: object) -> list[dict[str, str]]:
        asked.append((name, config, options))
        if name == "a/none":
            logging.getLogger("datasets").warning("something of no interest")
            raise ValueError("no such config.\nAvailable: de-en")
        return [{"en": "a"}]

    monkeypatch.setattr(datasets, "load_dataset", load)
    monkeypatch.setattr("xling.data.formats.pair_datasets._check_reachable", lambda *_: None)
    assert list(hub_rows("hub:a/b?config=de-en&split=test")) == [(1, {"en": "a"})]
    assert asked == [
        ("a/b", "de-en", {"split": "test", "revision": None, "streaming": True}),
    ]
    with pytest.raises(RemoteError, match=r"^hub:a/none: no such config$"):
        list(hub_rows("hub:a/none"))
