def test_sentences_are_stored(toy, toy_model, call, tmp_path):
    result = call(
        *("collect", toy_model, toy / "more.de", "--language", "de"),
        *("--output", tmp_path / "c", "--json"),
    )
    assert result.json == {
        "output": str(tmp_path / "c"),
        "model": "model",
        "language": "de",
        "sentences": 61,
        "unknown": 0,
    }
    kept = (tmp_path / "c" / "sentences.txt").read_text("utf-8").splitlines()
    assert kept == (toy / "more.de").read_text("utf-8").splitlines()
    (tmp_path / "few").write_text("zzz\n\n  ein Haus  \n", encoding="utf-8")
    again = call(
        *("collect", toy_model, tmp_path / "few", "--language", "DE"),
        *("--output", tmp_path / "c", "--force"),
    )
    assert "2 in de" in again.out
    assert again.lines == [
        "xling: warning: nothing is known about 1 sentences: they are never found"
    ]


def test_bad_calls_are_one_line(toy, toy_model, call, tmp_path):
    (tmp_path / "empty").write_text("\n \n", encoding="utf-8")
    (tmp_path / "latin").write_bytes("Müll\n".encode("latin-1"))
    for file, language, output, said in (
        (tmp_path / "nothing", "de", "c", "no such file"),
        (tmp_path / "empty", "de", "c", "empty"),
        (tmp_path / "latin", "de", "c", "not UTF-8"),
        (toy / "more.de", "es", "c", "es"),
        (toy / "more.de", "de", "empty", "exists already"),
    ):
        result = call(
            *("collect", toy_model, file, "--language", language, "--output", tmp_path / output)
        )
        assert (result.code, result.out) == (2, ""), file
        assert said in result.lines[0]
        assert len(result.lines) <= 2
    assert not (tmp_path / "c").exists()
