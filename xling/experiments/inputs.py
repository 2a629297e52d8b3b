"""The files of an experiment: names that tell them apart, and their checksums."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

__all__ = ["file_names", "file_sums"]


def file_names(paths: Iterable[Path]) -> dict[Path, str]:
    """Name files as shortly as tells them apart: without folders, where base names differ.

    Parameters
    ----------
    paths : iterable of Path
        A file may stand there twice.

    Returns
    -------
    dict of Path to str
        The last parts of each path, with ``/`` between them: as many as no other file ends in.

    Examples
    --------
    >>> list(file_names([Path("a/pairs.tsv"), Path("b/more.en"), Path("c/more.en")]).values())
    ['pairs.tsv', 'b/more.en', 'c/more.en']
    """
    whole = {path: path.absolute().parts for path in paths}
    distinct = set(whole.values())
    ends = Counter(parts[-count:] for parts in distinct for count in range(1, len(parts) + 1))
    names = {}
    for path, parts in whole.items():
        most = len(parts)
        count = next((n for n in range(1, most) if ends[parts[-n:]] == 1), most)
        names[path] = Path(*parts[-count:]).as_posix()
    return names


def file_sums(paths: Iterable[Path]) -> dict[str, str]:
    """Give the SHA-256 of files.

    Parameters
    ----------
    paths : iterable of Path
        What is no regular file, such as a folder, is left out.

    Returns
    -------
    dict of str to str
        Hexadecimal, by the names that `file_names` gives.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    found = {}
    for path, name in file_names(paths).items():
        if path.is_file():
            with path.open("rb") as handle:
                found[name] = hashlib.file_digest(handle, "sha256").hexdigest()
    return found
