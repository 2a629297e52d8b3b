"""The package mteb itself runs a bitext and a retrieval task of its own kinds on a model."""

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary
from xling.errors import MissingExtraError, UnknownNameError
from xling.evaluation.bitext import retrieve
from xling.evaluation.mteb_encoder import MtebEncoder
from xling.mapping.linear import LinearMap
from xling.model.model import Model
from xling.model.sentences import sentence_encoders
from xling.model.side import make_sides

pytest.importorskip("mteb")  # not in reach of every machine: it needs a compiled package

WORDS = 120


@pytest.fixture(scope="module")
def model() -> Model:
    """Two languages in one space, each word near its translation; some words are spelled alike."""
    random = np.random.default_rng(0)
    points = random.standard_normal((WORDS, 16)).astype(np.float32)
    names = [f"alike{i}" if i % 10 == 0 else f"word{i}" for i in range(WORDS)]
    foreign = [name.replace("word", "wort") for name in names]
    spaces = [
        EmbeddingSpace(
            language=language,
            vocabulary=Vocabulary(words=tuple(words), counts=np.arange(WORDS, 0, -1) * 5),
            vectors=points + 0.7 * random.standard_normal(points.shape).astype(np.float32),
        )
        for language, words in (("en", names), ("de", foreign))
    ]
    stay, nothing = LinearMap(dim_in=16), frozenset[str]()
    sides = make_sides((spaces[0], spaces[1]), (stay, stay), trained=(nothing, nothing))
    return Model(sides=sides, name="m")


@pytest.fixture(scope="module")
def sentences() -> tuple[list[str], list[str]]:
    """Sentence pairs of three words each."""
    random = np.random.default_rng(1)
    chosen = [random.choice(WORDS, 3, replace=False).tolist() for _ in range(60)]
    texts = [
        [" ".join(f"alike{i}" if i % 10 == 0 else f"{stem}{i}" for i in row) for row in chosen]
        for stem in ("word", "wort")
    ]
    return texts[0], texts[1]


def metadata(name: str, kind: str, score: str) -> Any:
    from mteb.abstasks.task_metadata import TaskMetadata

    return TaskMetadata(
        name=name,
        description="Made in a test.",
        type=kind,
        dataset={"path": "nowhere/local", "revision": "1"},
        eval_langs=["eng-Latn", "deu-Latn"],
        main_score=score,
    )


def run(task: Any, encoder: MtebEncoder) -> dict[str, Any]:
    import mteb

    found = mteb.evaluate(
        encoder, task, cache=None, co2_tracker=False, show_progress_bar=False, num_proc=None
    )
    scores: dict[str, Any] = found.task_results[0].scores["test"][0]
    return scores


def bitext_task(sides: Sequence[Sequence[str]]) -> Any:
    from datasets import Dataset
    from mteb.abstasks import AbsTaskBitextMining

    class LocalBitext(AbsTaskBitextMining):
        metadata = metadata("XlingLocalBitext", "BitextMining", "f1")

        def load_data(self, **_: object) -> None:
            rows = {"sentence1": list(sides[0]), "sentence2": list(sides[1])}
            self.dataset, self.data_loaded = {"test": Dataset.from_dict(rows)}, True

    return LocalBitext()


def retrieval_task(sides: Sequence[Sequence[str]]) -> Any:
    from datasets import Dataset
    from mteb.abstasks import AbsTaskRetrieval

    class LocalRetrieval(AbsTaskRetrieval):
        metadata = metadata("XlingLocalRetrieval", "Retrieval", "ndcg_at_10")

        def load_data(self, **_: object) -> None:
            queries, corpus = (
                Dataset.from_dict({"id": [f"{kind}{i}" for i in range(len(side))], "text": side})
                for kind, side in zip("qd", sides, strict=True)
            )
            right = {f"q{i}": {f"d{i}": 1} for i in range(len(sides[0]))}
            split = {"queries": queries, "corpus": corpus, "relevant_docs": right}
            self.dataset = {"default": {"test": split | {"top_ranked": None}}}
            self.data_loaded = True

    return LocalRetrieval()


def test_mteb_scores_bitext_as_xling_does(model, sentences) -> None:
    from mteb.models import EncoderProtocol

    encoder = MtebEncoder(model)
    assert isinstance(encoder, EncoderProtocol)
    found = run(bitext_task(sentences), encoder)
    first, second = sentence_encoders(model)
    rows = first.encode(sentences[0]), second.encode(sentences[1])
    own, _ = retrieve(*rows, retrieval="nn")
    assert 0.5 < found["accuracy"] < 1
    assert found["accuracy"] == pytest.approx(own.accuracy)
    assert found["main_score"] == found["f1"] > 0


def test_mteb_scores_retrieval(model, sentences) -> None:
    found = run(retrieval_task(sentences), MtebEncoder(model))
    first, second = sentence_encoders(model)
    products = first.encode(sentences[0]) @ second.encode(sentences[1]).T
    ranks = (products > np.diag(products)[:, None]).sum(axis=1) + 1
    gains = np.where(ranks <= 10, 1 / np.log2(1 + ranks), 0)
    assert 0.5 < found["ndcg_at_10"] < 1
    assert found["ndcg_at_10"] == pytest.approx(gains.mean(), abs=1e-5)  # mteb rounds to 5 digits


def test_the_language_is_told_by_the_words(model, sentences) -> None:
    encoder = MtebEncoder(model)
    assert [encoder.language_of(side) for side in sentences] == ["en", "de"]
    assert encoder.language_of(["alike0 alike10 unheard wort7"]) == "de"
    assert MtebEncoder(model, language="DE").language_of(sentences[0]) == "de"
    assert encoder.language_of([]) == "en"


def test_texts_of_all_batches_are_one_side(model, sentences) -> None:
    batches = [{"text": ["alike0 alike10"]}, {"text": sentences[1][:5]}]
    made = MtebEncoder(model).encode(batches, task_metadata=None, hf_split="test", hf_subset="x")
    expected = sentence_encoders(model)[1].encode(["alike0 alike10", *sentences[1][:5]])
    np.testing.assert_array_equal(made, expected)


def test_similarities_are_cosines(model, sentences) -> None:
    encoder = MtebEncoder(model)
    rows = [encoder.encode([{"text": side[:4]}]) for side in sentences]
    whole = encoder.similarity(rows[0], rows[1])
    np.testing.assert_allclose(whole, rows[0] @ rows[1].T, atol=1e-6)
    np.testing.assert_allclose(
        encoder.similarity_pairwise(rows[0], rows[1]), np.diag(whole), atol=1e-6
    )


def test_its_name_is_the_models(model) -> None:
    assert MtebEncoder(model).mteb_model_meta.name == "xling/m"
    assert MtebEncoder(model, name="we/ours").mteb_model_meta.name == "we/ours"


def test_an_unknown_language_is_refused(model) -> None:
    with pytest.raises(UnknownNameError, match="language of this model"):
        MtebEncoder(model, language="fr")


def test_without_mteb_the_line_that_installs_it(model, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "mteb", None)
    with pytest.raises(MissingExtraError, match="mteb"):
        MtebEncoder(model)
