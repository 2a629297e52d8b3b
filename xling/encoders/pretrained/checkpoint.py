"""A trained encoder of others, opened from a folder or by the name that a hub knows it under."""

import contextlib
import hashlib
import json
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xling.errors import FileAccessError, FormatError, UnknownNameError
from xling.files import PathLike

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["Checkpoint", "is_checkpoint", "open_checkpoint", "quiet"]

_NO_LIMIT = 10**9  # tokens: a tokenizer without a limit names one that no text reaches
_MARKS = ("modules.json", "config.json")
_TASKS = {"query", "document"}  # routes of the library's own, which are no languages
_FEW = ("sentence_transformers", "transformers", "torch", "huggingface_hub")


@dataclass(frozen=True, kw_only=True, eq=False)
class Checkpoint:
    """A model of sentence-transformers, ready to encode.

    Parameters
    ----------
    model : SentenceTransformer
        In evaluation mode.
    name : str
        As the caller named it.
    """

    model: "SentenceTransformer" = field(repr=False)
    name: str

    @property
    def dim(self) -> int:
        """Width of a sentence's vector."""
        return int(self.model.get_embedding_dimension() or 0)

    @property
    def is_static(self) -> bool:
        """Whether there is no network, but a table of token vectors alone."""
        return self.model.transformers_model is None

    @property
    def is_bag(self) -> bool:
        """Whether the library's static embedding of a sentence's tokens is all there is."""
        return type(self.model[0]).__name__ == "StaticEmbedding"

    @property
    def longest(self) -> int | None:
        """Most tokens of a sentence that are looked at; ``None`` for all."""
        found = self.model.max_seq_length
        return None if found is None or found > _NO_LIMIT else int(found)

    @property
    def tokenizer(self) -> Any:
        """The tokenizer, of transformers or of tokenizers."""
        return self.model.tokenizer

    @property
    def unknown_id(self) -> int | None:
        """The token that stands for what the tokenizer does not know; ``None`` without one."""
        tokenizer = self.tokenizer
        if hasattr(tokenizer, "unk_token_id"):
            found = tokenizer.unk_token_id
        else:
            found = tokenizer.token_to_id(getattr(tokenizer.model, "unk_token", None) or "[UNK]")
        return None if found is None else int(found)

    @property
    def default_prompt(self) -> str:
        """What the encoder puts before each sentence unless it is told otherwise."""
        name = self.model.default_prompt_name
        return "" if name is None else self.model.prompts.get(name) or ""

    def route(self, language: str) -> "Checkpoint":
        """Take one language's way out of a model that has several.

        Parameters
        ----------
        language : str
            BCP-47 tag.

        Returns
        -------
        Checkpoint
            Itself, where there is one way for all; of a model that tells queries from documents,
            its default way.

        Raises
        ------
        UnknownNameError
            If the model's ways are of other languages.
        """
        first: Any = self.model[0]
        ways = getattr(first, "sub_modules", None)
        if ways is None:
            return self
        names = {str(name).casefold(): str(name) for name in ways}
        chosen = names.get(language.casefold())
        if chosen is None and set(names) <= _TASKS:
            chosen = str(first.default_route or next(iter(ways)))
        if chosen is None:
            raise UnknownNameError("language of this encoder", language, list(ways))
        from sentence_transformers import SentenceTransformer

        prompts = {name: text for name, text in self.model.prompts.items() if text is not None}
        with quiet():
            model = SentenceTransformer(
                modules=[*ways[chosen], *list(self.model)[1:]],
                device=str(self.model.device),
                prompts=prompts,
                default_prompt_name=chosen if prompts.get(chosen) else None,
                truncate_dim=self.model.truncate_dim,
            )
        model.eval()
        return Checkpoint(model=model, name=self.name)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over weights, kinds of module and tokenizers, in hexadecimal."""
        import torch

        digest = hashlib.sha256(f"{self.model!r}\n{self.longest}".encode())
        for name, part in sorted(self.model.state_dict().items()):
            digest.update(name.encode())
            whole = part.detach().cpu().contiguous().view(-1)
            digest.update(whole.view(torch.uint8).numpy() if whole.numel() else b"")
        for module in self.model.children():
            for part in module.modules():
                if (found := getattr(part, "tokenizer", None)) is not None:
                    digest.update(_written(found).encode())
        return digest.hexdigest()


def is_checkpoint(path: PathLike) -> bool:
    """Tell whether a folder looks like a model of transformers or sentence-transformers.

    Parameters
    ----------
    path : path
        Anything.

    Returns
    -------
    bool
        Without reading the model.
    """
    place = Path(path)
    return place.is_dir() and any((place / mark).is_file() for mark in _MARKS)


def open_checkpoint(name: PathLike, *, device: str | None = None) -> Checkpoint:
    """Open a trained encoder; a plain transformers checkpoint is pooled by the mean.

    Parameters
    ----------
    name : path
        A folder of sentence-transformers or transformers, or a name that a hub knows.
    device : str, optional
        As torch names it; ``None`` for a GPU where there is one.

    Returns
    -------
    Checkpoint
        In evaluation mode.

    Raises
    ------
    FileAccessError
        If there is no such folder, or no such name in the cache and the hub cannot be reached.
    FormatError
        If the folder holds no such model, or a damaged one.
    """
    place = Path(name)
    if place.exists() and not place.is_dir():
        raise FileAccessError(f"{name} is a file; the folder of a sentence encoder is needed")
    if place.is_dir() and not is_checkpoint(place):
        found = sorted(place.glob("encoders/*/modules.json"))
        inside = " or ".join(str(one.parent) for one in found)
        raise FormatError(
            name,
            "no sentence encoder: neither modules.json nor config.json in it",
            hint=f"those of its languages are: give {inside}"
            if inside
            else "give a folder that sentence-transformers or transformers saved, or a hub's name",
        )
    hub = re.fullmatch(r"[^./][^/]*(/[^/]+)?", str(name))
    if not place.is_dir() and not hub:
        raise FileAccessError(f"no such folder: {name}")
    with quiet():
        from sentence_transformers import SentenceTransformer

        try:
            model = SentenceTransformer(str(name), device=device)
        except MemoryError:
            raise
        except Exception as error:  # libraries of many makers: each has errors of its own
            raise _explained(name, error) from error
        if model.transformers_model is not None and not _knows_pieces(model.tokenizer):
            raise FormatError(name, "the model has no tokenizer, so it encodes no sentences")
    model.float()  # a checkpoint stored in half precision comes as it is stored
    for module in model.modules():
        _limit(module)
    model.eval()
    return Checkpoint(model=model, name=str(name))


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the libraries from writing bars and notices to stderr while a model is read.

    Yields
    ------
    None
        Their loggers and bars are as before afterwards.
    """
    from transformers.utils import logging as told

    loggers = [logging.getLogger(name) for name in _FEW]
    levels = [logger.level for logger in loggers]
    shown = told.is_progress_bar_enabled()
    try:
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        told.disable_progress_bar()  # type: ignore[no-untyped-call]
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        if shown:
            told.enable_progress_bar()  # type: ignore[no-untyped-call]


def _limit(module: Any) -> None:
    """Let a transformer read no more tokens than its network has positions for."""
    network, longest = getattr(module, "model", None), getattr(module, "max_seq_length", None)
    if longest is None or network is None or not hasattr(network, "config"):
        return
    for name, part in network.named_modules():
        if name.endswith("position_embeddings") and hasattr(part, "num_embeddings"):
            # those of RoBERTa and its kin begin after the padding's
            first = 0 if part.padding_idx is None else part.padding_idx + 1
            module.max_seq_length = min(longest, part.num_embeddings - first)


def _written(tokenizer: Any) -> str:
    """Write a tokenizer as text; how it pads and cuts is left out, which each call changes."""
    fast = getattr(tokenizer, "backend_tokenizer", tokenizer)
    if not hasattr(fast, "to_str"):
        return json.dumps(sorted(tokenizer.get_vocab().items()))
    parts = json.loads(fast.to_str())
    return json.dumps({**parts, "padding": None, "truncation": None}, sort_keys=True)


def _knows_pieces(tokenizer: Any) -> bool:
    """Tell whether there is a tokenizer, and more in it than special tokens.

    Where a folder lacks its tokenizer's files, the library makes an empty one of the right class.
    """
    special = getattr(tokenizer, "all_special_ids", ())
    return tokenizer is not None and len(tokenizer) > len(special)


def _explained(name: PathLike, error: Exception) -> Exception:
    """Say in one line why a model could not be opened."""
    reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else repr(error)
    if Path(name).is_dir():
        return FormatError(name, f"no sentence encoder that can be read: {reason}")
    offline = os.environ.get("HF_HUB_OFFLINE", "").casefold() in {"1", "true", "yes", "on"}
    if isinstance(error, OSError):
        return FileAccessError(
            f"no folder {name}, and no model of this name can be had from the hub"
            + (" (HF_HUB_OFFLINE is set)" if offline else ""),
            hint="give the folder of a model, or load it once with the network",
        )
    return FormatError(name, f"no sentence encoder that can be read: {reason}")
