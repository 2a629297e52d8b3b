"""Sentence vectors of a trained encoder: by length, truncated with a count, always the same."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np
import torch

from xling.arrays import Matrix, blocks, check_finite, unit_rows
from xling.data.language import check_language
from xling.encoders.pretrained.checkpoint import Checkpoint
from xling.encoders.pretrained.counts import EncodeCounts
from xling.encoders.pretrained.memory import halving
from xling.encoders.pretrained.precision import (
    Precision,
    check_precision,
    choose_precision,
    computing,
)
from xling.errors import ConfigError, InputError

__all__ = ["TransformerEncoder"]

_AHEAD = 64  # batches whose sentences are put in order of length at once


@dataclass(frozen=True, kw_only=True, eq=False)
class TransformerEncoder:
    """Encodes sentences of one language with a checkpoint.

    Sentences are put in order of their number of tokens, so that little is spent on padding, and
    a batch that does not fit into memory is tried again in halves. A row depends on its sentence
    alone, up to rounding; the same sentences in the same order give the same bytes.

    Parameters
    ----------
    checkpoint : Checkpoint
        Opened.
    language : str
        BCP-47 tag of the sentences.
    batch : int
        Sentences at once, at least 1.
    prompt : str, optional
        Stands before each sentence, as some encoders want it; the checkpoint's own default by
        default.
    normalized : bool
        Whether rows are scaled to length 1.
    precision : {"fp32", "auto", "bf16", "fp16"}
        Numbers that the network computes in; rows are float32 in any case.

    Raises
    ------
    ConfigError
        If ``batch`` is below 1.
    UnknownNameError
        If there is no such precision.
    InputError
        If the language is malformed.
    """

    checkpoint: Checkpoint
    language: str
    batch: int = 32
    prompt: str | None = None
    normalized: bool = True
    precision: Precision = "fp32"

    def __post_init__(self) -> None:
        check_language(self.language)
        check_precision(self.precision)
        object.__setattr__(self, "checkpoint", self.checkpoint.route(self.language))
        if self.batch < 1:
            raise ConfigError(f"batch is {self.batch}; at least 1 is needed")

    @property
    def dim(self) -> int:
        """Width of a row."""
        return self.checkpoint.dim

    @property
    def before(self) -> str:
        """What stands before each sentence: the prompt, or the checkpoint's own."""
        return self.checkpoint.default_prompt if self.prompt is None else self.prompt

    def encode(self, sentences: Sequence[str]) -> Matrix:
        """Give a vector for each sentence; see `encode_counted`.

        Parameters
        ----------
        sentences : sequence of str
            Any number.

        Returns
        -------
        ndarray, shape (n, d), float32
            A zero row for a blank sentence.
        """
        return self.encode_counted(sentences)[0]

    def encode_counted(self, sentences: Sequence[str]) -> tuple[Matrix, EncodeCounts]:
        """Give a vector for each sentence, and what was noticed.

        Parameters
        ----------
        sentences : sequence of str
            Any number.

        Returns
        -------
        rows : ndarray, shape (n, d), float32
            A zero row for a blank sentence.
        counts : EncodeCounts
            Of truncated sentences, unknown tokens and more.

        Raises
        ------
        InputError
            If memory does not suffice for one sentence alone.
        NonFiniteError
            If the encoder gives NaN or infinity.
        """
        made = np.zeros((len(sentences), self.dim), np.float32)
        counts = EncodeCounts(longest=self.checkpoint.longest, asked=self.batch, batch=self.batch)
        batch = self.batch
        for part in blocks(len(sentences), _AHEAD * self.batch):
            chosen = np.flatnonzero([bool(text.strip()) for text in sentences[part]])
            texts = [sentences[part.start + i] for i in chosen]
            ids, found = self._look(texts)
            lengths = np.array([len(each) for each in ids], np.int64)
            order = np.argsort(-lengths, kind="stable")  # memory runs out at once, or never
            rows, batch = self._run([texts[i] for i in order], [ids[i] for i in order], batch)
            made[part.start + chosen[order]] = rows
            empty = part.stop - part.start - len(chosen)
            counts += replace(found, sentences=part.stop - part.start, empty=empty, batch=batch)
        check_finite(made, f"what {self.checkpoint.name} gives")
        return (unit_rows(made) if self.normalized else made), counts

    def _look(self, texts: list[str]) -> tuple[list[list[int]], EncodeCounts]:
        """Give the tokens of each text; count them, and what is unknown or too long."""
        if not texts:
            return [], EncodeCounts()
        unknown_id, longest = self.checkpoint.unknown_id, self.checkpoint.longest
        special = 0
        if self.checkpoint.is_static:
            ids = [found.ids for found in self._encoded(texts)]
        else:
            given = [self.before + text for text in texts]
            tokenizer = self.checkpoint.tokenizer
            ids = tokenizer(given, verbose=False, return_attention_mask=False)["input_ids"]
            special = int(tokenizer.num_special_tokens_to_add())
        cut = 0 if longest is None else sum(len(each) > longest for each in ids)
        unknown = 0 if unknown_id is None else sum(each.count(unknown_id) for each in ids)
        tokens = sum(map(len, ids)) - special * len(texts)
        return ids, EncodeCounts(tokens=tokens, unknown=unknown, truncated=cut)

    def _encoded(self, texts: list[str]) -> list[Any]:
        """Cut texts with a bare tokenizer."""
        found: list[Any] = self.checkpoint.tokenizer.encode_batch_fast(
            [self.before + text for text in texts], add_special_tokens=False
        )
        return found

    def _run(self, texts: list[str], ids: list[list[int]], batch: int) -> tuple[Matrix, int]:
        """Encode texts in their order; give the rows and how many fitted into memory at once."""
        model = self.checkpoint.model
        device = str(model.device)
        precision = choose_precision(self.precision, device)
        made = np.zeros((len(texts), self.dim), np.float32)

        def encode(start: int, stop: int) -> None:
            with torch.inference_mode(), computing(precision, device):
                if self.checkpoint.is_bag:  # its tokens are all that it reads of a sentence
                    features = _bags(ids[start:stop])
                else:
                    features = model.preprocess(texts[start:stop], prompt=self.before or None)
                placed = {
                    name: part.to(model.device) if isinstance(part, torch.Tensor) else part
                    for name, part in features.items()
                }
                rows = model(placed)["sentence_embedding"][:, : self.dim]  # some are cut short
                made[start:stop] = rows.float().cpu().numpy()

        size = batch * _AHEAD if self.checkpoint.is_static else batch
        fitted = halving(encode, len(texts), size)
        if fitted < 1:
            raise InputError(
                f"memory does not suffice to encode one sentence with {self.checkpoint.name}",
                hint="use a smaller encoder, or a machine with more memory",
            )
        return made, batch if fitted == size else max(1, fitted * batch // size)


def _bags(ids: list[list[int]]) -> dict[str, torch.Tensor]:
    """Write tokens as a static embedding reads them: end to end, with where each text starts."""
    ends = np.cumsum([0, *map(len, ids)])
    flat = np.fromiter(chain.from_iterable(ids), np.int64, count=int(ends[-1]))
    return {"input_ids": torch.from_numpy(flat), "offsets": torch.from_numpy(ends[:-1])}
