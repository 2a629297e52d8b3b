import numpy as np

from xling.model.answer_table import answer_table
from xling.model.indexing import with_answers
from xling.model.open import load_model


def test_both_directions_are_stored_and_mapped(random_model, tmp_path):
    model = random_model(2, subwords=True)
    indexed = with_answers(model)
    assert (model.answers, list(indexed.answers)) == ({}, ["en>de", "de>en"])
    indexed.save(tmp_path / "m")
    again = load_model(tmp_path / "m")
    for key, pair in (("en>de", ("en", "de")), ("de>en", ("de", "en"))):
        table = again.answers[key]
        assert np.array_equal(table.ids, answer_table(model.way(*pair)).ids)
        assert np.array_equal(table.linked, answer_table(model.way(*pair)).linked)
        assert not table.scores.flags.owndata  # mapped: no copy of its own
        assert not table.ids.flags.writeable


def test_the_rest_of_the_folder_does_not_change(random_model, tmp_path):
    model = random_model(3)
    model.save(tmp_path / "plain")
    with_answers(load_model(tmp_path / "plain")).save(tmp_path / "indexed")
    with_answers(model).save(tmp_path / "again")
    plain, indexed, again = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("plain", "indexed", "again")
    )
    assert indexed == again  # same model, same bytes
    assert set(indexed) - set(plain) == {"answers.safetensors"}
    del indexed["answers.safetensors"], indexed["manifest.json"], plain["manifest.json"]
    assert indexed == plain


def test_a_mapped_model_answers_the_same(random_model, tmp_path):
    for variant in ({}, {"table": False, "subwords": True}):
        model = random_model(4, **variant)
        model.save(tmp_path / "m", force=True)
        mapped = load_model(tmp_path / "m", mapped=True, verified=True)
        assert not mapped.side("en").index.rows.flags.owndata
        words = ["word1", "word5", "newword", "?"]
        for chosen in ({}, {"channels": "contexts"}, {"channels": "contexts", "retrieval": "nn"}):
            assert mapped.look_up(words, top=15, **chosen) == model.look_up(words, top=15, **chosen)
        other = random_model(5, **variant)
        other.save(tmp_path / "m", force=True)  # what is mapped stays there
        assert mapped.look_up(words) == model.look_up(words)
        rows = np.arange(6)
        assert np.allclose(mapped.scores(rows), model.scores(rows), atol=1e-6)
