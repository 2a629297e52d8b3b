"""Two encoders in one: a network of its own for each language, trained together."""

from typing import Any

from xling.encoders.pretrained.checkpoint import quiet

__all__ = ["join", "part", "routes"]


def join(models: tuple[Any, Any], languages: tuple[str, str]) -> Any:
    """Put two encoders into one, with a route for each language.

    Parameters
    ----------
    models : pair of SentenceTransformer
        Their modules are shared, not copied.
    languages : pair of str
        BCP-47 tags: ``task=TAG`` encodes with that one.

    Returns
    -------
    SentenceTransformer
        Which sentence-transformers stores, loads and trains.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Router

    ways = {tag: list(model) for tag, model in zip(languages, models, strict=True)}
    with quiet():
        router = Router(ways, default_route=languages[0])
        return SentenceTransformer(modules=[router], device=str(models[0].device))


def part(model: Any, language: str) -> Any:
    """Take one language's encoder out.

    Parameters
    ----------
    model : SentenceTransformer
        From `join`, or one for all languages.
    language : str
        BCP-47 tag.

    Returns
    -------
    SentenceTransformer
        That needs no ``task``; of a model for all languages, the model itself.
    """
    ways = _ways(model)
    if ways is None:
        return model
    from sentence_transformers import SentenceTransformer

    with quiet():
        return SentenceTransformer(modules=list(ways[language]), device=str(model.device))


def routes(model: Any) -> tuple[Any, Any]:
    """Give the modules that read source and target sentences.

    Parameters
    ----------
    model : SentenceTransformer
        From `join`, or one for all languages.

    Returns
    -------
    pair of Transformer
        With ``model`` and ``tokenizer``; the same one twice where one reads all.
    """
    ways = _ways(model)
    if ways is None:
        return model[0], model[0]
    first, second = (modules[0] for modules in ways.values())
    return first, second


def _ways(model: Any) -> Any:
    """Give the modules of each route; ``None`` where there are no routes."""
    return getattr(model[0], "sub_modules", None)
