"""``xling aer``: the error of a mined table's word alignments."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xling.cli.options import From, Json, ModelPath, Strict, TableFormat, To, check_input
from xling.cli.paper_table import check_format, paper_table
from xling.cli.render import table, warn, write, write_json
from xling.errors import CoverageError, InputError, LanguageMismatchError

if TYPE_CHECKING:
    from xling.data.formats.alignment_tsv import AlignedSentences
    from xling.data.vocabulary import Vocabulary

__all__ = ["EXAMPLES", "aer", "run_aer"]

EXAMPLES = ("xling demo --text text", "xling aer models/en-de text/alignments.tsv")

_CLEARLY = 5  # times as many words known the other way round


def run_aer(
    model_path: Path,
    file: Path,
    *,
    source: str | None = None,
    target: str | None = None,
    symmetrize: str = "grow-diag",
    strict: bool = False,
    seed: int = 0,
) -> tuple[dict[str, Any], list[str]]:
    """Align gold sentence pairs by a model's table, and count what is wrong.

    Parameters
    ----------
    model_path, file : Path
        Folder of a model with a table; gold word alignments.
    source, target : str, optional
        Languages of both columns; by default the model's own order.
    symmetrize : str
        How both directions become one alignment.
    strict : bool
        Whether to stop at the first bad line.
    seed : int
        Of the bootstrap.

    Returns
    -------
    document : dict
        That of ``aer --json``.
    warnings : list of str
        What the user should know.

    Raises
    ------
    XlingError
        If something cannot be read, the model has no table, or no word is known.
    """
    from xling.data.formats.alignment_tsv import read_alignments
    from xling.evaluation.word_alignment import (
        SYMMETRIZATIONS,
        TableAligner,
        alignment_scores,
        between_words,
        symmetrized,
    )
    from xling.model.open import load_pair

    symmetrized(symmetrize, frozenset(), frozenset())  # a wrong name is said before any work
    if model_path.is_dir():
        check_input(file)
    model = load_pair(model_path, source, target)
    asked, answers = model.direction(source, target)
    if model.table is None:
        raise InputError(
            f"{model.name} has no mined table",
            hint="models of xling train have one: it is counted from sentence pairs",
        )
    mined = model.table if asked is model.sides[0] else model.table.turned()
    read, report = read_alignments(file, strict=strict)
    words, others = asked.vocabulary, answers.vocabulary
    _check_coverage(read, (words, others), (asked.language, answers.language), file)
    aligner = TableAligner(table=mined, words=words, others=others)
    gold = [_between_words(one) for one in read]
    both = [aligner.align(one.source, one.target) for one in gold]
    found = {
        name: alignment_scores(
            [
                between_words(symmetrized(name, *links), one)
                for links, one in zip(both, gold, strict=True)
            ],
            gold,
            seed=seed,
        ).to_json()
        for name in SYMMETRIZATIONS
    }
    document: dict[str, Any] = {
        "model": model.name,
        "file": str(file),
        "from": asked.language,
        "to": answers.language,
        "sentences": len(gold),
        "sure_links": sum(len(one.sure) for one in gold),
        "possible_links": sum(len(one.possible) for one in gold),
        "links_left_out": sum(len(one.possible) for one in read)
        - sum(len(one.possible) for one in gold),
        "symmetrize": symmetrize,
        **found[symmetrize],
        "symmetrizations": found,
    }
    return document, report.describe()


def _between_words(one: "AlignedSentences") -> "AlignedSentences":
    """Leave out the gold links of punctuation marks."""
    from xling.evaluation.word_alignment import between_words

    return replace(
        one, sure=between_words(one.sure, one), possible=between_words(one.possible, one)
    )


def _check_coverage(
    sentences: "Sequence[AlignedSentences]",
    vocabularies: "tuple[Vocabulary, Vocabulary]",
    languages: tuple[str, str],
    file: Path,
) -> None:
    """Refuse sentences of other languages, or of the other direction."""
    sides = [[word for one in sentences for word in one.source]]
    sides.append([word for one in sentences for word in one.target])
    known, turned = (
        sum(word in words for side, words in zip(sides, order, strict=True) for word in side)
        for order in (vocabularies, vocabularies[::-1])
    )
    given = " and ".join(languages)
    if not known and not turned:
        shown = ", ".join(dict.fromkeys(sides[0][:3]))
        raise CoverageError(
            f"{file}: no word of {len(sentences)} sentence pairs is in vocabulary, for example "
            f"{shown}",
            hint=f"are its columns {given}, the languages of the model?",
        )
    if turned > _CLEARLY * known:
        raise LanguageMismatchError(
            f"{file}: its columns look exchanged: {turned} words are known in the other order, "
            f"{known} as {given}",
            hint=f"ask the other direction with --from {languages[1]} --to {languages[0]}",
        )


def aer(
    model: ModelPath,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="GOLD", help="Aligned sentences, tokens TAB tokens TAB links as 0-0 a line."
        ),
    ],
    source: From = None,
    target: To = None,
    symmetrize: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="How both directions become one: forward, backward, intersection, union, "
            "grow-diag.",
        ),
    ] = "grow-diag",
    strict: Strict = False,
    shown_as: TableFormat = "text",
    json: Json = False,
) -> None:
    """Align the words of gold sentence pairs by a model's table, and count the errors."""
    check_format(shown_as)
    document, warnings = run_aer(
        model, file, source=source, target=target, symmetrize=symmetrize, strict=strict
    )
    warn(warnings)
    if json:
        write_json(document)
        return
    headers = ("links", "precision", "recall", "AER", "95 %")
    rows = [
        (
            name,
            *(f"{100 * one[key]:.1f}" for key in ("precision", "recall", "aer")),
            "–".join(f"{100 * end:.1f}" for end in one["confidence_interval"]),
        )
        for name, one in document["symmetrizations"].items()
    ]
    if shown_as != "text":
        write(paper_table(headers, rows, shown_as))
        return
    title = f"{document['model']}: {document['from']} and {document['to']}, per cent"
    write(
        table(headers, rows, title=title, right=range(1, len(headers))),
        f"{document['sentences']} sentence pairs, {document['sure_links']} sure links and "
        f"{document['possible_links']} possible ones between words; {document['links_left_out']} "
        "of punctuation marks left out",
    )
