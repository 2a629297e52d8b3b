"""``xling hub``: more than two languages in one space, and one language more."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from xling.aligners.hub_pairs import check_connected
from xling.cli.interrupts import stop_if_asked
from xling.cli.options import (
    Force,
    Json,
    Limit,
    Output,
    Strict,
    Threads,
    check_input,
    examples,
    parse_lexicons,
    parse_tags,
    telling,
)
from xling.cli.progress import progress_bars
from xling.cli.render import facts, per_cent, warn, write, write_json
from xling.errors import ConfigError, InputError, LanguageMismatchError, UnknownNameError
from xling.files import check_output
from xling.progress import Progress, silent

if TYPE_CHECKING:
    from xling.data.lexicon import Lexicon
    from xling.data.space import EmbeddingSpace
    from xling.hubs import Joined

__all__ = [
    "EXAMPLES",
    "HubJob",
    "add",
    "build",
    "hub_app",
    "run_add",
    "run_build",
]

EXAMPLES = (
    "xling hub en.vec de.vec es.vec --languages en,de,es --lexicon en-de=a.tsv "
    "--lexicon en-es=b.tsv --output models/hub --json",
    "xling hub add models/hub fr.vec --language fr --lexicon fr-en=c.tsv --output models/hub4",
    "xling translate models/hub Katze --from de --to es",
)

_Lexicons = Annotated[
    list[str],
    typer.Option(
        "--lexicon", metavar="A-B=FILE", help="Seed pairs from A to B; give one for each link."
    ),
]


class _Builds(TyperGroup):
    """Takes what names no command for the call of ``build``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put ``build`` before a file or an option; show the help where there is nothing."""
        if not args:
            args = ["--help"]
        elif args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["build", *args]
        return super().parse_args(ctx, args)


@dataclass(frozen=True, kw_only=True, slots=True)
class HubJob:
    """Which spaces to join, by what, and where to.

    Parameters
    ----------
    spaces : tuple of Path
        Vector files; of an addition, one.
    languages : tuple of str
        Theirs.
    lexicons : tuple of str
        Seed pairs, each ``A-B=FILE``.
    output : Path
        Folder to make; of an addition it may be the hub itself.
    hub : Path, optional
        Of an addition, what stands.
    threads : int, optional
        ``None``: all processors.
    limit : int, optional
        Read this many words of each file at most.
    strict, force : bool
        Whether a bad line stops; whether the output is replaced.
    """

    spaces: tuple[Path, ...]
    languages: tuple[str, ...]
    lexicons: tuple[str, ...]
    output: Path
    hub: Path | None = None
    threads: int | None = None
    limit: int | None = None
    strict: bool = False
    force: bool = False


def run_build(job: HubJob, *, progress: Progress = silent) -> dict[str, Any]:
    """Join spaces and write the hub.

    Parameters
    ----------
    job : HubJob
        All that can be checked at once is, before anything long begins.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    dict
        The document of ``hub --json``.

    Raises
    ------
    XlingError
        If an input cannot be used; nothing is written then.
    """
    if len(job.spaces) != len(job.languages):
        raise InputError(
            f"{len(job.spaces)} vector files for {len(job.languages)} languages "
            f"({','.join(job.languages)}); one for each is needed"
        )
    files = parse_lexicons(job.lexicons, job.languages)
    check_connected(job.languages, list(files))
    _check(job, files)
    from xling.hubs import join_spaces

    def join(spaces: "list[EmbeddingSpace]", lexicons: "list[Lexicon]") -> "Joined":
        return join_spaces(spaces, lexicons, progress=progress)

    return _run(job, files, join)


def run_add(job: HubJob, *, progress: Progress = silent) -> dict[str, Any]:
    """Link a further language to a hub and write it, the others' files as they stand.

    Parameters
    ----------
    job : HubJob
        All that can be checked at once is, before anything long begins.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    dict
        The document of ``hub add --json``.

    Raises
    ------
    XlingError
        If an input cannot be used; nothing is written then.
    """
    from xling.hubs import join_space
    from xling.model.open import load_hub

    assert job.hub is not None
    if len(job.languages) != 1:
        raise InputError(
            f"--language has {len(job.languages)} tags ({','.join(job.languages)}) for one vector "
            "file; one is needed",
            hint="add one language after the other",
        )
    standing = load_hub(job.hub)
    held = [tag for tag in standing.languages if tag.casefold() == job.languages[0].casefold()]
    if held:
        raise LanguageMismatchError(
            f"the hub has {held[0]} already; its languages: {', '.join(standing.languages)}",
            hint="--language names the further one",
        )
    files = parse_lexicons(job.lexicons, [*standing.languages, *job.languages])
    _check(job, files)

    def join(spaces: "list[EmbeddingSpace]", lexicons: "list[Lexicon]") -> "Joined":
        return join_space(standing, spaces[0], lexicons, progress=progress)

    return _run(job, files, join)


def build(
    spaces: Annotated[
        list[Path],
        typer.Argument(metavar="SPACE...", help="Vectors: .vec, .txt, .bin, .npz, .safetensors."),
    ],
    languages: Annotated[
        str, typer.Option(metavar="TAGS", help="Theirs, in the same order, for example en,de,es.")
    ],
    lexicon: _Lexicons,
    output: Output,
    threads: Threads = None,
    limit: Limit = None,
    strict: Strict = False,
    force: Force = False,
    json: Json = False,
) -> None:
    """Join any number of vector files into one space, by lexicons of some pairs of them."""
    job = HubJob(
        spaces=tuple(spaces),
        languages=parse_tags(languages),
        lexicons=tuple(lexicon),
        output=output,
        threads=threads,
        limit=limit,
        strict=strict,
        force=force,
    )
    with progress_bars() as progress:
        _show(run_build(job, progress=progress), json=json)


def add(
    hub: Annotated[Path, typer.Argument(metavar="HUB", help="Folder that hub made.")],
    space: Annotated[Path, typer.Argument(metavar="SPACE", help="Vectors of a further language.")],
    language: Annotated[str, typer.Option(metavar="TAG", help="The further language.")],
    lexicon: _Lexicons,
    output: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder to make; default: HUB itself, with --force."),
    ] = None,
    threads: Threads = None,
    limit: Limit = None,
    strict: Strict = False,
    force: Force = False,
    json: Json = False,
) -> None:
    """Link a further language to a hub; its own languages and their files stay as they are."""
    if output is None and not force:
        raise ConfigError(
            f"where to? --output DIR is needed, or --force to add {language} to {hub} itself"
        )
    job = HubJob(
        spaces=(space,),
        languages=parse_tags(language),
        lexicons=tuple(lexicon),
        output=hub if output is None else output,
        hub=hub,
        threads=threads,
        limit=limit,
        strict=strict,
        force=force,
    )
    with progress_bars() as progress:
        _show(run_add(job, progress=progress), json=json)


def hub_app() -> typer.Typer:
    """Put both commands together.

    Returns
    -------
    Typer
        To be added to the program under the name ``hub``.
    """
    app = typer.Typer(
        cls=_Builds,
        help="Join more than two languages in one space.\n\nxling hub SPACE... is short for "
        "xling hub build SPACE...; both commands print their result as JSON with --json.",
        epilog=examples(*EXAMPLES),
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.command(epilog=examples(EXAMPLES[0]))(build)
    app.command(epilog=examples(EXAMPLES[1]))(add)
    return app


def _check(job: HubJob, lexicons: dict[tuple[str, str], Path]) -> None:
    """Refuse what can be known to be wrong without any work."""
    from xling.data.formats.vectors import VECTOR_READERS

    for name, value in (("limit", job.limit), ("threads", job.threads)):
        if value is not None and value < 1:
            raise ConfigError(f"{name} is {value}; at least 1 is needed")
    inputs = [*job.spaces, *lexicons.values()]
    in_place = job.hub is not None and job.output.resolve() == job.hub.resolve()
    others = [] if in_place or job.hub is None else [job.hub]
    check_output(job.output, force=job.force, inputs=[*inputs, *others], directory=True)
    check_input(*inputs)
    for path in job.spaces:
        if not path.name.casefold().endswith(tuple(VECTOR_READERS)):
            raise UnknownNameError(
                f"ending of the vector file {path}:", path.suffix, VECTOR_READERS
            )


def _run(
    job: HubJob,
    files: dict[tuple[str, str], Path],
    join: Callable[["list[EmbeddingSpace]", "list[Lexicon]"], "Joined"],
) -> dict[str, Any]:
    """Read what is to be joined, join it, and write the hub."""
    from importlib import import_module

    from threadpoolctl import threadpool_limits

    from xling.data.formats import ReadReport, read_lexicon, read_vectors
    from xling.stages import Stages, peak_memory_mib

    stages = Stages()
    reports: list[ReadReport] = []
    with stages.time("total"), telling(reports):
        with stages.time("load"):
            lexicons = []
            for pair, path in files.items():
                lexicon, report = read_lexicon(path, pair, strict=job.strict)
                lexicons.append(lexicon)
                reports.append(report)
            spaces = []
            for path, language in zip(job.spaces, job.languages, strict=True):
                space, report = read_vectors(path, language, strict=job.strict, limit=job.limit)
                spaces.append(space)
                reports.append(report)
        import_module("faiss")  # a limit holds for the libraries that are loaded when it is set
        with threadpool_limits(job.threads):
            joined = join(spaces, lexicons)
        stop_if_asked()
        with stages.time("save"):
            joined.hub.save(job.output, force=job.force, kept=job.hub)
    seconds = {"load": stages.seconds["load"], **joined.seconds}
    seconds |= {name: stages.seconds[name] for name in ("save", "total")}
    found = joined.alignment
    return {
        "output": str(job.output),
        "method": "hub",
        "languages": list(joined.hub.languages),
        "vocabulary": {one.language: len(one.vocabulary) for one in joined.hub.sides},
        "links": [link.summary() for link in joined.hub.links],
        "seed_pairs": sum(link.pairs for link in found.links),
        "diagnostics": joined.diagnostics,
        "settings": dict(found.settings),
        "fixed": found.fixed,
        "history": list(found.history),
        "stop_reason": str(found.stop_reason),
        "seconds": {name: round(spent, 3) for name, spent in seconds.items()},
        "peak_memory_mib": round(peak_memory_mib(), 1),
        "warnings": [line for report in reports for line in report.describe()]
        + list(joined.warnings),
    }


def _show(document: dict[str, Any], *, json: bool) -> None:
    """Print what was made."""
    warn(document["warnings"])
    if json:
        write_json(document)
        return
    words = ", ".join(f"{language} {n:,}" for language, n in document["vocabulary"].items())
    rounds = len(document["history"])
    links = [
        (
            f"link {link['source']}-{link['target']}",
            f"{link['pairs']:,} pairs ({per_cent(link['coverage'])} of the lexicon), "
            f"mean cosine {link['cosine']:.3f}",
        )
        for link in document["links"]
    ]
    write(
        facts(
            [
                ("hub", document["output"]),
                ("words", words),
                *links,
                *(
                    (f"spaces {pair}", described["expect"])
                    for pair, described in document["diagnostics"].items()
                    if described is not None
                ),
                ("ended", f"{document['stop_reason']}, {rounds} round{'s' * (rounds != 1)}"),
                ("time", f"{document['seconds']['total']:.1f} s"),
                ("memory", f"{document['peak_memory_mib']:,.0f} MiB at its peak"),
            ]
        )
    )
