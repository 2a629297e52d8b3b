"""Which columns of a table hold the two sides of sentence pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xling.data.language import primary_subtag
from xling.errors import InputError

__all__ = ["PairColumns", "choose_columns", "parse_columns", "parse_where"]

# Names that tables of sentence pairs give their sides, source first.
_USUAL = (
    ("source", "target"),
    ("src", "tgt"),
    ("src", "trg"),
    ("sourcestring", "targetstring"),
    ("sentence1", "sentence2"),
    ("text1", "text2"),
    ("anchor", "positive"),
    ("english", "non_english"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PairColumns:
    """The columns of both sides, and what other columns must hold.

    Parameters
    ----------
    source, target : str
        Names; a dot goes into a column that holds several: ``translation.en``.
    where : tuple of pair of str
        Column and value: rows with other values are left out.
    """

    source: str
    target: str
    where: tuple[tuple[str, str], ...] = ()

    def wanted(self, row: Mapping[str, Any]) -> bool:
        """Tell whether a row holds what other columns must hold.

        Parameters
        ----------
        row : mapping
            From names to values.

        Returns
        -------
        bool
            True where nothing is asked for.
        """
        return all(str(_value(row, name)) == value for name, value in self.where)

    def texts(self, row: Mapping[str, Any]) -> tuple[str | None, str | None]:
        """Give both sides of a row.

        Parameters
        ----------
        row : mapping
            From names to values.

        Returns
        -------
        pair of str or None
            One line each, without blanks at their ends; ``None`` for a side that is no text.
        """
        return _text(row, self.source), _text(row, self.target)


def choose_columns(
    row: Mapping[str, Any],
    languages: tuple[str, str],
    *,
    place: str,
    wanted: tuple[str, str] | None = None,
    where: tuple[tuple[str, str], ...] = (),
) -> PairColumns:
    """Find the columns of both sides by the first row.

    Looks for the columns that are asked for; else for the languages' tags, also inside a column
    such as ``translation``; else for usual names such as ``source`` and ``target``.

    Parameters
    ----------
    row : mapping
        From names to values.
    languages : pair of str
        Source and target language.
    place : str
        What is read, for the message.
    wanted : pair of str, optional
        Names.
    where : tuple of pair of str
        Columns and the values that they must hold.

    Returns
    -------
    PairColumns
        For all rows.

    Raises
    ------
    InputError
        If there are no such columns; the message lists those that there are.
    """
    names = _names(row)
    for name, _ in where:
        if name not in names:
            raise _no_column(place, name, names)
    if wanted is not None:
        for name in wanted:
            if name not in names:
                raise _no_column(place, name, names)
        return PairColumns(source=wanted[0], target=wanted[1], where=where)
    folded = {name.casefold(): name for name in reversed(names)}
    prefixes = ("", *(f"{name}.".casefold() for name in row if isinstance(row[name], Mapping)))
    source, target = languages
    tags = (
        (source.casefold(), target.casefold()),
        (primary_subtag(source), primary_subtag(target)),
    )
    for one, other in (*tags, *_USUAL):
        for prefix in prefixes:
            if prefix + one in folded and prefix + other in folded and one != other:
                return PairColumns(
                    source=folded[prefix + one], target=folded[prefix + other], where=where
                )
    raise InputError(
        f"{place}: no columns for {languages[0]} and {languages[1]} among {', '.join(names)}",
        hint="name the two columns with --columns SOURCE,TARGET",
    )


def parse_columns(text: str | None) -> tuple[str, str] | None:
    """Read the value of ``--columns``.

    Parameters
    ----------
    text : str or None
        Two names, or numbers from 1, with a comma between them.

    Returns
    -------
    pair of str or None
        ``None`` where nothing was given.

    Raises
    ------
    InputError
        If there are not two, or they are equal.
    """
    if text is None:
        return None
    names = tuple(part.strip() for part in text.split(","))
    if len(names) != 2 or not all(names) or names[0] == names[1]:
        raise InputError(
            f"columns {text!r}; two different names or numbers are needed, for example en,de or 1,3"
        )
    return names[0], names[1]


def parse_where(given: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Read the values of ``--where``.

    Parameters
    ----------
    given : sequence of str
        Each ``COLUMN=VALUE``.

    Returns
    -------
    tuple of pair of str
        Column and value.

    Raises
    ------
    InputError
        If one has another form.
    """
    found = []
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise InputError(f"where {text!r}; COLUMN=VALUE is needed, for example split=train")
        found.append((name.strip(), value.strip()))
    return tuple(found)


def _names(row: Mapping[str, Any]) -> list[str]:
    """List the columns, those inside others too."""
    names = []
    for name, value in row.items():
        names.append(name)
        if isinstance(value, Mapping):
            names += [f"{name}.{inner}" for inner in value]
    return names


def _value(row: Mapping[str, Any], name: str) -> Any:
    """Give a value by its name, which may go into a column that holds several."""
    if name in row:
        return row[name]
    outer, _, inner = name.partition(".")
    values = row.get(outer)
    return values.get(inner) if isinstance(values, Mapping) else None


def _text(row: Mapping[str, Any], name: str) -> str | None:
    """Give a side as one line."""
    value = _value(row, name)
    return " ".join(value.split()) if isinstance(value, str) else None


def _no_column(place: str, name: str, names: list[str]) -> InputError:
    """Say which columns there are."""
    return InputError(f"{place}: no column {name!r}; there are: {', '.join(names)}")
