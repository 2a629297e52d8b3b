"""Linked encoders are stored whole, checked, and encode as before."""

import numpy as np
import pytest

from xling.encoders.sentence_means import SentenceEncoder, SentenceMeans
from xling.errors import ChecksumError, FileAccessError, FormatError, ShapeError, UnknownNameError
from xling.linking.linked import LinkedEncoder, LinkedEncoders, is_linked, unlinked
from xling.linking.sources import MatrixSource, MeansSource, open_source
from xling.mapping.linear import LinearMap
from xling.replacing import foreign_file


@pytest.fixture
def linked(rotated_world, tiny_bert):
    space = rotated_world.source
    means = SentenceMeans(
        language="en", vocabulary=space.vocabulary, vectors=space.vectors, smoothing=0.1
    )
    turn = np.random.default_rng(0).standard_normal((32, 12)).astype(np.float32)
    german = open_source(tiny_bert, "de", device="cpu")
    return LinkedEncoders(
        sides=(
            unlinked(MeansSource(means=means, name="en.vec"), 12),
            LinkedEncoder(source=german, mapping=LinearMap(dim_in=32, matrix=turn)),
        ),
        card={"method": "cca"},
    )


def test_they_survive_storage(linked, tmp_path):
    linked.save(tmp_path / "m")
    assert is_linked(tmp_path / "m")
    assert not is_linked(tmp_path)
    assert foreign_file(tmp_path / "m") is None
    again = LinkedEncoders.load(tmp_path / "m", device="cpu")
    assert (again.languages, again.card, again.name) == (("en", "de"), {"method": "cca"}, "m")
    for side, texts in ((0, ["word1 word2", "nothing"]), (1, ["ein Hund", "die Katze"])):
        assert isinstance(again.sides[side], SentenceEncoder)
        rows = again.sides[side].encode(texts)
        assert rows.shape == (2, 12)
        assert np.allclose(rows, linked.sides[side].encode(texts), atol=1e-6)
    assert not again.sides[0].encode(["nothing"]).any()
    linked.save(tmp_path / "m", force=True)
    (tmp_path / "m" / "encoders" / "mine").write_text("x")
    with pytest.raises(FileAccessError, match="which xling did not write there"):
        linked.save(tmp_path / "m", force=True)


def test_a_changed_byte_is_noticed(linked, tmp_path):
    linked.save(tmp_path / "m")
    weights = tmp_path / "m" / "encoders" / "de" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    with pytest.raises(ChecksumError, match=r"model\.safetensors"):
        LinkedEncoders.load(tmp_path / "m")
    with pytest.raises(FormatError, match="not an xling model"):
        LinkedEncoders.load(tmp_path)


def test_directions(linked):
    assert [side.language for side in linked.pair()] == ["en", "de"]
    assert [side.language for side in linked.pair("DE")] == ["de", "en"]
    assert [side.language for side in linked.pair(None, "en")] == ["de", "en"]
    with pytest.raises(UnknownNameError, match="'fr'; known: de, en"):
        linked.pair("fr")
    with pytest.raises(UnknownNameError, match="direction 'en to en'"):
        linked.pair("en", "en")


def test_maps_into_two_widths_and_wrong_rows_are_refused(linked):
    side = linked.sides[1]
    with pytest.raises(ShapeError, match="12 and 32 columns"):
        LinkedEncoders(sides=(linked.sides[0], unlinked(side.source, 32)), card={})
    with pytest.raises(ShapeError, match="32 is needed"):
        side.map_rows(np.ones((1, 5), np.float32))


def test_a_matrix_encodes_nothing_after_loading(tmp_path):
    rows = np.eye(4, dtype=np.float32)
    sides = tuple(
        unlinked(MatrixSource(language=tag, matrix=rows, name=f"{tag}.npy"), 4)
        for tag in ("en", "de")
    )
    LinkedEncoders(sides=sides, card={}).save(tmp_path / "m")
    again = LinkedEncoders.load(tmp_path / "m")
    with pytest.raises(ShapeError, match=r"en\.npy has 0 rows, for 1 sentences"):
        again.sides[0].encode(["a"])
