"""Settings of a training that are the same for every recipe."""

from dataclasses import dataclass

from xling.counting.hold_out import Match, Side
from xling.errors import ConfigError

__all__ = ["TrainSettings"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainSettings:
    """What is the same for every recipe.

    Parameters
    ----------
    dim : int
        Number of dimensions.
    min_count : int
        How often a word must occur in the text that is kept.
    seed : int
        Of everything random.
    threads : int, optional
        ``None``: all processors.
    hold_out_side : {"source", "both"}
        On which side of a pair a held-out word takes the pair out.
    hold_out_match : {"form", "family"}
        Whether other words of the same stem do so too.
    shots : int
        Distinct matched sentences of each held-out word that are kept all the same: 0 for
        zero-shot, 1 for one-shot and so on.
    calibrate : bool
        Whether the ranker is fitted; without it answers have no probability.
    phrases : bool
        Whether words that belong together are found and joined into units: *New York*.
    two_way : bool
        Whether the ranker also learns from where an answer leads when it is looked up itself
        (channel ``two-way``).

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    dim: int = 500
    min_count: int = 3
    seed: int = 0
    threads: int | None = None
    hold_out_side: Side = "source"
    hold_out_match: Match = "form"
    shots: int = 0
    calibrate: bool = True
    phrases: bool = False
    two_way: bool = False

    def __post_init__(self) -> None:
        for name in ("dim", "min_count"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; at least 1 is needed")
        if self.threads is not None and self.threads < 1:
            raise ConfigError(f"threads is {self.threads}; at least 1 is needed")
        for name in ("seed", "shots"):
            if getattr(self, name) < 0:
                raise ConfigError(f"{name} is {getattr(self, name)}; at least 0 is needed")
        if self.hold_out_side not in ("source", "both"):
            raise ConfigError(f"hold-out side {self.hold_out_side!r}; source or both is needed")
        if self.hold_out_match not in ("form", "family"):
            raise ConfigError(f"hold-out match {self.hold_out_match!r}; form or family is needed")
