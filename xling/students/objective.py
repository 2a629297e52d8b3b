"""What a student goes down: distance to its teacher, contrast both ways, masked pieces."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from xling.errors import ConfigError, NonFiniteError
from xling.students.routes import routes
from xling.students.settings import StudentSettings

__all__ = ["StudentObjective", "check_masks", "distance", "ranking_loss"]


def distance(rows: Tensor, wanted: Tensor) -> Tensor:
    """Give half the mean squared distance of unit rows: one less their cosine.

    Parameters
    ----------
    rows, wanted : Tensor, shape (n, d), float32
        Of length 1.

    Returns
    -------
    Tensor, scalar
        In [0, 2].

    References
    ----------
    Reimers and Gurevych (2020), Making monolingual sentence embeddings multilingual using
    knowledge distillation.
    """
    return (rows - wanted).square().sum(dim=1).mean() / 2


def ranking_loss(
    rows: Tensor, others: Tensor, temperature: float, same: Tensor | None = None
) -> Tensor:
    """Ask each row for its own among the others, and the other way round.

    Multiple negatives ranking: the softmax over a batch, whose other rows are wrong answers,
    unless they are of the same sentence. What the network makes of a sentence does not count for
    that: rows that have become equal are no excuse.

    Parameters
    ----------
    rows, others : Tensor, shape (n, d), float32
        Of length 1; row ``i`` of one belongs to row ``i`` of the other.
    temperature : float
        Above 0.
    same : Tensor, shape (n, n), bool, optional
        Whether pairs ``i`` and ``j`` share a sentence, so that neither is a wrong answer to the
        other; all are distinct otherwise.

    Returns
    -------
    Tensor, scalar
        The mean of both ways.

    References
    ----------
    Henderson et al. (2017), Efficient natural language response suggestion for smart reply.
    """
    scores = rows @ others.T / temperature
    if same is not None:
        own = torch.eye(len(rows), dtype=torch.bool, device=rows.device)
        scores = scores.masked_fill(same & ~own, float("-inf"))
    answers = torch.arange(len(rows), device=rows.device)
    there, back = (functional.cross_entropy(part, answers) for part in (scores, scores.T))
    return (there + back) / 2


class StudentObjective(nn.Module):
    """The loss that ``SentenceTransformerTrainer`` is given.

    Parameters
    ----------
    model : SentenceTransformer
        The student: a network for both languages, or one with a route for each.
    settings : StudentSettings
        Weights of the parts.

    Raises
    ------
    ConfigError
        As `check_masks`.
    """

    def __init__(self, model: Any, settings: StudentSettings) -> None:
        super().__init__()
        check_masks(model, settings)
        self.model, self.settings = model, settings
        self._sides = routes(model)
        self.calls = 0

    def forward(
        self, sentence_features: Iterable[dict[str, Tensor]], labels: Tensor | None = None
    ) -> Tensor:
        """Give the loss of a batch.

        Parameters
        ----------
        sentence_features : iterable of dict
            Tokens of the source and of the target sentences.
        labels : Tensor, shape (n, d), float32, optional
            The teacher's vectors of the source sentences, of length 1; not needed where nothing
            is distilled: the contrast is then between both sides alone.

        Returns
        -------
        Tensor, scalar

        Raises
        ------
        NonFiniteError
            If it is NaN or infinite.
        """
        given = [dict(features) for features in sentence_features]
        rows = [
            functional.normalize(self.model(dict(one))["sentence_embedding"].float(), dim=1)
            for one in given
        ]
        settings, self.calls = self.settings, self.calls + 1
        with torch.autocast(rows[0].device.type, enabled=False):  # half is too coarse for a loss
            loss = self._of_rows(rows, labels, _equal(given))
        if settings.masked and self.training:
            masked = (self._masked(*both) for both in zip(given, self._sides, strict=True))
            loss = loss + settings.masked * sum(masked) / 2
        if not torch.isfinite(loss):
            raise NonFiniteError(f"training left the numbers behind: the loss is {loss.item()}")
        return loss

    def get_config_dict(self) -> dict[str, float]:
        """Give the weights of the parts, for the card.

        Returns
        -------
        dict
        """
        names = ("distil", "ranking", "masked", "temperature")
        return {name: float(getattr(self.settings, name)) for name in names}

    def _of_rows(self, rows: list[Tensor], labels: Tensor | None, same: Tensor) -> Tensor:
        """Compare the sides' vectors with each other, and with the teacher's."""
        settings = self.settings
        loss = rows[0].new_zeros(())
        if settings.distil and labels is not None:
            loss = loss + settings.distil * sum(distance(side, labels) for side in rows) / 2
        if settings.ranking:
            parts = [ranking_loss(rows[0], rows[1], settings.temperature, same)]
            if settings.distil and labels is not None:
                parts.append(ranking_loss(rows[1], labels, settings.temperature, same))
            loss = loss + settings.ranking * torch.stack(parts).mean()
        return loss

    def _masked(self, features: dict[str, Tensor], side: Any) -> Tensor:
        """Hide some pieces, and ask for them by the table that reads them."""
        network, tokenizer = side.model, side.tokenizer
        ids, seen = features["input_ids"], features["attention_mask"]
        special = torch.tensor(tokenizer.all_special_ids, device=ids.device)
        free = seen.bool() & ~torch.isin(ids, special)
        drawn = torch.rand(
            ids.shape, device=ids.device
        )  # as dropout is: checkpoints hold its state
        hidden = free & (drawn < self.settings.masked_share)
        if not hidden.any():
            return ids.new_zeros((), dtype=torch.float32)
        given = ids.masked_fill(hidden, tokenizer.mask_token_id)
        states = network(input_ids=given, attention_mask=seen).last_hidden_state[hidden]
        table = network.get_input_embeddings().weight
        scores = functional.normalize(states, dim=1) @ functional.normalize(table, dim=1).T
        return functional.cross_entropy(scores.float() / 0.05, ids[hidden])


def check_masks(model: Any, settings: StudentSettings) -> None:
    """Refuse to guess masked pieces where a tokenizer has no piece to mask them with.

    Parameters
    ----------
    model : SentenceTransformer
        The student.
    settings : StudentSettings
        Weights of the parts.

    Raises
    ------
    ConfigError
        If it cannot be done.
    """
    if settings.masked and any(side.tokenizer.mask_token_id is None for side in routes(model)):
        raise ConfigError(
            f"masked is {settings.masked}, and the tokenizer has no mask token to hide pieces with",
            hint="leave that part out with --set masked=0",
        )


def _equal(features: list[dict[str, Tensor]]) -> Tensor:
    """Say which pairs of a batch share a sentence, of either side: shape (n, n), bool."""
    numbers = [torch.unique(one["input_ids"], dim=0, return_inverse=True)[1] for one in features]
    first, second = (each[:, None] == each for each in numbers)
    equal: Tensor = first | second
    return equal
