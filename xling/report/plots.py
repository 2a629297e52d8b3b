"""Plots as inline SVG, each drawn in the colours of the page and named for screen readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["Bar", "bars", "histogram", "reliability_plot", "risk_plot"]

_ROW = 26  # pixels of one bar with its space
_LEFT, _RIGHT, _WIDTH = 104, 108, 430
_DASHES = ("none", "5 4", "1 4")  # of the curves of one plot
_SQUARE = (44, 12, 300, 200)  # left, top, width and height of what a curve is drawn in


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One bar of a plot.

    Parameters
    ----------
    name : str
        Plain text.
    length : float
        In [0, 1].
    ends : pair of float, optional
        Interval around it.
    note : str
        Plain text behind the bar.
    """

    name: str
    length: float
    ends: tuple[float, float] | None = None
    note: str = ""


def bars(label: str, found: Sequence[Bar]) -> str:
    """Draw horizontal bars with their intervals, from 0 to 1.

    Parameters
    ----------
    label : str
        What the plot shows; plain text.
    found : sequence of Bar
        From top to bottom.

    Returns
    -------
    str
        SVG.
    """
    width = _WIDTH - _LEFT - _RIGHT
    height = _ROW * len(found) + 24
    parts = []
    for tick in (0, 0.25, 0.5, 0.75, 1):
        x = _LEFT + tick * width
        parts.append(
            f'<path class="grid" d="M{x:g} 0V{height - 20}"/>'
            f'<text class="axis" x="{x:g}" y="{height - 5}" text-anchor="middle">'
            f"{100 * tick:.0f} %</text>"
        )
    for place, bar in enumerate(found):
        y = _ROW * place + 4
        end = _LEFT + bar.length * width
        parts.append(
            f'<text x="{_LEFT - 8}" y="{y + 13}" text-anchor="end">{escape(bar.name)}</text>'
            f'<rect class="bar" x="{_LEFT}" y="{y}" width="{bar.length * width:.2f}" height="18"/>'
        )
        right = end
        if bar.ends is not None:
            low, right = (_LEFT + one * width for one in bar.ends)
            parts.append(
                f'<path class="whisker" d="M{low:.1f} {y + 9}H{right:.1f}'
                f'M{low:.1f} {y + 4}v10M{right:.1f} {y + 4}v10"/>'
            )
        parts.append(
            f'<text x="{max(end, right) + 6:.1f}" y="{y + 13}">{100 * bar.length:.1f} %'
            f'<tspan class="axis" dx="6">{escape(bar.note)}</tspan></text>'
        )
    return _svg(label, _WIDTH, height, parts)


def histogram(label: str, columns: Sequence[tuple[str, int]], axis: str) -> str:
    """Draw how many items fall into each of some classes.

    Parameters
    ----------
    label, axis : str
        What the plot and its horizontal axis show; plain text.
    columns : sequence of (str, int)
        Name and count of each class.

    Returns
    -------
    str
        SVG.
    """
    most = max((count for _, count in columns), default=0) or 1
    step = 48
    parts = []
    for place, (name, count) in enumerate(columns):
        x, height = step * place + 8, 110 * count / most
        parts.append(
            f'<rect class="bar" x="{x}" y="{130 - height:.1f}" width="{step - 8}" '
            f'height="{height:.1f}"/>'
            f'<text class="axis" x="{x + 20}" y="{125 - height:.1f}" text-anchor="middle">'
            f"{count:,}</text>"
            f'<text class="axis" x="{x + 20}" y="145" text-anchor="middle">{escape(name)}</text>'
        )
    width = step * len(columns) + 8
    parts.append(
        f'<path class="frame" d="M4 130H{width - 4}"/>'
        f'<text class="axis" x="8" y="162">{escape(axis)}</text>'
    )
    return _svg(label, width, 168, parts)


def reliability_plot(label: str, bins: Sequence[tuple[float, float, int]]) -> str:
    """Draw how often answers of like probability are right, with their number.

    Parameters
    ----------
    label : str
        What the plot shows; plain text.
    bins : sequence of (float, float, int)
        Mean probability, fraction right and number of answers of each bin.

    Returns
    -------
    str
        SVG: a dot for each bin over the diagonal of perfect calibration, the numbers as columns
        below.
    """
    left, top, width, height = _SQUARE
    most = max((count for *_, count in bins), default=0) or 1
    parts = [*_axes("mean probability", "fraction right")]
    parts.append(f'<path class="ideal" d="M{left} {top + height}L{left + width} {top}"/>')
    points = [(left + x * width, top + (1 - y) * height, count) for x, y, count in bins]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
    parts.append(f'<polyline class="curve" points="{path}"/>')
    base = top + height + 78
    for x, y, count in points:
        tall = 34 * count / most
        parts.append(
            f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
            f'<rect class="bar" x="{x - 9:.1f}" y="{base - tall:.1f}" width="18" '
            f'height="{tall:.1f}"/>'
            f'<text class="axis" x="{x:.1f}" y="{base + 13}" text-anchor="middle">{count:,}</text>'
        )
    parts.append(f'<text class="axis" x="{left}" y="{base + 28}">answers in each bin</text>')
    return _svg(label, left + width + 20, base + 34, parts)


def risk_plot(
    label: str, curve: Sequence[Sequence[float]], *others: Sequence[Sequence[float]]
) -> str:
    """Draw what share of the answers is wrong if only the surest are given.

    Parameters
    ----------
    label : str
        What the plot shows; plain text.
    curve : sequence of (float, float)
        Coverage and risk.
    *others : sequence of (float, float)
        Two further curves at most: the first one dashed, the second one dotted.

    Returns
    -------
    str
        SVG.
    """
    left, top, width, height = _SQUARE
    parts = [*_axes("fraction of queries answered", "fraction wrong")]
    for dashes, points in zip(_DASHES, (curve, *others), strict=False):
        path = " ".join(f"{left + x * width:.1f},{top + (1 - y) * height:.1f}" for x, y in points)
        parts.append(f'<polyline class="curve" points="{path}" stroke-dasharray="{dashes}"/>')
    return _svg(label, left + width + 20, top + height + 38, parts)


def _axes(across: str, up: str) -> list[str]:
    """Draw the unit square with its ticks."""
    left, top, width, height = _SQUARE
    parts = []
    for tick in (0, 0.25, 0.5, 0.75, 1):
        x, y = left + tick * width, top + (1 - tick) * height
        parts.append(
            f'<path class="grid" d="M{x:g} {top}V{top + height}M{left} {y:g}H{left + width}"/>'
            f'<text class="axis" x="{x:g}" y="{top + height + 15}" text-anchor="middle">'
            f"{tick:g}</text>"
            f'<text class="axis" x="{left - 6}" y="{y + 4:g}" text-anchor="end">{tick:g}</text>'
        )
    middle = top + height / 2
    parts.append(
        f'<text class="axis" x="{left + width / 2:g}" y="{top + height + 31}" '
        f'text-anchor="middle">{escape(across)}</text>'
        f'<text class="axis" x="10" y="{middle:g}" text-anchor="middle" '
        f'transform="rotate(-90 10 {middle:g})">{escape(up)}</text>'
    )
    return parts


def _svg(label: str, width: float, height: float, parts: Sequence[str]) -> str:
    """Put a plot together."""
    return (
        f'<svg class="plot" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )
