"""``xling download``: data sets of the field, into a cache."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from xling.cli.options import Json, parse_tags
from xling.cli.progress import progress_bars
from xling.cli.render import facts, size, table, write, write_json
from xling.errors import InputError
from xling.progress import Progress, silent

__all__ = ["EXAMPLES", "download", "run_download"]

EXAMPLES = (
    "xling download --list",
    "xling download tatoeba --languages en,de",
    "xling download opus --corpus TED2020 --languages en,de",
    "xling download fasttext --languages en,de",
)


def run_download(
    name: str,
    languages: tuple[str, ...],
    *,
    corpus: str | None = None,
    version: str | None = None,
    mirror: str | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Fetch a data set.

    Parameters
    ----------
    name, languages, corpus, version, mirror, force, progress
        As for `xling.downloads.download.download`.

    Returns
    -------
    dict
        The document of ``download --json``.

    Raises
    ------
    XlingError
        If it cannot be had.
    """
    from xling.downloads.download import cache_folder
    from xling.downloads.download import download as fetch_all
    from xling.downloads.table import DATA_SETS

    found = fetch_all(
        name,
        languages,
        corpus=corpus,
        version=version,
        mirror=mirror,
        force=force,
        progress=progress,
    )
    known = DATA_SETS[name]
    return {
        "name": name,
        "languages": list(languages),
        "licence": known.licence,
        "licence_url": known.licence_url,
        "cache": str(cache_folder()),
        "files": [{**asdict(file), "path": str(file.path)} for file in found.files],
        "ready": [str(path) for path in found.ready],
        "example": found.example,
    }


def download(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Of a data set; --list shows them.")
    ] = None,
    languages: Annotated[
        str | None,
        typer.Option(metavar="TAGS", help="Two for pairs and lexicons: en,de; one for vectors."),
    ] = None,
    corpus: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of opus, for example TED2020.")
    ] = None,
    version: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of the corpus; default: the newest known.")
    ] = None,
    mirror: Annotated[
        str | None,
        typer.Option(metavar="URL", help="A server with the same paths, instead of the source."),
    ] = None,
    list_them: Annotated[bool, typer.Option("--list", help="Show all data sets.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Fetch anew what is there.")] = False,
    json: Json = False,
) -> None:
    """Fetch a data set into the cache: XLING_CACHE, or the platform's folder for caches."""
    if list_them:
        _show(json)
        return
    if name is None:
        raise InputError(
            "the name of a data set is needed", hint="xling download --list shows them"
        )
    tags = () if languages is None else parse_tags(languages)
    with progress_bars() as progress:
        document = run_download(
            name,
            tags,
            corpus=corpus,
            version=version,
            mirror=mirror,
            force=force,
            progress=progress,
        )
    if json:
        write_json(document)
        return
    write(
        facts(
            [
                ("data set", document["name"]),
                ("licence", f"{document['licence']} ({document['licence_url']})"),
                *(("fetched", _fetched(file)) for file in document["files"]),
                *(("ready", path) for path in document["ready"]),
                ("next", document["example"]),
            ]
        )
    )


def _fetched(file: dict[str, Any]) -> str:
    """Say what came."""
    was = ", was there already" if file["cached"] else ""
    return f"{file['url']} ({size(file['size'])}, SHA-256 {file['sha256'][:16]}...{was})"


def _show(json: bool) -> None:
    """List the data sets."""
    from xling.downloads.table import DATA_SETS

    if json:
        names = ("title", "licence", "licence_url", "size")
        document = {
            name: {field: getattr(known, field) for field in names}
            for name, known in DATA_SETS.items()
        }
        write_json({"data_sets": document})
        return
    rows = [(name, known.title, known.size, known.licence) for name, known in DATA_SETS.items()]
    write(table(("name", "what", "size", "licence"), rows))
