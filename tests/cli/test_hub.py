import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xling.data.formats import read_vectors, write_lexicon, write_vectors

KEYS = {
    *("output", "method", "languages", "vocabulary", "links", "seed_pairs", "settings", "fixed"),
    *("history", "stop_reason", "seconds", "peak_memory_mib", "warnings", "diagnostics"),
}
HUB = (
    *("hub", "en.vec", "de.vec", "es.vec", "--languages", "en,de,es"),
    *("--lexicon", "en-de=en-de.tsv", "--lexicon", "en-es=en-es.tsv", "--output", "out"),
)
ADD = ("hub", "add", "out", "fr.vec", "--language", "fr", "--lexicon", "fr-en=fr-en.tsv")


@pytest.fixture
def files(tmp_path: Path, make_hub_world: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with four spaces and some lexicons."""
    monkeypatch.chdir(tmp_path)
    world = make_hub_world(("en", "de", "es", "fr"))
    for tag, space in world.spaces.items():
        write_vectors(f"{tag}.vec", space)
    for source, target in (("en", "de"), ("en", "es"), ("fr", "en")):
        write_lexicon(f"{source}-{target}.tsv", world.lexicon(source, target, range(40)))
    write_lexicon("de-es.tsv", world.lexicon("de", "es", range(35, 80)))
    return tmp_path


def test_a_hub_is_made_and_asked(files: Path, call: Callable[..., Any]) -> None:
    result = call(*HUB, "--json")
    assert (result.code, result.err) == (0, "")
    document = result.json
    assert set(document) == KEYS
    assert document["languages"] == ["en", "de", "es"]
    assert document["vocabulary"] == {"en": 80, "de": 80, "es": 80}
    assert (document["method"], document["seed_pairs"], document["fixed"]) == ("hub", 80, "en")
    assert {"load", "diagnose", "align", "index", "save", "total"} <= set(document["seconds"])
    assert set(document["diagnostics"]) == {"en-de", "en-es"}
    assert document["diagnostics"]["en-de"]["relational_similarity"] > 0.9
    way = ("--from", "de", "--to", "es")
    found = call("translate", "out", "de70", "DE3", *way, "--json").json
    assert (found["model"], found["from"], found["to"]) == ("out", "de", "es")
    best = [one["translations"][0]["word"] for one in found["results"]]
    assert best == ["es70", "es3"]
    scores = call("evaluate", "out", "de-es.tsv", *way, "--json")
    assert scores.json["precision"]["1"] == 1.0
    assert (scores.json["queries"], scores.json["overlap_with_training"]) == (45, 5)


def test_sentences_of_any_two_of_its_languages(files: Path, call: Callable[..., Any]) -> None:
    call(*HUB)
    for tag in ("de", "es"):
        lines = [" ".join(f"{tag}{(7 * i + k) % 80}" for k in range(3)) for i in range(30)]
        Path(f"lines.{tag}").write_text("\n".join(lines) + "\n", encoding="utf-8")
    way = ("--from", "de", "--to", "es", "--json")
    found = call("retrieve", "out", "lines.de", "lines.es", *way).json
    assert set(found["accuracy"]) == {"de-es", "es-de"}
    assert min(found["accuracy"].values()) > 0.9
    mined = call("mine", "out", "lines.de", "lines.es", "--output", "mined.tsv", *way)
    assert mined.code == 0
    rows = Path("mined.tsv").read_text(encoding="utf-8").splitlines()
    assert rows
    right = [row.split("\t")[0].replace("de", "es") == row.split("\t")[1] for row in rows]
    assert sum(right) > 0.8 * len(rows)
    hubness = call("info", "out", "--hubness", "--json").json["hubness"]
    assert set(hubness["csls"]) == {"en-de", "de-en"}


def test_build_is_the_default(files: Path, call: Callable[..., Any]) -> None:
    assert call("hub", "build", *HUB[1:-1], "a").code == 0
    assert call("hub", *HUB[4:-1], "b", *HUB[1:4]).code == 0  # options first
    sums = [hashlib.sha256((files / n / "hub.json").read_bytes()).digest() for n in ("a", "b")]
    assert sums[0] == sums[1]
    assert "Commands" in call("hub").out
    assert call("hub").code == 0


def test_people_get_a_summary(files: Path, call: Callable[..., Any]) -> None:
    result = call(*HUB)
    assert result.code == 0
    assert "link en-es" in result.out
    assert "40 pairs (100.0 % of the lexicon)" in result.out
    assert "spaces en-es" in result.out
    assert "rotation of each other" in result.out
    shown = call("info", "out")
    assert "en, de and es" in shown.out
    assert "link en-de" in shown.out
    card = call("info", "out", "--json").json
    assert card["vocabulary"] == {"en": 80, "de": 80, "es": 80}
    assert card["channels"] == ["contexts"]
    assert len(card["links"]) == 2


def test_fewer_pairs_than_dimensions_are_warned_of(files: Path, call: Callable[..., Any]) -> None:
    lines = Path("en-es.tsv").read_text(encoding="utf-8").splitlines(keepends=True)
    Path("en-es.tsv").write_text("".join(lines[:4]), encoding="utf-8")
    result = call(*HUB, "--json")
    (warning,) = result.json["warnings"]
    assert "4 seed pairs for the 10 dimensions of es" in warning
    assert warning in result.err


def test_a_language_that_is_there_already(files: Path, call: Callable[..., Any]) -> None:
    call(*HUB)
    given = ("--language", "de", "--lexicon", "de-en=en-de.tsv", "--output", "four")
    result = call("hub", "add", "out", "fr.vec", *given)
    assert result.code == 2
    assert "the hub has de already; its languages: en, de, es" in result.lines[0]
    assert not Path("four").exists()


def test_one_language_is_added_at_a_time(files: Path, call: Callable[..., Any]) -> None:
    call(*HUB)
    given = ("--language", "fr,it", "--lexicon", "fr-en=fr-en.tsv", "--output", "four")
    result = call("hub", "add", "out", "fr.vec", *given)
    assert result.code == 2
    assert "--language has 2 tags (fr,it) for one vector file; one is needed" in result.lines[0]


def test_a_space_of_one_vector_is_named(files: Path, call: Callable[..., Any]) -> None:
    for number, message in (("1", "point the same way"), ("0", "are zero"), ("nan", "NaN")):
        rows = "".join(f"es{i}{f' {number}' * 10}\n" for i in range(80))
        Path("es.vec").write_text(rows, encoding="utf-8")
        result = call(*HUB)
        assert result.code == 2
        assert message in result.err
        assert ("es space" in result.err) == (number != "nan")
        assert not Path("out").exists()


def test_a_language_is_added(files: Path, call: Callable[..., Any]) -> None:
    call(*HUB)
    before = {f.name: f.read_bytes() for f in (files / "out").iterdir()}
    result = call(*ADD, "--output", "four", "--json")
    assert (result.code, result.err) == (0, "")
    assert set(result.json) == KEYS
    assert result.json["diagnostics"]["fr-en"]["relational_similarity"] > 0.9
    assert result.json["languages"] == ["en", "de", "es", "fr"]
    assert (result.json["seed_pairs"], len(result.json["links"])) == (40, 3)
    assert {f.name: f.read_bytes() for f in (files / "out").iterdir()} == before
    for name, content in before.items():
        if name not in ("manifest.json", "hub.json"):
            assert (files / "four" / name).read_bytes() == content
    found = call("translate", "four", "fr60", "--from", "fr", "--to", "es", "--json").json
    assert found["results"][0]["translations"][0]["word"] == "es60"


def test_a_language_is_added_in_place(files: Path, call: Callable[..., Any]) -> None:
    call(*HUB)
    before = {f.name: f.read_bytes() for f in (files / "out").iterdir()}
    refused = call(*ADD)
    assert refused.code == 2
    assert "--output DIR is needed, or --force to add fr to out itself" in refused.lines[0]
    assert call(*ADD, "--output", "out").code == 2
    assert call(*ADD, "--force").code == 0
    for name, content in before.items():
        if name not in ("manifest.json", "hub.json"):
            assert (files / "out" / name).read_bytes() == content
    assert call("info", "out", "--json").json["added"] == ["fr"]
    again = call(*ADD, "--force")
    assert again.code == 2
    assert "the hub has fr already" in again.lines[0]


def test_a_hub_is_exported(files: Path, call: Callable[..., Any]) -> None:
    call(*HUB)
    document = call("export", "out", "--output", "v", "--json").json
    assert [file["name"] for file in document["files"]] == ["en.vec", "de.vec", "es.vec"]
    assert call("export", "out", "--output", "v", "--force").code == 0
    assert read_vectors("v/es.vec", "es")[0].dim == 10
    two = call("export", "out", "--output", "w", "--languages", "ES,de", "--json").json
    assert two["languages"] == ["es", "de"]
    assert {file.name for file in Path("w").iterdir()} == {"es.vec", "de.vec"}
    options = ("--format", "lexicon", "--output", "l")
    assert len(call("export", "out", *options, "--json").json["files"]) == 6
    rows = Path("l/de-es.tsv").read_text("utf-8").splitlines()
    assert sum(row.split("\t")[0][2:] == row.split("\t")[1][2:] for row in rows) == 80
    assert call("export", "out", *options, "--force", "--languages", "de,es").code == 0
    alone = call("export", "out", *options, "--force", "--languages", "de")
    assert "a lexicon between de alone; two languages are needed" in alone.lines[0]
    unknown = call("export", "out", "--output", "x", "--languages", "de,it")
    assert "unknown language of this hub 'it'" in unknown.lines[0]


BAD = {
    "3 vector files for 2 languages (en,de)": (*HUB[:5], "en,de", *HUB[6:]),
    "languages: 'EN' stands twice": (*HUB[:5], "en,de,EN", *HUB[6:]),
    "no chain of lexicons connects these languages: en, de | es": (*HUB[:8], *HUB[10:]),
    "lexicon 'en-fr=en-es.tsv'; SOURCE-TARGET=FILE": (*HUB, "--lexicon", "en-fr=en-es.tsv"),
    "the lexicon en-de is given twice": (*HUB, "--lexicon", "en-de=en-es.tsv"),
    "no such file: none.tsv": (*HUB, "--lexicon", "de-es=none.tsv"),
    "no such file: none.vec": ("hub", "none.vec", *HUB[2:]),
    "ending of the vector file en.what": ("hub", "en.what", *HUB[2:]),
    "limit is 0": (*HUB, "--limit", "0"),
    "threads is 0": (*HUB, "--threads", "0"),
    "en.vec exists already": (*HUB[:-1], "en.vec"),
    "no such model: out": (*ADD, "--output", "four"),
}


@pytest.mark.parametrize("message", BAD)
def test_a_bad_call_is_code_2_and_leaves_nothing(
    message: str, files: Path, call: Callable[..., Any]
) -> None:
    Path("en.what").write_text("a 1 2\n")
    before = sorted(files.iterdir())
    result = call(*BAD[message])
    assert result.code == 2
    assert message in result.lines[0]
    assert len(result.lines) <= 2
    assert sorted(files.iterdir()) == before


def test_spaces_of_different_widths(
    files: Path, make_hub_world: Any, call: Callable[..., Any]
) -> None:
    write_vectors("es.vec", make_hub_world(("es",), dim=7).spaces["es"], force=True)
    result = call(*HUB)
    assert result.code == 2
    assert "different numbers of dimensions: de 10, en 10, es 7" in result.lines[0]


def test_a_model_is_no_hub(files: Path, call: Callable[..., Any]) -> None:
    call("align", "en.vec", "de.vec", "--languages", "en,de", "--lexicon", "en-de.tsv",
         "--output", "out")  # fmt: skip
    result = call(*ADD, "--output", "four")
    assert result.code == 2
    assert "not an xling-hub: its kind is 'xling-model'" in result.lines[0]


def test_directions_of_a_hub(files: Path, call: Callable[..., Any]) -> None:
    call(*HUB)
    assert call("translate", "out", "en7", "--json").json["to"] == "de"
    for arguments, message in (
        (("--from", "de"), "to is missing: this hub has en, de, es; name two of them"),
        (("--from", "de", "--to", "de"), "from and to are both 'de'"),
        (("--from", "xx", "--to", "de"), "unknown language of this hub 'xx'"),
    ):
        result = call("translate", "out", "en7", *arguments)
        assert (result.code, message in result.lines[0]) == (2, True)
