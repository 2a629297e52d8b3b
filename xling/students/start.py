"""A student before it learns: a base network, with a tokenizer that knows both languages."""

import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from xling.data.corpus import ParallelCorpus
from xling.encoders.pretrained.checkpoint import Checkpoint, quiet
from xling.errors import ConfigError
from xling.students.routes import join

__all__ = ["start_encoders", "start_student", "train_pieces", "train_pieces_like"]

_LETTERS = 1000  # characters that a tokenizer knows
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def train_pieces(sentences: Iterable[str], size: int, *, lowercase: bool = True) -> list[str]:
    """Train a WordPiece vocabulary.

    Parameters
    ----------
    sentences : iterable of str
        Of all languages that it has to know.
    size : int
        Most pieces; more where the characters alone are more.
    lowercase : bool
        Whether casing and accents are forgotten first.

    Returns
    -------
    list of str
        In the order of their ids, special ones first. The same sentences give the same pieces.
    """
    from tokenizers import BertWordPieceTokenizer

    trained = BertWordPieceTokenizer(lowercase=lowercase)
    texts = list(sentences)
    # Where two merges are as frequent, the trainer takes the one of smaller ids; and it numbers
    # letters in the order of a hash table, unless they stand in a list that comes first.
    letters = _letters(trained.normalize(text) for text in texts)
    trained.train_from_iterator(
        texts,
        vocab_size=max(size, len(_SPECIAL) + 2 * len(letters)),
        min_frequency=1,
        show_progress=False,
        limit_alphabet=len(letters),
        special_tokens=[*_SPECIAL, *letters, *(f"##{letter}" for letter in letters)],
    )
    pieces = trained.get_vocab()
    return sorted(pieces, key=pieces.__getitem__)


def _letters(texts: Iterable[str]) -> list[str]:
    """Give the most frequent characters but for blanks, the most frequent first."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text)
    found = sorted(
        (one for one in counts if not one.isspace()), key=lambda one: (-counts[one], one)
    )
    return found[:_LETTERS]


def start_student(base: Checkpoint, sentences: Iterable[str], vocabulary: int) -> Any:
    """Copy a base, with a new tokenizer where one is wanted.

    Each new piece starts as the mean of what the base's tokenizer makes of its letters, and each
    special one as the base's own of the same role, so that the student knows at first whatever
    the base knew.

    Parameters
    ----------
    base : Checkpoint
        With a network; not changed.
    sentences : iterable of str
        To train the tokenizer on.
    vocabulary : int
        Its pieces; 0 keeps the base's own.

    Returns
    -------
    SentenceTransformer
        On the base's device.

    Raises
    ------
    ConfigError
        If the base has no network, or its tokenizer is no WordPiece and would have to change.
    """
    network = base.model.transformers_model
    if network is None:
        raise ConfigError(f"{base.name} has no network that could learn; give --base another one")
    with tempfile.TemporaryDirectory() as place, quiet():
        from sentence_transformers import SentenceTransformer

        folder = Path(place)
        base.model.save(str(folder / "base"), create_model_card=False)
        model = SentenceTransformer(str(folder / "base"), device=str(base.model.device))
        model.default_prompt_name = None  # it learns from sentences as they are
        if not vocabulary:
            return model
        pieces = train_pieces_like(base, sentences, vocabulary)
        _save_changed(model.transformers_model, base, pieces, folder / "changed")
        reads, *rest = list(model)
        first = type(reads)(str(folder / "changed"))
        setattr(first, "max_seq_length", base.longest or first.max_seq_length)  # noqa: B010
        return SentenceTransformer(modules=[first, *rest], device=str(base.model.device))


def start_encoders(
    bases: tuple[Checkpoint, Checkpoint],
    corpus: ParallelCorpus,
    vocabulary: int,
) -> Any:
    """Put copies of two bases into one model, a route for each language.

    Parameters
    ----------
    bases : pair of Checkpoint
        Of source and target language; where both are the same one, the target's copy gets a
        tokenizer of its own language.
    corpus : ParallelCorpus
        Whose target sentences that tokenizer is trained on.
    vocabulary : int
        Its pieces; 0 keeps the base's own.

    Returns
    -------
    SentenceTransformer
        From `xling.students.routes.join`.

    Raises
    ------
    ConfigError
        As `start_student`; if the bases have different widths.
    """
    first, second = bases
    if first.dim != second.dim:
        raise ConfigError(
            f"the bases {first.name} and {second.name} give {first.dim} and {second.dim} "
            "dimensions; equal numbers are needed",
            hint="link encoders of different widths with xling align --method cca or contrastive",
        )
    pieces = vocabulary if first is second else 0
    models = start_student(first, (), 0), start_student(second, corpus.target, pieces)
    return join(models, (corpus.source_language, corpus.target_language))


def train_pieces_like(base: Checkpoint, sentences: Iterable[str], size: int) -> list[str]:
    """Train pieces that are written as the base's are.

    Parameters
    ----------
    base : Checkpoint
        Whose tokenizer is a WordPiece.
    sentences, size
        See `train_pieces`.

    Returns
    -------
    list of str
        Pieces.

    Raises
    ------
    ConfigError
        If the tokenizer is of another kind.
    """
    backend = getattr(base.tokenizer, "backend_tokenizer", None)
    if backend is None or type(backend.model).__name__ != "WordPiece":
        raise ConfigError(
            f"the tokenizer of {base.name} is no WordPiece, so it cannot be trained anew",
            hint="keep it with --set vocabulary=0, if it knows both languages' scripts",
        )
    lowercase = base.tokenizer.tokenize("A") == base.tokenizer.tokenize("a")
    return train_pieces(sentences, size, lowercase=lowercase)


def _save_changed(network: Any, base: Checkpoint, pieces: list[str], folder: Path) -> None:
    """Write a network with another tokenizer, and with rows for the new pieces."""
    from transformers import BertTokenizerFast  # type: ignore[attr-defined]

    old, pad = base.tokenizer, base.tokenizer.pad_token_id
    if pad is not None and pad < len(pieces):  # some networks count places from this number on
        place = pieces.index("[PAD]")
        pieces[place], pieces[pad] = pieces[pad], pieces[place]
    embedding = nn.Embedding.from_pretrained(  # type: ignore[no-untyped-call]
        _rows(old, network.get_input_embeddings().weight.detach().cpu(), pieces),
        freeze=False,
        padding_idx=pieces.index("[PAD]"),
    )
    network.set_input_embeddings(embedding)
    network.config.vocab_size = len(pieces)
    network.config.pad_token_id = pieces.index("[PAD]")
    network.save_pretrained(folder)
    words = folder / "vocab.txt"
    words.write_text("".join(f"{piece}\n" for piece in pieces), encoding="utf-8")
    lowercase = old.tokenize("A") == old.tokenize("a")
    BertTokenizerFast(
        vocab=str(words),
        do_lower_case=lowercase,
        strip_accents=lowercase,
        model_max_length=base.longest or 512,
    ).save_pretrained(folder)


def _rows(old: Any, table: torch.Tensor, pieces: list[str]) -> torch.Tensor:
    """Give each new piece the row of the same old one, or the mean of those of its letters."""
    vocabulary = old.get_vocab()
    roles = (old.pad_token_id, old.unk_token_id, old.cls_token_id, old.sep_token_id)
    special = dict(zip(_SPECIAL, (*roles, old.mask_token_id), strict=True))
    rows = torch.zeros((len(pieces), table.shape[1]), dtype=table.dtype)
    for row, piece in enumerate(pieces):
        same = special.get(piece, vocabulary.get(piece))
        if same is not None:
            rows[row] = table[same]
            continue
        known = [] if piece in special else _known(old, vocabulary, piece)
        rows[row] = table[known].mean(dim=0) if known else table.mean(dim=0)
    return rows


def _known(old: Any, vocabulary: dict[str, int], piece: str) -> list[int]:
    """Cut a piece with the old tokenizer; one from inside a word as it would be cut there."""
    letters = piece.removeprefix("##")
    inside = _cut_inside(vocabulary, letters) if letters != piece else []
    found = inside or old(letters, add_special_tokens=False)["input_ids"]
    return [one for one in found if one != old.unk_token_id]


def _cut_inside(vocabulary: dict[str, int], letters: str) -> list[int]:
    """Cut into the longest pieces from inside words; nothing where a letter is in none."""
    found: list[int] = []
    while letters:
        ends = range(len(letters), 0, -1)
        end = next((end for end in ends if f"##{letters[:end]}" in vocabulary), None)
        if end is None:
            return []
        found.append(vocabulary[f"##{letters[:end]}"])
        letters = letters[end:]
    return found
