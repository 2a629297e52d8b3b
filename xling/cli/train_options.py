"""Options of training, which several commands take alike."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "AcceptLineAligned",
    "Device",
    "Dim",
    "HoldOutMatch",
    "HoldOutSide",
    "MinCount",
    "MonolingualSource",
    "MonolingualTarget",
    "Phrases",
    "SeedLexicon",
    "Threads",
    "TwoWay",
]

HoldOutSide = Annotated[
    str, typer.Option(metavar="SIDE", help="source, or both: strict on the target words, too.")
]
HoldOutMatch = Annotated[
    str, typer.Option(metavar="HOW", help="form, or family: words of the same stem go out, too.")
]
SeedLexicon = Annotated[
    Path | None,
    typer.Option(metavar="SEED", help="Seed pairs, instead of those mined from the text."),
]
MonolingualSource = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="FILE", help="More source text of any size, one sentence a line; repeatable."
    ),
]
MonolingualTarget = Annotated[
    list[Path] | None,
    typer.Option(metavar="FILE", help="More target text, likewise; never its translation."),
]
AcceptLineAligned = Annotated[
    bool,
    typer.Option(
        "--accept-line-aligned", help="Take monolingual files of equal length as unmatched."
    ),
]
Dim = Annotated[int, typer.Option(help="Number of dimensions.")]
MinCount = Annotated[int, typer.Option(help="How often a word must occur.")]
Phrases = Annotated[
    bool, typer.Option("--phrases", help="Join words that belong together: New York.")
]
TwoWay = Annotated[
    bool, typer.Option("--two-way", help="Also rank by where an answer leads when looked up.")
]
Threads = Annotated[int | None, typer.Option(help="Processors to use; default: all of them.")]
Device = Annotated[
    str,
    typer.Option(
        metavar="NAME", help="Of joint-skipgram and joint-layers: auto, cpu, cuda or cuda:N."
    ),
]
