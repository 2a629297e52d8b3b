from inspect import signature

from xling.cli import ablate, shots, train, train_options

SHARED = {
    "hold_out_side": "HoldOutSide",
    "hold_out_match": "HoldOutMatch",
    "lexicon": "SeedLexicon",
    "monolingual_source": "MonolingualSource",
    "monolingual_target": "MonolingualTarget",
    "accept_line_aligned": "AcceptLineAligned",
    "dim": "Dim",
    "min_count": "MinCount",
    "phrases": "Phrases",
    "two_way": "TwoWay",
    "threads": "Threads",
    "device": "Device",
}


def test_what_trains_has_the_same_options() -> None:
    assert set(SHARED.values()) == set(train_options.__all__)
    commands = [signature(run).parameters for run in (train.train, ablate.ablate, shots.shots)]
    for name, kind in SHARED.items():
        expected = getattr(train_options, kind)
        assert {command[name].annotation for command in commands} == {expected}
        assert len({command[name].default for command in commands}) == 1
