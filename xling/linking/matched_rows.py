"""Matched rows as what every aligner takes: two spaces whose words are sentences, and a lexicon."""

from dataclasses import dataclass, field

import numpy as np

from xling.arrays import IntVector, Matrix, check_matrix
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary
from xling.errors import DegenerateInputError, ShapeError

__all__ = ["MatchedRows", "hold_out_rows"]


@dataclass(frozen=True, kw_only=True, eq=False)
class MatchedRows:
    """Pairs of rows, of two encoders.

    Parameters
    ----------
    languages : pair of str
        Of the two sides.
    rows : pair of ndarray, shape (n, d) and (n, e), float32
        Row ``i`` of one is matched with row ``i`` of the other.
    names : pair of tuple of str
        Of the rows; equal names have equal rows.

    Raises
    ------
    ShapeError
        If the sides differ in length.
    DegenerateInputError
        If there is no pair.
    """

    languages: tuple[str, str]
    rows: tuple[Matrix, Matrix] = field(repr=False)
    names: tuple[tuple[str, ...], tuple[str, ...]] = field(repr=False)

    def __post_init__(self) -> None:
        for rows, names, language in zip(self.rows, self.names, self.languages, strict=True):
            check_matrix(rows, f"the {language} rows")
            if len(rows) != len(names):
                raise ShapeError(f"{len(rows)} {language} rows for {len(names)} names")
        if len(self.rows[0]) != len(self.rows[1]):
            raise ShapeError(
                f"{len(self.rows[0])} {self.languages[0]} rows and {len(self.rows[1])} "
                f"{self.languages[1]} rows; as many are needed, row i matched with row i"
            )
        if not len(self.rows[0]):
            raise DegenerateInputError("there is no matched pair of rows")

    def __len__(self) -> int:
        return len(self.rows[0])

    def select(self, which: IntVector) -> "MatchedRows":
        """Choose pairs.

        Parameters
        ----------
        which : ndarray, shape (m,), int64
            Their numbers.

        Returns
        -------
        MatchedRows
            In that order.
        """
        names = [tuple(side[i] for i in which.tolist()) for side in self.names]
        return MatchedRows(
            languages=self.languages,
            rows=(self.rows[0][which], self.rows[1][which]),
            names=(names[0], names[1]),
        )

    def as_spaces(self) -> tuple[EmbeddingSpace, EmbeddingSpace, Lexicon]:
        """Make what an aligner takes.

        Returns
        -------
        source, target : EmbeddingSpace
            A word for each distinct name.
        lexicon : Lexicon
            A pair for each distinct pair of names.
        """
        spaces = [self._space(side) for side in (0, 1)]
        pairs = tuple(dict.fromkeys(zip(self.names[0], self.names[1], strict=True)))
        lexicon = Lexicon(
            source_language=self.languages[0], target_language=self.languages[1], pairs=pairs
        )
        return spaces[0], spaces[1], lexicon

    def _space(self, side: int) -> EmbeddingSpace:
        """Keep the first row of each name."""
        first: dict[str, int] = {}
        for number, name in enumerate(self.names[side]):
            first.setdefault(name, number)
        rows = self.rows[side][list(first.values())]
        words = tuple(first)
        return EmbeddingSpace(
            language=self.languages[side],
            vocabulary=Vocabulary(words=words),
            vectors=rows,
            empty_words=frozenset(words[i] for i in np.flatnonzero(~rows.any(axis=1))),
        )


def hold_out_rows(
    matched: MatchedRows, share: float, *, most: int = 1000, seed: int = 0
) -> tuple[MatchedRows, MatchedRows | None]:
    """Keep pairs apart that share neither side with those that stay.

    Parameters
    ----------
    matched : MatchedRows
        All pairs.
    share : float
        Of the pairs, in [0, 1).
    most : int
        Pairs held out at most.
    seed : int
        Decides which.

    Returns
    -------
    learned : MatchedRows
        What is left to fit on, in order.
    held : MatchedRows or None
        Kept apart, no name twice on a side; ``None`` where none can be, with fewer than 20 pairs.
    """
    count = min(int(share * len(matched)), most)
    if len(matched) < 20 or count < 1:
        return matched, None
    order = np.random.default_rng([seed, 7]).permutation(len(matched))
    seen: tuple[set[str], set[str]] = (set(), set())
    chosen = []
    for number in order.tolist():
        names = matched.names[0][number], matched.names[1][number]
        if names[0] not in seen[0] and names[1] not in seen[1]:
            chosen.append(number)
            seen[0].add(names[0])
            seen[1].add(names[1])
        if len(chosen) == count:
            break
    stays = [
        number
        for number, (one, other) in enumerate(zip(*matched.names, strict=True))
        if one not in seen[0] and other not in seen[1]
    ]
    if not stays:
        return matched, None
    return matched.select(np.array(stays)), matched.select(np.array(sorted(chosen)))
