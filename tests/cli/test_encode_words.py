"""``xling encode --words``, called as a person calls it."""

import numpy as np
import pytest

from xling.data.formats import read_vectors


@pytest.fixture
def files(tmp_path, monkeypatch, parallel_pairs):
    """Stand in a folder with sentences and words."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "en.txt").write_text("".join(f"{s}\n" for s, _ in parallel_pairs), encoding="utf-8")
    (tmp_path / "words.txt").write_text("cat\ndog\nzebra\n")
    return tmp_path


def test_words_to_a_vector_file(files, call, tiny_bert):
    result = call(
        *("encode", tiny_bert, "words.txt", "--words", "--text", "en.txt", "--language", "en"),
        *("--layers", "0,-1", "--output", "en.vec", "--json"),
    )
    assert (result.code, result.json["missing"]) == (0, ["zebra"])
    assert result.json["source"] == "occurrences"
    assert "1 words got no vector" in result.err
    space, _ = read_vectors("en.vec", "en")
    assert space.words == ("cat", "dog")
    alone = call("encode", tiny_bert, "words.txt", "--words", "--output", "alone.vec")
    assert "isolation" in alone.out
    assert not np.allclose(read_vectors("alone.vec", "en")[0].vectors[:2], space.vectors)


def test_units_are_written_as_other_commands_write_them(files, call, tiny_bert):
    (files / "units.txt").write_text("cat\nthe  dog\n")
    result = call("encode", tiny_bert, "units.txt", "--words", "--output", "u.vec", "--json")
    assert result.code == 0
    assert read_vectors("u.vec", "en")[0].words == ("cat", "the_dog")
    (files / "units.txt").write_text("the_dog\nthe dog\n")
    result = call("encode", tiny_bert, "units.txt", "--words", "--output", "v.vec")
    assert (result.code, len(result.lines)) == (2, 1)
    assert "units.txt: 'the_dog' and 'the dog' would be written as one word" in result.err


def test_words_of_another_script_have_no_vector(files, call, tiny_bert):
    (files / "ja.txt").write_text("犬\ndog\n猫\n" + "水" * 90 + "\n", encoding="utf-8")
    result = call("encode", tiny_bert, "ja.txt", "--words", "--output", "x.vec", "--json")
    assert result.code == 0
    assert result.json["missing"] == ["犬", "猫", "水" * 90]
    assert result.json["rows"] == 1
    assert 0.5 < result.json["unknown_token_rate"] < 1
    assert "unknown to the tokenizer" in result.err
    assert f"left out: '犬', '猫', '{'水' * 40}...'" in result.err
