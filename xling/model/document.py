"""The document of a look-up: what the command line prints and the server answers."""

from collections.abc import Iterable
from typing import Any

from xling.model.answers import Lookup
from xling.model.way import Way

__all__ = ["lookup_document", "lookup_result"]


def lookup_document(
    name: str, way: Way, found: Iterable[Lookup], *, retrieval: str, channels: str
) -> dict[str, Any]:
    """Write down what a look-up found.

    Parameters
    ----------
    name : str
        Of the model: the base name of its directory.
    way : Way
        What answered.
    found : iterable of Lookup
        One for each word, in order.
    retrieval, channels : str
        As they were asked for.

    Returns
    -------
    dict
        The document of ``translate --json``; JSON can hold it.
    """
    return {
        "model": name,
        "from": way.asked.language,
        "to": way.answers.language,
        "retrieval": retrieval,
        "channels": channels,
        "ranked_by": way.ranked_by,
        "results": [lookup_result(one) for one in found],
    }


def lookup_result(found: Lookup) -> dict[str, Any]:
    """Write down what was found for one word.

    Parameters
    ----------
    found : Lookup
        Of one word.

    Returns
    -------
    dict
        One of the document's results.
    """
    return {
        "word": found.word,
        "status": found.status,
        "translations": [
            {"word": one.word, "score": one.score, "confidence": one.confidence}
            for one in found.translations
        ],
    }
