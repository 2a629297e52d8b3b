"""``xling shots``: how translation grows with the number of matched sentences of a word."""

from typing import Annotated, Any

import typer

from xling.cli.experiment import (
    ChannelChoices,
    HoldOut,
    Pairs,
    Recipes,
    RecipeSettings,
    Seeds,
    make_folder,
    parse_numbers,
    plan_of,
)
from xling.cli.options import Force, Json, Languages, Output, Retrieval, Seed, parse_languages
from xling.cli.progress import progress_bars
from xling.cli.render import per_cent, table, warn, write, write_json
from xling.cli.train_options import (
    AcceptLineAligned,
    Device,
    Dim,
    HoldOutMatch,
    HoldOutSide,
    MinCount,
    MonolingualSource,
    MonolingualTarget,
    Phrases,
    SeedLexicon,
    Threads,
    TwoWay,
)

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
    hold_out_side: HoldOutSide = "source",
    hold_out_match: HoldOutMatch = "form",
    lexicon: SeedLexicon = None,
    monolingual_source: MonolingualSource = None,
    monolingual_target: MonolingualTarget = None,
    accept_line_aligned: AcceptLineAligned = False,
    dim: Dim = 500,
    min_count: MinCount = 3,
    phrases: Phrases = False,
    two_way: TwoWay = False,
    seed: Seed = 0,
    threads: Threads = None,
    device: Device = "auto",
    settings: RecipeSettings = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Draw the curve of translation against the number of matched sentences of a word."""
    from xling.experiments.figures import check_drawing
    from xling.experiments.shots import shots as trace
    from xling.experiments.shots import write_shots

    check_drawing()
    plan = plan_of(
        pairs,
        parse_languages(languages),
        hold_out,
        recipes=recipes,
        channels=channels,
        seeds=seeds,
        settings={
            "dim": dim,
            "min_count": min_count,
            "phrases": phrases,
            "two_way": two_way,
            "seed": seed,
            "threads": threads,
            "hold_out_side": hold_out_side,
            "hold_out_match": hold_out_match,
        },
        recipe_settings=settings,
        seed_lexicon=lexicon,
        monolingual=(monolingual_source, monolingual_target),
        accept_line_aligned=accept_line_aligned,
        device=device,
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
