import pytest

from xling.mapping.base import SpaceMap
from xling.mapping.linear import LinearMap


@pytest.mark.parametrize(("thing", "is_map"), [(LinearMap(dim_in=3), True), (object(), False)])
def test_the_protocol_tells_maps_from_others(thing: object, is_map: bool) -> None:
    assert isinstance(thing, SpaceMap) is is_map
