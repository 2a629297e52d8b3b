"""The files of the page, read once: no path from a request reaches the file system."""

import hashlib
from dataclasses import dataclass, field
from importlib import resources

__all__ = ["StaticFile", "static_files"]

_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_PAGES = {"index.html": "/", "docs.html": "/docs"}


@dataclass(frozen=True, kw_only=True, slots=True)
class StaticFile:
    """One file.

    Parameters
    ----------
    path : str
        Of its address.
    kind : str
        Its media type.
    data : bytes
        Its content.
    tag : str
        Differs between versions.
    """

    path: str
    kind: str
    data: bytes = field(repr=False)
    tag: str


def static_files() -> tuple[StaticFile, ...]:
    """Read the files of the page from the package.

    Returns
    -------
    tuple of StaticFile
        In the order of their names.
    """
    found = []
    for place in sorted(resources.files("xling.server").joinpath("page").iterdir(), key=str):
        ending = place.name[place.name.rfind(".") :]
        if ending not in _KINDS:
            continue
        data = place.read_bytes()
        found.append(
            StaticFile(
                path=_PAGES.get(place.name, f"/static/{place.name}"),
                kind=_KINDS[ending],
                data=data,
                tag=f'"{hashlib.sha256(data).hexdigest()[:16]}"',
            )
        )
    return tuple(found)
