"""A model with its tables of answers."""

from dataclasses import replace

from xling.evidence.ranker import ranker_key
from xling.model.answer_table import answer_table
from xling.model.model import Model
from xling.progress import Progress, silent

__all__ = ["with_answers"]


def with_answers(model: Model, *, progress: Progress = silent) -> Model:
    """Compute what look-ups with all evidence answer, for every word in both directions.

    Parameters
    ----------
    model : Model
        Any model; not changed.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    Model
        The same one, with `Model.answers`; saved, they are a part of its folder.
    """
    pairs = (model.languages, model.languages[::-1])
    tables = {
        ranker_key(*pair): answer_table(model.way(*pair), progress=progress) for pair in pairs
    }
    return replace(model, answers=tables)
