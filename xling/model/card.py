"""What a model's card says, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["by_language", "card_facts", "encoder_facts"]

_KINDS = {
    "linked": "two encoders and their maps",
    "transformer": "student, one network for both",
    "encoders": "students, a network for each",
    "static": "students, a table for each",
}
_BY_LANGUAGE = ("vocabulary", "unmatched_sentences", "inputs")


def by_language(card: Mapping[str, Any]) -> dict[str, Any]:
    """Put names to what a card lists for each language.

    Parameters
    ----------
    card : mapping
        Of a model or hub.

    Returns
    -------
    dict
        The same, with mappings from languages in place of lists.
    """
    named = {
        name: dict(zip(card["languages"], card[name], strict=True))
        for name in _BY_LANGUAGE
        if name in card
    }
    return {**card, **named}


def card_facts(card: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Say what a model is and how it was made; what a card does not hold is left out.

    Parameters
    ----------
    card : mapping
        Of `by_language`, with ``channels`` added.

    Yields
    ------
    tuple of (str, str)
        Name and value, plain text.
    """
    if "languages" in card:
        *first, last = card["languages"]
        yield "languages", f"{', '.join(first)} and {last}"
    for name in ("recipe", "method"):
        if name in card:
            yield name, card[name]
    if "vocabulary" in card:
        yield "words", _counts(card["vocabulary"])
    yield "channels", ", ".join(card["channels"])
    yield from _training(card)
    for line in card.get("warnings", ()):
        yield "warning", line
    if card.get("verdict") is not None:
        yield "verdict", card["verdict"]
    if "table" in card:
        rounds = len(card["table"]["perplexities"])
        state = "converged" if card["table"]["converged"] else "not converged"
        yield "table", f"{state}, {rounds} rounds"
    if "seed" in card:
        yield "seed", str(card["seed"])
    if "settings" in card:
        yield "settings", ", ".join(_settings(card["settings"]))
    yield from _scores(card)
    if "demo" in card:
        yield "demo", "learned from synthetic text; its scores say nothing about real text"
    if "versions" in card:
        yield "made with", ", ".join(f"{name} {v}" for name, v in card["versions"].items())


def encoder_facts(card: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Say what sentence encoders are and how they were made; what a card lacks is left out.

    Parameters
    ----------
    card : mapping
        Of linked encoders or a student, with ``kind``.

    Yields
    ------
    tuple of (str, str)
        Name and value, plain text.
    """
    yield "languages", " and ".join(card["languages"])
    yield "kind", _KINDS.get(card["kind"], card["kind"])
    for name in ("method", "teacher", "base", "target_base"):
        if name in card:
            yield name.replace("_", " "), card[name]
    if "encoders" in card:
        yield "encoders", " and ".join(card["encoders"])
    yield "learned from", f"{card['pairs']:,} sentence pairs"
    if "steps" in card:
        yield "steps", f"{card['steps']:,}"
    before = card.get("accuracy_before", {})
    for direction, share in card["accuracy"].items():
        was = f", {_per_cent(before[direction])} before" if direction in before else ""
        held = f"{card['held_out']:,} held-out sentences find their own"
        yield direction, f"{_per_cent(share)} of {held}{was}"
    yield "seed", str(card["seed"])
    yield "settings", ", ".join(_settings(card["settings"]))
    yield "made with", ", ".join(f"{name} {v}" for name, v in card["versions"].items())


def _training(card: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Say what a model was learned from."""
    if "sentence_pairs" in card:
        yield "sentence pairs", f"{card['sentence_pairs']:,} linked"
        yield "unmatched", _counts(card["unmatched_sentences"]) + " sentences"
    held = card.get("held_out", {})
    if held.get("words"):
        yield "held out", f"{held['words']:,} words, {held['pairs_removed']:,} pairs removed"
    if "seed_pairs" in card:
        coverage = card.get("seed_coverage")
        used = "" if coverage is None else f" ({_per_cent(coverage)} of the lexicon)"
        yield "seed pairs", f"{card['seed_pairs']:,}{used}"
        if card.get("pairs_used", card["seed_pairs"]) != card["seed_pairs"]:
            yield "fitted on", f"{card['pairs_used']:,} pairs"
    for link in card.get("links", ()):
        yield (
            f"link {link['source']}-{link['target']}",
            f"{link['pairs']:,} pairs ({_per_cent(link['coverage'])} of the lexicon), "
            f"mean cosine {link['cosine']:.3f}",
        )


def _scores(card: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Say how often first answers were right on words kept from each network of the ranker."""
    for direction, kinds in card.get("scores", {}).items():
        found = ", ".join(
            f"{kind} {_per_cent(score['precision']['1'])} of {score['queries']}"
            for kind, score in kinds.items()
        )
        if found:
            yield f"inner {direction}", f"first answer right: {found}"


def _counts(counts: Mapping[str, int]) -> str:
    """Write a number for each language."""
    return ", ".join(f"{language} {count:,}" for language, count in counts.items())


def _per_cent(share: float) -> str:
    """Write a fraction as a per cent."""
    return f"{100 * share:.1f} %"


def _settings(settings: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Write nested settings flat; those that were left open are not shown."""
    for name, value in settings.items():
        if isinstance(value, dict):
            yield from _settings(value, f"{prefix}{name}.")
        elif value is not None:
            shown = " ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield f"{prefix}{name} {shown}"
