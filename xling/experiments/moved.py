"""What changed between two results of one run: figures that left the interval they had."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

__all__ = ["Figure", "compare_results", "figures_of"]

# Keys that tell the rows of a list apart, in this order.
_NAMING = (
    *("name", "languages", "pairs", "lexicon", "corpus", "condition", "encoder", "method", "model"),
    *("seeds", "recipe", "against", "channels", "retrieval", "policy", "metric", "measure"),
    *("among", "group", "seed", "fold", "shots"),
)
# What a plain interval belongs to, in this order; P@1 where nothing is said.
_OWNERS = ("precision_1", "accuracy", "difference", "p_at_1", "spearman", "f1", "aer")
_INTERVALS = ("confidence_interval", "interval")
_CLOSE = 1e-12


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A number with its 95 % interval.

    Parameters
    ----------
    place : str
        Where it stands in the document.
    value, low, high : float
        The number, and the ends.
    """

    place: str
    value: float
    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Tell whether another value is inside the interval, or is this one.

        Parameters
        ----------
        value : float
            Of the same figure, measured again.

        Returns
        -------
        bool
            The ends are inside.
        """
        inside = self.low - _CLOSE <= value <= self.high + _CLOSE
        return inside or abs(value - self.value) <= _CLOSE


def figures_of(document: Mapping[str, Any]) -> dict[str, Figure]:
    """Find the figures of a result that have an interval.

    Parameters
    ----------
    document : mapping
        Of a run, or of a command's ``--json``. An interval stands under ``confidence_interval`` or
        ``interval``, as two ends or as a mapping from names to them, or as ``low`` and ``high``.

    Returns
    -------
    dict of str to Figure
        From place to figure. The rows of a list are told apart by what they say of themselves
        (corpus, lexicon, recipe, channels and so on), so that their order does not matter.

    Examples
    --------
    >>> row = {"recipe": "joint", "precision_1": 0.5, "interval": [0.4, 0.6]}
    >>> list(figures_of({"summary": [row]}))
    ['summary[joint].precision_1']
    """
    return {figure.place: figure for figure in _walk(document, "")}


def compare_results(earlier: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Say which figures of a result left the interval that they had earlier.

    Parameters
    ----------
    earlier, now : mapping
        Two results of one run.

    Returns
    -------
    dict
        ``figures`` (that have an interval in ``earlier``), ``unchanged``, ``within`` (changed, but
        inside their earlier interval), ``beyond`` (each with ``place``, ``earlier``,
        ``confidence_interval``, ``now`` and ``difference``), ``missing`` (places that have no
        figure any more), ``new`` (figures that there were not), ``inputs_changed`` (names of
        files with other bytes) and ``run_changed`` (whether the run's description differs).
    """
    before, after = figures_of(earlier), figures_of(now)
    both = [place for place in before if place in after]
    same = [place for place in both if abs(before[place].value - after[place].value) <= _CLOSE]
    left = [place for place in both if not before[place].holds(after[place].value)]
    return {
        "figures": len(before),
        "unchanged": len(same),
        "within": len(both) - len(same) - len(left),
        "beyond": [_moved(before[place], after[place]) for place in left],
        "missing": [place for place in before if place not in after],
        "new": sum(place not in before for place in after),
        "inputs_changed": _other_inputs(earlier, now),
        "run_changed": _described(earlier) != _described(now),
    }


def _moved(before: Figure, after: Figure) -> dict[str, Any]:
    """Describe a figure that left its interval."""
    return {
        "place": before.place,
        "earlier": before.value,
        "confidence_interval": [before.low, before.high],
        "now": after.value,
        "difference": after.value - before.value,
    }


def _described(document: Mapping[str, Any]) -> Any:
    """Give the description of a run but for what carried it out, whose name says nothing."""
    found = document.get("run")
    if isinstance(found, Mapping):
        return {key: value for key, value in found.items() if key != "program"}
    return found


def _other_inputs(earlier: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Name the inputs whose sums differ; those of one result alone are not told."""
    one, other = (document.get("inputs_sha256") or {} for document in (earlier, now))
    return sorted(name for name in one if name in other and one[name] != other[name])


def _walk(node: Any, place: str) -> Iterator[Figure]:
    """Give the figures of a part of a document."""
    if isinstance(node, Mapping):
        yield from _own(node, place)
        for key, child in node.items():
            if key not in _INTERVALS and key != "run":
                yield from _walk(child, f"{place}.{key}" if place else str(key))
    elif isinstance(node, list):
        for label, child in zip(_labels(node), node, strict=True):
            if isinstance(child, Mapping | list):
                yield from _walk(child, f"{place}[{label}]")


def _own(node: Mapping[str, Any], place: str) -> Iterator[Figure]:
    """Give the figures whose intervals stand in a mapping itself."""
    start = f"{place}." if place else ""
    for key in _INTERVALS:
        ends = node.get(key)
        if isinstance(ends, Mapping):
            for name, pair in ends.items():
                yield from _figure(start, _named(node, str(name)), pair)
        else:
            yield from _figure(start, _owner(node), ends)
    if "difference" in node and "low" in node and "high" in node:
        yield from _figure(start, ("difference", node["difference"]), [node["low"], node["high"]])


def _figure(start: str, found: tuple[str, Any] | None, ends: Any) -> Iterator[Figure]:
    """Make a figure, where there is a number and two ends of it."""
    if found is None or not _is_number(found[1]):
        return
    if isinstance(ends, list) and len(ends) == 2 and all(map(_is_number, ends)):
        yield Figure(
            place=start + found[0],
            value=float(found[1]),
            low=float(ends[0]),
            high=float(ends[1]),
        )


def _named(node: Mapping[str, Any], name: str) -> tuple[str, Any] | None:
    """Find the number that an interval of this name is about."""
    for outer in ("precision", "accuracy"):
        values = node.get(outer)
        if isinstance(values, Mapping) and name in values:
            return f"{outer}.{name}", values[name]
    return (name, node[name]) if name in node else None


def _owner(node: Mapping[str, Any]) -> tuple[str, Any] | None:
    """Find the number that an interval without a name is about."""
    values = node.get("precision")
    if isinstance(values, Mapping) and "1" in values:
        return "precision.1", values["1"]
    return next(((name, node[name]) for name in _OWNERS if _is_number(node.get(name))), None)


def _is_number(value: Any) -> bool:
    """Tell whether a value is a number, which true and false are not."""
    return isinstance(value, Real) and not isinstance(value, bool)


def _labels(rows: Sequence[Any]) -> list[str]:
    """Name the rows of a list by what they say of themselves; equal ones are numbered."""
    names = [
        ", ".join(_said(row[key]) for key in _NAMING if _said(row.get(key)))
        if isinstance(row, Mapping)
        else ""
        for row in rows
    ]
    counts = Counter(names)
    return [
        name if name and counts[name] == 1 else f"{name} {number}".strip()
        for number, name in enumerate(names)
    ]


def _said(value: Any) -> str:
    """Write what names a row; nothing for what cannot."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return "-".join(value)
    return ""
