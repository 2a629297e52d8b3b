"""Word vectors from a text, from the word alone and from the input table, against loops."""

import numpy as np
import pytest
import torch

from xling.encoders.pretrained.checkpoint import Checkpoint, open_checkpoint
from xling.encoders.pretrained.words import WordSettings, encode_words
from xling.errors import ConfigError, CoverageError, DegenerateInputError, InputError


@pytest.fixture(scope="module")
def checkpoint(tiny_bert):
    return open_checkpoint(tiny_bert, device="cpu")


def states(checkpoint, text: str, layer: int) -> tuple[np.ndarray, list[str]]:
    """Run the network on one sentence; give a layer's rows and the tokens."""
    given = checkpoint.tokenizer([text], return_tensors="pt")
    with torch.no_grad():
        found = checkpoint.model.transformers_model(**given, output_hidden_states=True)
    tokens = checkpoint.tokenizer.convert_ids_to_tokens(given["input_ids"][0])
    return found.hidden_states[layer][0].numpy(), tokens


def test_the_mean_over_the_first_occurrences(checkpoint):
    text = ["A dog sees milk.", "The cat finds snow.", "My dog hears dog!", "a dog likes milk"]
    settings = WordSettings(occurrences=3, layers=(-1, 1), batch=2)
    found = encode_words(checkpoint, ["dog", "zebra"], "en", text=text, settings=settings)
    assert found.missing == ("zebra",)
    assert found.space.words == ("dog",)
    assert found.space.vocabulary.counts.tolist() == [3]
    rows = []
    for sentence in (text[0], text[2]):
        for layer in (1, 2):
            made, tokens = states(checkpoint, sentence, layer)
            rows += [made[i] for i, token in enumerate(tokens) if token == "dog"]
    assert len(rows) == 6
    assert np.allclose(found.space.vectors[0], np.mean(rows, axis=0), atol=1e-5)


def test_isolation_and_input_pool_the_subwords(checkpoint):
    word = "catdog"
    made, tokens = states(checkpoint, word, 2)
    assert len(tokens) > 3
    for pooling, wanted in (
        ("mean", made[1:-1].mean(axis=0)),
        ("first", made[1]),
        ("last", made[-2]),
    ):
        settings = WordSettings(source="isolation", pooling=pooling)
        found = encode_words(checkpoint, [word, "a"], "en", settings=settings).space
        assert np.allclose(found.vectors[0], wanted, atol=1e-5)
    table = checkpoint.model.transformers_model.get_input_embeddings().weight.detach().numpy()
    ids = checkpoint.tokenizer.convert_tokens_to_ids(tokens[1:-1])
    found = encode_words(checkpoint, [word], "en", settings=WordSettings(source="input")).space
    assert np.allclose(found.vectors[0], table[ids].mean(axis=0), atol=1e-6)


@pytest.mark.parametrize("source", ["isolation", "input", "occurrences"])
def test_a_word_that_the_tokenizer_does_not_know_is_missing(checkpoint, source):
    settings, text = WordSettings(source=source), ["dog 犬 dog", "собака dog"]
    words = ["dog", "犬", "собака"]
    found = encode_words(checkpoint, words, "en", text=text, settings=settings)
    assert found.space.words == ("dog",)
    assert found.missing == ("犬", "собака")
    assert found.counts.unknown == 2
    assert found.counts.tokens == (5 if source == "occurrences" else 3)
    with pytest.raises(CoverageError, match="none of the 1 words") as caught:
        encode_words(checkpoint, ["犬"], "en", text=text, settings=settings)
    assert "script" in caught.value.hint


def test_a_static_table_gives_its_own_vectors_of_words(checkpoint):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    table = np.random.default_rng(0).standard_normal((300, 8)).astype(np.float32)
    module = StaticEmbedding(checkpoint.tokenizer, embedding_weights=table)
    static = Checkpoint(model=SentenceTransformer(modules=[module], device="cpu"), name="static")
    words, settings = ["dog", "catdog", "犬"], WordSettings(source="isolation")
    found = encode_words(static, words, "en", settings=settings)
    assert found.missing == ("犬",)
    assert np.allclose(found.space.vectors, static.model.encode(words[:2]), atol=1e-6)
    with pytest.raises(InputError, match="no layers") as caught:
        encode_words(static, words, "en", text=["a dog"])
    assert "isolation" in caught.value.hint


def test_isotropy_is_fitted_on_all_words(checkpoint):
    words = ["cat", "dog", "milk", "snow", "house"]
    settings = WordSettings(source="isolation", isotropy="centre")
    found = encode_words(checkpoint, words, "en", settings=settings).space
    assert np.allclose(found.vectors.mean(axis=0), 0, atol=1e-5)
    assert found.vectors.any()


def test_memory_that_runs_out(checkpoint, parallel_pairs, monkeypatch):
    text = [source for source, _ in parallel_pairs]
    wanted = encode_words(checkpoint, ["dog", "cat"], "en", text=text).space
    network = checkpoint.model.transformers_model
    forward = type(network).forward

    def scarce(self, input_ids, *args, **kwargs):
        if len(input_ids) > 3:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return forward(self, input_ids, *args, **kwargs)

    monkeypatch.setattr(type(network), "forward", scarce)
    found = encode_words(checkpoint, ["dog", "cat"], "en", text=text).space
    assert np.allclose(found.vectors, wanted.vectors, atol=1e-5)


def test_bad_input(checkpoint):
    with pytest.raises(InputError, match="no text was given"):
        encode_words(checkpoint, ["dog"], "en")
    with pytest.raises(CoverageError, match="none of the 1 words got a vector"):
        encode_words(checkpoint, ["zebra"], "en", text=["a dog"])
    with pytest.raises(DegenerateInputError, match="no word"):
        encode_words(checkpoint, [], "en", text=["a dog"])
    with pytest.raises(ConfigError, match="layer 7; numbers from 0 to 2"):
        encode_words(checkpoint, ["a"], "en", settings=WordSettings(source="input", layers=(7,)))
    with pytest.raises(ConfigError, match="source 'text'; known: occurrences"):
        WordSettings(source="text")
    with pytest.raises(ConfigError, match="occurrences is 0"):
        WordSettings(occurrences=0)
