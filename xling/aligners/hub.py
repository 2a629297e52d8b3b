"""Many spaces in one: rotations found together, and a further space linked to those that stay."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from xling.aligners.base import StopReason, check_varied, few_pairs
from xling.aligners.hub_pairs import (
    HubPairs,
    HubSpace,
    check_further,
    check_hub,
    hub_pairs,
    languages_of,
    places,
)
from xling.arrays import Matrix
from xling.data.coverage import Coverage
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.errors import ConfigError
from xling.linalg.generalized_procrustes import generalized_procrustes
from xling.linalg.procrustes import orthogonal_map
from xling.mapping.linear import LinearMap, check_steps, fit_normalization

__all__ = ["HubAlignment", "HubLink", "HubSettings", "fit_further", "fit_hub"]


@dataclass(frozen=True, kw_only=True, slots=True)
class HubSettings:
    """How the spaces are prepared, and how long their rotations are looked for.

    Parameters
    ----------
    normalization : tuple of str
        Steps of `xling.mapping.linear.Normalization`, for every space.
    max_rounds : int
        How often each space is rotated at most.
    tolerance : float
        A round that gains a smaller fraction of the objective is the last one.

    Raises
    ------
    ConfigError
        If a step does not exist, or a number lies outside its range.
    """

    normalization: tuple[str, ...] = ("unit", "centre", "unit")
    max_rounds: int = 200
    tolerance: float = 1e-10

    def __post_init__(self) -> None:
        check_steps(self.normalization)
        if self.max_rounds < 1:
            raise ConfigError(f"max_rounds is {self.max_rounds}; at least 1 is needed")
        if not 0 <= self.tolerance < 1:
            raise ConfigError(f"tolerance is {self.tolerance}; a number in [0, 1) is needed")


@dataclass(frozen=True, kw_only=True, slots=True)
class HubLink:
    """What one lexicon linked.

    Parameters
    ----------
    source, target : str
        Its languages.
    pairs : int
        Pairs that were used: covered, with two vectors that are not zero.
    coverage : Coverage
        What was found of the lexicon.
    cosine : float
        Mean cosine of the pairs after the maps, weighted by confidence.
    """

    source: str
    target: str
    pairs: int
    coverage: Coverage = field(repr=False)
    cosine: float


@dataclass(frozen=True, kw_only=True, eq=False)
class HubAlignment:
    """A map for each language into one space, and how they were found.

    Parameters
    ----------
    mappings : mapping of str to LinearMap
        By language, each with its normalisation.
    links : tuple of HubLink
        One for each lexicon.
    fixed : str or None
        The language whose space stays as it is; ``None`` where all languages but the new one do.
    settings : mapping of str to object
        Those of `HubSettings`; JSON can hold them.
    fingerprints : mapping of str to str
        Of the spaces that were mapped, by language.
    history : tuple of float
        Mean cosine of all pairs, weighted by confidence, after each round.
    converged : bool
        Whether a further round would change nothing that matters.
    stop_reason : StopReason
        Why the fit ended.
    """

    mappings: Mapping[str, LinearMap]
    links: tuple[HubLink, ...]
    fixed: str | None
    settings: Mapping[str, Any] = field(repr=False)
    fingerprints: Mapping[str, str] = field(repr=False)
    history: tuple[float, ...]
    converged: bool
    stop_reason: StopReason

    def __post_init__(self) -> None:
        for name in ("mappings", "settings", "fingerprints"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Name the languages that fewer pairs link than there are dimensions."""
        found: list[str] = []
        for tag, mapping in self.mappings.items():
            if tag == self.fixed:
                continue
            ends = [{link.source.casefold(), link.target.casefold()} for link in self.links]
            held = (tag.casefold() in end for end in ends)
            pairs = sum(link.pairs for link, one in zip(self.links, held, strict=True) if one)
            found += few_pairs(pairs, mapping.dim_in, of=f" of {tag}", other="")
        return tuple(found)


def fit_hub(
    spaces: Sequence[EmbeddingSpace],
    lexicons: Sequence[Lexicon],
    settings: HubSettings | None = None,
) -> HubAlignment:
    """Rotate any number of spaces into one, by lexicons of some pairs of them.

    Each space is normalised over its whole vocabulary; each pair weighs as much as its lexicon is
    confident of it, so that a larger lexicon counts more. Two languages without a lexicon of
    their own are linked through others. Neither the order of the spaces nor that of the lexicons
    matters. Memory, beside the spaces: the paired rows, and one ``d * d`` matrix for each link.

    Parameters
    ----------
    spaces : sequence of EmbeddingSpace
        At least two, each in a language of its own, all of one width; not changed.
    lexicons : sequence of Lexicon
        Each between two of the languages, in either direction.
    settings : HubSettings, optional
        How it is done.

    Returns
    -------
    HubAlignment
        The language with most links, by confidence, stays.

    Raises
    ------
    InputError
        If there are fewer than two spaces.
    LanguageMismatchError
        If two spaces are in one language, or a lexicon is in a language that no space is in.
    ShapeError
        If the spaces differ in width.
    CoverageError
        If nothing of a lexicon is covered, or no chain of lexicons connects two languages.
    DegenerateInputError
        If nothing is known about the words of any pair of a lexicon, or a space's vectors are all
        zero or all point the same way.

    References
    ----------
    Ten Berge, Kiers and Commandeur (1993), Orthogonal Procrustes rotation for matrices with
    missing values. Taitelbaum, Chechik and Goldberger (2019), Multilingual word translation using
    auxiliary languages.
    """
    settings = HubSettings() if settings is None else settings
    spaces = sorted(spaces, key=lambda space: space.language)
    lexicons = sorted(lexicons, key=languages_of)
    check_hub(spaces, lexicons)
    prepared = [_prepared(space, settings) for space in spaces]
    place = places([space.language for space in spaces])
    ends = [(place[a.casefold()], place[b.casefold()]) for a, b in map(languages_of, lexicons)]
    found = [
        hub_pairs(one, prepared[i], prepared[j]) for one, (i, j) in zip(lexicons, ends, strict=True)
    ]
    crosses: dict[tuple[int, int], Matrix] = {}
    for end, pairs in zip(ends, found, strict=True):
        crosses[end] = crosses[end] + pairs.cross if end in crosses else pairs.cross
    joint = generalized_procrustes(
        crosses, len(spaces), max_rounds=settings.max_rounds, tolerance=settings.tolerance
    )
    total = sum(float(pairs.weights.sum()) for pairs in found)
    return HubAlignment(
        mappings={
            space.language: _map(one, None if i == joint.fixed else joint.rotations[i])
            for i, (space, one) in enumerate(zip(spaces, prepared, strict=True))
        },
        links=tuple(
            _link(one, pairs, joint.rotations[i], joint.rotations[j])
            for one, pairs, (i, j) in zip(lexicons, found, ends, strict=True)
        ),
        fixed=spaces[joint.fixed].language,
        settings=asdict(settings),
        fingerprints={space.language: space.fingerprint for space in spaces},
        history=tuple(value / total for value in joint.history),
        converged=joint.converged,
        stop_reason=StopReason.CONVERGED if joint.converged else StopReason.MAX_ROUNDS,
    )


def fit_further(
    space: EmbeddingSpace,
    hub: Sequence[HubSpace],
    lexicons: Sequence[Lexicon],
    settings: HubSettings | None = None,
) -> HubAlignment:
    """Rotate a further space onto those of a hub, none of which changes.

    One orthogonal map onto the pairs of all lexicons together, each as confident as its lexicon.

    Parameters
    ----------
    space : EmbeddingSpace
        In a language that the hub has not; as wide as the hub; not changed.
    hub : sequence of HubSpace
        Its languages: mapped vectors of length 1, without normalisation.
    lexicons : sequence of Lexicon
        Each between the new language and one of the hub's, in either direction.
    settings : HubSettings, optional
        Those of the hub.

    Returns
    -------
    HubAlignment
        With the map of the new language alone; a closed form.

    Raises
    ------
    InputError
        If there is no lexicon.
    LanguageMismatchError
        If the hub has the language, or a lexicon is not between it and one of the hub's.
    ShapeError
        If the space is not as wide as the hub.
    CoverageError
        If nothing of a lexicon is covered.
    DegenerateInputError
        If nothing is known about the words of any pair of a lexicon, or a space's vectors are all
        zero or all point the same way.
    """
    settings = HubSettings() if settings is None else settings
    lexicons = sorted(lexicons, key=languages_of)
    check_further(space, hub, lexicons)
    prepared = _prepared(space, settings)
    anchors = {one.language.casefold(): one for one in hub}
    found = []
    for one in lexicons:
        own = one.source_language.casefold() == space.language.casefold()
        turned = one if own else one.inverted()
        found.append(hub_pairs(turned, prepared, anchors[turned.target_language.casefold()]))
    x, y = (np.concatenate([getattr(pairs, name) for pairs in found]) for name in "xy")
    weights = [pairs.weights for pairs in found]
    rotation = orthogonal_map(x, y, weights=np.concatenate(weights))
    stays = np.eye(space.dim)
    links = tuple(
        _link(one, pairs, rotation, stays) for one, pairs in zip(lexicons, found, strict=True)
    )
    mean = np.average([link.cosine for link in links], weights=[one.sum() for one in weights])
    return HubAlignment(
        mappings={space.language: _map(prepared, rotation)},
        links=links,
        fixed=None,
        settings=asdict(settings),
        fingerprints={space.language: space.fingerprint},
        history=(float(mean),),
        converged=True,
        stop_reason=StopReason.CLOSED_FORM,
    )


def _prepared(space: EmbeddingSpace, settings: HubSettings) -> HubSpace:
    """Put a space's normalisation beside it; refuse one that tells no word from another."""
    check_varied(space)
    return HubSpace(
        language=space.language,
        vocabulary=space.vocabulary,
        vectors=space.vectors,
        normalization=fit_normalization(space.vectors, settings.normalization),
    )


def _map(space: HubSpace, rotation: Matrix | None) -> LinearMap:
    """Make the map of one language; without a rotation it stays."""
    return LinearMap(
        dim_in=space.dim,
        normalization=space.normalization,
        matrix=None if rotation is None else rotation.astype(np.float32),
    )


def _link(lexicon: Lexicon, pairs: HubPairs, source: Matrix, target: Matrix) -> HubLink:
    """Write down what a lexicon linked."""
    return HubLink(
        source=lexicon.source_language,
        target=lexicon.target_language,
        pairs=len(pairs.x),
        coverage=pairs.coverage,
        cosine=pairs.cosine(source, target),
    )
