"""``xling migrate`` and ``xling drift``: vectors of an old model into a new model's space."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xling.aligners.registry import aligner, check_method, configured
from xling.cli.assign import parse_settings
from xling.cli.options import Force, Json, MethodSettings, Seed, check_input
from xling.cli.progress import progress_bars
from xling.cli.render import complain, facts, per_cent, warn, write, write_json
from xling.data.formats.vectors import VECTOR_READERS, VECTOR_WRITERS
from xling.errors import ConfigError, ConflictError, CoverageError, UnknownNameError
from xling.files import check_output
from xling.progress import Progress, silent

if TYPE_CHECKING:
    from xling.arrays import Matrix
    from xling.migration.migration import Migration

__all__ = [
    "DRIFT_EXAMPLES",
    "EXAMPLES",
    "MigrateJob",
    "drift",
    "migrate",
    "run_drift",
    "run_migrate",
]

EXAMPLES = (
    "xling migrate all-old.npy --old sample-old.npy --new sample-new.npy --output all-new.npy",
    "xling migrate all-old.npy --old a.npy --new b.npy --output all-new.faiss --save-map map",
    "xling migrate more-old.npy --map map --output more-new.npy",
)
DRIFT_EXAMPLES = ("xling drift map --old later-old.npy --new later-new.npy",)

_UNTRUSTED = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class MigrateJob:
    """What to bring into a new model's space, and by which map.

    Parameters
    ----------
    vectors : Path
        All old vectors: ``.npy``, or a vector file.
    output : Path
        ``.npy``, ``.faiss``, or a vector file where ``vectors`` is one.
    old, new : Path, optional
        The sample, embedded by both models; matrices matched by row, vector files by word.
    map : Path, optional
        Instead of a sample: an earlier run's map.
    method : str
        Any aligner with supervision.
    settings : tuple of str
        Of the method, each ``NAME=VALUE``.
    held_out : float
        Share of the sample that the result is measured on.
    save_map : Path, optional
        Where the map is kept for later vectors, and for the drift check.
    seed : int
        Of the hold-out, and of methods with something random.
    force : bool
        Whether outputs are replaced.
    """

    vectors: Path
    output: Path
    old: Path | None = None
    new: Path | None = None
    map: Path | None = None
    method: str = "ridge"
    settings: tuple[str, ...] = ()
    held_out: float = 0.1
    save_map: Path | None = None
    seed: int = 0
    force: bool = False


def run_migrate(job: MigrateJob, *, progress: Progress = silent) -> dict[str, Any]:
    """Fit or read a map, and write all vectors in the new space.

    Parameters
    ----------
    job : MigrateJob
        All that can be checked at once is, before anything long begins.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    dict
        The document of ``migrate --json``.

    Raises
    ------
    XlingError
        If an input cannot be used; nothing is written then.
    """
    settings = _check(job)
    from xling.migration.migration import Migration, fit_migration
    from xling.stages import Stages

    stages = Stages()
    with stages.time("fit"):
        if job.map is not None:
            found = Migration.load(job.map)
        else:
            assert job.old is not None
            assert job.new is not None
            old, new = _sample(job.old, job.new)
            found, _ = fit_migration(
                old,
                new,
                method=job.method,
                settings=settings,
                held_out=job.held_out,
                seed=job.seed,
                progress=progress,
            )
    with stages.time("migrate"):
        rows = _write(job, found, progress)
    if job.save_map is not None:
        found.save(job.save_map, force=job.force)
    card = found.card
    return {
        "output": str(job.output),
        "map": str(job.map or job.save_map) if job.map or job.save_map else None,
        "rows": rows,
        "dimensions": [found.dim_in, found.dim_out],
        **{name: card[name] for name in ("method", "sampled", "fitted_on", "held_out", "k")},
        "recall_kept": card["recall"],
        "recall_interval": card["recall_interval"],
        "chance": card["chance"],
        "own_first": card["own_first"],
        "cosine": card["cosine"],
        "settings": card["settings"],
        "seed": card["seed"],
        "seconds": {name: round(spent, 3) for name, spent in stages.seconds.items()},
        "rows_per_second": round(rows / max(stages.seconds["migrate"], 1e-9), 1),
        "warnings": list(card["warnings"]),
    }


def run_drift(map_path: Path, old: Path, new: Path, *, tolerance: float = 0.05) -> dict[str, Any]:
    """Measure a map on a later sample.

    Parameters
    ----------
    map_path : Path
        That ``migrate --save-map`` wrote.
    old, new : Path
        The later sample, embedded by both models.
    tolerance : float
        By how much less may be kept.

    Returns
    -------
    dict
        The document of ``drift --json``.

    Raises
    ------
    XlingError
        If an input cannot be used.
    """
    check_input(old, new)
    from xling.migration.drift import check_drift
    from xling.migration.migration import Migration

    found = check_drift(Migration.load(map_path), *_sample(old, new), tolerance=tolerance)
    return {
        "map": str(map_path),
        "rows": found.rows,
        "compared": found.compared,
        "recall_kept": found.recall,
        "recall_before": found.recall_before,
        "cosine": found.cosine,
        "cosine_before": found.cosine_before,
        "tolerance": tolerance,
        "verdict": "drifted" if found.drifted else "kept",
    }


def migrate(
    vectors: Annotated[
        Path, typer.Argument(metavar="VECTORS", help="All old vectors: .npy, .vec, .npz, ...")
    ],
    output: Annotated[
        Path,
        typer.Option(metavar="FILE", help="To write: .npy, .faiss, or a vector file for words."),
    ],
    old: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The sample by the old model.")
    ] = None,
    new: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The same sample by the new model.")
    ] = None,
    map_path: Annotated[
        Path | None,
        typer.Option("--map", metavar="DIR", help="Instead of a sample: an earlier run's map."),
    ] = None,
    method: Annotated[
        str, typer.Option(metavar="NAME", help="Any method of align with supervision.")
    ] = "ridge",
    settings: MethodSettings = None,
    held_out: Annotated[
        float, typer.Option(metavar="SHARE", help="Of the sample, to measure the map on.")
    ] = 0.1,
    save_map: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to keep the map for later.")
    ] = None,
    seed: Seed = 0,
    force: Force = False,
    json: Json = False,
) -> None:
    """Bring vectors of an old embedding model into a new model's space, without embedding again.

    A sample that both models embedded says how; what a search keeps is measured on a part of it.
    """
    job = MigrateJob(
        vectors=vectors,
        output=output,
        old=old,
        new=new,
        map=map_path,
        method=method,
        settings=tuple(settings or ()),
        held_out=held_out,
        save_map=save_map,
        seed=seed,
        force=force,
    )
    with progress_bars() as progress:
        document = run_migrate(job, progress=progress)
    warn(document["warnings"])
    if json:
        write_json(document)
    else:
        write(facts(_summary(document)))


def drift(
    map_path: Annotated[
        Path, typer.Argument(metavar="MAP", help="Folder that migrate --save-map made.")
    ],
    old: Annotated[Path, typer.Option(metavar="FILE", help="A later sample by the old model.")],
    new: Annotated[Path, typer.Option(metavar="FILE", help="The same by the new model.")],
    tolerance: Annotated[
        float, typer.Option(metavar="SHARE", help="By how much less may be kept.")
    ] = 0.05,
    json: Json = False,
) -> None:
    """Check whether a map of migrate still holds for a later sample; exit code 3 if not."""
    document = run_drift(map_path, old, new, tolerance=tolerance)
    if json:
        write_json(document)
    else:
        rows = [
            (
                "rows",
                f"{document['compared']:,} of {document['rows']:,} compared, with as many "
                "at the fit",
            ),
            *(
                (name, f"{per_cent(document[now])}, {per_cent(document[before])} at the fit")
                for name, now, before in (
                    ("recall kept", "recall_kept", "recall_before"),
                    ("cosine", "cosine", "cosine_before"),
                )
            ),
            ("verdict", document["verdict"]),
        ]
        write(facts(rows))
    if document["verdict"] == "drifted":
        complain(
            "the map keeps less than it did: a model or the texts have changed",
            hint="fit a new map on a sample of today with xling migrate",
        )
        raise typer.Exit(_UNTRUSTED)


def _check(job: MigrateJob) -> dict[str, Any]:
    """Refuse what can be known to be wrong without any work; give the method's settings."""
    sample = [path for path in (job.old, job.new) if path is not None]
    if job.map is not None and (sample or job.save_map is not None):
        raise ConflictError("--map is an earlier run's map; --old, --new and --save-map make one")
    if job.map is None and len(sample) < 2:
        raise ConfigError(
            "a sample embedded by both models is needed",
            hint="give it with --old FILE and --new FILE, or an earlier run's map with --map DIR",
        )
    check_method(job.method, given=True)
    settings = parse_settings(job.method, type(aligner(job.method)().settings), job.settings)
    configured(job.method, settings)
    words = _is_vectors(job.vectors)
    endings = (*(tuple(VECTOR_WRITERS) if words else (".npy",)), ".faiss")
    if not job.output.name.casefold().endswith(endings):
        raise UnknownNameError(f"ending of the output {job.output}:", job.output.suffix, endings)
    for path in (job.vectors, *sample):
        if not _is_vectors(path) and path.suffix.casefold() != ".npy":
            known = (*VECTOR_READERS, ".npy")
            raise UnknownNameError(f"ending of the vectors {path}:", path.suffix, known)
    inputs = [job.vectors, *sample, job.map]
    check_output(job.output, force=job.force, inputs=inputs)
    if words and job.output.suffix.casefold() == ".faiss":
        check_output(_ids_of(job.output), force=job.force, inputs=inputs)
    if job.save_map is not None:
        check_output(job.save_map, force=job.force, inputs=inputs, directory=True)
    check_input(job.vectors, *sample)
    return settings


def _is_vectors(path: Path) -> bool:
    """Tell a file of word vectors from a matrix."""
    return path.name.casefold().endswith(tuple(VECTOR_READERS))


def _sample(old: Path, new: Path) -> "tuple[Matrix, Matrix]":
    """Read the sample: by row, or by word where both are vector files."""
    from xling.data.formats import read_vectors
    from xling.data.npy_rows import read_rows

    if _is_vectors(old) != _is_vectors(new):
        raise ConflictError(f"{old} and {new}: two matrices or two vector files are needed")
    if not _is_vectors(old):
        return read_rows(old), read_rows(new)
    first, second = (read_vectors(path, "und")[0] for path in (old, new))
    places = {word: row for row, word in enumerate(second.words)}
    shared = [(row, places[word]) for row, word in enumerate(first.words) if word in places]
    if not shared:
        raise CoverageError(f"{old} and {new} have no word in common")
    rows = [list(side) for side in zip(*shared, strict=True)]
    return first.vectors[rows[0]], second.vectors[rows[1]]


def _write(job: MigrateJob, found: "Migration", progress: Progress) -> int:
    """Map all vectors into the output; give how many."""
    from xling.data.npy_rows import map_rows
    from xling.files import atomic_file
    from xling.migration.writing import write_index, write_matrix

    indexed = job.output.suffix.casefold() == ".faiss"
    if not _is_vectors(job.vectors):
        rows = map_rows(job.vectors)
        with atomic_file(job.output, force=job.force) as temporary:
            write = write_index if indexed else write_matrix
            write(temporary, found, rows, progress=progress)
        return len(rows)
    from dataclasses import replace

    from xling.data.formats import read_vectors, write_vectors
    from xling.data.formats.lines import write_lines

    space, _ = read_vectors(job.vectors, "und")
    if not indexed:
        mapped = replace(space, vectors=found.apply(space.vectors), subwords=None)
        write_vectors(job.output, mapped, force=job.force)
        return len(space)
    with atomic_file(job.output, force=job.force) as temporary:
        write_index(temporary, found, space.vectors, progress=progress)
        lines = (f"{row}\t{word}".encode() for row, word in enumerate(space.words))
        write_lines(_ids_of(job.output), lines, force=job.force)
    return len(space)


def _ids_of(output: Path) -> Path:
    """Name the file that says which word each number of an index is."""
    return output.with_suffix(".ids.tsv")


def _summary(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Say what was made, for people."""
    old, new = document["dimensions"]
    yield "written", document["output"]
    yield "vectors", f"{document['rows']:,}, from {old} to {new} dimensions"
    yield "method", f"{document['method']}, fitted on {document['fitted_on']:,} pairs"
    low, high = document["recall_interval"]
    yield (
        f"recall@{document['k']} kept",
        f"{per_cent(document['recall_kept'])} ({per_cent(low)} to {per_cent(high)}) of "
        f"re-embedding, on {document['held_out']:,} held-out rows",
    )
    yield "by chance", per_cent(document["chance"])
    if document["map"]:
        yield "map", document["map"]
