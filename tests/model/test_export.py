import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xling.data.formats import read_lexicon, read_vectors
from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary
from xling.errors import FileAccessError, FormatError, InputError, UnknownNameError
from xling.model.export import EXPORT_FORMATS, aligned_space, export_lexicons, export_vectors
from xling.model.model import Model
from xling.recipes import align


@pytest.fixture
def model(rotated_world: Any) -> Model:
    return align(rotated_world.source, rotated_world.target, rotated_world.lexicon)


def test_the_spaces_are_aligned_and_of_length_one(model: Model, rotated_world: Any) -> None:
    source, target = aligned_space(model, "en"), aligned_space(model, "DE")
    assert (source.language, target.language) == ("en", "de")
    assert source.words == rotated_world.source.words
    assert np.array_equal(source.vocabulary.counts, rotated_world.source.vocabulary.counts)
    assert np.allclose(np.linalg.norm(source.vectors, axis=1), 1, atol=1e-6)
    nearest = (source.vectors @ target.vectors.T).argmax(axis=0)
    assert np.array_equal(nearest, rotated_world.order)
    with pytest.raises(UnknownNameError, match="language of this model 'fr'"):
        aligned_space(model, "fr")


@pytest.mark.parametrize("file_format", EXPORT_FORMATS[:2])
def test_vectors_can_be_read_again(model: Model, tmp_path: Path, file_format: str) -> None:
    seen = []
    names = export_vectors(
        model, tmp_path / "v", file_format=file_format, progress=lambda *step: seen.append(step)
    )
    assert names == [f"en.{file_format}", f"de.{file_format}"]
    assert seen[-1] == ("write vectors", 2, 2)
    for language, name in zip(("en", "de"), names, strict=True):
        space, report = read_vectors(tmp_path / "v" / name, language)
        assert report.problems == ()
        assert np.array_equal(space.vectors, aligned_space(model, language).vectors)


def test_a_word_about_which_nothing_is_known_keeps_its_zero_row(
    rotated_world: Any, tmp_path: Path
) -> None:
    source = rotated_world.source
    more = EmbeddingSpace(
        language="en",
        vocabulary=Vocabulary(words=(*source.words, "nothing")),
        vectors=np.vstack([source.vectors, np.zeros((1, source.dim), np.float32)]),
        empty_words=frozenset({"nothing"}),
    )
    linked = align(more, rotated_world.target, rotated_world.lexicon)
    space = aligned_space(linked, "en")
    empty = {"nothing"} if not linked.side("en").vectors[-1].any() else set()
    assert space.empty_words == empty
    export_vectors(linked, tmp_path / "v")
    assert len(read_vectors(tmp_path / "v" / "en.vec", "en")[0]) == 61


def test_lexicons_hold_the_whole_look_up(model: Model, tmp_path: Path) -> None:
    seen = []
    names = export_lexicons(model, tmp_path / "l", top=2, progress=lambda *s: seen.append(s))
    assert names == ["en-de.tsv", "de-en.tsv"]
    assert seen == [("look up en-de", 60, 60), ("look up de-en", 60, 60)]
    rows = [line.split("\t") for line in (tmp_path / "l/de-en.tsv").read_text("utf-8").splitlines()]
    assert len(rows) == 120
    assert [row[0] for row in rows[::2]] == list(model.vocabulary("de").words)
    assert all(row[0][4:] == row[1][4:] for row in rows[::2])  # the best answer is right
    best = model.translate(rows[0][0], source="de", top=2)
    assert [row[1] for row in rows[:2]] == [one.word for one in best]
    assert rows[0][2] == ""  # no confidence without calibration
    assert float(rows[0][3]) == pytest.approx(best[0].score, rel=1e-5)
    lexicon, report = read_lexicon(tmp_path / "l" / "en-de.tsv", ("en", "de"))
    assert (len(lexicon), report.problems) == (120, ())


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"top": 0}, InputError, "top is 0"),
        ({"retrieval": "x"}, UnknownNameError, "retrieval criterion 'x'"),
        ({"channels": "table"}, UnknownNameError, "channel of this model 'table'"),
    ],
)
def test_bad_options(
    model: Model, tmp_path: Path, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        export_lexicons(model, tmp_path / "l", **options)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format(model: Model, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="vector format 'bin'"):
        export_vectors(model, tmp_path / "v", file_format="bin")


def test_a_place_that_is_taken(model: Model, tmp_path: Path) -> None:
    with pytest.raises(FileAccessError, match="exists already"):
        export_vectors(model, tmp_path)
    export_vectors(model, tmp_path / "v")
    export_lexicons(model, tmp_path / "v", force=True)
    assert {file.name for file in (tmp_path / "v").iterdir()} == {"en-de.tsv", "de-en.tsv"}


def test_words_that_no_line_can_hold(rotated_world: Any, tmp_path: Path) -> None:
    source = rotated_world.source
    odd = EmbeddingSpace(
        language="en",
        vocabulary=Vocabulary(words=(*source.words[:-1], "a\tb")),
        vectors=source.vectors,
    )
    model = align(odd, rotated_world.target, rotated_world.lexicon)
    with pytest.raises(FormatError, match=r"en-de\.tsv: a TAB or line feed"):
        export_lexicons(model, tmp_path / "l")
    with pytest.raises(FormatError, match="contains a blank"):
        export_vectors(model, tmp_path / "v")
    assert list(tmp_path.iterdir()) == []


def test_units_are_written_with_underscores(rotated_world: Any, tmp_path: Path) -> None:
    def with_words(*last: str) -> Model:
        source = rotated_world.source
        words = (*source.words[: -len(last)], *last)
        odd = dataclasses.replace(source, vocabulary=Vocabulary(words=words))
        return align(odd, rotated_world.target, rotated_world.lexicon)

    model = with_words("New York", "ice cream van")
    for file_format in ("vec", "npz"):
        names = export_vectors(model, tmp_path / file_format, file_format=file_format)
        space, report = read_vectors(tmp_path / file_format / names[0], "en")
        assert space.words == (*model.vocabulary("en").words[:-2], "New_York", "ice_cream_van")
        assert not report.problems
        np.testing.assert_allclose(space.vectors, model.side("en").vectors, atol=1e-6)
    export_lexicons(model, tmp_path / "l")
    lexicon, _ = read_lexicon(tmp_path / "l" / "en-de.tsv", ("en", "de"))
    assert "New York" in {word for word, _ in lexicon.pairs}
    with pytest.raises(InputError, match="'a_b' stands twice"):
        export_vectors(with_words("a b", "a_b"), tmp_path / "twice")
    assert not (tmp_path / "twice").exists()
