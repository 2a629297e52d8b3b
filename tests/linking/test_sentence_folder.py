"""Linked encoders that are exported encode as before, without xling where that is promised."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from xling.data.vocabulary import Vocabulary
from xling.encoders.sentence_means import SentenceMeans
from xling.errors import InputError, UnknownNameError
from xling.linking.link import link_encoders
from xling.linking.linked import LinkedEncoder, LinkedEncoders, unlinked
from xling.linking.sentence_folder import export_linked
from xling.linking.sources import CheckpointSource, MatrixSource, MeansSource, open_source
from xling.mapping.linear import LinearMap, Normalization
from xling.mapping.mlp import MlpMap, ResidualLayer

TEXTS = ["ein Hund schläft", "die Katze", "der Baum und das Haus sind alt"]
RANDOM = np.random.default_rng(0)
MATRIX = RANDOM.standard_normal((32, 12)).astype(np.float32)
CENTRED = LinearMap(
    dim_in=32,
    normalization=Normalization(
        steps=("unit", "centre", "unit"), mean=0.05 * RANDOM.standard_normal(32)
    ),
    matrix=MATRIX,
)
CURVED = MlpMap(
    linear=CENTRED,
    layers=tuple(
        ResidualLayer(
            into=RANDOM.standard_normal((12, 20)).astype(np.float32),
            bias=RANDOM.standard_normal(20).astype(np.float32),
            out=RANDOM.standard_normal((20, 12)).astype(np.float32),
        )
        for _ in range(2)
    ),
)


def linked_with(tiny_bert, mapping, prompt="") -> LinkedEncoders:
    """Link word vectors with a network."""
    words = ("a", "dog", "sleeps", "the", "cat", "old", "house")
    vectors = np.random.default_rng(1).standard_normal((len(words), 12)).astype(np.float32)
    means = SentenceMeans(
        language="en", vocabulary=Vocabulary(words=words), vectors=vectors, smoothing=0.1
    )
    german = open_source(tiny_bert, "de", device="cpu", prompt=prompt)
    return LinkedEncoders(
        sides=(
            unlinked(MeansSource(means=means, name="en.vec"), 12),
            LinkedEncoder(source=german, mapping=mapping),
        ),
        card={"method": "x", "accuracy": {"en-de": 0.5}, "held_out": 8},
    )


@pytest.mark.parametrize("mapping", [LinearMap(dim_in=32, matrix=MATRIX), CENTRED, CURVED])
def test_both_languages_without_xling(tiny_bert, tmp_path, mapping):
    linked = linked_with(tiny_bert, mapping)
    names = export_linked(linked, tmp_path / "m")
    assert "modules.json" in names
    source = f"""
import sys
sys.modules["xling"] = None
import numpy as np
from sentence_transformers import SentenceTransformer
model = SentenceTransformer({str(tmp_path / "m")!r}, device="cpu")
np.savez({str(tmp_path / "rows.npz")!r}, de=model.encode({TEXTS!r}, task="de"),
         en=model.encode(["the dog", "a cat sleeps"], task="en"))
"""
    subprocess.run([sys.executable, "-c", source], check=True, capture_output=True)
    rows = np.load(tmp_path / "rows.npz")
    np.testing.assert_allclose(rows["de"], linked.sides[1].encode(TEXTS), atol=2e-5)
    expected = linked.sides[0].encode(["the dog", "a cat sleeps"])
    np.testing.assert_allclose(rows["en"], expected, atol=2e-5)


def test_one_language_needs_no_task_and_keeps_its_prompt(tiny_bert, tmp_path):
    linked = linked_with(tiny_bert, CENTRED, prompt="query: ")
    export_linked(linked, tmp_path / "m", languages=["de"])
    rows = SentenceTransformer(str(tmp_path / "m"), device="cpu").encode(TEXTS)
    np.testing.assert_allclose(rows, linked.sides[1].encode(TEXTS), atol=2e-5)
    plain = linked_with(tiny_bert, CENTRED).sides[1].encode(TEXTS)
    assert np.abs(rows - plain).max() > 0.01
    export_linked(linked, tmp_path / "two")
    both = SentenceTransformer(str(tmp_path / "two"), device="cpu")
    told = both.encode(TEXTS, task="de", prompt_name="de")
    np.testing.assert_allclose(told, rows, atol=2e-5)
    card = (tmp_path / "two" / "README.md").read_text(encoding="utf-8")
    assert 'model.encode(["..."], task="de", prompt_name="de")' in card
    assert "| en-de | 50.0 % |" in card


def test_rows_that_are_not_normalised_are_mapped_as_they_are(tiny_bert, tmp_path):
    encoder = open_source(tiny_bert, "de", device="cpu").encoder
    longer = CheckpointSource(encoder=replace(encoder, normalized=False))
    shift = LinearMap(
        dim_in=32,
        normalization=Normalization(steps=("centre",), mean=RANDOM.standard_normal(32)),
        matrix=MATRIX,
    )
    side = LinkedEncoder(source=longer, mapping=shift)
    linked = LinkedEncoders(sides=(linked_with(tiny_bert, CENTRED).sides[0], side), card={})
    export_linked(linked, tmp_path / "m", languages=["de"])
    rows = SentenceTransformer(str(tmp_path / "m"), device="cpu").encode(TEXTS)
    np.testing.assert_allclose(rows, side.encode(TEXTS), atol=2e-5)


def test_what_cannot_be_exported(tiny_bert, tmp_path):
    rows = np.random.default_rng(0).standard_normal((50, 8)).astype(np.float32)
    sides = tuple(
        MatrixSource(language=tag, matrix=rows, name=f"{tag}.npy") for tag in ("en", "de")
    )
    with pytest.raises(InputError, match=r"rows in en\.npy, so there is no encoder"):
        export_linked(link_encoders(sides, hold_out=0).encoders, tmp_path / "m")
    with pytest.raises(UnknownNameError, match="fr"):
        export_linked(linked_with(tiny_bert, CENTRED), tmp_path / "m", languages=["fr"])
    assert not (tmp_path / "m").exists()
