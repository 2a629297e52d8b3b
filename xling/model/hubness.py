"""The hubness of a model's space, in both directions."""

from typing import Any

from xling.model.model import Model
from xling.progress import Progress, silent
from xling.retrieval.hubness import hubness, spread

__all__ = ["model_hubness"]


def model_hubness(
    model: Model, retrieval: str = "csls", *, k: int = 10, progress: Progress = silent
) -> dict[str, Any]:
    """Measure how unevenly a model's words are retrieved from its space.

    Parameters
    ----------
    model : Model
        Any model; of its evidence only the space is asked.
    retrieval : str
        One of `xling.retrieval.criteria.CRITERIA`.
    k : int
        Answers of each query that count.
    progress : callable
        Called after each block of queries.

    Returns
    -------
    dict
        From ``"en-de"`` and so on to `xling.retrieval.hubness.Hubness.to_json`; of a large
        vocabulary, `xling.retrieval.hubness.QUERIES` words over all frequencies are asked.

    Raises
    ------
    UnknownNameError
        If there is no such criterion.
    """
    measured = {}
    for source, target in (model.languages, model.languages[::-1]):
        way = model.way(source, target, retrieval=retrieval, channels="contexts")
        asked = way.known(spread(len(way.asked.vocabulary)))
        found = hubness(way.searcher, asked.vectors, asked.means, k=k, progress=progress)
        measured[f"{source}-{target}"] = found.to_json(way.answers.vocabulary.words)
    return measured
