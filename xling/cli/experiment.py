"""What the commands that compare recipes share: their options, and how their output is made."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xling.cli.interrupts import stop_if_asked
from xling.cli.options import check_input
from xling.errors import InputError
from xling.files import atomic_directory, check_output
from xling.progress import Progress

if TYPE_CHECKING:
    from xling.experiments.plan import Plan

__all__ = [
    "ChannelChoices",
    "Dim",
    "HoldOut",
    "Match",
    "MinCount",
    "Pairs",
    "Recipes",
    "Seeds",
    "Side",
    "Threads",
    "make_folder",
    "parse_numbers",
    "plan_of",
]

Pairs = Annotated[
    Path,
    typer.Argument(
        metavar="PAIRS", help="Sentence pairs, source TAB target a line; .tsv or .tsv.gz."
    ),
]
HoldOut = Annotated[
    Path,
    typer.Option(metavar="LEXICON", help="Words to hold out, then translate: source TAB target."),
]
Recipes = Annotated[str, typer.Option(metavar="NAMES", help="A comma list of recipes.")]
Seeds = Annotated[int, typer.Option(help="How many seeds to average over.")]
ChannelChoices = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAMES",
        help="Evidence, as evaluate takes it; once for each choice. Default: contexts, then all.",
    ),
]
Side = Annotated[
    str, typer.Option(metavar="SIDE", help="source, or both: strict on the target words, too.")
]
Match = Annotated[
    str, typer.Option(metavar="HOW", help="form, or family: words of the same stem go out, too.")
]
Dim = Annotated[int, typer.Option(help="Number of dimensions.")]
MinCount = Annotated[int, typer.Option(help="How often a word must occur.")]
Threads = Annotated[int | None, typer.Option(help="Processors to use; default: all of them.")]


def plan_of(
    pairs: Path,
    languages: tuple[str, str],
    hold_out: Path,
    *,
    recipes: str,
    channels: list[str] | None,
    seeds: int,
    settings: Mapping[str, Any],
    **more: Any,
) -> "Plan":
    """Make the plan of a call.

    Parameters
    ----------
    pairs, hold_out : Path
        Sentence pairs; words to hold out.
    languages : pair of str
        Source and target language.
    recipes : str
        With commas between them.
    channels : list of str or None
        Choices of evidence.
    seeds : int
        How many.
    settings : mapping
        Of `xling.training.learn.TrainSettings`.
    **more
        Of `xling.experiments.plan.Plan`: ``folds``, ``shots``, ``retrieval``.

    Returns
    -------
    Plan
        Checked as far as is possible without reading the files.

    Raises
    ------
    XlingError
        If a value cannot be used.
    """
    from xling.experiments.plan import Plan
    from xling.training.learn import TrainSettings

    return Plan(
        pairs=pairs,
        lexicon=hold_out,
        languages=languages,
        recipes=tuple(name.strip() for name in recipes.split(",") if name.strip()),
        channels=tuple(channels) if channels else ("contexts", "all"),
        seeds=seeds,
        settings=TrainSettings(**settings),
        **more,
    )


def make_folder(
    plan: "Plan",
    output: Path,
    make: Callable[..., dict[str, Any]],
    fill: Callable[[Mapping[str, Any], Path], None],
    *,
    force: bool,
    progress: Progress,
) -> dict[str, Any]:
    """Carry out a plan, and write its folder whole or not at all.

    Parameters
    ----------
    plan : Plan
        What is compared.
    output : Path
        Folder to make.
    make : callable
        Gives the document of a plan; called with ``progress``.
    fill : callable
        Writes a document into a folder.
    force : bool
        Whether what stands at the output is replaced.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    dict
        The document, the folder added as ``output``.

    Raises
    ------
    XlingError
        If an input cannot be used, or the output is taken; nothing is written then.
    """
    inputs = plan.pairs, plan.lexicon
    check_output(output, force=force, inputs=inputs, directory=True)
    check_input(*inputs)
    document = make(plan, progress=progress)
    stop_if_asked()
    with atomic_directory(output, force=force) as folder:
        fill(document, folder)
    return {"output": str(output), **document}


def parse_numbers(text: str, option: str) -> tuple[int, ...]:
    """Read a comma list of whole numbers.

    Parameters
    ----------
    text : str
        For example ``"0,1,2"``.
    option : str
        For the message.

    Returns
    -------
    tuple of int
        In their order.

    Raises
    ------
    InputError
        If a part is no whole number.
    """
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise InputError(
            f"{option} is {text!r}; whole numbers with commas between them are needed, "
            "for example 0,1,2"
        ) from None
