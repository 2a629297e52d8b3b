"""One call from a model to the page that shows it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xling.errors import InputError
from xling.model.model import Model
from xling.progress import Progress, silent
from xling.report.content import Judgement, gather
from xling.report.word_map import WORDS
from xling.report.write import write_report

__all__ = ["ReportSettings", "make_report"]

_FEWEST, _MOST = 10, 2000  # words on a map: fewer show nothing, more are slow to draw


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportSettings:
    """Where a report goes, and how large its map is.

    Parameters
    ----------
    path : Path
        File to make.
    words : int
        Words on the map at most, both languages together; 10 to 2000.
    seed : int
        Of the map.
    force : bool
        Whether a file that stands there is replaced.

    Raises
    ------
    InputError
        If ``words`` or ``seed`` is out of range.
    """

    path: Path
    words: int = WORDS
    seed: int = 0
    force: bool = False

    def __post_init__(self) -> None:
        if not _FEWEST <= self.words <= _MOST:
            raise InputError(f"words is {self.words}; from {_FEWEST} to {_MOST} are possible")
        if not 0 <= self.seed < 1 << 32:
            raise InputError(f"seed is {self.seed}; from 0 to {(1 << 32) - 1} is possible")


def make_report(
    model: Model,
    settings: ReportSettings,
    *,
    source: str | None = None,
    target: str | None = None,
    retrieval: str = "csls",
    channels: str = "all",
    judgement: Judgement | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Write the page of a model.

    Parameters
    ----------
    model : Model
        Of two languages.
    settings : ReportSettings
        Where to.
    source, target : str, optional
        Direction; by default the model's own.
    retrieval, channels : str
        By name.
    judgement : Judgement, optional
        Of this direction and evidence; without it the page has no scores.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    dict
        ``file``, ``bytes``, and ``words`` on the map.

    Raises
    ------
    InputError
        If a name does not exist.
    FileAccessError
        If the file cannot be written.
    """
    way = model.way(source, target, retrieval=retrieval, channels=channels)
    document = gather(
        model, way, judgement, words=settings.words, seed=settings.seed, progress=progress
    )
    written = write_report(document, settings.path, force=settings.force)
    return {
        "file": str(settings.path),
        "bytes": written,
        "words": len(document["map"]["words"]),
    }
