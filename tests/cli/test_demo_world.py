from pathlib import Path

import pytest

from xling.cli.demo_world import DemoJob, generate, write_text
from xling.data.formats.alignment_tsv import read_alignments
from xling.data.formats.lexicon_tsv import read_lexicon
from xling.data.formats.pairs_tsv import read_pairs
from xling.data.text import fold, tokenize
from xling.errors import FileAccessError, UnknownNameError

SMALL = DemoJob(pairs=400, further=100, seed=3)


def test_written_text_is_read_back_as_generated(tmp_path: Path) -> None:
    document = write_text(SMALL, tmp_path / "text")
    world = generate(SMALL)
    corpus, report = read_pairs(tmp_path / "text/pairs.tsv", ("en", "de"), strict=True)
    assert corpus == world.corpus
    assert report.items == document["files"]["pairs.tsv"] == 400
    lexicon, _ = read_lexicon(tmp_path / "text/held-out.tsv", ("en", "de"), strict=True)
    assert lexicon.pairs == world.held_out.pairs
    assert len((tmp_path / "text/de.txt").read_text().splitlines()) == 100


def test_test_words_are_in_neither_the_linked_lexicon_nor_missing_from_the_text() -> None:
    world = generate(DemoJob(pairs=3000, further=3000))
    held = set(world.held_out.queries())
    assert held
    assert not held & set(world.rest.queries())
    words = {fold(w) for found in tokenize(world.further[0], "en") for w in found}
    assert len(held & words) > len(held) / 2


def test_another_seed_gives_other_text() -> None:
    assert generate(SMALL).corpus != generate(DemoJob(pairs=400, further=100, seed=4)).corpus


def test_unknown_language_and_taken_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="'fr'; known: de, en, es"):
        write_text(DemoJob(languages=("en", "fr")), tmp_path / "text")
    (tmp_path / "text").mkdir()
    with pytest.raises(FileAccessError, match="exists already"):
        write_text(SMALL, tmp_path / "text")


def test_gold_alignments_are_of_the_pairs(tmp_path: Path) -> None:
    write_text(SMALL, tmp_path / "text")
    found, report = read_alignments(tmp_path / "text/alignments.tsv", strict=True)
    corpus = generate(SMALL).corpus
    assert report.items == 400
    for one, source, target in zip(found, corpus.source, corpus.target, strict=True):
        assert "".join(one.source) == source.replace(" ", "")
        assert "".join(one.target) == target.replace(" ", "")
        assert one.sure
