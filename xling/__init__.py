"""Link the representations of two languages: from matched sentences to a translated word.

Nothing heavy is loaded here: public names are resolved when they are first used, so that
``import xling`` reaches neither torch nor FAISS.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xling.data.corpus import ParallelCorpus
    from xling.data.lexicon import Lexicon
    from xling.data.space import EmbeddingSpace
    from xling.errors import XlingError
    from xling.evaluation.bli import evaluate
    from xling.hubs import add_language, hub
    from xling.model.answers import Translation
    from xling.model.hub import Hub
    from xling.model.model import Model
    from xling.model.open import load
    from xling.recipes import align, train

__version__ = "0.1.0"

__all__ = [
    "EmbeddingSpace",
    "Hub",
    "Lexicon",
    "Model",
    "ParallelCorpus",
    "Translation",
    "XlingError",
    "__version__",
    "add_language",
    "align",
    "evaluate",
    "hub",
    "load",
    "train",
]

_HOMES = {
    "EmbeddingSpace": "xling.data.space",
    "Hub": "xling.model.hub",
    "Lexicon": "xling.data.lexicon",
    "Model": "xling.model.model",
    "ParallelCorpus": "xling.data.corpus",
    "Translation": "xling.model.answers",
    "XlingError": "xling.errors",
    "add_language": "xling.hubs",
    "align": "xling.recipes",
    "evaluate": "xling.evaluation.bli",
    "hub": "xling.hubs",
    "load": "xling.model.open",
    "train": "xling.recipes",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'xling' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
