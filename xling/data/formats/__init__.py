"""Readers and writers: one file format each."""

from xling.data.formats.lexicon_tsv import read_lexicon, write_lexicon
from xling.data.formats.line_aligned import read_line_aligned, read_lines, write_line_aligned
from xling.data.formats.pairs_tsv import read_pairs, write_pairs
from xling.data.formats.report import Problem, ProblemLog, ReadReport
from xling.data.formats.sentence_files import SentenceFiles, check_unmatched
from xling.data.formats.vectors import read_vectors, write_vectors

__all__ = [
    "Problem",
    "ProblemLog",
    "ReadReport",
    "SentenceFiles",
    "check_unmatched",
    "read_lexicon",
    "read_line_aligned",
    "read_lines",
    "read_pairs",
    "read_vectors",
    "write_lexicon",
    "write_line_aligned",
    "write_pairs",
    "write_vectors",
]
