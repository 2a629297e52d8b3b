"""The embedded corpus: a synchronous grammar of English, German and Spanish.

One derivation chooses a sentence frame and concepts; three linearisers say it. Words are aligned
when they stand for the same part of the derivation, so alignments are known, not estimated.
"""

from xling.demo.corpus import (
    LANGUAGES,
    DemoPair,
    frames,
    generate_pairs,
    generate_sentences,
)
from xling.demo.gold import gold_lexicon, hold_out_lexicon

__all__ = [  # noqa: RUF022 (plain sorted order)
    "DemoPair",
    "LANGUAGES",
    "frames",
    "generate_pairs",
    "generate_sentences",
    "gold_lexicon",
    "hold_out_lexicon",
]
