import json

import numpy as np
import pytest

from xling.errors import ChecksumError, DegenerateInputError, FormatError, InputError
from xling.model.collection import Collection, load_collection, model_fingerprint
from xling.model.indexing import with_answers
from xling.model.manifest import write_manifest
from xling.model.sentences import sentence_encoders

SENTENCES = [f"Wort{i} Wort{i + 1}" for i in range(8)] + ["?? ??", "Wort2 Wort3 "]


@pytest.fixture
def made(random_model):
    first, second = sentence_encoders(random_model(1))
    return first, Collection.of(SENTENCES, second, "made with")


def test_the_nearest_sentences_by_cosine(made):
    encoder, collection = made
    row = encoder.encode(["word2 word3"])
    found = collection.search(row, 4)
    cosines = collection.index.rows @ row[0]
    order = np.lexsort((np.arange(len(cosines)), -cosines))[:4]
    assert [line - 1 for line, _, _ in found] == order.tolist()
    assert [text for _, text, _ in found] == [SENTENCES[place].strip() for place in order]
    assert [score for _, _, score in found] == pytest.approx(cosines[order].tolist())
    assert collection.search(np.zeros_like(row), 4) == []
    assert len(collection.search(row, 99)) == len(collection) == 10


def test_it_comes_back_from_its_folder(made, tmp_path):
    encoder, collection = made
    collection.save(tmp_path / "c")
    again = load_collection(tmp_path / "c")
    assert (again.name, again.language, again.model) == ("c", "de", "made with")
    assert again.sentences == collection.sentences
    assert not again.index.rows.flags.owndata
    row = encoder.encode(["word5"])
    assert again.search(row, 3) == collection.search(row, 3)
    collection.save(tmp_path / "c", force=True)
    file = tmp_path / "c" / "sentences.txt"
    file.write_bytes(file.read_bytes()[:-3] + b"xx\n")
    with pytest.raises(ChecksumError, match=r"sentences\.txt"):
        load_collection(tmp_path / "c")


def test_what_is_none(made, tmp_path):
    made[1].save(tmp_path / "c")
    (tmp_path / "c" / "collection.json").write_text(json.dumps({"sentences": 3}))
    write_manifest(tmp_path / "c", kind="xling-collection")
    with pytest.raises(FormatError, match="not complete"):
        load_collection(tmp_path / "c")
    write_manifest(tmp_path / "c")
    with pytest.raises(FormatError, match="not an xling-collection"):
        load_collection(tmp_path / "c")


def test_sentences_of_which_nothing_is_known(random_model):
    encoder = sentence_encoders(random_model(1))[1]
    with pytest.raises(DegenerateInputError, match="nothing is known about any of 2"):
        Collection.of(["?", "!"], encoder, "")
    with pytest.raises(InputError, match="several lines"):
        Collection.of(["Wort1\nWort2"], encoder, "")


def test_a_model_is_known_again(random_model, tmp_path):
    model = random_model(1)
    model.save(tmp_path / "a")
    first = model_fingerprint(tmp_path / "a")
    with_answers(model).save(tmp_path / "b")
    assert model_fingerprint(tmp_path / "b") == first
    random_model(2).save(tmp_path / "c")
    assert model_fingerprint(tmp_path / "c") != first
