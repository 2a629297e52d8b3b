"""``xling encode --words``: a vector for each word of a file."""

from typing import TYPE_CHECKING, Any

from xling.cli.encode_job import EncodeJob
from xling.cli.options import telling
from xling.errors import ConfigError, InputError
from xling.linalg.anisotropy import check_isotropy
from xling.progress import Progress

if TYPE_CHECKING:
    from xling.encoders.pretrained.checkpoint import Checkpoint

__all__ = ["run_words"]

_NAMED = 3  # words named in a warning
_LONG = 40  # characters of a word in a message


def run_words(job: EncodeJob, checkpoint: "Checkpoint", progress: Progress) -> dict[str, Any]:
    """Write a vector for each word of a file.

    Parameters
    ----------
    job : EncodeJob
        Checked.
    checkpoint : Checkpoint
        Opened.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    dict
        What the document of ``encode --json`` says of words.

    Raises
    ------
    XlingError
        If an input cannot be used; nothing is written then.
    """
    from xling.data.formats import ReadReport, SentenceFiles, read_lines, write_vectors
    from xling.encoders.pretrained.words import WordSettings, encode_words
    from xling.model.export import without_blanks

    reports: list[ReadReport] = []
    source = job.source or ("isolation" if job.text is None else "occurrences")
    settings = WordSettings(
        source=source,  # type: ignore[arg-type]
        layers=_layers(job.layers),
        occurrences=job.occurrences,
        pooling=job.pooling,  # type: ignore[arg-type]
        isotropy=check_isotropy(job.isotropy),
        components=job.components,
        batch=job.batch,
    )
    with telling(reports):
        words, report = read_lines(job.file, strict=job.strict)
        reports.append(report)
        words = [" ".join(word.split()) for word in words]
        _written(job, words)
        found = encode_words(
            checkpoint,
            words,
            job.language,
            text=None if job.text is None else SentenceFiles([job.text]),
            settings=settings,
            progress=progress,
        )
        write_vectors(job.output, without_blanks(found.space), force=job.force)
    missing = list(found.missing)
    warnings = [line for one in reports for line in one.describe()]
    warnings += found.counts.describe(checkpoint.name, job.language)
    if missing:
        shown = ", ".join(_short(word) for word in missing[:_NAMED])
        shown += ", ..." if len(missing) > _NAMED else ""
        warnings.append(f"{len(missing)} words got no vector and are left out: {shown}")
    return {
        "rows": len(found.space),
        "dimensions": found.space.dim,
        "source": source,
        "missing": missing,
        "unknown_token_rate": found.counts.unknown_share,
        "warnings": warnings,
    }


def _written(job: EncodeJob, words: list[str]) -> None:
    """Refuse words that no vector file can tell apart; blanks are written as ``_`` there."""
    names: dict[str, str] = {}
    for word in words:
        if "\0" in word:
            raise InputError(
                f"{job.file}: the word {_short(word)} contains NUL; no file can hold it"
            )
        other = names.setdefault(word.replace(" ", "_"), word)
        if other != word:
            raise InputError(
                f"{job.file}: {_short(other)} and {_short(word)} would be written as one word"
            )


def _short(word: str) -> str:
    """Write a word for a message."""
    return repr(word if len(word) <= _LONG else f"{word[:_LONG]}...")


def _layers(text: str) -> tuple[int, ...]:
    """Read the value of ``--layers``."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise ConfigError(f"layers {text!r}; a comma list of numbers is needed") from None
