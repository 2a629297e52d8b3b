"""Train the networks of `contrastive`: batches with hard negatives, and a held-out check."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from xling.aligners.contrastive_network import ResidualNetwork, info_nce
from xling.arrays import IntVector, Matrix, Vector, blocks
from xling.errors import NonFiniteError
from xling.retrieval.criteria import mean_similarity
from xling.retrieval.index import ExactIndex

__all__ = ["Training", "WordPairs", "reciprocal_rank"]

_SCORES = 2**24  # in memory at once while words are looked up: 64 MiB


@dataclass(frozen=True, kw_only=True, eq=False)
class WordPairs:
    """Linked rows of two spaces, with weights.

    Parameters
    ----------
    rows : pair of ndarray, shape (p,), int64
        Of the source and of the target space.
    weights : ndarray, shape (p,), float64
        Above 0.
    """

    rows: tuple[IntVector, IntVector]
    weights: Vector

    def __len__(self) -> int:
        return len(self.weights)

    def select(self, which: IntVector) -> "WordPairs":
        """Choose pairs.

        Parameters
        ----------
        which : ndarray, shape (q,), integer
            Their numbers, in the order wanted.

        Returns
        -------
        WordPairs
            ``q`` pairs.
        """
        rows = self.rows[0][which], self.rows[1][which]
        return WordPairs(rows=rows, weights=self.weights[which])


@dataclass(frozen=True, kw_only=True, eq=False)
class Training:
    """What a step of training needs.

    Parameters
    ----------
    networks : pair of ResidualNetwork or None
        Of both sides; ``None`` for a side that stays.
    spaces : pair of ndarray, shape (n, d), float32
        Normalised; of the words among which hard negatives are looked for.
    pairs : WordPairs
        Learned from.
    gold : WordPairs
        All pairs of the lexicon: none of them counts as wrong.
    temperature, dropout : float
        As in `ContrastiveSettings`.
    batch, negatives : int
        Pairs of a step, and hard negatives of each word.
    margin : float
        As in `ContrastiveSettings`.
    """

    networks: tuple[ResidualNetwork | None, ResidualNetwork | None]
    spaces: tuple[Matrix, Matrix] = field(repr=False)
    pairs: WordPairs
    gold: WordPairs
    temperature: float
    dropout: float
    batch: int
    negatives: int
    margin: float = 0.0

    def mapped(self, side: int) -> Matrix:
        """Map a whole space as it is now.

        Parameters
        ----------
        side : int
            0 for the source, 1 for the target.

        Returns
        -------
        ndarray, shape (n, e), float32
            Of length 1.

        Raises
        ------
        NonFiniteError
            If a row is not finite.
        """
        with torch.no_grad():
            made: Matrix = self._embed(side, np.arange(len(self.spaces[side])), None).numpy()
        if not np.isfinite(made).all():
            raise NonFiniteError("training left the numbers behind: a mapped vector is NaN")
        return made

    def epoch(self, step: Callable[[Tensor], None], rng: np.random.Generator, number: int) -> float:
        """Go once over the pairs.

        Parameters
        ----------
        step : callable
            Goes down a loss.
        rng : numpy Generator
            Moved on.
        number : int
            Of the epoch, for the message.

        Returns
        -------
        float
            The mean loss.

        Raises
        ------
        NonFiniteError
            If the loss is NaN or infinite.
        """
        hard = self._hard_negatives()
        order = rng.permutation(len(self.pairs))
        total = 0.0
        for start in range(0, len(order), self.batch):
            chosen = order[start : start + self.batch]
            loss = self.loss(chosen, hard, rng)
            if not torch.isfinite(loss):
                raise NonFiniteError(f"training left the numbers behind in epoch {number}")
            step(loss)
            total += loss.item() * len(chosen)
        return total / len(order)

    def loss(
        self, chosen: IntVector, hard: tuple[IntVector, IntVector], rng: np.random.Generator
    ) -> Tensor:
        """Give the contrastive loss of a batch, both ways.

        Parameters
        ----------
        chosen : ndarray, shape (b,), integer
            Numbers of pairs.
        hard : pair of ndarray, shape (p, k), integer
            For each pair, rows of the target space near its source word, and rows of the source
            space near its target word.
        rng : numpy Generator
            Of dropout; moved on.

        Returns
        -------
        Tensor, scalar
            The mean of both directions.
        """
        batch = self.pairs.select(chosen)
        kept = [self._dropped(side, rng) for side in (0, 1)]
        weights = torch.from_numpy(batch.weights.astype(np.float32))
        losses = []
        for side in (0, 1):
            wanted = batch.rows[1 - side]
            rows, answers = np.unique(
                np.concatenate([wanted, hard[side][chosen].ravel()]), return_inverse=True
            )
            losses.append(
                info_nce(
                    self._embed(side, batch.rows[side], kept[side]),
                    self._embed(1 - side, rows, kept[1 - side]),
                    torch.from_numpy(answers.ravel()[: len(wanted)]),
                    temperature=self.temperature,
                    right=torch.from_numpy(self._right(side, batch.rows[side], rows)),
                    weights=weights,
                    margin=self.margin,
                )
            )
        return (losses[0] + losses[1]) / 2

    def _embed(self, side: int, rows: IntVector, kept: Vector | None) -> Tensor:
        """Map some rows, to length 1."""
        network = self.networks[side]
        given = torch.from_numpy(self.spaces[side][rows])
        return functional.normalize(given if network is None else network(given, kept), dim=1)

    def _dropped(self, side: int, rng: np.random.Generator) -> Vector | None:
        """Draw which hidden units are dropped in a step."""
        network = self.networks[side]
        if network is None or not self.dropout or not len(network.into):
            return None
        shape = (len(network.into), network.into[0].shape[1])
        kept = rng.random(shape) >= self.dropout
        made: Vector = (kept / (1 - self.dropout)).astype(np.float32)
        return made

    def _hard_negatives(self) -> tuple[IntVector, IntVector]:
        """Find for each pair's words the nearest rows of the other side."""
        if not self.negatives:
            none = np.zeros((len(self.pairs), 0), dtype=np.int64)
            return none, none
        mapped = [self.mapped(side) for side in (0, 1)]
        found = [
            ExactIndex(rows=mapped[1 - side])
            .search(mapped[side][self.pairs.rows[side]], self.negatives)
            .ids
            for side in (0, 1)
        ]
        return found[0], found[1]

    def _right(self, side: int, rows: IntVector, others: IntVector) -> np.ndarray:
        """Say which of the candidates are right answers: shape (rows, others), bool."""
        size = len(self.spaces[1 - side])
        gold = np.unique(self.gold.rows[side] * size + self.gold.rows[1 - side])
        return np.isin(rows[:, None] * size + others, gold)


def reciprocal_rank(mapped: tuple[Matrix, Matrix], pairs: WordPairs) -> float:
    """Look up source words by CSLS, and see how far up their right answers stand.

    Parameters
    ----------
    mapped : pair of ndarray, shape (n, e), float32
        Both spaces after their maps, of length 1.
    pairs : WordPairs
        Right answers; weights are not looked at.

    Returns
    -------
    float
        The mean over distinct source words of one over the best rank of a right answer, ties
        counting half; in [0, 1]. Beside the inputs, memory grows with ``n`` alone.
    """
    asked, place = np.unique(pairs.rows[0], return_inverse=True)
    means = mean_similarity(mapped[1], mapped[0])
    best = np.full(len(asked), np.inf)
    for part in blocks(len(pairs), max(1, _SCORES // len(mapped[1]))):
        rows, right = (side[part] for side in pairs.rows)
        scores = 2 * mapped[0][rows] @ mapped[1].T
        scores -= means
        own = scores[np.arange(len(rows)), right][:, None]
        ranks = 0.5 + (scores > own).sum(axis=1) + (scores == own).sum(axis=1) / 2
        np.minimum.at(best, place[part], ranks)
    return float(np.mean(1 / best))
