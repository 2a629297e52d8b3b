"""Early stopping on held-out sentence pairs, never on a dictionary."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from xling.arrays import IntVector
from xling.counting.sentences import RowSentences, equal_sentences
from xling.errors import ConfigError

__all__ = ["EarlyStopping", "split_pairs"]


def split_pairs(source: RowSentences, *, share: float, seed: int) -> tuple[IntVector, IntVector]:
    """Set a share of the linked pairs apart, all pairs of one source sentence together.

    Parameters
    ----------
    source : RowSentences
        The source sentences of the linked pairs.
    share : float
        Of the distinct source sentences, in [0, 1). At least one is set apart if the share is
        above 0 and at least two are there.
    seed : int
        Of the choice.

    Returns
    -------
    tuple of ndarray, int64
        Numbers of the pairs to learn from, and of those set apart, each in order.

    Raises
    ------
    ConfigError
        If the share lies outside its range.
    """
    if not 0 <= share < 1:
        raise ConfigError(f"the share of held-out pairs is {share}; [0, 1) is needed")
    keys = equal_sentences(source.rows, source.offsets)
    distinct = int(keys.max(initial=-1)) + 1
    wanted = int(np.ceil(share * distinct)) if distinct > 1 else 0
    apart = np.zeros(distinct, dtype=bool)
    apart[np.random.default_rng(seed).permutation(distinct)[: min(wanted, distinct - 1)]] = True
    return np.flatnonzero(~apart[keys]), np.flatnonzero(apart[keys])


@dataclass(kw_only=True, slots=True)
class EarlyStopping:
    """Keeps the parameters with the lowest held-out loss, and says when to stop.

    Parameters
    ----------
    patience : int
        How many losses in a row may come without a new lowest one, at least 1.
    losses : list of float
        Held-out losses so far; given when a run is resumed.
    best : dict of str to ndarray
        A copy of the parameters at the lowest loss; empty before the first one.

    Raises
    ------
    ConfigError
        If ``patience`` is below 1.
    """

    patience: int
    losses: list[float] = field(default_factory=list)
    best: dict[str, np.ndarray] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.patience < 1:
            raise ConfigError(f"patience is {self.patience}; at least 1 is needed")

    @property
    def best_step(self) -> int:
        """The number of the lowest loss, the first one if several are equal; -1 without any."""
        finite = [loss for loss in self.losses if np.isfinite(loss)]
        return self.losses.index(min(finite)) if finite else -1

    @property
    def stopped(self) -> bool:
        """Whether the last ``patience`` losses brought nothing."""
        return len(self.losses) - 1 - self.best_step >= self.patience

    def observe(self, loss: float, parameters: Mapping[str, np.ndarray]) -> bool:
        """Take note of a held-out loss.

        Parameters
        ----------
        loss : float
            Smaller is better; one that is not finite never is the lowest.
        parameters : mapping of str to ndarray
            That it was measured with; copied if it is the lowest.

        Returns
        -------
        bool
            Whether to stop.
        """
        self.losses.append(float(loss))
        if self.best_step == len(self.losses) - 1:
            self.best = {name: np.array(part) for name, part in parameters.items()}
        return self.stopped
