"""Sentence pairs from files and data sets of any kind, together and filtered."""

from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from xling.data.corpus import ParallelCorpus
from xling.data.formats.line_aligned import read_line_aligned
from xling.data.formats.pair_columns import PairColumns, choose_columns
from xling.data.formats.pair_datasets import HUB, dataset_rows, hub_rows, parse_hub
from xling.data.formats.pair_rows import Row, delimited_rows, json_rows
from xling.data.formats.pairs_tsv import read_pairs, stream_pairs
from xling.data.formats.report import ProblemLog, ReadReport
from xling.data.language import check_language_pair
from xling.data.pair_filters import Pair, PairFilters, filtered
from xling.errors import FormatError, InputError
from xling.files import PathLike

__all__ = [
    "PairOptions",
    "ReadPairs",
    "interleaved",
    "local_path",
    "read_aligned_files",
    "read_pair_sources",
]

_JSON = (".jsonl", ".ndjson", ".json")


@dataclass(frozen=True, kw_only=True, slots=True)
class PairOptions:
    """What is taken of files and data sets.

    Parameters
    ----------
    columns : pair of str, optional
        Of both sides, source first: names, or numbers of a table without a header.
    where : tuple of pair of str
        Columns and the values that they must hold.
    limit : int, optional
        Most pairs taken altogether, after the filters.
    filters : PairFilters
        What is left out.

    Raises
    ------
    InputError
        If the limit is below 1.
    """

    columns: tuple[str, str] | None = None
    where: tuple[tuple[str, str], ...] = ()
    limit: int | None = None
    filters: PairFilters = field(default_factory=PairFilters)

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 1:
            raise InputError(f"{self.limit} pairs at most; at least 1 is needed")

    def __bool__(self) -> bool:
        return self != PairOptions()


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadPairs:
    """Sentence pairs, and what was not taken.

    Parameters
    ----------
    corpus : ParallelCorpus
        In the order of `interleaved`.
    reports : tuple of ReadReport
        One for each source.
    dropped : dict of str to int
        How many pairs each filter left out, and ``"where"``.
    """

    corpus: ParallelCorpus
    reports: tuple[ReadReport, ...]
    dropped: dict[str, int]


def local_path(source: PathLike) -> Path | None:
    """Give the path of a source of pairs.

    Parameters
    ----------
    source : path or str
        A file, a folder, or ``hub:OWNER/NAME``.

    Returns
    -------
    Path or None
        ``None`` for a data set on the hub.

    Raises
    ------
    InputError
        If the name of a data set is malformed.
    """
    if str(source).startswith(HUB):
        parse_hub(str(source))
        return None
    return Path(source)


def read_pair_sources(
    sources: Sequence[PathLike],
    languages: tuple[str, str],
    *,
    options: PairOptions | None = None,
    strict: bool = False,
) -> ReadPairs:
    """Read sentence pairs from one or several files and data sets.

    Parameters
    ----------
    sources : sequence of path or str
        By its ending, a file is CSV, JSON lines or Parquet, otherwise ``source TAB target`` a
        line; a folder is one that ``datasets`` saved; ``hub:OWNER/NAME`` is streamed.
    languages : pair of str
        Source and target language.
    options : PairOptions, optional
        Columns and filters.
    strict : bool
        Whether to stop at the first bad line instead of skipping and counting it.

    Returns
    -------
    ReadPairs
        With everything that was skipped or left out.

    Raises
    ------
    FormatError
        If a file is empty or broken, or holds no pair; if no pair is left by the filters.
    InputError
        If there is no source, or a column does not exist.
    FileAccessError, RemoteError
        If a source cannot be read or reached.
    """
    pair = check_language_pair(languages)
    options = options or PairOptions()
    if not sources:
        raise InputError("no sentence pairs were given; a file or data set is needed")
    if len(sources) == 1 and not options and _kind(sources[0]) == "tsv":
        corpus, report = read_pairs(sources[0], pair, strict=strict)
        return ReadPairs(corpus=corpus, reports=(report,), dropped={})
    dropped: Counter[str] = Counter()
    streams = [_Stream(source, pair, options, strict, dropped) for source in sources]
    left: list[Pair]
    with ExitStack() as stack:
        opened = [stack.enter_context(closing(stream.pairs())) for stream in streams]
        kept = filtered(interleaved(opened), options.filters, dropped)
        left = list(islice(kept, options.limit))
    reports = tuple(stream.log.report("sentence pairs", stream.found) for stream in streams)
    return _read(left, pair, reports, dropped, str(sources[0]))


def read_aligned_files(
    source: PathLike,
    target: PathLike,
    languages: tuple[str, str],
    *,
    options: PairOptions | None = None,
    strict: bool = False,
) -> ReadPairs:
    """Read two files whose lines of the same number are a sentence pair, through the filters.

    Parameters
    ----------
    source, target : path
        UTF-8; plain, or gzip where the name ends in ``.gz``.
    languages : pair of str
        Source and target language.
    options : PairOptions, optional
        Filters, and most pairs; such files have no columns.
    strict : bool
        Whether to stop at the first bad line instead of skipping and counting it.

    Returns
    -------
    ReadPairs
        With everything that was skipped or left out.

    Raises
    ------
    InputError
        If columns or values of them are asked for.
    FormatError
        As `read_line_aligned`, or if no pair is left by the filters.
    FileAccessError
        If one cannot be read.
    """
    options = options or PairOptions()
    if options.columns is not None or options.where:
        raise InputError(
            "line-aligned files have no columns",
            hint="leave --columns and --where out, or give a table as PAIRS",
        )
    corpus, report = read_line_aligned(source, target, languages, strict=strict)
    if not options:
        return ReadPairs(corpus=corpus, reports=(report,), dropped={})
    dropped: Counter[str] = Counter()
    kept = filtered(zip(corpus.source, corpus.target, strict=True), options.filters, dropped)
    pair = (corpus.source_language, corpus.target_language)
    return _read(list(islice(kept, options.limit)), pair, (report,), dropped, str(source))


def _read(
    left: list[Pair],
    languages: tuple[str, str],
    reports: tuple[ReadReport, ...],
    dropped: Counter[str],
    name: str,
) -> ReadPairs:
    """Make a corpus of the pairs that are left."""
    if not left:
        told = ", ".join(f"{kind} {count:,}" for kind, count in dropped.items())
        raise FormatError(name, f"no sentence pair is left ({told})")
    corpus = ParallelCorpus(
        source_language=languages[0],
        target_language=languages[1],
        source=tuple(one for one, _ in left),
        target=tuple(other for _, other in left),
    )
    return ReadPairs(corpus=corpus, reports=reports, dropped=dict(dropped))


def interleaved(streams: Iterable[Iterator[Pair]]) -> Iterator[Pair]:
    """Take pairs from several streams in turn, until each has ended.

    Parameters
    ----------
    streams : iterable of iterator of pair of str
        Any number.

    Yields
    ------
    pair of str
        Every pair once.

    Examples
    --------
    >>> [a for a, _ in interleaved([iter([("a", ""), ("b", "")]), iter([("c", "")])])]
    ['a', 'c', 'b']
    """
    waiting = list(streams)
    while waiting:
        for stream in list(waiting):
            pair = next(stream, None)
            if pair is None:
                waiting.remove(stream)
            else:
                yield pair


class _Stream:
    """The pairs of one source, with what was skipped in it."""

    def __init__(
        self,
        source: PathLike,
        languages: tuple[str, str],
        options: PairOptions,
        strict: bool,
        dropped: Counter[str],
    ) -> None:
        self.log = ProblemLog(source, strict)
        self.found = 0
        self._source = source
        self._languages = languages
        self._options = options
        self._dropped = dropped

    def pairs(self) -> Generator[Pair, None, None]:
        """Give one pair after the other."""
        numbered = self._options.columns is None and not self._options.where
        if _kind(self._source) == "tsv" and numbered:
            pairs = stream_pairs(self._source, self.log)
        else:
            pairs = self._picked()
        for pair in pairs:
            self.found += 1
            yield pair
        if not self.found and not self._dropped["where"]:
            raise self.log.nothing_usable("holds no sentence pair")

    def _picked(self) -> Iterator[Pair]:
        """Pick both sides out of rows."""
        columns: PairColumns | None = None
        with closing(self._rows()) as rows:
            for number, row in rows:
                if columns is None:
                    columns = choose_columns(
                        row,
                        self._languages,
                        place=str(self._source),
                        wanted=self._options.columns,
                        where=self._options.where,
                    )
                if not columns.wanted(row):
                    self._dropped["where"] += 1
                    continue
                source, target = columns.texts(row)
                if source and target:
                    yield source, target
                    continue
                side = columns.target if source else columns.source
                self.log.problem(
                    "blank side", number, f"column {side!r} is blank or no text", "row skipped"
                )

    def _rows(self) -> Generator[Row, None, None]:
        """Open the source as a table."""
        kind = _kind(self._source)
        if kind == "hub":
            return hub_rows(str(self._source))
        if kind in ("parquet", "folder"):
            return dataset_rows(Path(self._source))
        if kind == "json":
            return json_rows(self._source, self.log)
        asked = self._options.columns
        named = (asked is not None and not all(name.isdigit() for name in asked)) or (
            asked is None and kind == "tsv"
        )
        return delimited_rows(
            self._source, self.log, header=True if named else None if asked is None else False
        )


def _kind(source: PathLike) -> str:
    """Tell how a source is read, by its name."""
    if local_path(source) is None:
        return "hub"
    path = Path(source)
    if path.is_dir():
        return "folder"
    name = path.name.casefold().removesuffix(".gz")
    if name.endswith(".parquet"):
        return "parquet"
    if name.endswith(_JSON):
        return "json"
    return "csv" if name.endswith(".csv") else "tsv"
