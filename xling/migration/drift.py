"""Whether a map still holds for what comes later."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from xling.arrays import Matrix, unit_rows
from xling.errors import ConfigError, DegenerateInputError, ShapeError
from xling.migration.migration import Migration
from xling.migration.recall import kept_recall

__all__ = ["Drift", "check_drift"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Drift:
    """What a map keeps of a later sample, beside what it kept when it was fitted.

    Parameters
    ----------
    rows : int
        Of the later sample, known to both models.
    compared : int
        Of them, as many as were held out when the map was fitted, where there are so many.
    recall, recall_before : float
        Fractions, among as many rows: recall falls with the number of rows that are searched.
    cosine, cosine_before : float
        Means, of mapped rows with their re-embedded ones.
    tolerance : float
        By how much either may be lower.
    """

    rows: int
    compared: int
    recall: float
    recall_before: float
    cosine: float
    cosine_before: float
    tolerance: float

    @property
    def drifted(self) -> bool:
        """Whether less is kept than the tolerance allows."""
        lost = max(self.recall_before - self.recall, self.cosine_before - self.cosine)
        return lost > self.tolerance


def check_drift(
    migration: Migration, old: Matrix, new: Matrix, *, tolerance: float = 0.05, seed: int = 0
) -> Drift:
    """Measure a map on a later sample that both models embedded.

    Parameters
    ----------
    migration : Migration
        Fitted.
    old, new : ndarray, shape (n, d) and (n, e), float32
        Row ``i`` of both is the same item.
    tolerance : float
        By how much recall or cosine may be lower than at the fit, at least 0.
    seed : int
        Of the rows that are compared.

    Returns
    -------
    Drift
        With the verdict.

    Raises
    ------
    ConfigError
        If the tolerance is negative.
    ShapeError
        If the rows do not fit each other or the map.
    DegenerateInputError
        If there are too few rows to tell.
    """
    if not tolerance >= 0:
        raise ConfigError(f"tolerance is {tolerance}; a number from 0 is needed")
    if len(old) != len(new) or new.shape[1:] != (migration.dim_out,):
        raise ShapeError(
            f"old rows of shape {old.shape} and new ones of shape {new.shape}; as many are needed, "
            f"new ones of {migration.dim_out} columns"
        )
    card = migration.card
    known = np.flatnonzero(np.asarray(old).any(axis=1) & np.asarray(new).any(axis=1))
    if len(known) < card["k"] + 2:
        raise DegenerateInputError(
            f"{len(known)} rows that are known to both; at least {card['k'] + 2} are needed"
        )
    rng = np.random.default_rng([seed, 13])
    chosen = np.sort(rng.permutation(known)[: int(card["held_out"])])
    mapped = migration.apply(np.asarray(old)[chosen])
    kept = kept_recall(mapped, unit_rows(np.asarray(new, np.float32)[chosen]), k=int(card["k"]))
    return Drift(
        rows=len(known),
        compared=len(chosen),
        recall=kept.recall,
        recall_before=_recall_before(card, len(chosen)),
        cosine=kept.cosine,
        cosine_before=float(card["cosine"]),
        tolerance=tolerance,
    )


def _recall_before(card: Mapping[str, Any], rows: int) -> float:
    """Give what was kept at the fit among so many of the held-out rows."""
    known = card.get("recall_by_rows", [[card["held_out"], card["recall"]]])
    sizes, recalls = zip(*sorted(known), strict=True)
    return float(np.interp(np.log(rows), np.log(sizes), recalls))
