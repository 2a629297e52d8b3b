"""``xling similarity``: graded similarity of words or sentences, in one language or across two."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xling.cli.options import Json, ModelPath, Strict, check_input
from xling.cli.render import facts, per_cent, table, warn, write, write_json

if TYPE_CHECKING:
    from xling.encoders.sentence_means import SentenceEncoder
    from xling.model.hub import Hub
    from xling.model.model import Model

__all__ = ["EXAMPLES", "run_similarity", "similarity"]

EXAMPLES = (
    "xling similarity models/en-de rated.en-de.tsv",
    "xling similarity models/en-de simlex.tsv --from en --to en",
    "xling similarity models/en-de rated-sentences.tsv --sentences",
)


def run_similarity(
    model_path: Path,
    file: Path,
    *,
    source: str | None = None,
    target: str | None = None,
    column: int = 3,
    sentences: bool = False,
    per_pair: bool = False,
    strict: bool = False,
    seed: int = 0,
) -> tuple[dict[str, Any], list[str]]:
    """Compare a model's cosines with people's ratings.

    Parameters
    ----------
    model_path, file : Path
        Folder of a model or a hub; ``word TAB word TAB score`` a line, or sentences.
    source, target : str, optional
        Languages of the first and the second words, which may be one; by default the first two
        of the model.
    column : int
        Where the score stands.
    sentences : bool
        Whether sentences are compared, by weighted means of their words' vectors.
    per_pair : bool
        Whether the document lists each pair.
    strict : bool
        Whether to stop at the first bad line.
    seed : int
        Of the bootstrap.

    Returns
    -------
    document : dict
        That of ``similarity --json``.
    warnings : list of str
        What the user should know.

    Raises
    ------
    XlingError
        If something cannot be read, the model has no such language, or too few pairs are known.
    """
    from xling.data.formats.similarity_tsv import read_similarity
    from xling.data.lexicon import Lexicon
    from xling.evaluation.lexicon_checks import check_directions
    from xling.evaluation.similarity import sentence_similarity, word_similarity
    from xling.model.open import load

    if model_path.is_dir():
        check_input(file)
    model = load(model_path)
    default = model.languages
    first = model.side(default[0] if source is None else source)
    second = model.side(default[1] if target is None else target)
    pairs, report = read_similarity(file, column=column, strict=strict)
    if first.language != second.language and not sentences:
        rated = Lexicon(
            source_language=first.language,
            target_language=second.language,
            pairs=tuple((pair.first, pair.second) for pair in pairs),
        )
        check_directions(rated, first.vocabulary, second.vocabulary, place=str(file))
    if sentences:
        encoders = _encoders(model, (first.language, second.language))
        result = sentence_similarity(pairs, *encoders, seed=seed)
    else:
        result = word_similarity(pairs, first, second, seed=seed)
    document: dict[str, Any] = {
        "model": model.name,
        "file": str(file),
        "from": first.language,
        "to": second.language,
        "of": "sentences" if sentences else "words",
    }
    document |= result.to_json()
    if per_pair:
        document["per_pair"] = [
            {"first": pair.first, "second": pair.second, "score": pair.score, "similarity": found}
            for pair, found in zip(pairs, result.similarities, strict=True)
        ]
    return document, report.describe()


def _encoders(
    model: "Model | Hub", languages: tuple[str, str]
) -> "tuple[SentenceEncoder, SentenceEncoder]":
    """Make the encoders of two languages, which may be one: another one goes with it then."""
    from xling.model.hub import Hub
    from xling.model.sentences import sentence_encoders

    first, second = languages
    if isinstance(model, Hub):
        other = next(tag for tag in model.languages if tag != first)
        model = model.pair(first, other if first == second else second)
    made = {one.language: one for one in sentence_encoders(model)}
    return made[first], made[second]


def similarity(
    model: ModelPath,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Rated pairs, word TAB word TAB score a line.")
    ],
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="LANG", help="Of the first words; default: the first."),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="LANG", help="Of the second words, maybe the same; default: the second."
        ),
    ] = None,
    column: Annotated[int, typer.Option(help="Where the score stands, from 3.")] = 3,
    sentences: Annotated[
        bool, typer.Option("--sentences", help="Compare sentences instead of words.")
    ] = False,
    per_pair: Annotated[bool, typer.Option("--per-pair", help="List each pair.")] = False,
    strict: Strict = False,
    json: Json = False,
) -> None:
    """Compare cosines of pairs of words, or of sentences, with people's ratings."""
    document, warnings = run_similarity(
        model,
        file,
        source=source,
        target=target,
        column=column,
        sentences=sentences,
        per_pair=per_pair,
        strict=strict,
    )
    warn(warnings)
    if json:
        write_json(document)
        return
    low, high = document["confidence_interval"]
    write(
        f"{document['model']}: {document['from']} and {document['to']}",
        facts(
            [
                ("Spearman", f"{document['spearman']:.3f} ({low:.3f} to {high:.3f}, 95 %)"),
                ("over all pairs", f"{document['spearman_overall']:.3f}, unknown ones at the mean"),
                (
                    "coverage",
                    f"{per_cent(document['coverage'])}, {document['pairs_in_vocabulary']} of "
                    f"{document['pairs']} pairs",
                ),
            ]
        ),
    )
    if per_pair:
        rows = [
            (
                *(row["first"], row["second"], f"{row['score']:g}"),
                "–" if row["similarity"] is None else f"{row['similarity']:.3f}",
            )
            for row in document["per_pair"]
        ]
        write("", table(("first", "second", "score", "cosine"), rows, right=(2, 3)))
