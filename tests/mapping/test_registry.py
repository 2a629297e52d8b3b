import ast
from pathlib import Path

import numpy as np
import pytest

import xling.mapping
from xling.errors import InputError
from xling.mapping.linear import LinearMap
from xling.mapping.registry import MAPS, map_from_tensors


def test_every_map_is_in_the_registry() -> None:
    folder = Path(xling.mapping.__file__).parent
    found = {
        f"xling.mapping.{path.stem}:{node.name}"
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and node.name.endswith("Map")
    }
    assert found - {"xling.mapping.base:SpaceMap"} == set(MAPS.values())


def test_a_map_is_read_by_its_kind() -> None:
    made = LinearMap(dim_in=2, matrix=np.array([[0.0, 2.0], [1.0, 0.0]]))
    again = map_from_tensors(*made.to_tensors())
    assert isinstance(again, LinearMap)
    np.testing.assert_array_equal(again.matrix, made.matrix)


@pytest.mark.parametrize("meta", [{}, {"kind": "curved"}])
def test_an_unknown_kind_is_refused(meta: dict[str, str]) -> None:
    with pytest.raises(InputError, match=r"known: .*\blinear"):
        map_from_tensors({}, meta)
