from collections.abc import Callable
from pathlib import Path

import numpy as np

from xling.model.model import Model
from xling.model.sentence_module import SentenceModule
from xling.model.sentences import sentence_encoders


def test_sentences_of_a_told_and_of_an_untold_language(
    random_model: Callable[..., Model], tmp_path: Path
) -> None:
    model = random_model(1, subwords=True)
    module = SentenceModule(model)
    first, second = sentence_encoders(model)
    texts = ["word0 word1", "Wort0 Wort1", "zzz"]
    made = module.preprocess(texts)["sentence_embedding"].numpy()
    assert np.array_equal(made[0], first.encode(texts[:1])[0])
    assert np.array_equal(made[1], second.encode(texts[1:2])[0])
    assert np.array_equal(made[2], first.encode(texts[2:])[0])  # nothing decides
    told = module.preprocess(["0 Wort1"], prompt="Wort", task="de")["sentence_embedding"].numpy()
    assert np.array_equal(told, second.encode(["Wort0 Wort1"]))
    (tmp_path / "m").mkdir()
    module.save(str(tmp_path / "m"))
    again = SentenceModule.load(str(tmp_path), subfolder="m")
    assert again.get_embedding_dimension() == made.shape[1] == 4
    assert np.array_equal(again.preprocess(texts)["sentence_embedding"].numpy(), made)
