import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pytest
from gensim.models import KeyedVectors

from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary
from xling.errors import FileAccessError, FormatError, UnknownNameError
from xling.model.export import aligned_space
from xling.model.export_libraries import LIBRARIES, export_for_library, string_hash
from xling.model.model import Model
from xling.recipes import align


def test_gensim_reads_its_own_file(random_model: Callable[..., Model], tmp_path: Path) -> None:
    model = random_model(3)
    seen = []
    names = export_for_library(
        model, tmp_path / "g", library="gensim", progress=lambda *step: seen.append(step)
    )
    assert names == ["de.kv", "en.kv"]
    assert seen[-1] == ("write vectors", 2, 2)
    for language in ("en", "de"):
        space = aligned_space(model, language)
        read = KeyedVectors.load(str(tmp_path / "g" / f"{language}.kv"))
        assert tuple(read.index_to_key) == space.words
        assert np.array_equal(read.vectors, space.vectors)
        assert read.get_vecattr(space.words[2], "count") == space.vocabulary.counts[2]


def test_faiss_finds_each_word_by_its_number(
    random_model: Callable[..., Model], tmp_path: Path
) -> None:
    model = random_model(3)
    names = export_for_library(model, tmp_path / "f", library="faiss", languages=["de"])
    assert names == ["de.faiss", "de.ids.tsv"]
    index = faiss.read_index(str(tmp_path / "f" / "de.faiss"))
    lines = (tmp_path / "f" / "de.ids.tsv").read_text("utf-8").splitlines()
    words = dict(line.split("\t") for line in lines)
    space = aligned_space(model, "de")
    assert tuple(words.values()) == space.words
    scores, found = index.search(np.array(space.vectors), 3)
    full = space.vectors @ space.vectors.T
    np.testing.assert_allclose(scores, -np.sort(-full, axis=1)[:, :3], atol=1e-6)
    place = int(np.flatnonzero(space.vectors.any(axis=1))[0])
    alike = {space.words[i] for i in np.flatnonzero(full[place] > 1 - 1e-6)}
    assert words[str(found[place, 0])] in alike


def test_spacy_folder(random_model: Callable[..., Model], tmp_path: Path) -> None:
    model = random_model(3)
    names = export_for_library(model, tmp_path / "s", library="spacy")
    folder = tmp_path / "s" / "en"
    assert [name for name in names if name.startswith("en")] == [
        f"en/{name}" for name in ("key2row", "strings.json", "vectors", "vectors.cfg")
    ]
    space = aligned_space(model, "en")
    assert np.array_equal(np.load(folder / "vectors"), space.vectors)
    assert sorted(space.words) == json.loads((folder / "strings.json").read_text("utf-8"))
    raw = (folder / "key2row").read_bytes()
    assert raw[0] == 0xDF
    assert struct.unpack(">I", raw[1:5]) == (len(space.words),)
    rows = {key: row for _, key, _, row in struct.iter_unpack(">BQBI", raw[5:])}
    assert rows == {string_hash(word): row for row, word in enumerate(space.words)}


@pytest.mark.parametrize(
    ("text", "number"),
    [("", 0), ("apple", 8566208034543834098), ("coffee", 3197928453018144401)],
)
def test_strings_have_the_numbers_that_spacy_documents(text: str, number: int) -> None:
    assert string_hash(text) == number


def test_bad_calls(random_model: Callable[..., Model], rotated_world: Any, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="unknown library 'x'"):
        export_for_library(random_model(3), tmp_path / "x", library="x")
    with pytest.raises(UnknownNameError, match="language of this model 'fr'"):
        export_for_library(random_model(3), tmp_path / "x", library="faiss", languages=["fr"])
    source = rotated_world.source
    odd = EmbeddingSpace(
        language="en",
        vocabulary=Vocabulary(words=(*source.words[:-1], "a\tb")),
        vectors=source.vectors,
    )
    model = align(odd, rotated_world.target, rotated_world.lexicon)
    with pytest.raises(FormatError, match=r"en\.ids\.tsv: a TAB or line feed in 'a\\tb'"):
        export_for_library(model, tmp_path / "x", library="faiss")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_place_that_is_taken(
    random_model: Callable[..., Model], tmp_path: Path, library: str
) -> None:
    export_for_library(random_model(3), tmp_path / "x", library=library)
    with pytest.raises(FileAccessError, match="exists already"):
        export_for_library(random_model(3), tmp_path / "x", library=library)
    export_for_library(
        random_model(3), tmp_path / "x", library=library, languages=["en"], force=True
    )
    assert not list((tmp_path / "x").glob("de*"))
