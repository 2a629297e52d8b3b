"""What ``xling train`` made, for people."""

from typing import Any

__all__ = ["summary"]


def summary(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Say what was made, for people.

    Parameters
    ----------
    document : dict
        Of ``train --json``.

    Returns
    -------
    list of (str, str)
        Name and value.
    """
    held = document["held_out"]
    dropped = ", ".join(f"{count:,} {name}" for name, count in document["dropped"].items())
    words = ", ".join(f"{language} {n:,}" for language, n in document["vocabulary"].items())
    rows = [
        ("model", document["output"]),
        ("recipe", document["recipe"]),
        ("words", words),
        ("sentence pairs", f"{document['sentence_pairs']:,} linked"),
        *([("left out", dropped)] if dropped else []),
    ]
    if held["words"]:
        rows.append(
            (
                "held out",
                f"{held['words']:,} words, {held['pairs_removed']:,} pairs removed "
                f"({held['source_halves_kept']:,} source and {held['target_halves_kept']:,} "
                f"target halves kept, {held['halves_dropped']:,} dropped)",
            )
        )
    return [
        *rows,
        ("seed pairs", f"{document['seed_pairs']:,}"),
        ("time", f"{document['seconds']['total']:.1f} s"),
        ("memory", f"{document['peak_memory_mib']:,.0f} MiB at its peak"),
    ]
