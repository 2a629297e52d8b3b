"""Make the query lexicons of a run file, and the pair files that have to be joined first.

Usage: ``python eval/make_lexicons.py eval/runs/claim.toml --output FOLDER [--data FOLDER]``

For each corpus of the run file, ``FOLDER/NAME.lexicon.tsv`` is made of the words that occur 6 to
100 times on the source side of the pairs (or as ``least`` and ``most`` say):

- from given dictionaries (``from``, patterns of file names): their union, less every source word
  of the lexicons that are kept back (``without``);
- or, where there is no dictionary (``silver``, a probability), mined from all the pairs: each
  word that has a mutually best translation in the symmetrised table of at least that
  probability, with all its translations of at least that probability. Such gold says what the
  pairs say, not what a lexicographer would, and is called silver. It is made before anything is
  held out and used for nothing else than asking and judging.

Of either kind a fixed random sample of ``words`` words is taken where the run file says so.

``joined`` names two files ``id TAB text`` that are joined on the id, ``line_aligned`` two files
whose lines match; both become ``FOLDER/NAME.pairs.tsv``. The folder lies outside the repository:
dictionaries and texts are other people's.
"""

import argparse
import gzip
import os
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from xling.counting.hold_out import Match
from xling.counting.seed_lexicon import mutual_best
from xling.data.corpus import ParallelCorpus
from xling.data.formats import read_lexicon, read_line_aligned, read_pairs
from xling.data.formats.pairs_tsv import write_pairs
from xling.data.indexed import IndexedText, index_text
from xling.data.lexicon import Lexicon
from xling.data.text import apostrophe_parts, fold
from xling.experiments.plan import folds
from xling.training.material import gather
from xling.training.split import split_off

HERE = Path(__file__).resolve().parent
LEAST, MOST = 6, 100  # occurrences on the source side of the pairs
SHARE = 0.1  # of the pairs that one fold should take away at most


def join(first: Path, second: Path, languages: tuple[str, str]) -> ParallelCorpus:
    """Match the lines of two files ``id TAB text`` that have the same id."""
    texts: list[dict[str, str]] = []
    for path in (first, second):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            split = (line.rstrip("\n").partition("\t") for line in lines)
            texts.append({key: text.strip() for key, _, text in split if text.strip()})
    both = [key for key in texts[0] if key in texts[1]]
    return ParallelCorpus(
        source_language=languages[0],
        target_language=languages[1],
        source=tuple(texts[0][key] for key in both),
        target=tuple(texts[1][key] for key in both),
    )


def read_corpus(corpus: Mapping[str, Any], data: Path, made: Path) -> ParallelCorpus:
    """Read the pairs of a corpus; write them where they had to be joined."""
    languages = (corpus["languages"][0], corpus["languages"][1])
    if "pairs" in corpus:
        return read_pairs(data / corpus["pairs"], languages)[0]
    if "joined" in corpus:
        files = [data / name for name in corpus["joined"]]
        pairs = join(files[0], files[1], languages)
    else:
        files = [data / name for name in corpus["line_aligned"]]
        pairs = read_line_aligned(files[0], files[1], languages)[0]
    write_pairs(made / f"{corpus['name']}.pairs.tsv", pairs, force=True)
    return pairs


def union(paths: Sequence[Path], languages: tuple[str, str]) -> list[tuple[str, str]]:
    """Put dictionaries together; of pairs that differ in casing only the first one is kept."""
    pairs: dict[tuple[str, str], tuple[str, str]] = {}
    for path in paths:
        for pair in read_lexicon(path, languages)[0].pairs:
            pairs.setdefault((fold(pair[0]), fold(pair[1])), pair)
    return list(pairs.values())


def silver(
    source: IndexedText, target: IndexedText, threshold: float
) -> dict[str, list[tuple[str, str]]]:
    """Mine the translations of each word from all the pairs."""
    every = np.arange(len(source))
    nothing = np.zeros(0, np.int64)
    material = gather((source, target), every, (nothing, nothing))
    table = material.table.symmetric(threshold)
    sure, _, _ = mutual_best(table, threshold=threshold)
    words = material.vocabularies
    found: dict[str, list[tuple[str, str]]] = {}
    for row in sure.tolist():
        cells = slice(table.indptr[row], table.indptr[row + 1])
        order = np.argsort(-table.data[cells], kind="stable")
        word = words[0].words[row]
        found[fold(word)] = [(word, words[1].words[i]) for i in table.indices[cells][order]]
    return found


def frequent(text: IndexedText, least: int, most: int) -> set[str]:
    """Give the folded words that occur so often; *it's* counts for *it* and *s*, too.

    The hold-out takes a pair away for each of them, so that *s* is no rare word.
    """
    counts: Counter[str] = Counter()
    for word, count in zip(
        text.types, np.bincount(text.ids, minlength=len(text.types)).tolist(), strict=True
    ):
        counts.update(dict.fromkeys(apostrophe_parts(word), count))
    known = set(text.types)
    return {word for word, count in counts.items() if word in known and least <= count <= most}


def sample(words: Iterable[str], count: int | None) -> list[str]:
    """Draw some of the words, always the same, in the order of the alphabet; ``None`` for all."""
    ordered = sorted(words)
    drawn = np.random.default_rng(0).permutation(len(ordered))[:count]
    return [ordered[place] for place in sorted(drawn)]


def make(
    corpus: Mapping[str, Any], data: Path, made: Path, match: Match = "form"
) -> tuple[Lexicon, int]:
    """Make the lexicon of one corpus; give it, and how many folds it should be cut into."""
    pairs = read_corpus(corpus, data, made)
    source = index_text(pairs.source, pairs.source_language)
    target = index_text(pairs.target, pairs.target_language)
    wanted, languages = corpus["lexicon"], (pairs.source_language, pairs.target_language)
    usable = frequent(source, wanted.get("least", LEAST), wanted.get("most", MOST))
    back = union([data / name for name in wanted.get("without", [])], languages)
    usable -= {fold(word) for word, _ in back}
    if "silver" in wanted:
        mined = silver(source, target, wanted["silver"])
        asked = set(sample(usable & mined.keys(), wanted.get("words")))
        chosen = [pair for word in sorted(asked) for pair in mined[word]]
    else:
        paths = [path for name in wanted["from"] for path in sorted(data.glob(name))]
        given = union(paths, languages)
        asked = set(sample(usable & {fold(word) for word, _ in given}, wanted.get("words")))
        chosen = [pair for pair in given if fold(pair[0]) in asked]
    lexicon = Lexicon(
        source_language=languages[0], target_language=languages[1], pairs=tuple(chosen)
    )
    text = "".join(f"{a}\t{b}\n" for a, b in lexicon.pairs)
    (made / f"{corpus['name']}.lexicon.tsv").write_text(text, encoding="utf-8")
    return lexicon, folds_needed(source, target, lexicon, match)


def folds_needed(
    source: IndexedText, target: IndexedText, lexicon: Lexicon, match: Match = "form"
) -> int:
    """Find into how many folds to cut a lexicon so that none takes away too many pairs."""

    def removed(part: Lexicon) -> int:
        return split_off(source, target, part, match=match).pairs_removed

    words = list(lexicon.queries())
    allowed = SHARE * len(source)
    whole = removed(lexicon)
    for count in range(max(1, int(whole / allowed)), len(words) + 1):
        parts = folds(lexicon, dict.fromkeys(words, 1), count)
        if all(removed(part) <= allowed for part in parts):
            return count
    return len(words)


def main() -> None:
    """Make all lexicons of a run file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path, help="a file of eval/runs whose protocol is ablation")
    default = os.environ.get("XLING_DATA", HERE.parent.parent / "shared" / "data")
    parser.add_argument("--data", type=Path, default=Path(default), help="folder of the corpora")
    parser.add_argument("--output", type=Path, required=True, help="folder, outside the repository")
    given = parser.parse_args()
    if given.output.resolve().is_relative_to(HERE.parent):
        parser.error(f"{given.output} lies inside the repository; choose a folder outside it")
    given.output.mkdir(parents=True, exist_ok=True)
    run = tomllib.loads(given.run.read_text(encoding="utf-8"))
    match = run.get("settings", {}).get("hold_out_match", "form")
    for corpus in run["corpora"]:
        lexicon, count = make(corpus, given.data, given.output, match)
        print(
            f"{corpus['name']}: {len(lexicon.queries())} words, {len(lexicon)} pairs; "
            f"{count} folds or more take at most {SHARE:.0%} of the pairs away each "
            f"(the run file says {corpus.get('folds', 1)})"
        )


if __name__ == "__main__":
    main()
