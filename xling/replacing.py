"""What may be replaced: nothing but what xling wrote itself, and never what a run reads."""

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from xling.errors import FileAccessError

__all__ = ["EXPORT_MARK", "check_replaceable", "foreign_file"]

#: File by which an export for another library is known; it lists the others.
EXPORT_MARK = "xling-export.json"

_MANIFEST = "manifest.json"
_MODELS = (
    *("xling-model", "xling-hub", "xling-collection"),
    *("xling-encoders", "xling-migration", "xling-student"),
)
# A folder of experiments or of generated text is known by a name of its own in it.
_EXPERIMENTS = (
    frozenset({"ablation.json", "ablation.html"}),
    frozenset({"shots.json", "shots.png", "shots.svg"}),
)
_GENERATED = frozenset({"pairs.tsv", "held-out.tsv", "linked.tsv"})
_BESIDE = frozenset({"alignments.tsv"})  # generated text may hold it, too
_TAG = r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*"
_TEXT = re.compile(rf"{_TAG}\.txt")
_VECTORS = re.compile(rf"{_TAG}\.(?:vec|npz)")
_LEXICON = re.compile(rf"{_TAG}-{_TAG}\.tsv")


def check_replaceable(
    path: Path, *, inputs: Iterable[Path | None] = (), directory: bool = False
) -> None:
    """Refuse to replace what stands at a place, unless that can do no harm.

    Parameters
    ----------
    path : Path
        Something that exists, or a link.
    inputs : iterable of Path or None
        Files and folders that the run reads.
    directory : bool
        Whether a folder is to take the place; otherwise a file.

    Raises
    ------
    FileAccessError
        If it is, holds or belongs to an input, or is neither a file for a file, nor for a folder
        an empty one or one that xling wrote: not the current one, nor one above it.
    """
    place = path.resolve()
    for given in inputs:
        one = None if given is None else given.resolve()
        if one is not None and (place == one or place in one.parents or one in place.parents):
            what = "is" if place == one else "holds" if place in one.parents else "is a part of"
            raise _refused(f"{path} {what} the input {given}")
    if not directory:
        if path.is_dir():
            raise FileAccessError(f"{path} is a directory; a file is needed")
        return
    if not path.is_dir():
        raise _refused(f"{path} is no directory")
    with suppress(OSError):  # a current folder that was removed is in nobody's way
        here = Path.cwd().resolve()
        if place == here or place in here.parents:
            raise _refused(f"{path} is the current folder or above it")
    foreign = foreign_file(path)
    if foreign is not None:
        raise _refused(f"{path} holds {foreign!r}, which xling did not write there")


def foreign_file(folder: Path) -> str | None:
    """Look for something in a folder that is no part of what xling writes.

    Parameters
    ----------
    folder : Path
        Any folder.

    Returns
    -------
    str or None
        One such name; ``None`` for an empty folder, for a model with the files of its manifest,
        an export, an experiment, and text that was generated.

    Raises
    ------
    FileAccessError
        If the folder cannot be read.
    """
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise FileAccessError(f"cannot read {folder}: {error.strerror or error}") from error
    if any(entry.name == EXPORT_MARK for entry in entries):
        return _foreign_in_export(folder)
    names = {entry.name for entry in entries}
    listed = _listed(folder) if _MANIFEST in names else None
    nested = {name.partition("/")[0] for name in listed or () if "/" in name}
    for entry in entries:
        inside = entry.is_dir() and entry.name in nested
        if entry.is_symlink() or not (entry.is_file() or inside):
            return entry.name
    if listed is not None:
        return min(_within(folder) - listed, default=None)
    if not names or any(known >= names for known in _EXPERIMENTS):
        return None
    if names >= _GENERATED:
        others = sorted(names - _GENERATED - _BESIDE)
        return next((name for name in others if not _TEXT.fullmatch(name)), None)
    # One file a language, or one a direction.
    if len(names) > 1 and all(map(_VECTORS.fullmatch, names)) and _alike(names):
        return None
    return None if _directions(names) else min(names)


def _within(folder: Path) -> set[str]:
    """Name all that stands in a folder and in those inside it, but for the folders themselves."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }


def _alike(names: set[str]) -> bool:
    """Tell whether two names have one ending, as the files of an export do."""
    return len({name.rpartition(".")[2] for name in names}) == 1


def _directions(names: set[str]) -> bool:
    """Tell whether names are those of all directions between some languages."""
    stems = {name.removesuffix(".tsv") for name in names if _LEXICON.fullmatch(name)}
    if len(stems) < len(names):
        return False
    # A tag may hold a hyphen itself, so that only the whole set says where it is cut.
    parts = [stem.split("-") for stem in stems]
    tags = {"-".join(some[:cut]) for some in parts for cut in range(1, len(some))}
    tags &= {"-".join(some[cut:]) for some in parts for cut in range(1, len(some))}
    some = {a for a in tags for b in tags if {f"{a}-{b}", f"{b}-{a}"} <= stems}
    return {f"{a}-{b}" for a in some for b in some if a != b} == stems


def _listed(folder: Path) -> set[str] | None:
    """Give the files of a model by its manifest; ``None`` for something else's manifest."""
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        stored = json.loads((folder / _MANIFEST).read_bytes())
        if stored["kind"] in _MODELS:
            return {_MANIFEST, *map(str, stored["files"])}
    return None


def _foreign_in_export(folder: Path) -> str | None:
    """Look for something that an export for another library does not list."""
    listed: set[str] = set()
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        stored = json.loads((folder / EXPORT_MARK).read_bytes())
        if stored["kind"] == "xling-export":
            listed = {EXPORT_MARK, *map(str, stored["files"])}
    for entry in sorted(folder.rglob("*")):
        name = entry.relative_to(folder).as_posix()
        if entry.is_symlink() or (name not in listed and not entry.is_dir()):
            return name
    return None


def _refused(reason: str) -> FileAccessError:
    """Say why a place is not replaced."""
    return FileAccessError(
        f"{reason}, so it is not replaced",
        hint="choose a new place; --force replaces an empty folder or one that xling wrote",
    )
