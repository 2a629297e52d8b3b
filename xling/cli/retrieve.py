"""``xling retrieve``: sentence retrieval on line-aligned files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xling.cli.evaluate import Evaluated
from xling.cli.options import From, Json, ModelPath, Strict, To
from xling.cli.progress import progress_bars
from xling.cli.render import per_cent, table, warn, write, write_json
from xling.cli.sentences import SourceText, TargetText, sentence_pair, swapped
from xling.errors import ConflictError
from xling.progress import Progress, silent

if TYPE_CHECKING:
    from xling.arrays import Matrix
    from xling.encoders.sentence_means import SentenceEncoder

__all__ = ["EXAMPLES", "retrieve", "run_retrieve"]

EXAMPLES = (
    "xling retrieve models/en-de test.en test.de",
    "xling retrieve models/en-de test.de test.en --from de --to en --retrieval csls --json",
)


def run_retrieve(
    model_path: Path,
    source_path: Path,
    target_path: Path,
    *,
    source: str | None = None,
    target: str | None = None,
    retrieval: str = "mutual",
    strict: bool = False,
    progress: Progress = silent,
) -> Evaluated:
    """Look each sentence of two line-aligned files up among those of the other file.

    Parameters
    ----------
    model_path : Path
        Folder of a model.
    source_path, target_path : Path
        Line ``n`` of one translates line ``n`` of the other; of linked encoders also two ``.npy``
        matrices of rows that were encoded elsewhere.
    source, target : str, optional
        Languages of the files; by default the model's own order.
    retrieval : str
        By name.
    strict : bool
        Whether the first bad line stops the run.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    Evaluated
        The document of ``retrieve --json`` and the warnings.

    Raises
    ------
    XlingError
        If the model or a file cannot be read, or a name does not exist.
    """
    from xling.data.formats import read_line_aligned
    from xling.evaluation.bitext import retrieve as look_up
    from xling.retrieval.criteria import criterion

    criterion(retrieval)
    name, pair = sentence_pair(model_path, source_path, target_path, (source, target))
    languages = pair[0].language, pair[1].language
    if source_path.suffix.casefold() == target_path.suffix.casefold() == ".npy":
        rows, warnings = _stored_rows(pair, (source_path, target_path)), []
    else:
        corpus, report = read_line_aligned(source_path, target_path, languages, strict=strict)
        rows = pair[0].encode(corpus.source), pair[1].encode(corpus.target)
        warnings = [*report.describe(), *swapped(pair, (corpus.source, corpus.target))]
    found = look_up(*rows, retrieval=retrieval, progress=progress)
    directions = [f"{one}-{other}" for one, other in (languages, languages[::-1])]
    both = list(zip(directions, found, strict=True))
    unknown = {tag: one.unknown for tag, one in zip(languages, found, strict=True)}
    warnings += [
        f"nothing is known about {count} of {len(rows[0])} {tag} sentences: they count as wrong"
        for tag, count in unknown.items()
        if count
    ]
    document = {
        "model": name,
        "from": languages[0],
        "to": languages[1],
        "retrieval": retrieval,
        "sentences": len(rows[0]),
        "unknown": unknown,
        "accuracy": {name: one.accuracy for name, one in both},
        "error_rate": {name: 1 - one.accuracy for name, one in both},
        "confidence_interval": {name: list(one.interval()) for name, one in both},
    }
    return Evaluated(document=document, warnings=tuple(warnings))


def _stored_rows(
    pair: "tuple[SentenceEncoder, SentenceEncoder]", paths: tuple[Path, Path]
) -> "tuple[Matrix, Matrix]":
    """Map rows that were encoded elsewhere, by the maps of linked encoders."""
    from xling.data.npy_rows import read_rows
    from xling.linking.linked import LinkedEncoder

    made = []
    for encoder, path in zip(pair, paths, strict=True):
        if not isinstance(encoder, LinkedEncoder):
            raise ConflictError(
                f"{path} holds rows, and the model maps none",
                hint="give text files, or encoders linked by xling align",
            )
        made.append(encoder.map_rows(read_rows(path)))
    return made[0], made[1]


def retrieve(
    model: ModelPath,
    source_file: SourceText,
    target_file: TargetText,
    source: From = None,
    target: To = None,
    retrieval: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Criterion: mutual, inverted-softmax, margin, margin-distance, csls, nn.",
        ),
    ] = "mutual",
    strict: Strict = False,
    json: Json = False,
) -> None:
    """Find each sentence's translation among all sentences of a line-aligned file, both ways."""
    with progress_bars() as progress:
        found = run_retrieve(
            model,
            source_file,
            target_file,
            source=source,
            target=target,
            retrieval=retrieval,
            strict=strict,
            progress=progress,
        )
    warn(found.warnings)
    document = found.document
    if json:
        write_json(document)
        return
    rows = [
        (
            name.replace("-", " to ", 1) if name.count("-") == 1 else name,
            per_cent(accuracy),
            " to ".join(per_cent(end) for end in document["confidence_interval"][name]),
            per_cent(document["error_rate"][name]),
            str(unknown),
        )
        for (name, accuracy), unknown in zip(
            document["accuracy"].items(), document["unknown"].values(), strict=True
        )
    ]
    title = f"{document['model']}: {document['sentences']:,} sentences, {document['retrieval']}"
    headers = ("", "accuracy", "95 % interval", "error rate", "unknown")
    write(table(headers, rows, title=title, right=range(1, len(headers))))
