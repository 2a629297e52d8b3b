"""Sentences one a line: two line-aligned files, or monolingual text."""

from itertools import zip_longest

from xling.data.corpus import ParallelCorpus
from xling.data.formats.lines import decoded_lines, write_lines
from xling.data.formats.report import ProblemLog, ReadReport
from xling.data.formats.sentence_files import SentenceFiles
from xling.data.language import check_language_pair
from xling.errors import FormatError
from xling.files import PathLike

__all__ = ["read_line_aligned", "read_lines", "write_line_aligned"]


def read_line_aligned(
    source_path: PathLike,
    target_path: PathLike,
    languages: tuple[str, str],
    *,
    strict: bool = False,
) -> tuple[ParallelCorpus, ReadReport]:
    """Read two files whose lines of the same number are a sentence pair.

    Parameters
    ----------
    source_path, target_path : path
        UTF-8; plain, or gzip where the name ends in ``.gz``.
    languages : tuple of str
        Source and target language.
    strict : bool
        Whether to stop at the first pair with a blank side or a line that is not UTF-8, instead
        of skipping and counting it. Pairs blank on both sides never stop.

    Returns
    -------
    ParallelCorpus
        Sentences as written, without blanks at their ends.
    ReadReport
        What was skipped; ``path`` is the source file.

    Raises
    ------
    FormatError
        If the files differ in their number of lines, one is empty, no pair is usable, or gzip
        data is broken; under ``strict`` for the first bad line.
    FileAccessError
        If one cannot be read.
    """
    source_language, target_language = check_language_pair(languages)
    log = ProblemLog(source_path, strict)
    source: list[str] = []
    target: list[str] = []
    counts = [0, 0]
    sides = decoded_lines(source_path, log), decoded_lines(target_path, log)
    for one, other in zip_longest(*sides):
        counts[0] += one is not None
        counts[1] += other is not None
        if one is None or other is None or one[1] is None or other[1] is None:
            continue
        number, texts = one[0], (one[1].strip(), other[1].strip())
        if all(texts):
            source.append(texts[0])
            target.append(texts[1])
        elif not any(texts):
            log.note("empty line", number, "empty on both sides", "pair skipped")
        else:
            blank = target_path if texts[0] else source_path
            log.problem(
                "blank side", number, "blank, but its pair is not", "pair skipped", path=blank
            )
    if counts[0] != counts[1]:
        raise FormatError(
            source_path,
            f"{counts[0]} lines, but {target_path} has {counts[1]}; "
            "line-aligned files have the same number",
        )
    if not source:
        raise log.nothing_usable(f"no line holds a sentence here and in {target_path}")
    corpus = ParallelCorpus(
        source_language=source_language,
        target_language=target_language,
        source=tuple(source),
        target=tuple(target),
    )
    return corpus, log.report("sentence pairs", len(corpus))


def write_line_aligned(
    source_path: PathLike, target_path: PathLike, corpus: ParallelCorpus, *, force: bool = False
) -> None:
    """Write two files whose lines of the same number are a sentence pair.

    Parameters
    ----------
    source_path, target_path : path
        The files to make; gzip where the name ends in ``.gz``.
    corpus : ParallelCorpus
        What to write.
    force : bool
        Whether files that stand there are replaced.

    Raises
    ------
    FormatError
        If a sentence holds a line feed; nothing is written then.
    FileAccessError
        If a place is taken, or the disk refuses.
    """
    sides = ((source_path, corpus.source), (target_path, corpus.target))
    for path, sentences in sides:
        for number, sentence in enumerate(sentences, start=1):
            if "\n" in sentence:
                raise FormatError(path, f"pair {number} holds a line feed: {sentence!r}")
    for path, sentences in sides:
        write_lines(path, (sentence.encode() for sentence in sentences), force=force)


def read_lines(path: PathLike, *, strict: bool = False) -> tuple[list[str], ReadReport]:
    """Read monolingual text, one sentence a line, into memory; `SentenceFiles` streams it.

    Parameters
    ----------
    path : path
        UTF-8; plain, or gzip if its name ends in ``.gz``.
    strict : bool
        Whether to stop at the first line that is too long or not UTF-8. Empty lines never stop.

    Returns
    -------
    list of str
        Sentences as written, without blanks at their ends; empty lines left out.
    ReadReport
        What was skipped.

    Raises
    ------
    FormatError
        If the file is empty, no line holds text, or its gzip data is broken; under ``strict``
        for the first bad line.
    FileAccessError
        If it cannot be read.
    """
    files = SentenceFiles([path], strict=strict)
    sentences = list(files)
    return sentences, files.reports[0]
