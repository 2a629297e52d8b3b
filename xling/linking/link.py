"""Link two sentence encoders from matched sentences, by any aligner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xling import __version__
from xling.aligners.base import Alignment, Supervision, few_pairs
from xling.aligners.registry import LINK_METHOD, check_method, configured
from xling.arrays import Matrix, unit_rows
from xling.data.corpus import ParallelCorpus
from xling.errors import DegenerateInputError, InputError, ShapeError
from xling.evaluation.bitext import retrieve
from xling.linking.linked import LinkedEncoder, LinkedEncoders
from xling.linking.matched_rows import MatchedRows, hold_out_rows
from xling.linking.sources import MatrixSource, Source
from xling.progress import Progress, silent
from xling.stages import Stages

__all__ = ["Linked", "link_encoders", "link_rows", "matched_rows"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Linked:
    """Linked encoders, and what is only known of the run that made them.

    Parameters
    ----------
    encoders : LinkedEncoders
        Ready to encode.
    alignment : Alignment
        What the aligner found.
    pairs : int
        Matched sentences that it was fitted on.
    held_out : int
        Pairs that were kept apart.
    accuracy : dict
        Of retrieval among the held-out pairs, by direction, a fraction; empty without any.
    seconds : dict
        Wall time of each stage.
    warnings : tuple of str
        What to know.
    """

    encoders: LinkedEncoders
    alignment: Alignment
    pairs: int
    held_out: int
    accuracy: dict[str, float]
    seconds: dict[str, float] = field(repr=False)
    warnings: tuple[str, ...] = ()


def link_encoders(
    sources: tuple[Source, Source],
    corpus: ParallelCorpus | None = None,
    *,
    method: str = LINK_METHOD,
    settings: Mapping[str, Any] | None = None,
    hold_out: float = 0.05,
    seed: int = 0,
    progress: Progress = silent,
) -> Linked:
    """Link two sentence encoders.

    Parameters
    ----------
    sources : pair of Source
        Of two languages.
    corpus : ParallelCorpus, optional
        Matched sentences; not needed where both sides are matrices, whose rows are matched.
    method : str
        An aligner.
    settings : mapping, optional
        Of the method.
    hold_out : float
        Share of the pairs that are kept apart and looked up at the end, in [0, 1); 1,000 at most.
    seed : int
        Of the hold-out, and of methods with something random.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    Linked
        The encoders, and how well held-out sentences find each other.

    Raises
    ------
    XlingError
        If an input cannot be used.
    """
    stages = Stages()
    with stages.time("encode"):
        matched = matched_rows(sources, corpus)
    if not 0 <= hold_out < 1:
        raise InputError(f"hold-out is {hold_out}; a share in [0, 1) is needed")
    learned, held = hold_out_rows(matched, hold_out, seed=seed)
    with stages.time("align"):
        alignment, warnings = link_rows(
            learned, method=method, settings=settings or {}, seed=seed, progress=progress
        )
    sides = tuple(
        LinkedEncoder(source=source, mapping=mapping)
        for source, mapping in zip(
            sources, (alignment.source_mapping, alignment.target_mapping), strict=True
        )
    )
    accuracy: dict[str, float] = {}
    with stages.time("check"):
        if held is not None:
            accuracy = _accuracy(matched.languages, sides, held.rows)
    card = {
        "method": method,
        "languages": list(matched.languages),
        "encoders": [source.name for source in sources],
        "settings": dict(alignment.settings),
        "seed": seed,
        "pairs": len(learned),
        "held_out": 0 if held is None else len(held),
        "accuracy": accuracy,
        "history": list(alignment.history),
        "stop_reason": str(alignment.stop_reason),
        "inputs": [alignment.source_fingerprint, alignment.target_fingerprint],
        "versions": {"xling": __version__},
    }
    told = [line for source in sources for line in source.warnings()]
    return Linked(
        encoders=LinkedEncoders(sides=(sides[0], sides[1]), card=card),
        alignment=alignment,
        pairs=len(learned),
        held_out=0 if held is None else len(held),
        accuracy=accuracy,
        seconds=stages.seconds,
        warnings=(*told, *warnings),
    )


def matched_rows(sources: tuple[Source, Source], corpus: ParallelCorpus | None) -> MatchedRows:
    """Encode both sides of matched sentences, each distinct sentence once.

    Parameters
    ----------
    sources : pair of Source
        Of the corpus's languages.
    corpus : ParallelCorpus, optional
        Not needed where both are matrices.

    Returns
    -------
    MatchedRows
        In the order of the corpus.

    Raises
    ------
    InputError
        If there is no corpus and an encoder.
    ShapeError
        If a matrix has not one row a pair.
    """
    languages = (sources[0].language, sources[1].language)
    if corpus is None:
        if not all(isinstance(source, MatrixSource) for source in sources):
            raise InputError(
                "encoders are linked from matched sentences, and none were given",
                hint="give them with --pairs FILE, source TAB target a line",
            )
        matrices = [source.matrix for source in sources if isinstance(source, MatrixSource)]
        if len(matrices[0]) != len(matrices[1]):
            raise ShapeError(
                f"the matrices have {len(matrices[0]):,} and {len(matrices[1]):,} rows; row i of "
                "one has to match row i of the other"
            )
        names = tuple(map(str, range(len(matrices[0]))))
        return MatchedRows(
            languages=languages, rows=(matrices[0], matrices[1]), names=(names, names)
        )
    texts = (corpus.source, corpus.target)
    rows = [_encoded(source, text) for source, text in zip(sources, texts, strict=True)]
    return MatchedRows(languages=languages, rows=(rows[0], rows[1]), names=texts)


def link_rows(
    matched: MatchedRows,
    *,
    method: str,
    settings: Mapping[str, Any],
    seed: int = 0,
    progress: Progress = silent,
) -> tuple[Alignment, tuple[str, ...]]:
    """Fit any aligner on matched rows.

    Parameters
    ----------
    matched : MatchedRows
        At least one pair.
    method : str
        Of `xling.aligners.registry.ALIGNERS`, with supervision.
    settings : mapping
        Of the method.
    seed : int
        Of methods with something random.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    Alignment
        The maps.
    tuple of str
        Warnings.

    Raises
    ------
    XlingError
        If the method does not exist, or cannot be fitted on these rows.
    """
    name = check_method(method, given=True, sentences=True)
    made = configured(name, settings)
    source, target, lexicon = matched.as_spaces()
    alignment = made.fit(source, target, lexicon, seed=seed, progress=progress)
    if made.supervision is not Supervision.LEXICON:
        return alignment, ()
    return alignment, few_pairs(alignment.seed_pairs, min(source.dim, target.dim))


def _encoded(source: Source, texts: Sequence[str]) -> Matrix:
    """Encode sentences, equal ones once."""
    if isinstance(source, MatrixSource):
        return source.rows(texts)
    distinct = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    rows = source.rows(list(distinct))
    if not rows.any():
        raise DegenerateInputError(f"nothing is known about any of the {source.language} sentences")
    made: Matrix = rows[np.array([distinct[text] for text in texts])]
    return made


def _accuracy(
    languages: tuple[str, str], sides: Sequence[LinkedEncoder], rows: tuple[Matrix, Matrix]
) -> dict[str, float]:
    """Look held-out sentences up among each other, by cosine."""
    mapped = [unit_rows(side.map_rows(part)) for side, part in zip(sides, rows, strict=True)]
    there, back = retrieve(mapped[0], mapped[1], retrieval="nn")
    return {
        f"{languages[0]}-{languages[1]}": there.accuracy,
        f"{languages[1]}-{languages[0]}": back.accuracy,
    }
