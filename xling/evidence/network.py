"""A small network that scores candidates, for any choice of the kinds of evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from scipy import optimize

from xling.arrays import BoolVector, IntVector, Matrix, Vector, frozen
from xling.errors import DegenerateInputError, InputError, ShapeError

__all__ = ["Network", "averaged", "fit_network", "linear_network", "standard_of"]

_HIDDEN = 12
_PENALTY = 0.01  # of the squared distance from the expected weights
_PENALTY_OF_FEW = 2.0  # divided by the number of queries, where these are so few that it is more
_ITERATIONS = 60
_HARD = 30  # wrong candidates of each query that are learned from
_CLIP = 4.0  # standard deviations


@dataclass(frozen=True, kw_only=True, eq=False)
class Network:
    """One hidden layer beside a direct path: ``s = u . z + v . tanh(z W + b)``.

    ``z`` holds the features, each less its mean and divided by its scale, cut at 4 either way, and
    0 where its kind of evidence is not used; then, for each kind, 1 where it is not used.

    Parameters
    ----------
    mean, scale : ndarray, shape (f,), float32
        Of the features.
    direct : ndarray, shape (f + g,), float32
        ``u``.
    hidden : ndarray, shape (f + g, h), float32
        ``W``; ``h`` may be 0.
    bias, output : ndarray, shape (h,), float32
        ``b`` and ``v``.

    Raises
    ------
    ShapeError
        If the parts do not fit each other.
    """

    mean: Vector = field(repr=False)
    scale: Vector = field(repr=False)
    direct: Vector = field(repr=False)
    hidden: Matrix = field(repr=False)
    bias: Vector = field(repr=False)
    output: Vector = field(repr=False)

    def __post_init__(self) -> None:
        for one in fields(self):
            object.__setattr__(self, one.name, frozen(getattr(self, one.name), np.float32))
        units = self.bias.shape
        wanted = {"scale": self.mean.shape, "hidden": self.direct.shape + units, "output": units}
        for name, shape in wanted.items():
            if getattr(self, name).shape != shape:
                raise ShapeError(f"{name} has shape {getattr(self, name).shape}; {shape} is needed")
        if len(self.direct) <= len(self.mean):
            raise ShapeError(
                f"{len(self.direct)} direct weights for {len(self.mean)} features; one for each "
                "feature and each kind of evidence is needed"
            )

    def scores(self, features: Matrix, groups: Sequence[int], used: Sequence[bool]) -> Vector:
        """Score candidates.

        Parameters
        ----------
        features : ndarray, shape (c, f), float32
            Not changed.
        groups : sequence of int
            The kind of evidence of each feature.
        used : sequence of bool
            Which kinds are used.

        Returns
        -------
        ndarray, shape (c,), float64
            Larger is better. Summed in double precision, so that a candidate has, but for its
            last digits, the same score in whatever company.
        """
        plain = _standard(features, self.mean, self.scale)
        inputs = _inputs(plain, groups, np.asarray(used, bool)[None]).astype(np.float64)
        hidden = np.tanh(inputs @ self.hidden + self.bias)
        found: Vector = inputs @ self.direct + hidden @ self.output
        return found

    def direct_weights(self) -> Vector:
        """Give what the direct path makes of each feature, before it is standardised.

        Returns
        -------
        ndarray, shape (f,), float64
            ``u / scale``.
        """
        weights: Vector = self.direct[: len(self.scale)].astype(np.float64) / self.scale
        return weights

    def as_dict(self) -> dict[str, Any]:
        """Give the weights as plain lists, for JSON."""
        return {one.name: getattr(self, one.name).tolist() for one in fields(self)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Network":
        """Read what `as_dict` gave."""
        return cls(**{one.name: np.array(stored[one.name], np.float32) for one in fields(cls)})


def linear_network(weights: Vector, kinds: int) -> Network:
    """Make a network that is a weighted sum of the features as they are.

    Parameters
    ----------
    weights : ndarray, shape (f,)
        One for each feature.
    kinds : int
        How many kinds of evidence there are.

    Returns
    -------
    Network
        Without a hidden layer. Features beyond 4000 either way are cut.
    """
    wide = 1000.0
    size = len(weights) + kinds
    return Network(
        mean=np.zeros(len(weights)),
        scale=np.full(len(weights), wide),
        direct=np.concatenate([np.asarray(weights) * wide, np.zeros(kinds)]),
        hidden=np.zeros((size, 0)),
        bias=np.zeros(0),
        output=np.zeros(0),
    )


def fit_network(
    features: Matrix,
    ends: IntVector,
    gold: BoolVector,
    groups: Sequence[int],
    *,
    prior: Vector | None = None,
    standard: tuple[Vector, Vector] | None = None,
    seed: int = 0,
) -> Network:
    """Maximise the mean log probability, over each query's candidates, of a right one.

    Each query counts twice: once with all kinds of evidence, once with a random half of them, so
    that one network serves any choice. First a linear model is fitted; the network then learns
    from the 30 wrong candidates of each query that this model likes best. Both by L-BFGS, with a
    penalty on the squared distance of the weights from those expected. It is larger where there
    are fewer than 200 queries, so that few words change these little.

    Parameters
    ----------
    features : ndarray, shape (c, f), float32
        All queries' candidates, end to end.
    ends : ndarray, shape (n + 1,), int64
        Where each query's candidates start and end.
    gold : ndarray, shape (c,), bool
        Which candidates are right. Queries without a right one teach nothing here, but for the
        features' mean and scale.
    groups : sequence of int
        The kind of evidence of each feature, from 0 on.
    prior : ndarray, shape (f,), optional
        Weights of the features that are expected; ``None``: all zero.
    standard : pair of ndarray, shape (f,), optional
        Mean and scale that features are made comparable by, as `standard_of` gives them; ``None``
        for those of the features given.
    seed : int
        Of the start, and of the choices of evidence.

    Returns
    -------
    Network
        Of 12 hidden units.

    Raises
    ------
    DegenerateInputError
        If no query has a right candidate.
    """
    if not gold.any():
        raise DegenerateInputError("none of the candidates is right; one at least is needed")
    rng = np.random.default_rng(seed)
    kinds = max(groups) + 1
    mean, scale = standard_of(features) if standard is None else standard
    owner = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
    taught = np.flatnonzero(np.bincount(owner, gold, minlength=len(ends) - 1)[owner] > 0)
    plain = _standard(features[taught], mean, scale)
    right, who = gold[taught], np.unique(owner[taught], return_inverse=True)[1]
    whole = _inputs(plain, groups, np.ones((1, kinds), bool))
    expected = np.zeros(whole.shape[1])
    if prior is not None:
        expected[: len(prior)] = prior * scale
    penalty = max(_PENALTY, _PENALTY_OF_FEW / (who.max() + 1))
    linear = _minimize(
        whole, who, right, expected, expected, hidden=0, penalty=penalty, iterations=25
    )
    hard = _hardest(whole @ linear.astype(np.float32), who, right)
    plain, right, who = plain[hard], right[hard], who[hard]
    masks = rng.random((who.max() + 1, kinds)) < 0.5
    masks[~masks.any(axis=1)] = True
    inputs = np.vstack([whole[hard], _inputs(plain, groups, masks[who])])
    size, spread = inputs.shape[1], 1 / np.sqrt(inputs.shape[1])
    start = np.concatenate(
        [
            linear,
            rng.normal(0, spread, size * _HIDDEN),
            np.zeros(_HIDDEN),
            rng.normal(0, 0.25, _HIDDEN),
        ]
    )
    twice = np.concatenate([who, who + who.max() + 1])
    centre = np.concatenate([expected, np.zeros(len(start) - size)])
    found = _minimize(
        inputs,
        twice,
        np.tile(right, 2),
        start,
        centre,
        hidden=_HIDDEN,
        penalty=penalty,
        iterations=_ITERATIONS,
    )
    direct, hidden, bias, output = _unpacked(found, size, _HIDDEN)
    return Network(mean=mean, scale=scale, direct=direct, hidden=hidden, bias=bias, output=output)


def standard_of(features: Matrix) -> tuple[Vector, Vector]:
    """Give the mean and the scale that make features comparable.

    Parameters
    ----------
    features : ndarray, shape (c, f), float32
        At least one row.

    Returns
    -------
    pair of ndarray, shape (f,), float32
        Mean, and standard deviation of at least a millionth.
    """
    # In float64: a sum of float32 along many rows drifts, and a constant would seem to vary.
    mean = features.mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean, np.maximum(features.std(axis=0, dtype=np.float64), 1e-6).astype(np.float32)


def averaged(networks: Sequence[Network]) -> Network:
    """Make one network of several, whose score is the mean of theirs.

    Parameters
    ----------
    networks : sequence of Network
        At least one; all with the same mean and scale.

    Returns
    -------
    Network
        With the hidden units of all of them.

    Raises
    ------
    InputError
        If means or scales differ.
    """
    first, count = networks[0], len(networks)
    for other in networks[1:]:
        if not (
            np.array_equal(other.mean, first.mean) and np.array_equal(other.scale, first.scale)
        ):
            raise InputError("networks with different means or scales have no mean network")
    return Network(
        mean=first.mean,
        scale=first.scale,
        direct=np.mean([one.direct for one in networks], axis=0),
        hidden=np.hstack([one.hidden for one in networks]),
        bias=np.concatenate([one.bias for one in networks]),
        output=np.concatenate([one.output for one in networks]) / count,
    )


def _standard(features: Matrix, mean: Vector, scale: Vector) -> Matrix:
    """Make all features comparable, and cut what lies far off."""
    scaled: Matrix = np.clip((features - mean) / scale, -_CLIP, _CLIP).astype(np.float32)
    return scaled


def _inputs(plain: Matrix, groups: Sequence[int], used: BoolVector) -> Matrix:
    """Blank the kinds that are not used, and add what says so; ``used`` may be one row for all."""
    blanked = plain * used[:, list(groups)]
    said = np.broadcast_to(~used, (len(plain), used.shape[1]))
    return np.hstack([blanked, said]).astype(np.float32)


def _hardest(scores: Vector, owner: IntVector, gold: BoolVector) -> IntVector:
    """Choose each query's right candidates and its best wrong ones."""
    order = np.lexsort((-scores, gold, owner))  # wrong ones first, best first
    starts = np.concatenate([[0], np.cumsum(np.bincount(owner))])[:-1]
    place = np.arange(len(order)) - starts[owner[order]]
    return np.sort(order[(place < _HARD) | gold[order]])


def _unpacked(weights: Vector, size: int, hidden: int) -> tuple[Vector, Matrix, Vector, Vector]:
    """Cut a vector of weights into its parts."""
    cuts = np.cumsum([size, size * hidden, hidden])
    direct, flat, bias, output = np.split(weights, cuts)
    return direct, flat.reshape(size, hidden), bias, output


def _minimize(
    inputs: Matrix,
    owner: IntVector,
    gold: BoolVector,
    start: Vector,
    centre: Vector,
    *,
    hidden: int,
    penalty: float,
    iterations: int,
) -> Vector:
    """Fit the weights of a network on softmax losses of queries."""
    loss = _Loss(
        inputs=inputs, owner=owner, gold=gold, centre=centre, hidden=hidden, penalty=penalty
    )
    found = optimize.minimize(
        loss, start, jac=True, method="L-BFGS-B", options={"maxiter": iterations}
    )
    weights: Vector = found.x
    return weights


@dataclass(frozen=True, kw_only=True, eq=False)
class _Loss:
    """Mean of ``log(sum_all exp(s) / sum_right exp(s))`` over queries, penalty, and its slope.

    In the precision of the inputs.
    """

    inputs: Matrix
    owner: IntVector
    gold: BoolVector
    centre: Vector
    hidden: int
    penalty: float

    def __call__(self, weights: Vector) -> tuple[float, Vector]:
        size = self.inputs.shape[1]
        kind = self.inputs.dtype
        direct, matrix, bias, output = _unpacked(weights.astype(kind), size, self.hidden)
        units = np.tanh(self.inputs @ matrix + bias)
        scores = self.inputs @ direct + units @ output
        starts = np.flatnonzero(np.diff(self.owner, prepend=-1))
        scores = scores - np.maximum.reduceat(scores, starts)[self.owner]
        mass = np.exp(scores)
        all_mass = np.add.reduceat(mass, starts)
        right = np.where(self.gold, mass, 0)
        right_mass = np.maximum(np.add.reduceat(right, starts), 1e-30)
        moved = weights - self.centre
        value = float(np.log(all_mass / right_mass).mean()) + self.penalty * float(moved @ moved)
        pull = (mass / all_mass[self.owner] - right / right_mass[self.owner]) / len(starts)
        pull = pull.astype(kind)
        inner = (pull[:, None] * output) * (1 - units * units)
        slope = np.concatenate(
            [
                self.inputs.T @ pull,
                (self.inputs.T @ inner).ravel(),
                inner.sum(axis=0),
                units.T @ pull,
            ]
        )
        return value, slope.astype(np.float64) + 2 * self.penalty * moved
