"""The aligners by name, with what each needs and costs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from importlib import import_module
from typing import Any, cast

from xling.aligners.base import Aligner, Supervision
from xling.errors import ConfigError, ConflictError, UnknownKeyError, UnknownNameError

__all__ = [
    "ALIGNERS",
    "LINK_METHOD",
    "Method",
    "aligner",
    "check_method",
    "configured",
    "width_hint",
]

#: What links sentence encoders unless a method is named (docs/decisions/0015-encoders.md).
LINK_METHOD = "cca"


@dataclass(frozen=True, slots=True)
class Method:
    """What a user wants to know of a method before choosing it.

    Parameters
    ----------
    home : str
        ``module:Class``, imported when it is asked for.
    supervision : Supervision
        What it needs besides the two spaces.
    does : str
        In a few words.
    paper : str
        Where it comes from.
    cost : str
        What grows: ``p`` pairs, ``d`` dimensions, ``n`` words of the larger space.
    any_width : bool
        Whether the two spaces may differ in their number of dimensions, with its own defaults.
    """

    home: str
    supervision: Supervision
    does: str
    paper: str
    cost: str
    any_width: bool = False


#: By the name that ``--method`` takes.
ALIGNERS: dict[str, Method] = {
    "bilinear": Method(
        "xling.aligners.bilinear:BilinearAligner",
        Supervision.LEXICON,
        "rotates both spaces into a latent space and learns its metric",
        "Jawanpuria et al. (2019)",
        "p d² + d³; n² d a round, n searched words",
        any_width=True,
    ),
    "cca": Method(
        "xling.aligners.cca:CcaAligner",
        Supervision.LEXICON,
        "moves both spaces to where the pairs correlate",
        "Faruqui and Dyer (2014)",
        "p d² + d³",
        any_width=True,
    ),
    "contrastive": Method(
        "xling.aligners.contrastive:ContrastiveAligner",
        Supervision.LEXICON,
        "rotates, then bends the source space by residual layers trained against near misses",
        "van den Oord et al. (2018); He et al. (2016)",
        "passes x p (1 + negatives) d (batch + hidden)",
        any_width=True,
    ),
    "kernel": Method(
        "xling.aligners.kernel:KernelAligner",
        Supervision.LEXICON,
        "rotates the source space, then moves each region by what its pairs have left over",
        "Williams and Seeger (2001); Schölkopf and Smola (2002)",
        "p d² + d³ + p m² with m landmarks",
    ),
    "least-squares": Method(
        "xling.aligners.least_squares:LeastSquaresAligner",
        Supervision.LEXICON,
        "maps the source space linearly, from at least d pairs",
        "Mikolov et al. (2013)",
        "p d²",
        any_width=True,
    ),
    "mapping-layers": Method(
        "xling.aligners.mapping_layers:MappingLayersAligner",
        Supervision.LEXICON,
        "learns a layer of each language below shared ones, best from matched sentences",
        "Arora et al. (2017); van den Oord et al. (2018)",
        "steps x batch words d hidden",
    ),
    "multi-step": Method(
        "xling.aligners.multi_step:MultiStepAligner",
        Supervision.LEXICON,
        "whitens, rotates, re-weights and de-whitens both spaces",
        "Artetxe et al. (2018, AAAI)",
        "p d² + d³",
        any_width=True,
    ),
    "orthogonal-ridge": Method(
        "xling.aligners.orthogonal_ridge:OrthogonalRidgeAligner",
        Supervision.LEXICON,
        "maps the source space linearly, near its rotation",
        "Hoerl and Kennard (1970); Swindel (1976)",
        "p d² + d³",
    ),
    "procrustes": Method(
        "xling.aligners.procrustes:ProcrustesAligner",
        Supervision.LEXICON,
        "rotates the source space",
        "Schönemann (1966); Xing et al. (2015)",
        "p d² + d³",
    ),
    "rcsls": Method(
        "xling.aligners.rcsls:RcslsAligner",
        Supervision.LEXICON,
        "turns a rotation into the linear map with the best CSLS of the pairs",
        "Joulin et al. (2018)",
        "p n d a round",
    ),
    "refine": Method(
        "xling.aligners.refine:RefineAligner",
        Supervision.LEXICON,
        "rotates the source space by the words that choose each other, round after round",
        "Conneau et al. (2018)",
        "n² d a round",
    ),
    "ridge": Method(
        "xling.aligners.ridge:RidgeAligner",
        Supervision.LEXICON,
        "maps one space linearly, held back by a penalty",
        "Dinu et al. (2015); Shigeto et al. (2015)",
        "p d² + d³",
        any_width=True,
    ),
    "self-learning": Method(
        "xling.aligners.self_learning:SelfLearningAligner",
        Supervision.OPTIONAL,
        "induces a dictionary from few pairs, or from equal strings, and refits on it",
        "Artetxe et al. (2017, 2018)",
        "rounds x n² d, n up to the cut-off",
        any_width=True,
    ),
    "unsupervised": Method(
        "xling.aligners.unsupervised:UnsupervisedAligner",
        Supervision.NONE,
        "starts from how similarities are distributed, then as self-learning",
        "Artetxe et al. (2018)",
        "rounds x n² d, n up to the cut-off",
        any_width=True,
    ),
    "wasserstein": Method(
        "xling.aligners.wasserstein:WassersteinAligner",
        Supervision.OPTIONAL,
        "couples and rotates the most frequent words in turn",
        "Grave et al. (2019); Alvarez-Melis and Jaakkola (2018)",
        "rounds x w² d, w coupled words; refinements x n² d",
    ),
}


def aligner(name: str) -> Callable[..., Aligner]:
    """Find an aligner's class.

    Parameters
    ----------
    name : str
        One of `ALIGNERS`.

    Returns
    -------
    type
        Call it, with ``settings=...`` or with nothing, for an aligner.

    Raises
    ------
    UnknownNameError
        If there is no such aligner; says which are near.

    Examples
    --------
    >>> aligner("procrustes")().settings.normalization
    ('unit', 'centre', 'unit')
    """
    if name not in ALIGNERS:
        raise UnknownNameError("method", name, ALIGNERS)
    module, _, member = ALIGNERS[name].home.partition(":")
    return cast("Callable[..., Aligner]", getattr(import_module(module), member))


def configured(name: str, settings: Mapping[str, Any]) -> Aligner:
    """Make an aligner with some settings of its own.

    Parameters
    ----------
    name : str
        One of `ALIGNERS`.
    settings : mapping of str to object
        Where they differ from the aligner's defaults.

    Returns
    -------
    Aligner
        Ready to fit.

    Raises
    ------
    UnknownNameError
        If there is no such aligner.
    UnknownKeyError
        If it has no such setting.
    ConfigError
        If a value cannot be used.
    """
    made = aligner(name)
    default = made().settings
    known = [field.name for field in fields(default)]
    for key in settings:
        if key not in known:
            raise UnknownKeyError(f"settings of {name}", key, known)
    return made(settings=replace(default, **settings))


def width_hint() -> str:
    """Say what can be done about spaces of different widths.

    Returns
    -------
    str
        Names the methods that take them.
    """
    free = ", ".join(name for name, method in ALIGNERS.items() if method.any_width)
    return (
        f"give both the same number of dimensions, or take {free}, or procrustes with a rank "
        "(--set rank=N)"
    )


def check_method(name: str | None, *, given: bool, sentences: bool = False) -> str:
    """Choose a method by what supervision there is, or refuse one that does not fit it.

    Parameters
    ----------
    name : str, optional
        One of `ALIGNERS`; ``None`` for the default.
    given : bool
        Whether there is a seed lexicon, or sentences in its place.
    sentences : bool
        Whether it is these.

    Returns
    -------
    str
        ``"procrustes"`` by default with a lexicon, ``"unsupervised"`` without one.

    Raises
    ------
    UnknownNameError
        If there is no such aligner.
    ConfigError
        If it needs a lexicon and there is none.
    ConflictError
        If it uses none and there is one.
    """
    if name is None:
        return "procrustes" if given else "unsupervised"
    if name not in ALIGNERS:
        raise UnknownNameError("method", name, ALIGNERS)
    needed = ALIGNERS[name].supervision
    if needed is Supervision.LEXICON and not given:
        free = [other for other, one in ALIGNERS.items() if one.supervision != Supervision.LEXICON]
        raise ConfigError(
            f"method {name} needs a seed lexicon",
            hint=f"--lexicon FILE gives it, source TAB target a line; {', '.join(free)} need none",
        )
    if needed is Supervision.NONE and given and sentences:
        raise ConflictError(
            f"method {name} uses no sentence pairs, and some were given",
            hint="leave them out, or give --pairs-as lexicon to self-learning, which starts from "
            "the words mined from them",
        )
    if needed is Supervision.NONE and given:
        raise ConflictError(
            f"method {name} uses no seed lexicon, and one was given",
            hint="leave the lexicon out, or use self-learning, which starts from it",
        )
    return name
