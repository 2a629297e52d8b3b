"""What the commands that compare recipes share: their options, and how their output is made."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xling.cli.assign import settings_by_recipe
from xling.cli.interrupts import stop_if_asked
from xling.cli.options import check_input, naming_lexicon
from xling.errors import InputError
from xling.files import atomic_directory, check_output
from xling.progress import Progress

if TYPE_CHECKING:
    from xling.experiments.plan import Plan

__all__ = [
    "ChannelChoices",
    "HoldOut",
    "Pairs",
    "RecipeSettings",
    "Recipes",
    "Seeds",
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
RecipeSettings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="[RECIPE.]NAME=VALUE",
        help="A setting of one recipe, or of all those that have it; repeatable.",
    ),
]


def plan_of(
    pairs: Path,
    languages: tuple[str, str],
    hold_out: Path,
    *,
    recipes: str,
    channels: list[str] | None,
    seeds: int,
    settings: Mapping[str, Any],
    recipe_settings: list[str] | None = None,
    monolingual: tuple[list[Path] | None, list[Path] | None] = (None, None),
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
    recipe_settings : list of str, optional
        As ``--set`` takes them.
    monolingual : pair of list of Path
        More text of the source and of the target language.
    **more
        Of `xling.experiments.plan.Plan`: ``folds``, ``shots``, ``retrieval`` and so on.

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

    names = tuple(name.strip() for name in recipes.split(",") if name.strip())
    return Plan(
        pairs=pairs,
        lexicon=hold_out,
        languages=languages,
        recipes=names,
        channels=tuple(channels) if channels else ("contexts", "all"),
        seeds=seeds,
        settings=TrainSettings(**settings),
        recipe_settings=settings_by_recipe(names, recipe_settings),
        monolingual=(tuple(monolingual[0] or ()), tuple(monolingual[1] or ())),
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
    check_output(output, force=force, inputs=plan.files, directory=True)
    check_input(*plan.files)
    with naming_lexicon(plan.seed_lexicon):
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
