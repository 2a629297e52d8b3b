"""Measure the diagnostics of ``xling align`` between real spaces, linked ones and others.

Usage: ``python eval/diagnostics.py [--data FOLDER]``

Spaces are those of ``eval/real_spaces.py``; relational similarity is of the pairs of MUSE that both
hold. The result goes to ``eval/results/diagnostics.json``; the table of it is printed.
"""

import argparse
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hub import PAIRS, read_texts
from real_spaces import DIALOGUE, MUSE, SENTENCES, Pair, broken, dictionary, mixed, read
from record import record

from xling.aligners.diagnostics import diagnose
from xling.encoders.registry import encoder

HERE = Path(__file__).resolve().parent
CASES: tuple[tuple[str, bool, Callable[[Path], Pair]], ...] = (
    ("web-scale vectors", True, lambda data: read(data, DIALOGUE)),
    ("skip-gram on sentence pairs", True, lambda data: read(data, SENTENCES)),
    *(
        (f"{what}, German {change}", False, broken(names, how))
        for what, names in (("web-scale", DIALOGUE), ("skip-gram", SENTENCES))
        for how, change in (
            ("exchanged", "words exchanged"),
            ("shuffled", "coordinates shuffled, each among the words"),
            ("noise", "vectors replaced by Gaussian noise of the same mean and covariance"),
        )
    ),
    ("web-scale English, German of sentence pairs", True, mixed),
)


def counted(data: Path) -> Iterator[tuple[str, bool, Pair]]:
    """Learn spaces from sentences by counts, each by itself, and give each two."""
    texts = read_texts(data)
    made = {tag: encoder("ppmi")().fit(text, dim=200, seed=0) for tag, text in texts.items()}
    for a, b in (("en", "de"), ("en", "es"), ("de", "es")):
        yield f"counted, {a}-{b}", True, (made[a], made[b])


def measure(data: Path) -> Iterator[dict[str, Any]]:
    """Describe each two spaces."""
    cases: Iterator[tuple[str, bool, Pair]] = (
        (name, linked, make(data)) for name, linked, make in CASES
    )
    for one in (cases, counted(data)):
        for name, linked, spaces in one:
            lexicon = dictionary(data, spaces, same_words=False)
            found = diagnose(*spaces, lexicon)
            assert found is not None
            sizes = [len(space) for space in spaces]
            yield {"spaces": name, "linked": linked, "sizes": sizes, **found.as_dict()}


def table(rows: list[dict[str, Any]]) -> str:
    """Draw the results in Markdown."""
    lines = [
        "| between | spectrum distance | eigenvector distance a word | relational similarity |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {row['spaces']} ({row['sizes'][0]:,} and {row['sizes'][1]:,} words) "
        f"| {row['spectrum_distance']:.2f} | {row['eigenvector_distance'] / row['words']:.2f} "
        f"| {row['relational_similarity']:.2f} |"
        for row in rows
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, and write down what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("XLING_DATA"))
    parser.add_argument("--output", type=Path, default=HERE / "results" / "diagnostics.json")
    given = parser.parse_args()
    if given.data is None:
        parser.error("--data FOLDER, or the variable XLING_DATA, says where the corpora are")
    made = record()  # before anything is edited beside the run
    rows = list(measure(given.data))
    lexicons = [name.format(tags) for name in MUSE for tags in ("en-de", "en-es", "de-es")]
    files = [*DIALOGUE, *SENTENCES, *PAIRS.values()]
    files += [name for name in lexicons if (given.data / name).exists()]
    document = {
        **made,
        "inputs_sha256": {
            name: hashlib.sha256((given.data / name).read_bytes()).hexdigest() for name in files
        },
        "results": rows,
    }
    given.output.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(table(rows))


if __name__ == "__main__":
    main()
