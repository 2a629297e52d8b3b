"""What of the sentence pairs stays linked when the words of a lexicon are held out."""

from xling.counting.hold_out import HeldOut, Match, Side, hold_out
from xling.data.indexed import IndexedText
from xling.data.lexicon import Lexicon
from xling.errors import DegenerateInputError

__all__ = ["split_off"]


def split_off(
    source: IndexedText,
    target: IndexedText,
    lexicon: Lexicon | None,
    *,
    side: Side = "source",
    match: Match = "form",
    shots: int = 0,
    seed: int = 0,
) -> HeldOut:
    """Take the words of a lexicon out of the sentence pairs.

    Parameters
    ----------
    source, target : IndexedText
        Sentence ``i`` of one matches sentence ``i`` of the other.
    lexicon : Lexicon, optional
        Without it everything stays linked.
    side : {"source", "both"}
        Whether its target words take a pair out too.
    match : {"form", "family"}
        Whether other words of the same stem do so.
    shots : int
        Distinct sentences of each word that stay linked.
    seed : int
        Of everything random.

    Returns
    -------
    HeldOut
        The parts.

    Raises
    ------
    DegenerateInputError
        If none of the lexicon's words occurs.
    ConfigError
        If none of them has as many sentences as there are shots.
    """
    words = [] if lexicon is None else list(lexicon.queries())
    more = [] if lexicon is None or side == "source" else list(lexicon.inverted().queries())
    held = hold_out(
        source, target, source_words=words, target_words=more, match=match, shots=shots, seed=seed
    )
    if lexicon is not None and not held.words:
        raise DegenerateInputError(
            f"none of the {len(words)} held-out words occurs in the sentence pairs, for example "
            f"{', '.join(map(repr, words[:3]))}",
            hint=f"is the first column of the hold-out lexicon {source.language}?",
        )
    return held
