import pytest

from xling.errors import UnknownNameError
from xling.evaluation.policies import POLICIES, find_policy


def test_each_policy_is_found_under_its_name() -> None:
    assert set(POLICIES) == {"default", "muse", "vecmap", "xling-eval"}
    assert all(find_policy(name).name == name for name in POLICIES)
    assert len({policy.text for policy in POLICIES.values()}) == 4


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("default", ("strasse", "l'été")),
        ("muse", ("straße", "l’été")),
        ("xling-eval", ("straße", "l’été")),
        ("vecmap", ("Straße", "l’Été")),
    ],
)
def test_forms(name: str, forms: tuple[str, str]) -> None:
    policy = find_policy(name)
    assert (policy.form("Straße"), policy.form("l’E\u0301té")) == forms


def test_a_near_miss_is_named() -> None:
    with pytest.raises(UnknownNameError, match="unknown policy 'xlingeval'") as caught:
        find_policy("xlingeval")
    assert caught.value.hint == "did you mean 'xling-eval'?"
