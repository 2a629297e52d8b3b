#!/usr/bin/env python3
"""Rotate the word vectors of one language onto those of another, with a seed lexicon."""

import argparse
import sys
from pathlib import Path

import xling
from xling.data.formats import write_vectors
from xling.model.export import aligned_space


def main() -> int:
    """Read two vector files and a lexicon, write two aligned vector files."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="example: align_embeddings.py en.vec de.vec seed.tsv en.aligned.vec de.aligned.vec",
    )
    parser.add_argument("source", type=Path, help="source vectors, for example a .vec file")
    parser.add_argument("target", type=Path, help="target vectors")
    parser.add_argument("lexicon", type=Path, help="seed pairs, source TAB target a line")
    parser.add_argument("source_output", type=Path, help="aligned source vectors to write")
    parser.add_argument("target_output", type=Path, help="aligned target vectors to write")
    parser.add_argument("--languages", default="en,de", help="source,target; default: %(default)s")
    parser.add_argument("--method", default="procrustes", help="default: %(default)s")
    parser.add_argument("--force", action="store_true", help="replace files that exist")
    given = parser.parse_args()
    try:
        model = xling.align(
            given.source,
            given.target,
            given.lexicon,
            languages=tuple(given.languages.split(",")),
            method=given.method,
        )
        for language, path in zip(
            model.languages, (given.source_output, given.target_output), strict=True
        ):
            write_vectors(path, aligned_space(model, language), force=given.force)
    except xling.XlingError as error:
        parser.error(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
