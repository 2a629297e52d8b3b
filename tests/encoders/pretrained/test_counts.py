"""Counts add up, and say what a user has to know."""

from xling.encoders.pretrained.counts import EncodeCounts


def test_counts_add_up():
    first = EncodeCounts(sentences=3, truncated=1, tokens=10, unknown=1, batch=8, asked=8)
    second = EncodeCounts(sentences=2, empty=1, tokens=10, unknown=2, batch=4, asked=8, longest=16)
    both = first + second
    assert (both.sentences, both.empty, both.truncated, both.tokens) == (5, 1, 1, 20)
    assert (both.unknown_share, both.batch, both.asked, both.longest) == (0.15, 4, 8, 16)


def test_what_is_said():
    assert (
        EncodeCounts(sentences=3, tokens=100, unknown=5, batch=8, asked=8).describe("x", "en") == []
    )
    lines = EncodeCounts(
        sentences=30, empty=2, truncated=4, tokens=100, unknown=6, batch=4, asked=16, longest=9
    ).describe("some/model", "ru")
    assert lines[0].startswith("4 of 30 ru sentences have more than 9 tokens")
    assert "6.0 % of the ru tokens are unknown to the tokenizer of some/model" in lines[1]
    assert lines[2].startswith("2 ru lines are blank")
    assert "with 16 sentences at once: 4 were" in lines[3]
