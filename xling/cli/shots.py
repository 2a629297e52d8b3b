"""``xling shots``: how translation grows with the number of matched sentences of a word."""

from typing import Annotated, Any

import typer

from xling.cli.experiment import (
    ChannelChoices,
    Dim,
    HoldOut,
    Match,
    MinCount,
    Pairs,
    Recipes,
    Seeds,
    Side,
    Threads,
    make_folder,
    parse_numbers,
    plan_of,
)
from xling.cli.options import Force, Json, Languages, Output, Retrieval, Seed, parse_languages
from xling.cli.progress import progress_bars
from xling.cli.render import per_cent, table, warn, write, write_json

__all__ = ["EXAMPLES", "shots"]

EXAMPLES = ("xling shots pairs.tsv --languages en,de --hold-out words.tsv --output shots",)


def shots(
    pairs: Pairs,
    languages: Languages,
    hold_out: HoldOut,
    output: Output,
    shots: Annotated[
        str, typer.Option(metavar="NUMBERS", help="Matched sentences kept of each held-out word.")
    ] = "0,1,2,5,10",
    recipes: Recipes = "joint,separate",
    seeds: Seeds = 3,
    channels: ChannelChoices = None,
    retrieval: Retrieval = "csls",
    hold_out_side: Side = "source",
    hold_out_match: Match = "form",
    dim: Dim = 500,
    min_count: MinCount = 3,
    seed: Seed = 0,
    threads: Threads = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Draw the curve of translation against the number of matched sentences of a word."""
    from xling.experiments.figures import check_drawing
    from xling.experiments.shots import shots as trace
    from xling.experiments.shots import write_shots

    check_drawing()
    settings = {
        "dim": dim,
        "min_count": min_count,
        "seed": seed,
        "threads": threads,
        "hold_out_side": hold_out_side,
        "hold_out_match": hold_out_match,
    }
    plan = plan_of(
        pairs,
        parse_languages(languages),
        hold_out,
        recipes=recipes,
        channels=channels,
        seeds=seeds,
        settings=settings,
        shots=parse_numbers(shots, "--shots"),
        retrieval=retrieval,
    )
    with progress_bars() as progress:
        document = make_folder(plan, output, trace, write_shots, force=force, progress=progress)
    warn(document["warnings"])
    if json:
        write_json(document)
        return
    _show(document)


def _show(document: dict[str, Any]) -> None:
    """Print a row for each point."""
    rows = []
    for point in document["points"]:
        low, high = point["confidence_interval"]["1"]
        rows.append(
            (
                *(point["recipe"], point["channels"], str(point["shots"])),
                *(per_cent(point["precision"]["1"]), f"{per_cent(low)} to {per_cent(high)}"),
                *(per_cent(point["precision"]["5"]), f"{point['short']:g}"),
            )
        )
    columns = ("recipe", "channels", "shots", "P@1", "95 %", "P@5", "words with fewer")
    title = f"{document['queries_compared']} queries"
    write(table(columns, rows, title=title, right=range(2, len(columns))), "")
    write(f"curve: {document['output']}/shots.png, shots.svg")
