"""Linked encoders as a module: loaded with xling, they encode as before."""

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from xling.errors import UnknownNameError
from xling.linking.linked import LinkedEncoder, LinkedEncoders, unlinked
from xling.linking.sentence_folder import export_linked
from xling.linking.sources import open_source
from xling.mapping.kernel import KernelMap


def test_a_map_without_a_module_of_the_librarys_own_needs_xling(tiny_bert, tmp_path):
    random = np.random.default_rng(0)
    bent = KernelMap(
        matrix=np.eye(32),
        landmarks=random.standard_normal((5, 32)),
        coefficients=random.standard_normal((5, 32)),
        bandwidth=2.0,
    )
    encoders = [open_source(tiny_bert, tag, device="cpu") for tag in ("en", "de")]
    linked = LinkedEncoders(
        sides=(unlinked(encoders[0], 32), LinkedEncoder(source=encoders[1], mapping=bent)), card={}
    )
    export_linked(linked, tmp_path / "m")
    model = SentenceTransformer(str(tmp_path / "m"), device="cpu", trust_remote_code=True)
    texts = ["die Katze", "the old house"]
    for task, side in (("en", 0), ("de", 1), (None, 0)):
        rows = model.encode(texts, task=task)
        np.testing.assert_allclose(rows, linked.sides[side].encode(texts), atol=2e-5)
    assert np.abs(linked.sides[0].encode(texts) - linked.sides[1].encode(texts)).max() > 0.01
    assert model.get_embedding_dimension() == 32
    assert "trust_remote_code=True" in (tmp_path / "m" / "README.md").read_text(encoding="utf-8")
    with pytest.raises(UnknownNameError, match="fr"):
        model.encode(texts, task="fr")
