"""Whether an alignment that saw no dictionary, or a small one, can be trusted.

Self-learning always ends in a dictionary that suits its map: the mean CSLS of best neighbours and
the share of mutual ones are high even where nothing links the two spaces. What tells the two
apart is what else would have come out. *Stability*: two restarts end in the same dictionary, or
each in its own. *Held out*: maps fitted on every other pair of mutual neighbours find the pairs
between again, more often than on targets without a link, made from the true one, after the same
rounds. *Gain*: the mean CSLS, beside what is reached there. *Ranks*: words that mean the same are
about equally frequent, so that the frequency ranks of mutual neighbours go together; no geometry
tells a space from the same space with its words exchanged, but this does. *Beyond*: the gain, or
the ranks, among rarer words than the first rounds saw. *Written*: whether the maps that are
written still translate as the judged ones. The thresholds were chosen on made worlds and real
spaces whose answers are known.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from xling.aligners.base import Verdict

__all__ = [
    "BEYOND", "CARRIED", "CLEARLY_CARRIED", "CLEAR_GAIN", "DOUBT", "GAIN", "HARDLY_CARRIED",
    "RANKS", "RANKS_BEYOND", "STABILITY", "Chance", "Checks", "fault", "ranks_needed", "ratio",
]  # fmt: skip

#: Least share of words that restarts, and the maps that are written, translate alike.
STABILITY = 0.5

#: Least ratio of the mean CSLS to that of a target without a link, where restarts agree.
GAIN = 1.1

#: From this ratio on, the best restart is trusted even where the others ended elsewhere.
CLEAR_GAIN = 1.5

#: Least share of pairs that are found again beyond the share of a target without a link, where
#: restarts agree.
CARRIED = 0.1

#: Less than this, and nothing carries over, however near words are.
HARDLY_CARRIED = 0.05

#: From this difference on, the best restart is trusted even where the others ended elsewhere.
CLEARLY_CARRIED = 0.2

#: From this ratio on a failure may be that of the restarts: further ones are made.
DOUBT = 1.05

#: Least ratio among words that the first rounds did not see.
BEYOND = 1.05

#: Least rank correlation of mutual neighbours' frequencies, where there are many of them.
RANKS = 0.2

#: The same among words that the first rounds did not see: these are all rare.
RANKS_BEYOND = 0.1

_DEVIATIONS = 3  # of the rank correlation of words that have nothing to do with each other
_LEAST_CSLS = 0.01  # of chance: a ratio to less, or to a number below zero, would say nothing


@dataclass(frozen=True, kw_only=True, slots=True)
class Chance:
    """What the same rounds reach on targets without a link: the most of several.

    Parameters
    ----------
    csls : float
        Mean CSLS of best neighbours.
    held_out : float
        Share of pairs that are found again.
    """

    csls: float
    held_out: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Checks:
    """What the verdict stands on.

    Parameters
    ----------
    stability : float
        Share of frequent words that the best restart and the one most like it translate alike,
        in [0, 1].
    mutual : float
        Share of frequent words that are the best neighbour of their own best neighbour.
    csls : float
        Mean CSLS of best neighbours, of the best restart.
    csls_by_chance : float
        What the same rounds reach on a target without a link; the most of several.
    held_out : float
        Share of mutual neighbours that maps fitted on the others find again, in [0, 1].
    held_out_by_chance : float
        The same on a target without a link; the most of several.
    ranks : float
        Rank correlation of the frequencies of words that are each other's best neighbour.
    ranks_needed : float
        What it must reach: see `ranks_needed`.
    beyond : float, optional
        Mean CSLS of the words that the first rounds did not see, in units of what an unlinked
        target reaches; ``None`` where there are none.
    ranks_beyond, ranks_beyond_needed : float, optional
        As `ranks` and `ranks_needed`, of pairs of such words.
    written : float
        Share of frequent words that the maps which are written translate as the judged ones.
    """

    stability: float
    mutual: float
    csls: float
    csls_by_chance: float
    held_out: float
    held_out_by_chance: float
    ranks: float
    ranks_needed: float
    beyond: float | None = None
    ranks_beyond: float | None = None
    ranks_beyond_needed: float | None = None
    written: float = 1.0

    @property
    def gain(self) -> float:
        """Mean CSLS in units of what chance reaches."""
        return ratio(self.csls, self.csls_by_chance)

    @property
    def carried(self) -> float:
        """How much more often pairs held out are found again than by chance, in [-1, 1]."""
        return self.held_out - self.held_out_by_chance

    @property
    def linked(self) -> bool:
        """Whether chance does clearly less well, or less well and restarts agree.

        Less well in how near neighbours are, or in what carries over to pairs held out; but never
        where hardly more carries over than by chance, whatever is near there: words of tight
        clusters, for example, are all near each other.
        """
        clear = self.gain >= CLEAR_GAIN or self.carried >= CLEARLY_CARRIED
        more = self.gain >= GAIN or self.carried >= CARRIED
        agreed = more and self.stability >= STABILITY
        return self.carried >= HARDLY_CARRIED and (clear or agreed)

    @property
    def reaches_beyond(self) -> bool:
        """Whether words that the first rounds did not see are linked too, or there are none.

        They are near, or about equally frequent: rare words of real texts crowd together, and
        then have a lower CSLS than those of a target made by chance.
        """
        if self.beyond is None or self.beyond >= BEYOND:
            return True
        if self.ranks_beyond is None or self.ranks_beyond_needed is None:
            return False
        return self.ranks_beyond >= self.ranks_beyond_needed

    @property
    def verdict(self) -> Verdict:
        """Trusted where `linked`, and nothing else speaks against it.

        The ranks must go together, the words beyond must be linked too, and the maps that are
        written must be the judged ones.
        """
        fine = (
            self.linked
            and self.ranks >= self.ranks_needed
            and self.reaches_beyond
            and self.written >= STABILITY
        )
        return Verdict.TRUSTED if fine else Verdict.FAILED

    @property
    def undecided(self) -> bool:
        """Whether more than chance was found, and restarts that agree were not."""
        return (self.gain >= DOUBT or self.carried >= CARRIED) and not self.linked

    @property
    def values(self) -> Mapping[str, float]:
        """All that was measured, by name."""
        values = {**asdict(self), "gain": self.gain, "carried": self.carried}
        return {name: value for name, value in values.items() if value is not None}


def fault(values: Mapping[str, float]) -> str:
    """Say why an alignment is not trusted.

    Parameters
    ----------
    values : mapping of str to float
        Of `Checks.values`.

    Returns
    -------
    str
        A clause; empty where nothing speaks against it.
    """
    derived = {"gain", "carried"}
    found = Checks(**{name: value for name, value in values.items() if name not in derived})
    if not found.linked:
        return (
            f"neighbours are {found.gain:.2f} times as near as by chance, {found.held_out:.0%} of "
            f"pairs held out are found again ({found.held_out_by_chance:.0%} by chance), and "
            f"restarts agree on {found.stability:.0%} of the words"
        )
    if found.ranks < found.ranks_needed:
        return (
            "words and their translations are not about equally frequent (rank correlation "
            f"{found.ranks:.2f}; both files must have the most frequent words first)"
        )
    if not found.reaches_beyond:
        return (
            f"rarer words are {found.beyond:.2f} times as near as by chance, and not about "
            f"equally frequent (rank correlation {found.ranks_beyond or 0:.2f})"
        )
    if found.written < STABILITY:
        return f"the last step changed the translations of {1 - found.written:.0%} of the words"
    return ""


def ratio(found: float, chance: float) -> float:
    """Give a mean CSLS in units of what chance reaches, of which 0.01 is the least.

    Parameters
    ----------
    found, chance : float
        Mean CSLS.

    Returns
    -------
    float
        Below zero where ``found`` is.
    """
    return found / max(chance, _LEAST_CSLS)


def ranks_needed(pairs: int, least: float = RANKS) -> float:
    """Say which rank correlation so many pairs must reach: what chance does not.

    Parameters
    ----------
    pairs : int
        Mutual neighbours.
    least : float
        What any number of them must reach.

    Returns
    -------
    float
        Three standard deviations of the correlation of unrelated ranks, ``least`` at least, and 1
        at most.
    """
    return min(1.0, max(least, _DEVIATIONS / math.sqrt(max(pairs - 1, 1))))
