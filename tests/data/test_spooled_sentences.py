from pathlib import Path

import pytest

from xling.data.spooled_sentences import SpooledSentences


def test_sentences_come_back(tmp_path: Path) -> None:
    texts = ["eins", "", "zwei\u2028drei", "\u00fc\U0001f600", "fünf"]
    with SpooledSentences(tmp_path / "out") as spool:
        assert len(spool) == 0
        spool.extend(texts[:2])
        spool.extend([])
        spool.extend(text for text in texts[2:])
        assert len(spool) == 5
        assert [spool[number] for number in (4, 0, 3, 1, 2)] == [texts[i] for i in (4, 0, 3, 1, 2)]
        for number in (5, -1):
            with pytest.raises(IndexError, match=f"sentence {number} of 5"):
                spool[number]
        assert not list(tmp_path.iterdir())
