"""Rows of sentences: as the library gives them, whatever the batch, and counted."""

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Router

from xling.encoders.pretrained.checkpoint import open_checkpoint
from xling.encoders.pretrained.transformer import TransformerEncoder
from xling.encoders.sentence_means import SentenceEncoder
from xling.errors import ConfigError, InputError, NonFiniteError, UnknownNameError


@pytest.fixture(scope="module")
def checkpoint(tiny_bert):
    return open_checkpoint(tiny_bert, device="cpu")


@pytest.fixture
def texts(parallel_pairs):
    return [text for pair in parallel_pairs[:40] for text in pair]


def test_rows_are_those_of_the_library(checkpoint, texts):
    encoder = TransformerEncoder(checkpoint=checkpoint, language="en")
    assert isinstance(encoder, SentenceEncoder)
    wanted = checkpoint.model.encode(texts, normalize_embeddings=True)
    assert np.allclose(encoder.encode(texts), wanted, atol=1e-5)
    raw = TransformerEncoder(checkpoint=checkpoint, language="en", normalized=False)
    assert np.allclose(raw.encode(texts), checkpoint.model.encode(texts), atol=1e-5)


def test_the_batch_and_the_order_do_not_matter_and_two_runs_are_equal(checkpoint, texts):
    rows = TransformerEncoder(checkpoint=checkpoint, language="en").encode(texts)
    again = TransformerEncoder(checkpoint=checkpoint, language="en").encode(texts)
    assert np.array_equal(rows, again)
    small = TransformerEncoder(checkpoint=checkpoint, language="en", batch=1).encode(texts[::-1])
    assert np.allclose(rows, small[::-1], atol=1e-5)
    assert len(np.unique(rows.round(4), axis=0)) == len(set(texts))


def test_a_prompt_stands_before_each_sentence(checkpoint):
    plain = TransformerEncoder(checkpoint=checkpoint, language="en")
    asked = TransformerEncoder(checkpoint=checkpoint, language="en", prompt="the cat ")
    assert np.allclose(
        asked.encode(["sees a dog"]), plain.encode(["the cat sees a dog"]), atol=1e-5
    )


def test_a_prompt_of_the_checkpoint_s_own_is_taken_unless_another_is_given(tiny_bert, tmp_path):
    from sentence_transformers import SentenceTransformer

    prompts = {"query": "the cat ", "none": ""}
    SentenceTransformer(
        str(tiny_bert), device="cpu", prompts=prompts, default_prompt_name="query"
    ).save(str(tmp_path / "asks"))
    asks = open_checkpoint(tmp_path / "asks", device="cpu")
    assert asks.default_prompt == "the cat "
    texts = ["sees a dog", "hears milk"]
    own = TransformerEncoder(checkpoint=asks, language="en").encode(texts)
    assert np.allclose(own, asks.model.encode(texts, normalize_embeddings=True), atol=1e-5)
    bare = TransformerEncoder(checkpoint=asks, language="en", prompt="").encode(texts)
    assert not np.allclose(own, bare, atol=1e-2)
    plain = open_checkpoint(tiny_bert, device="cpu")
    assert plain.default_prompt == ""
    assert np.allclose(bare, TransformerEncoder(checkpoint=plain, language="en").encode(texts))


def test_what_is_counted(checkpoint):
    long = " ".join(["dog"] * 60)
    encoder = TransformerEncoder(checkpoint=checkpoint, language="ru", batch=2)
    rows, counts = encoder.encode_counted(["собака спит", long, "  ", "a dog"])
    assert (counts.sentences, counts.empty, counts.truncated) == (4, 1, 1)
    assert (counts.tokens, counts.unknown) == (64, 2)
    assert not rows[2].any()
    assert np.allclose(np.linalg.norm(rows[[0, 1, 3]], axis=1), 1)
    lines = counts.describe("tiny", "ru")
    assert len(lines) == 2
    assert encoder.encode([]).shape == (0, 32)


def test_memory_that_runs_out_is_met_with_smaller_batches(checkpoint, texts, monkeypatch):
    wanted = TransformerEncoder(checkpoint=checkpoint, language="en").encode(texts)
    forward = checkpoint.model.forward
    sizes = []

    def scarce(features, **kwargs):
        sizes.append(len(features["input_ids"]))
        if sizes[-1] > 5:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return forward(features, **kwargs)

    monkeypatch.setattr(checkpoint.model, "forward", scarce)
    encoder = TransformerEncoder(checkpoint=checkpoint, language="en", batch=16)
    rows, counts = encoder.encode_counted(texts)
    assert np.allclose(rows, wanted, atol=1e-5)
    assert counts.batch == 4
    assert "4 were encoded at once instead" in counts.describe("tiny", "en")[-1]


def test_one_sentence_too_large_for_memory(checkpoint, monkeypatch):
    def none(features, **kwargs):
        raise MemoryError

    monkeypatch.setattr(checkpoint.model, "forward", none)
    with pytest.raises(InputError, match="memory does not suffice to encode one sentence"):
        TransformerEncoder(checkpoint=checkpoint, language="en").encode(["a", "b"])


def test_what_is_no_number_is_refused(checkpoint, monkeypatch):
    monkeypatch.setattr(
        checkpoint.model,
        "forward",
        lambda features: {
            "sentence_embedding": torch.full((len(features["input_ids"]), 32), torch.nan)
        },
    )
    with pytest.raises(NonFiniteError, match="holds nan"):
        TransformerEncoder(checkpoint=checkpoint, language="en").encode(["a"])


def test_a_batch_of_none_is_refused(checkpoint):
    with pytest.raises(ConfigError, match="batch is 0"):
        TransformerEncoder(checkpoint=checkpoint, language="en", batch=0)


def test_a_static_table(checkpoint, texts):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    from xling.encoders.pretrained.checkpoint import Checkpoint

    table = np.random.default_rng(0).standard_normal((300, 8)).astype(np.float32)
    module = StaticEmbedding(checkpoint.tokenizer, embedding_weights=table)
    static = Checkpoint(model=SentenceTransformer(modules=[module], device="cpu"), name="static")
    assert static.is_static
    assert static.longest is None
    encoder = TransformerEncoder(checkpoint=static, language="en")
    rows, counts = encoder.encode_counted([*texts, "собака"])
    wanted = static.model.encode(texts, normalize_embeddings=True)
    assert np.allclose(rows[:-1], wanted, atol=1e-5)
    assert counts.unknown == 1
    assert counts.truncated == 0
    forward = static.model.forward

    def scarce(features, **kwargs):
        if len(features["offsets"]) > 40:
            raise MemoryError
        return forward(features, **kwargs)

    static.model.forward = scarce
    rows, counts = TransformerEncoder(checkpoint=static, language="en", batch=2).encode_counted(
        texts
    )
    assert np.allclose(rows, wanted, atol=1e-5)
    assert counts.batch == 1


def test_the_way_of_a_language_is_taken_and_that_of_another_refused(
    tiny_bert, make_tiny_bert, tmp_path
):
    other = make_tiny_bert(tmp_path / "other", ["die Katze", "der Hund"], seed=1)
    one, two = (open_checkpoint(place, device="cpu") for place in (tiny_bert, other))
    router = Router({"en": list(one.model), "de": list(two.model)}, default_route="en")
    SentenceTransformer(modules=[router], device="cpu").save(str(tmp_path / "both"))
    both = open_checkpoint(tmp_path / "both", device="cpu")
    texts = ["die Katze", "der Hund"]
    rows = TransformerEncoder(checkpoint=both, language="DE").encode(texts)
    alone = TransformerEncoder(checkpoint=two, language="de").encode(texts)
    np.testing.assert_allclose(rows, alone, atol=1e-6)
    first = TransformerEncoder(checkpoint=both, language="en").encode(texts)
    assert np.abs(rows - first).max() > 0.01
    for wrong in ("fr", "und"):
        with pytest.raises(UnknownNameError, match="known: de, en"):
            TransformerEncoder(checkpoint=both, language=wrong)


def test_ways_that_are_no_languages_are_left_to_the_library(tiny_bert, tmp_path):
    plain = open_checkpoint(tiny_bert, device="cpu")
    ways = {"query": list(plain.model), "document": list(plain.model)}
    SentenceTransformer(modules=[Router(ways)], device="cpu").save(str(tmp_path / "m"))
    asked = open_checkpoint(tmp_path / "m", device="cpu")
    rows = TransformerEncoder(checkpoint=asked, language="en").encode(["a dog"])
    expected = TransformerEncoder(checkpoint=plain, language="en").encode(["a dog"])
    np.testing.assert_allclose(rows, expected, atol=1e-6)


def test_a_model_that_cuts_its_rows_short(tiny_bert, tmp_path):
    SentenceTransformer(str(tiny_bert), device="cpu", truncate_dim=16).save(str(tmp_path / "m"))
    checkpoint = open_checkpoint(tmp_path / "m", device="cpu")
    rows = TransformerEncoder(checkpoint=checkpoint, language="en").encode(["a dog", "the cat"])
    assert rows.shape == (2, 16)
    expected = checkpoint.model.encode(["a dog", "the cat"], normalize_embeddings=True)
    np.testing.assert_allclose(rows, expected, atol=1e-6)
