"""Figures of experiments, drawn with the extra ``plots``."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from xling.optional import require

__all__ = ["check_drawing", "draw_shots"]

# Told apart by colour-blind readers and in grey.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_MARKERS = "osD^vP"
_PANEL = (4.2, 3.4)  # inches


def check_drawing() -> None:
    """Refuse early where the package that draws is not installed.

    Raises
    ------
    MissingExtraError
        Says how to install it.
    """
    require("matplotlib", extra="plots", purpose="drawing curves")


def draw_shots(document: Mapping[str, Any], places: Iterable[Path]) -> None:
    """Draw P@1 against the number of shots: a panel for each choice of evidence.

    Parameters
    ----------
    document : mapping
        What `xling.experiments.shots.shots` gave.
    places : iterable of Path
        Files to write; their endings choose the formats. The same document gives the same bytes.

    Raises
    ------
    MissingExtraError
        If the package that draws is not installed.
    """
    check_drawing()
    matplotlib = require("matplotlib", extra="plots", purpose="drawing curves")
    drawing = require("matplotlib.figure", extra="plots", purpose="drawing curves")
    panels, counts = document["channels"], sorted(document["shots"])
    style = {"svg.hashsalt": "xling", "svg.fonttype": "none", "font.size": 9}
    with matplotlib.rc_context(style):
        figure = drawing.Figure(figsize=(_PANEL[0] * len(panels), _PANEL[1]), layout="constrained")
        axes = figure.subplots(1, len(panels), squeeze=False, sharey=True)[0]
        for axis, channels in zip(axes, panels, strict=True):
            for number, recipe in enumerate(document["recipes"]):
                _curve(axis, document["points"], recipe, channels, counts, number)
            axis.set_xticks(range(len(counts)), map(str, counts))
            axis.set_xlabel("matched sentences of each word")
            axis.set_title(f"channels: {channels}")
            axis.grid(axis="y", alpha=0.3)
            for side in ("top", "right"):
                axis.spines[side].set_visible(False)
        highest = max(point["confidence_interval"]["1"][1] for point in document["points"])
        axes[0].set_ylim(0, min(1.02, max(1.1 * highest, 0.02)))
        axes[0].set_ylabel("P@1, 95 % interval")
        axes[0].legend(frameon=False)
        source, target = document["languages"]
        figure.suptitle(f"{source} to {target}, {document['queries_compared']} queries")
        for place in places:
            dated = {"Date": None} if place.suffix == ".svg" else {}
            figure.savefig(place, dpi=150, metadata=dated)


def _curve(
    axis: Any,
    points: Iterable[Mapping[str, Any]],
    recipe: str,
    channels: str,
    counts: list[int],
    number: int,
) -> None:
    """Draw one recipe's curve, a little beside the others so that intervals can be seen."""
    mine = {
        point["shots"]: point
        for point in points
        if point["recipe"] == recipe and point["channels"] == channels
    }
    means = [mine[count]["precision"]["1"] for count in counts]
    ends = [mine[count]["confidence_interval"]["1"] for count in counts]
    errors = (
        [max(0.0, mean - low) for mean, (low, _) in zip(means, ends, strict=True)],
        [max(0.0, high - mean) for mean, (_, high) in zip(means, ends, strict=True)],
    )
    axis.errorbar(
        [place + 0.05 * number for place in range(len(counts))],
        means,
        yerr=errors,
        label=recipe,
        color=_COLOURS[number % len(_COLOURS)],
        marker=_MARKERS[number % len(_MARKERS)],
        markersize=4,
        linewidth=1.5,
        capsize=2,
    )
