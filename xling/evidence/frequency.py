"""Frequency as evidence: translations are about equally frequent."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from scipy import sparse

from xling.arrays import Matrix, Vector
from xling.evidence.base import Asked, Candidates, Ground, nothing_proposed

__all__ = ["Frequency"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Frequency:
    """How often both words occur; never counts like once.

    Parameters
    ----------
    ground : Ground
        Of the direction.
    """

    FEATURES: ClassVar[tuple[str, ...]] = (
        "query_log_count", "log_count", "log_ratio", "log_ratio_squared",
    )  # fmt: skip

    ground: Ground = field(repr=False)

    def look(self, asked: Asked) -> "_Counted":
        """Look the counts up; see `xling.evidence.base.Channel.look`."""
        here, there = (
            np.log(np.maximum(counts, 1)).astype(np.float32) for counts in self.ground.counts
        )
        return _Counted(
            asked=here[asked.rows],
            answers=there,
            proposed=nothing_proposed(len(asked), len(there)),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Counted:
    """Log counts of the queries and of all answers; it proposes nothing."""

    asked: Vector
    answers: Vector
    proposed: sparse.csr_array

    def measure(self, candidates: Candidates) -> Matrix:
        """Give both log counts, their difference and its square."""
        here, there = self.asked[candidates.owner], self.answers[candidates.columns]
        return np.column_stack([here, there, there - here, (there - here) ** 2])
