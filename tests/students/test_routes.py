"""Two encoders in one, and out of it again."""

import numpy as np

from xling.encoders.pretrained.checkpoint import open_checkpoint
from xling.students.routes import join, part, routes


def test_each_language_has_its_own(tiny_bert, make_tiny_bert, corpus, tmp_path):
    folders = tiny_bert, make_tiny_bert(tmp_path / "g", list(corpus.target), seed=5)
    models = tuple(open_checkpoint(folder, device="cpu").model for folder in folders)
    joined = join(models, ("en", "de"))
    assert routes(joined) == (models[0][0], models[1][0])
    joined.save(str(tmp_path / "joined"), create_model_card=False)
    again = open_checkpoint(tmp_path / "joined", device="cpu").model
    text = "die katze sieht den hund"
    for tag, model in zip(("en", "de"), models, strict=True):
        wanted = model.encode([text])
        assert np.allclose(part(again, tag).encode([text]), wanted, atol=1e-6)
        assert np.allclose(again.encode([text], task=tag), wanted, atol=1e-6)
    assert not np.allclose(*(model.encode([text]) for model in models))


def test_one_for_both_stays_one(teacher):
    assert part(teacher.model, "de") is teacher.model
    assert routes(teacher.model) == (teacher.model[0], teacher.model[0])
