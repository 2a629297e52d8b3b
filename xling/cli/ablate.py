"""``xling ablate``: which recipe translates unseen words better, and whether that is chance."""

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

__all__ = ["EXAMPLES", "ablate"]

EXAMPLES = (
    "xling ablate pairs.tsv.gz --languages en,de --hold-out words.tsv --output ablation",
    "xling ablate pairs.tsv --languages en,de --hold-out words.tsv --folds 5 --output ablation",
)


def ablate(
    pairs: Pairs,
    languages: Languages,
    hold_out: HoldOut,
    output: Output,
    recipes: Recipes = "joint,separate",
    seeds: Seeds = 3,
    folds: Annotated[
        int, typer.Option(help="Parts of the lexicon, each held out in its turn; 1: all at once.")
    ] = 1,
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
    """Compare recipes on words that no matched pair holds, with paired tests."""
    from xling.experiments.ablation import ablate as compare
    from xling.experiments.ablation import write_ablation

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
        folds=folds,
        retrieval=retrieval,
    )
    with progress_bars() as progress:
        document = make_folder(
            plan, output, compare, write_ablation, force=force, progress=progress
        )
    warn(document["warnings"])
    if json:
        write_json(document)
        return
    _show(document)


def _show(document: dict[str, Any]) -> None:
    """Print the scores and the verdicts."""
    rows = []
    for row in document["scores"]:
        low, high = row["confidence_interval"]["1"]
        rows.append(
            (
                *(row["recipe"], row["channels"], str(row["queries"])),
                *(per_cent(row["precision"]["1"]), f"{per_cent(low)} to {per_cent(high)}"),
                *(per_cent(row["precision"]["5"]), f"{row['mrr']:.3f}"),
            )
        )
    columns = ("recipe", "channels", "queries", "P@1", "95 %", "P@5", "MRR")
    write(table(columns, rows, right=range(2, len(columns))), "")
    for row in document["comparisons"]:
        if row["metric"] == "1":
            joining = "from" if row["verdict"].endswith("different") else "than"
            write(
                f"channels {row['channels']}: {row['recipe']} is {row['verdict']} {joining} "
                f"{row['against']} (P@1 {100 * row['difference']:+.1f} points, "
                f"p = {row['p_value_holm']:.2g})"
            )
    write("", f"report: {document['output']}/ablation.html")
