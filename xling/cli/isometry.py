"""``xling isometry``: how alike both languages' parts of a model's space are in shape."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xling.cli.options import From, Json, ModelPath, To, check_input
from xling.cli.render import facts, warn, write, write_json
from xling.errors import DegenerateInputError

if TYPE_CHECKING:
    from xling.data.space import EmbeddingSpace
    from xling.model.side import Side

__all__ = ["EXAMPLES", "isometry", "run_isometry"]

EXAMPLES = ("xling isometry models/en-de", "xling isometry models/en-de test.tsv --json")


def run_isometry(
    model_path: Path,
    lexicon_path: Path | None = None,
    *,
    source: str | None = None,
    target: str | None = None,
) -> tuple[dict[str, Any], list[str]]:
    """Measure how far both languages' parts of the shared space are from rotations of each other.

    Parameters
    ----------
    model_path : Path
        Folder of a model or a hub.
    lexicon_path : Path, optional
        Word pairs for the measure that needs some.
    source, target : str, optional
        Languages; by default the first two of the model.

    Returns
    -------
    document : dict
        That of ``isometry --json``.
    warnings : list of str
        What the user should know.

    Raises
    ------
    XlingError
        If something cannot be read, or a space has no shape.
    """
    from xling.aligners.diagnostics import diagnose
    from xling.data.formats import read_lexicon
    from xling.evaluation.lexicon_checks import check_test_lexicon, without_header
    from xling.model.open import load_pair

    if model_path.is_dir():
        check_input(lexicon_path)
    model = load_pair(model_path, source, target)
    asked, answers = model.direction(source, target)
    lexicon, warnings = None, []
    if lexicon_path is not None:
        read, report = read_lexicon(lexicon_path, (asked.language, answers.language))
        lexicon, header = without_header(read)
        warnings = [*report.describe(), *([f"{lexicon_path}: {header}"] if header else [])]
        warnings += check_test_lexicon(
            lexicon, asked.vocabulary, answers.vocabulary, place=str(lexicon_path)
        )
    found = diagnose(_known_space(asked), _known_space(answers), lexicon)
    if found is None:
        raise DegenerateInputError(
            f"{model.name}: a space is too small, or all its vectors are alike: it has no shape"
        )
    return {
        "model": model.name,
        "lexicon": None if lexicon_path is None else str(lexicon_path),
        "from": asked.language,
        "to": answers.language,
        **found.as_dict(),
    }, warnings


def _known_space(side: "Side") -> "EmbeddingSpace":
    """Give the words of a language that have a vector."""
    import numpy as np

    from xling.data.space import EmbeddingSpace
    from xling.data.vocabulary import Vocabulary

    rows = np.flatnonzero(side.vectors.any(axis=1))
    counts = side.vocabulary.counts
    return EmbeddingSpace(
        language=side.language,
        vocabulary=Vocabulary(
            words=tuple(side.vocabulary.words[row] for row in rows.tolist()),
            counts=None if counts is None else counts[rows],
        ),
        vectors=side.vectors[rows],
    )


def isometry(
    model: ModelPath,
    lexicon: Annotated[
        Path | None,
        typer.Argument(metavar="LEXICON", help="Word pairs, source TAB target a line."),
    ] = None,
    source: From = None,
    target: To = None,
    json: Json = False,
) -> None:
    """Measure how alike both languages' parts of a model's space are in shape."""
    document, warnings = run_isometry(model, lexicon, source=source, target=target)
    warn(warnings)
    if json:
        write_json(document)
        return
    alike = document["relational_similarity"]
    relations = (
        "not measured: 20 word pairs are needed"
        if alike is None
        else f"{alike:.3f} over {document['pairs']} pairs; 1 for rotations of each other"
    )
    words = document["words"]
    write(
        f"{document['model']}: {document['from']} and {document['to']}; all but the last one are 0 "
        "for rotations of each other",
        facts(
            [
                ("spectrum distance", f"{document['spectrum_distance']:.3f}"),
                ("eigenvector distance", f"{document['eigenvector_distance']:.1f}, {words} words"),
                ("Gromov-Hausdorff, at least", f"{document['hausdorff_bound']:.3f}"),
                ("relational similarity", relations),
            ]
        ),
    )
