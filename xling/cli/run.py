"""``xling run``: repeat a run that a file describes, and say which figures moved."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from xling.cli.options import Force, Json, TableFormat
from xling.cli.paper_table import check_format, paper_table
from xling.cli.render import table, to_json, warn, write, write_json
from xling.errors import InputError
from xling.files import atomic_file, check_output

__all__ = ["EXAMPLES", "run", "run_again"]

EXAMPLES = (
    "xling run eval/runs/linked.toml --data corpora",
    "xling run eval/runs/claim.toml --data corpora -- --lexicons lexicons",
    "xling run eval/runs/linked.toml --result new.json --against old.json --json",
)

_MOVED = 3  # exit code
_HEADERS = ("figure", "earlier", "95 %", "now", "difference")


def run_again(
    file: Path,
    arguments: list[str],
    *,
    data: Path | None = None,
    against: Path | None = None,
    result: Path | None = None,
    output: Path | None = None,
    force: bool = False,
) -> tuple[dict[str, Any], str, list[str]]:
    """Repeat a run, keep its result, and compare it with an earlier one.

    Parameters
    ----------
    file : Path
        TOML file that describes the run.
    arguments : list of str
        Further ones for the program that carries it out.
    data : Path, optional
        Folder of the corpora.
    against : Path, optional
        The earlier result; by default ``../results/NAME.json`` beside the run file, if it exists.
    result : Path, optional
        A result that is there already: compare it, and run nothing.
    output : Path, optional
        Where the new result goes; by default ``NAME.json`` in the current folder.
    force : bool
        Whether a file that stands there is replaced.

    Returns
    -------
    document : dict
        That of ``run --json``.
    printed : str
        What the program printed.
    warnings : list of str
        What the user should know.

    Raises
    ------
    XlingError
        If a file cannot be read or written, or the program fails.
    """
    from xling.experiments.moved import compare_results
    from xling.experiments.repeat import read_result, read_run, repeat

    described = read_run(file)
    if against is None and described.result.exists():
        against = described.result
    earlier = None if against is None else read_result(against)
    printed, seconds = "", None
    if result is not None:
        if output is not None or arguments or data is not None:
            raise InputError("--result compares and runs nothing; leave the other options out")
        now, place = read_result(result), result
    else:
        place = Path(f"{described.name}.json") if output is None else output
        check_output(place, force=force, inputs=(file, against))
        again = repeat(described, arguments, data=data, tell=_tell if _watched() else None)
        now, printed, seconds = dict(again.document), again.printed, again.seconds
        with atomic_file(place, force=force) as temporary:
            temporary.write_text(to_json(now), encoding="utf-8")
    comparison = None if earlier is None else compare_results(earlier, now)
    document = {
        "run": described.name,
        "file": str(file),
        "result": str(place),
        "against": None if against is None else str(against),
        "seconds": seconds,
        "comparison": comparison,
    }
    return document, printed, _warnings(comparison)


def _watched() -> bool:
    """Tell whether somebody sees what the program says on the way."""
    return sys.stderr.isatty()


def _tell(line: str) -> None:
    """Pass on what the program says."""
    print(line, file=sys.stderr)  # noqa: T201


def _warnings(comparison: dict[str, Any] | None) -> list[str]:
    """Say what makes a comparison less than one."""
    if comparison is None:
        return ["there is no earlier result to compare with; --against names one"]
    found = []
    if comparison["run_changed"]:
        found.append("the results are of different descriptions of the run")
    if comparison["inputs_changed"]:
        found.append(f"inputs have changed: {', '.join(comparison['inputs_changed'])}")
    if not comparison["figures"]:
        found.append("the earlier result has no figure with an interval")
    return found


def run(
    file: Annotated[Path, typer.Argument(metavar="RUN.toml", help="A run, as those in eval/runs.")],
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="-- ARGUMENTS", help="Further ones for the run's own program."),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Folder of the corpora.")
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.json", help="Earlier result; default: ../results/NAME.json beside RUN."
        ),
    ] = None,
    result: Annotated[
        Path | None,
        typer.Option(metavar="FILE.json", help="Compare this result, and run nothing."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE.json", help="New result; default: NAME.json, here."),
    ] = None,
    force: Force = False,
    shown_as: TableFormat = "text",
    json: Json = False,
) -> None:
    """Repeat a run, and say which figures left the interval that they had. Then exit code 3."""
    check_format(shown_as)
    document, printed, warnings = run_again(
        file,
        arguments or [],
        data=data,
        against=against,
        result=result,
        output=output,
        force=force,
    )
    warn(warnings)
    comparison = document["comparison"]
    if json:
        write_json(document)
    else:
        if printed:
            write(printed, "")
        if comparison is not None:
            _show(comparison, shown_as)
        if result is None:
            write(f"result: {document['result']}")
    if comparison is not None and (comparison["beyond"] or comparison["missing"]):
        raise typer.Exit(_MOVED)


def _show(comparison: dict[str, Any], shown_as: str) -> None:
    """Print what moved."""
    rows = [
        (
            row["place"],
            f"{row['earlier']:.4f}",
            "{:.4f}–{:.4f}".format(*row["confidence_interval"]),
            f"{row['now']:.4f}",
            f"{row['difference']:+.4f}",
        )
        for row in comparison["beyond"]
    ]
    if rows and shown_as == "text":
        write(table(_HEADERS, rows, right=range(1, len(_HEADERS))))
    elif rows:
        write(paper_table(_HEADERS, rows, shown_as))
    for place in comparison["missing"]:
        write(f"missing: {place}")
    write(
        f"{comparison['figures']} figures with an interval: {comparison['unchanged']} unchanged, "
        f"{comparison['within']} moved within it, {len(comparison['beyond'])} beyond it, "
        f"{len(comparison['missing'])} missing"
    )
