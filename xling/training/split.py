"""What of the sentence pairs stays linked when the words of a lexicon are held out."""

from collections.abc import Iterable, Set

from xling.counting.hold_out import HeldOut, Match, Side, hold_out, stem
from xling.data.indexed import IndexedText
from xling.data.lexicon import Lexicon
from xling.data.text import apostrophe_parts, fold, tokenize
from xling.errors import DegenerateInputError

__all__ = ["split_off", "without_held"]


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


def without_held(lexicon: Lexicon, held: HeldOut, match: Match) -> Lexicon:
    """Leave out the seed pairs that hold a held-out word, by the rule that takes sentences out.

    Parameters
    ----------
    lexicon : Lexicon
        Seed pairs that were given; some of their words may stand in no sentence pair.
    held : HeldOut
        What was held out.
    match : {"form", "family"}
        Whether other words of the same stem count.

    Returns
    -------
    Lexicon
        The other pairs, in the same order.
    """
    words = list(zip(*lexicon.pairs, strict=True)) if len(lexicon) else [(), ()]
    languages = lexicon.source_language, lexicon.target_language
    entries = held.source_words, held.target_words
    never = [
        _holders(words[side], entries[side], languages[side], match) if entries[side] else set()
        for side in (0, 1)
    ]
    return lexicon.without(source=never[0], target=never[1])


def _holders(words: Iterable[str], entries: Set[str], language: str, match: Match) -> set[str]:
    """Give the words that hold all words of an entry."""
    folded = sorted({fold(word) for word in words})

    def keys(word_parts: list[str]) -> frozenset[str]:
        return frozenset(stem(word_parts, language) if match == "family" else word_parts)

    wanted = [keys(parts) for parts in tokenize(sorted(entries), language) if parts]
    single = {key for entry in wanted if len(entry) == 1 for key in entry}
    several = [entry for entry in wanted if len(entry) > 1]
    found = set()
    for word, tokens in zip(folded, tokenize(folded, language), strict=True):
        own = keys(list(dict.fromkeys(p for token in tokens for p in apostrophe_parts(token))))
        if own & single or any(entry <= own for entry in several):
            found.add(word)
    return found
