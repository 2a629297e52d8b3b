"""``xling align`` on encoders, and ``retrieve`` with what it made."""

import json

import numpy as np
import pytest

from xling.data.formats import write_vectors


@pytest.fixture
def files(tmp_path, monkeypatch, parallel_pairs):
    """Stand in a folder with sentence pairs, and both sides apart."""
    monkeypatch.chdir(tmp_path)
    lines = [f"{s}\t{t}\n" for s, t in parallel_pairs]
    (tmp_path / "pairs.tsv").write_text("".join(lines), encoding="utf-8")
    for side, tag in enumerate(("en", "de")):
        text = "".join(f"{pair[side]}\n" for pair in parallel_pairs)
        (tmp_path / f"{tag}.txt").write_text(text, encoding="utf-8")
    return tmp_path


ALIGN = ("--languages", "en,de", "--output", "m")


def test_two_encoders_are_linked_and_retrieve(files, call, tiny_bert):
    result = call("align", tiny_bert, tiny_bert, *ALIGN, "--pairs", "pairs.tsv", "--json")
    assert result.code == 0, result.err
    found = result.json
    assert (found["method"], found["sentence_pairs"], found["held_out_pairs"]) == (
        "cca",
        183,
        9,
    )
    assert set(found["accuracy"]) == {"en-de", "de-en"}
    after = call("retrieve", "m", "en.txt", "de.txt", "--json").json
    before = call(
        *("retrieve", tiny_bert, "en.txt", "de.txt", "--from", "en", "--to", "de", "--json")
    ).json
    assert (after["from"], after["to"], after["sentences"]) == ("en", "de", 192)
    assert after["accuracy"]["en-de"] > before["accuracy"]["en-de"] + 0.2
    mined = call("mine", "m", "en.txt", "de.txt", "--output", "mined.tsv")
    assert mined.code == 0
    export = ("export", "m", "--output", "given")
    given = call(*export, "--format", "sentence-transformers", "--json")
    assert given.code == 0, given.err
    assert given.json["languages"] == ["en", "de"]
    card = (files / "given" / "README.md").read_text(encoding="utf-8")
    assert f"| encoders | {tiny_bert}, {tiny_bert} |" in card
    assert {"name": "modules.json", "bytes": (files / "given" / "modules.json").stat().st_size} in (
        given.json["files"]
    )
    refused = call(*export, "--force")
    assert refused.code == 2
    assert "linked encoders, which have no words for --format vec" in refused.lines[0]
    again = call("align", tiny_bert, tiny_bert, *ALIGN, "--pairs", "pairs.tsv", "--force")
    assert again.code == 0
    assert "held-out sentences find their own" in again.out


def test_a_prompt_stands_before_the_sentences_of_both(files, call, tiny_bert):
    align = ("align", tiny_bert, tiny_bert, *ALIGN, "--pairs", "pairs.tsv", "--prompt", "the cat ")
    assert call(*align).code == 0
    stored = json.loads((files / "m" / "model.json").read_text(encoding="utf-8"))
    assert [side["encoder"]["prompt"] for side in stored["sides"]] == ["the cat ", "the cat "]


def test_a_folder_of_maps_alone_is_replaced(files, call):
    np.save("a.npy", np.random.default_rng(0).standard_normal((100, 8)).astype(np.float32))
    for force in ((), ("--force",)):
        result = call("align", "a.npy", "a.npy", *ALIGN, "--set", "dim=5", "--json", *force)
        assert (result.code, result.json["settings"]["dim"]) == (0, 5)


def test_matrices_are_matched_by_row(files, call):
    rows = np.random.default_rng(0).standard_normal((100, 8)).astype(np.float32)
    np.save("a.npy", rows)
    np.save("b.npy", np.roll(rows, 1, axis=1))
    result = call("align", "a.npy", "b.npy", *ALIGN, "--method", "ridge", "--json")
    assert result.code == 0, result.err
    assert result.json["accuracy"]["en-de"] == 1.0
    found = call("retrieve", "m", "a.npy", "b.npy", "--json")
    assert found.json["accuracy"] == {"en-de": 1.0, "de-en": 1.0}
    assert "0 rows, for 192 sentences" in call("retrieve", "m", "en.txt", "de.txt").lines[0]


BAD = {
    "neither modules.json nor config.json": ("align", ".", "TINY", *ALIGN, "--pairs", "pairs.tsv"),
    "no model of this name": ("align", "no-one/none", "TINY", *ALIGN, "--pairs", "pairs.tsv"),
    "no folder BAAI/bge-small-en-v1.5, and no model of this name": (
        *("align", "BAAI/bge-small-en-v1.5", "TINY", *ALIGN, "--pairs", "pairs.tsv"),
    ),
    "no such file: en.vce": ("align", "en.vce", "en.vec", *ALIGN, "--pairs", "pairs.tsv"),
    "--prompt stands before an encoder's sentences": (
        *("align", "en.vec", "en.vec", *ALIGN, "--pairs", "pairs.tsv", "--prompt", "a"),
    ),
    "none were given": ("align", "TINY", "TINY", *ALIGN),
    "--lexicon links words": ("align", "TINY", "TINY", *ALIGN, "--lexicon", "pairs.tsv"),
    "about word vectors": ("align", "TINY", "TINY", *ALIGN, "--pairs", "pairs.tsv", "--limit", "3"),
    "no such file: x.npy": ("align", "x.npy", "x.npy", *ALIGN),
    "does not know its languages": ("retrieve", "TINY", "en.txt", "de.txt"),
    "100 rows, for 192 sentences": ("align", "a.npy", "TINY", *ALIGN, "--pairs", "pairs.tsv"),
    "procrustes needs equal numbers": (
        *("align", "en.vec", "TINY", *ALIGN, "--pairs", "pairs.tsv", "--method", "procrustes"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("said", BAD)
def test_bad_input_is_one_line(files, call, tiny_bert, rotated_world, said):
    np.save("a.npy", np.random.default_rng(0).standard_normal((100, 8)).astype(np.float32))
    write_vectors("en.vec", rotated_world.source)
    if "procrustes" in said:
        german = (files / "de.txt").read_text("utf-8").splitlines()
        text = "".join(f"word{i} word{i + 1}\t{german[3 * i]}\n" for i in range(50))
        (files / "pairs.tsv").write_text(text, encoding="utf-8")
    result = call(*(tiny_bert if word == "TINY" else word for word in BAD[said]))
    assert result.code == 2
    assert any(said in line for line in result.lines)
    assert not (files / "m").exists()
