"""``xling align`` on two sentence encoders instead of two files of word vectors."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xling.aligners.registry import LINK_METHOD, aligner, check_method, configured
from xling.cli.assign import parse_settings
from xling.cli.options import check_input, telling
from xling.cli.pair_options import check_sources, local_sources, read_sources
from xling.cli.render import per_cent
from xling.data.formats.vectors import VECTOR_READERS
from xling.errors import ConfigError, ConflictError
from xling.files import check_output
from xling.model.manifest import MANIFEST_NAME
from xling.progress import Progress, silent

__all__ = ["NOTHING_HELD_OUT", "LinkJob", "links_encoders", "run_link", "summary"]

#: Keys of what evaluation words were kept out of: of these nothing is, where no words are linked.
NOTHING_HELD_OUT = (
    *("words", "pairs_removed", "source_halves_kept", "target_halves_kept", "halves_dropped"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkJob:
    """What to link, how, and where to: what ``align`` was given.

    Parameters
    ----------
    source, target : Path
        Encoders: folders, hubs' names, ``.npy`` rows, or a vector file beside one of these.
    languages : pair of str
        Theirs.
    output : Path
        Folder to make.
    pairs : str, optional
        Matched sentences; not needed for two matrices.
    columns : pair of str, optional
        Of them, where they stand in a table.
    method : str, optional
        By name; `xling.aligners.registry.LINK_METHOD` otherwise.
    settings : tuple of str
        Of the method, each ``NAME=VALUE``.
    prompt : str, optional
        Before each sentence, of trained encoders; their own by default.
    seed : int
        Of the hold-out, and of methods with something random.
    threads : int, optional
        ``None``: all processors.
    lexicon, pairs_as, limit
        Of word vectors: refused here.
    strict, force : bool
        Whether a bad line stops; whether the output is replaced.
    """

    source: Path
    target: Path
    languages: tuple[str, str]
    output: Path
    pairs: str | None = None
    columns: tuple[str, str] | None = None
    method: str | None = None
    settings: tuple[str, ...] = ()
    prompt: str | None = None
    seed: int = 0
    threads: int | None = None
    lexicon: Path | None = None
    pairs_as: str | None = None
    limit: int | None = None
    strict: bool = False
    force: bool = False


def links_encoders(source: Path, target: Path, *, pairs: bool) -> bool:
    """Tell whether what ``align`` is given are encoders rather than files of word vectors.

    Parameters
    ----------
    source, target : Path
        As the caller named them.
    pairs : bool
        Whether there are matched sentences: then a name that is no file may be a hub's.

    Returns
    -------
    bool
        For two encoders, matrices, or one beside word vectors.
    """
    return any(_is_encoder(one, pairs=pairs) for one in (source, target))


def run_link(job: LinkJob, *, progress: Progress = silent) -> dict[str, Any]:
    """Link two sentence encoders and write them with their maps.

    Parameters
    ----------
    job : LinkJob
        All that can be checked at once is, before anything long begins.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    dict
        The document of ``align --json``, with ``accuracy`` on held-out pairs.

    Raises
    ------
    XlingError
        If an input cannot be used; nothing is written then.
    """
    settings = _check(job)
    from threadpoolctl import threadpool_limits

    from xling.data.formats import ReadReport
    from xling.data.formats.pair_sources import PairOptions
    from xling.linking.link import link_encoders
    from xling.linking.sources import open_source
    from xling.stages import Stages, peak_memory_mib

    stages = Stages()
    reports: list[ReadReport] = []
    with stages.time("total"), telling(reports), threadpool_limits(job.threads):
        with stages.time("load"):
            corpus = None
            if job.pairs is not None:
                taken = PairOptions(columns=job.columns)
                read = read_sources([job.pairs], job.languages, options=taken, strict=job.strict)
                corpus = read.corpus
                reports += read.reports
            sources = [
                open_source(path, language, prompt=job.prompt)
                for path, language in zip((job.source, job.target), job.languages, strict=True)
            ]
        linked = link_encoders(
            (sources[0], sources[1]),
            corpus,
            method=job.method or LINK_METHOD,
            settings=settings,
            seed=job.seed,
            progress=progress,
        )
        with stages.time("save"):
            linked.encoders.save(job.output, force=job.force)
    found = linked.alignment
    seconds = {"load": stages.seconds["load"], **linked.seconds}
    seconds |= {name: stages.seconds[name] for name in ("save", "total")}
    return {
        "output": str(job.output),
        "method": found.method,
        "languages": list(job.languages),
        "vocabulary": dict.fromkeys(job.languages, 0),
        "sentence_pairs": linked.pairs,
        "held_out": dict.fromkeys(NOTHING_HELD_OUT, 0),
        "held_out_pairs": linked.held_out,
        "accuracy": linked.accuracy,
        "seed_pairs": found.seed_pairs,
        "pairs_used": found.pairs_used,
        "seed_coverage": None if found.coverage is None else found.coverage.share,
        "settings": dict(found.settings),
        "diagnostics": None,
        "history": list(found.history),
        "stop_reason": str(found.stop_reason),
        "verdict": None if found.verdict is None else str(found.verdict),
        "checks": dict(found.checks),
        "suspects": [[one.source, one.target, one.weight] for one in found.suspects],
        "seed": job.seed,
        "seconds": {name: round(spent, 3) for name, spent in seconds.items()},
        "peak_memory_mib": round(peak_memory_mib(), 1),
        "warnings": [line for report in reports for line in report.describe()]
        + list(linked.warnings),
    }


def summary(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Say what was linked, for people.

    Parameters
    ----------
    document : dict
        Of `run_link`.

    Returns
    -------
    list of (str, str)
        Lines.
    """
    lines = [
        ("encoders", document["output"]),
        ("method", document["method"]),
        ("fitted on", f"{document['sentence_pairs']:,} sentence pairs"),
    ]
    for name, share in document["accuracy"].items():
        held = f"{document['held_out_pairs']:,} held-out sentences"
        lines.append((name, f"{per_cent(share)} of {held} find their own"))
    return [
        *lines,
        ("time", f"{document['seconds']['total']:.1f} s"),
        ("memory", f"{document['peak_memory_mib']:,.0f} MiB at its peak"),
    ]


def _is_encoder(path: Path, *, pairs: bool) -> bool:
    """Tell an encoder or a matrix from a file of word vectors."""
    name = path.name.casefold()
    if name.endswith(tuple(VECTOR_READERS)):
        return False
    if path.is_dir() or name.endswith(".npy"):
        return True
    return pairs and _may_be_hubs(path)


def _may_be_hubs(path: Path) -> bool:
    """Tell a name that a hub may know, such as ``BAAI/bge-small-en-v1.5``, from a lost file's."""
    owned = len(path.parts) == 2 and path.parts[0] not in ("/", "..") and not path.parent.exists()
    return not path.exists() and (owned or not path.suffix)


def _check(job: LinkJob) -> dict[str, Any]:
    """Refuse what can be known to be wrong without any work; give the method's settings."""
    if job.lexicon is not None:
        raise ConflictError(
            "--lexicon links words, and an encoder of sentences was given",
            hint="give matched sentences with --pairs FILE",
        )
    if job.pairs_as is not None or job.limit is not None:
        raise ConflictError("--pairs-as and --limit are about word vectors; encoders have none")
    matrices = [path.name.casefold().endswith(".npy") for path in (job.source, job.target)]
    if job.pairs is None and not all(matrices):
        raise ConfigError(
            "encoders are linked from matched sentences, and none were given",
            hint="give them with --pairs FILE, source TAB target a line",
        )
    if job.method is not None:
        check_method(job.method, given=True, sentences=True)
    method = job.method or LINK_METHOD
    settings = parse_settings(method, type(aligner(method)().settings), job.settings)
    configured(method, settings)
    for name, value, least in (("seed", job.seed, 0), ("threads", job.threads, 1)):
        if value is not None and value < least:
            raise ConfigError(f"{name} is {value}; at least {least} is needed")
    given = [path for path in (job.source, job.target) if path.exists()]
    matched = [] if job.pairs is None else [job.pairs]
    inputs = [*given, *local_sources(matched)]
    check_output(job.output, force=job.force, inputs=inputs, directory=True)
    files = [
        path for path in (job.source, job.target) if not path.is_dir() and not _may_be_hubs(path)
    ]
    check_input(*files)
    check_sources(matched)
    for path in (job.source, job.target):
        if path.is_dir() and not any(
            (path / mark).is_file() for mark in ("modules.json", "config.json", MANIFEST_NAME)
        ):
            from xling.encoders.pretrained.checkpoint import open_checkpoint

            open_checkpoint(path)  # says what it lacks
    return settings
