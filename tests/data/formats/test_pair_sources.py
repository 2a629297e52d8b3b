from pathlib import Path

import datasets
import pytest

from xling.data.formats.pair_sources import (
    PairOptions,
    local_path,
    read_aligned_files,
    read_pair_sources,
)
from xling.data.pair_filters import PairFilters
from xling.errors import FileAccessError, FormatError, InputError, RemoteError

LANGUAGES = ("en", "de")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    (tmp_path / "a.tsv").write_text("a1\tx1\na2\tx2\na3\tx3\n")
    (tmp_path / "b.csv").write_text('de,en,split\n"y1, y",b1,train\ny2,b2,test\n')
    (tmp_path / "c.jsonl").write_text('{"translation": {"en": "c1", "de": "z1"}}\n')
    table = datasets.Dataset.from_dict({"source": ["d1", "d2"], "target": ["u1", " "]})
    table.to_parquet(str(tmp_path / "d.parquet"))
    return tmp_path


def read(*sources: Path | str, **options: object) -> list[tuple[str, str]]:
    found = read_pair_sources(sources, LANGUAGES, options=PairOptions(**options))  # type: ignore[arg-type]
    return list(zip(found.corpus.source, found.corpus.target, strict=True))


def test_each_kind_of_file(files: Path) -> None:
    assert read(files / "a.tsv") == [("a1", "x1"), ("a2", "x2"), ("a3", "x3")]
    assert read(files / "b.csv") == [("b1", "y1, y"), ("b2", "y2")]
    assert read(files / "c.jsonl") == [("c1", "z1")]
    found = read_pair_sources([files / "d.parquet"], LANGUAGES)
    assert found.corpus.source == ("d1",)
    assert found.reports[0].count("blank side") == 1


def test_files_are_interleaved_until_each_has_ended(files: Path) -> None:
    names = [files / name for name in ("a.tsv", "b.csv", "c.jsonl")]
    assert [a for a, _ in read(*names)] == ["a1", "b1", "c1", "a2", "b2", "a3"]
    assert [a for a, _ in read(*names, limit=4)] == ["a1", "b1", "c1", "a2"]


def test_columns_by_number_and_by_name(files: Path) -> None:
    assert read(files / "a.tsv", columns=("2", "1"))[0] == ("x1", "a1")
    (files / "h.tsv").write_text("id\tde\ten\n1\tx\ta\n")
    assert read(files / "h.tsv", columns=("en", "de")) == [("a", "x")]
    assert read(files / "b.csv", columns=("3", "1"))[0] == ("split", "de")
    with pytest.raises(InputError, match=r"h\.tsv: no column '7'; there are: 1, 2, 3"):
        read(files / "h.tsv", columns=("7", "1"))


def test_only_rows_with_a_value(files: Path) -> None:
    assert read(files / "b.csv", where=(("split", "test"),)) == [("b2", "y2")]
    with pytest.raises(FormatError, match=r"no sentence pair is left \(where 2\)"):
        read(files / "b.csv", where=(("split", "dev"),))


def test_filters_reach_over_all_files(files: Path) -> None:
    found = read_pair_sources(
        [files / "a.tsv", files / "a.tsv", files / "c.jsonl"],
        LANGUAGES,
        options=PairOptions(filters=PairFilters(deduplicate="pair")),
    )
    assert sorted(found.corpus.source) == ["a1", "a2", "a3", "c1"]
    assert found.dropped == {"repeated": 3}
    assert [report.items for report in found.reports] == [3, 3, 1]


def test_a_limit_reads_no_further_than_it_must(files: Path) -> None:
    (files / "e.jsonl").write_text('{"en": "a", "de": "b"}\n' * 3 + "broken\n")
    found = read_pair_sources(
        [files / "e.jsonl"], LANGUAGES, options=PairOptions(limit=2), strict=True
    )
    assert len(found.corpus) == 2


def test_bad_sources(files: Path) -> None:
    with pytest.raises(InputError, match="no sentence pairs were given"):
        read()
    with pytest.raises(FileAccessError, match="no such file"):
        read(files / "none.jsonl")
    with pytest.raises(FileAccessError, match=r"no such file: .*none\.parquet"):
        read(files / "none.parquet")
    (files / "f.jsonl").write_text('{"x": 1, "y": 2}\n')
    with pytest.raises(InputError, match="no columns for en and de among x, y"):
        read(files / "f.jsonl")
    (files / "g.jsonl").write_text("broken\n")
    with pytest.raises(FormatError, match=r"holds no sentence pair; first problem: .*no JSON"):
        read(files / "g.jsonl")
    with pytest.raises(FormatError, match=r"g\.jsonl:1: no JSON"):
        read_pair_sources([files / "g.jsonl"], LANGUAGES, strict=True)
    with pytest.raises(InputError, match="0 pairs at most"):
        PairOptions(limit=0)


def test_data_sets_on_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    assert local_path("hub:a/b") is None
    assert local_path("a/b") == Path("a/b")
    monkeypatch.setattr(datasets.config, "HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(RemoteError, match="cannot reach"):
        read("hub:a/b?split=test")


def test_line_aligned_files_go_through_the_filters(tmp_path: Path) -> None:
    (tmp_path / "a.en").write_text("one\ntwo\none\nthree\n")
    (tmp_path / "a.de").write_text("eins\nzwei\neins\ndrei\n")
    files = tmp_path / "a.en", tmp_path / "a.de"
    assert len(read_aligned_files(*files, LANGUAGES).corpus) == 4
    options = PairOptions(limit=2, filters=PairFilters(deduplicate="pair"))
    found = read_aligned_files(*files, LANGUAGES, options=options)
    assert found.corpus.source == ("one", "two")
    options = PairOptions(filters=PairFilters(deduplicate="pair"))
    found = read_aligned_files(*files, LANGUAGES, options=options)
    assert (found.corpus.target, found.dropped) == (("eins", "zwei", "drei"), {"repeated": 1})
    for bad in ({"columns": ("en", "de")}, {"where": (("a", "b"),)}):
        with pytest.raises(InputError, match="line-aligned files have no columns"):
            read_aligned_files(*files, LANGUAGES, options=PairOptions(**bad))  # type: ignore[arg-type]
