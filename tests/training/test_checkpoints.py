from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from xling.data.lexicon import Lexicon
from xling.errors import ConflictError, FormatError
from xling.training.checkpoints import (
    check_resumable,
    load_checkpoint,
    material_fingerprint,
    material_settings,
    save_checkpoint,
)
from xling.training.material import Material

SETTINGS = {"seed": 3, "dim": 20, "recipe": {"window": 5, "rates": [0.1, 0.2]}}


def test_a_checkpoint_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "new" / "outer.safetensors"
    tensors = {
        "b": np.arange(6, dtype=np.float32).reshape(2, 3),
        "turned": np.arange(6, dtype=np.float64).reshape(2, 3).T,
        "none": np.zeros((0, 4), np.int64),
    }
    state = {"settings": SETTINGS, "epoch": 4, "losses": [0.5, 0.1 + 0.2]}
    save_checkpoint(path, tensors, state)
    assert [found.name for found in path.parent.iterdir()] == ["outer.safetensors"]
    loaded = load_checkpoint(path)
    assert loaded is not None
    found, remembered = loaded
    assert remembered == state
    assert found.keys() == tensors.keys()
    for name, part in tensors.items():
        assert found[name].dtype == part.dtype
        np.testing.assert_array_equal(found[name], part)


def test_a_second_checkpoint_replaces_the_first(tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    for epoch in range(2):
        save_checkpoint(path, {"x": np.full(2, epoch)}, {"epoch": epoch})
    loaded = load_checkpoint(path)
    assert loaded is not None
    assert loaded[1] == {"epoch": 1}
    assert loaded[0]["x"].tolist() == [1, 1]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_failed_write_leaves_the_last_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "c.safetensors"
    save_checkpoint(path, {"x": np.ones(2)}, {"epoch": 1})

    def half(_tensors: object, place: Path, **_: object) -> None:
        place.write_bytes(b"half a file")
        raise KeyboardInterrupt

    monkeypatch.setattr("safetensors.numpy.save_file", half)
    with pytest.raises(KeyboardInterrupt):
        save_checkpoint(path, {"x": np.zeros(2)}, {"epoch": 2})
    assert [found.name for found in tmp_path.iterdir()] == ["c.safetensors"]
    loaded = load_checkpoint(path)
    assert loaded is not None
    assert loaded[1] == {"epoch": 1}


def test_no_file_is_no_checkpoint(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path / "missing.safetensors") is None


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    path = tmp_path / "c.safetensors"
    save_checkpoint(path, {"x": np.ones(100)}, {"epoch": 1})
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(FormatError, match=r"c\.safetensors: this is no whole checkpoint"):
        load_checkpoint(path)
    save_file({"x": np.ones(2)}, path)  # a file of someone else's
    with pytest.raises(FormatError, match="this is no whole checkpoint"):
        load_checkpoint(path)


def test_the_same_settings_may_go_on() -> None:
    check_resumable({"settings": SETTINGS}, SETTINGS, Path("c"))
    as_tuple = SETTINGS | {"recipe": {"window": 5, "rates": (0.1, 0.2)}}
    check_resumable({"settings": SETTINGS}, as_tuple, Path("c"))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"seed": 4}, r"^c was made with seed 3, this run has 4$"),
        ({"dim": 10}, r"^c was made with dim 20, this run has 10$"),
        (
            {"recipe": {"window": 6, "rates": [0.1, 0.2]}},
            r"^c was made with recipe\.window 5, this run has 6$",
        ),
        ({"more": True}, r"^c was made with more \(not set\), this run has true$"),
        ({"dim": "f" * 64}, r"this run has \"fffffffffff\.\.\.\"$"),
    ],
)
def test_other_settings_are_refused_by_name(changed: dict[str, object], message: str) -> None:
    with pytest.raises(ConflictError, match=message):
        check_resumable({"settings": SETTINGS}, SETTINGS | changed, Path("c"))


def test_the_text_is_named_only_where_nothing_else_differs(
    toy_material: Callable[..., Material],
) -> None:
    one, other = (
        replace(toy_material(seed), made_from={"shots": shots, "texts": {"en": 3}})
        for seed, shots in ((0, 1), (1, 2))
    )
    kept = {"settings": material_settings(one)}
    check_resumable(kept, material_settings(replace(one)), Path("c"))
    with pytest.raises(ConflictError, match=r"^c was made with shots 1, this run has 2$"):
        check_resumable(kept, material_settings(other), Path("c"))
    only = replace(other, made_from=one.made_from)
    with pytest.raises(ConflictError, match=r"with sentence pairs and vocabularies \"\w{11}\.\."):
        check_resumable(kept, material_settings(only), Path("c"))


def test_a_fingerprint_tells_materials_apart(toy_material: Callable[..., Material]) -> None:
    one = toy_material()
    first = material_fingerprint(one)
    assert first == material_fingerprint(replace(one))
    assert len(first) == 64
    pairs = len(one.linked[0])
    seeds = Lexicon(source_language="en", target_language="de", pairs=one.seeds.pairs[1:])
    surer = replace(one.seeds, confidences=np.full(len(one.seeds), 0.5))
    order = np.arange(pairs)[::-1].copy()
    others = [
        toy_material(1),
        replace(one, seeds=seeds),
        replace(one, seeds=surer),
        replace(one, linked=(one.linked[0].select(order), one.linked[1])),
        replace(one, sentences=(one.sentences[0], one.sentences[1].select(order))),
    ]
    assert len({first, *map(material_fingerprint, others)}) == 6
