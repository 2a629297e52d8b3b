"""Word vectors of a trained encoder: from a text, from the word alone, or from its input table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal, get_args

import numpy as np

from xling.arrays import IntVector, Matrix, Vector, blocks
from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary
from xling.encoders.pretrained.checkpoint import Checkpoint
from xling.encoders.pretrained.counts import EncodeCounts
from xling.encoders.pretrained.layers import check_layers, network_of, token_vectors
from xling.encoders.pretrained.memory import halving
from xling.encoders.pretrained.spans import Occurrence, cutter, occurrences, tokens_of
from xling.encoders.pretrained.transformer import TransformerEncoder
from xling.errors import ConfigError, CoverageError, DegenerateInputError, InputError
from xling.linalg.anisotropy import (
    IsotropyKind,
    check_components,
    check_isotropy,
    fit_isotropy,
)
from xling.progress import Progress, silent

__all__ = ["EncodedWords", "Pooling", "WordSettings", "WordsFrom", "encode_words"]

#: Where a word's vector comes from.
WordsFrom = Literal["occurrences", "isolation", "input"]
#: How the vectors of a word's subwords become one.
Pooling = Literal["mean", "first", "last"]

_BLOCK = 2048  # sentences, or words, that are looked at together


@dataclass(frozen=True, kw_only=True, slots=True)
class WordSettings:
    """How words are encoded.

    Parameters
    ----------
    source : {"occurrences", "isolation", "input"}
        The mean over a word's occurrences in a text; the word as a sentence of its own; or the
        input embedding table alone, without the network.
    layers : tuple of int
        Averaged; 0 for what goes into the first layer, -1 for what comes out of the last one. An
        encoder without a network has none: it gives its own vector of the word.
    occurrences : int
        Most occurrences of a word that are looked at, the first ones; at least 1.
    pooling : {"mean", "first", "last"}
        Of a word's subwords.
    isotropy : str
        What is done to all vectors at the end, see `xling.linalg.anisotropy.fit_isotropy`.
    components : int, optional
        That ``all-but-the-top`` takes out.
    batch : int
        Sentences at once, at least 1.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    source: WordsFrom = "occurrences"
    layers: tuple[int, ...] = (-1,)
    occurrences: int = 20
    pooling: Pooling = "mean"
    isotropy: IsotropyKind = "none"
    components: int | None = None
    batch: int = 32

    def __post_init__(self) -> None:
        for name, known in (("source", WordsFrom), ("pooling", Pooling)):
            if getattr(self, name) not in get_args(known):
                raise ConfigError(
                    f"{name} {getattr(self, name)!r}; known: {', '.join(get_args(known))}"
                )
        check_isotropy(self.isotropy)
        for name in ("occurrences", "batch"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; at least 1 is needed")


@dataclass(frozen=True, kw_only=True, eq=False)
class EncodedWords:
    """Words with their vectors, and those that got none.

    Parameters
    ----------
    space : EmbeddingSpace
        The words in the order they were given, with the occurrences that were looked at as counts
        where they come from a text.
    missing : tuple of str
        Words that the text does not hold, or of which the tokenizer knows no piece.
    counts : EncodeCounts
        Pieces of the words that were looked at, and those unknown to the tokenizer.
    """

    space: EmbeddingSpace
    missing: tuple[str, ...] = field(repr=False)
    counts: EncodeCounts


def encode_words(
    checkpoint: Checkpoint,
    words: Sequence[str],
    language: str,
    *,
    text: Iterable[str] | None = None,
    settings: WordSettings | None = None,
    progress: Progress = silent,
) -> EncodedWords:
    """Give each word a vector.

    Parameters
    ----------
    checkpoint : Checkpoint
        Opened.
    words : sequence of str
        Each once; found in the text as written, or else folded.
    language : str
        BCP-47 tag; decides how the text is cut into words.
    text : iterable of str, optional
        Sentences; needed for occurrences, read until each word was met often enough.
    settings : WordSettings, optional
        Its defaults otherwise.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    EncodedWords
        The space, and the words that got no vector.

    Raises
    ------
    ConfigError
        If the network has no such layer.
    InputError
        If there is no text for occurrences, or the checkpoint has no network where one is needed.
    MissingExtraError
        If the text has to be cut by a segmenter that is not installed.
    CoverageError
        If no word got a vector.

    References
    ----------
    Bommasani, Davis and Cardie (2020), Interpreting pretrained contextualized representations via
    reductions to static embeddings.
    """
    settings = settings or WordSettings()
    vocabulary = Vocabulary(words=tuple(dict.fromkeys(words)))
    if not len(vocabulary):
        raise DegenerateInputError("there is no word to encode")
    run = _Run(checkpoint, vocabulary, settings, progress)
    if settings.source == "input":
        run.from_input()
    elif settings.source == "isolation":
        run.from_isolation()
    elif text is None:
        raise InputError(
            "words are to be encoded from their occurrences, and no text was given",
            hint="give sentences that hold them, or take isolation or input",
        )
    else:
        run.from_occurrences(text, language)
    return run.finish(language)


class _Run:
    """Sums of vectors, and how many went into each."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        vocabulary: Vocabulary,
        settings: WordSettings,
        progress: Progress,
    ) -> None:
        self.checkpoint, self.words, self.settings = checkpoint, vocabulary, settings
        self.progress = progress
        self.counts: IntVector = np.zeros(len(vocabulary), np.int64)
        self.sums: Matrix = np.zeros((len(vocabulary), 0))
        self.pieces = self.unknown = 0
        dim = checkpoint.dim
        if not (checkpoint.is_static and settings.source == "isolation"):
            self.network: Any = network_of(checkpoint)
            layers = int(self.network.config.num_hidden_layers)
            self.layers = check_layers(settings.layers, layers)
            dim = int(self.network.config.hidden_size)
        check_components(settings.isotropy, settings.components, dim)

    def from_isolation(self) -> None:
        """Encode each word as a sentence."""
        if self.checkpoint.is_static:
            self._from_table()
            return
        for part in blocks(len(self.words), _BLOCK):
            rows = range(part.start, part.stop)
            texts = [self.words.words[row] for row in rows]
            places = [[Occurrence(row, 0, len(t))] for row, t in zip(rows, texts, strict=True)]
            self._encode(texts, places)
            self.progress("words", part.stop, len(self.words))

    def _from_table(self) -> None:
        """Take the vectors that an encoder without a network gives words."""
        texts = list(self.words.words)
        found = self.checkpoint.tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        encoder = TransformerEncoder(
            checkpoint=self.checkpoint,
            language="und",
            batch=self.settings.batch,
            prompt="",
            normalized=False,
        )
        self.sums = encoder.encode(texts)
        self.counts = np.array([self._knows(each.ids) for each in found], np.int64)
        self.progress("words", len(texts), len(texts))

    def from_input(self) -> None:
        """Look each word's subwords up in the input table."""
        table = self.network.get_input_embeddings().weight.detach().float().cpu().numpy()
        found = self.checkpoint.tokenizer(list(self.words.words), add_special_tokens=False)
        self.sums = np.zeros((len(self.words), table.shape[1]))
        for row, ids in enumerate(found["input_ids"]):
            if self._knows(ids):
                self.sums[row] = self._pooled(table[ids])
                self.counts[row] = 1
        self.progress("words", len(self.words), len(self.words))

    def from_occurrences(self, text: Iterable[str], language: str) -> None:
        """Encode the sentences that hold words of which more is wanted."""
        cut, most, seen = cutter(language), self.settings.occurrences, self.counts.copy()
        sentences = iter(text)
        while (seen < most).any() and (block := list(islice(sentences, _BLOCK))):
            texts, kept = [], []
            for sentence in block:
                normal, places = occurrences(sentence, cut, self.words.find)
                wanted = []
                for place in places:
                    if seen[place.row] < most:
                        seen[place.row] += 1
                        wanted.append(place)
                if wanted:
                    texts.append(normal)
                    kept.append(wanted)
            self._encode(texts, kept)
            self.progress("words", int(np.minimum(seen, most).sum()), most * len(seen))
        self.progress("words", most * len(seen), most * len(seen))

    def finish(self, language: str) -> EncodedWords:
        """Divide the sums, and leave out words of which nothing is known."""
        words = self.words.words
        known = np.flatnonzero(self.counts)
        if not len(known):
            raise CoverageError(
                f"none of the {len(words)} words got a vector from {self.checkpoint.name}",
                hint="its tokenizer does not know their script; take another encoder"
                if self.unknown
                else "does the text hold the words, in the language that was given?",
            )
        rows = (self.sums[known] / self.counts[known, None]).astype(np.float32)
        fitted = fit_isotropy(rows, self.settings.isotropy, components=self.settings.components)
        rows = fitted.apply(rows)
        kept = tuple(words[row] for row in known)
        zero = frozenset(kept[row] for row in np.flatnonzero(~rows.any(axis=1)))
        counted = self.counts[known] if self.settings.source == "occurrences" else None
        return EncodedWords(
            space=EmbeddingSpace(
                language=language,
                vocabulary=Vocabulary(words=kept, counts=counted),
                vectors=rows,
                empty_words=zero,
            ),
            missing=tuple(words[row] for row in np.flatnonzero(self.counts == 0)),
            counts=EncodeCounts(tokens=self.pieces, unknown=self.unknown),
        )

    def _encode(self, texts: list[str], places: list[list[Occurrence]]) -> None:
        """Add the vectors of some sentences' occurrences, the longest sentences first."""
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))

        def work(start: int, stop: int) -> None:
            self._batch(
                [texts[i] for i in order[start:stop]], [places[i] for i in order[start:stop]]
            )

        if texts and halving(work, len(order), self.settings.batch) < 1:
            raise InputError(
                f"memory does not suffice to encode one sentence with {self.checkpoint.name}",
                hint="use a smaller encoder, or a machine with more memory",
            )

    def _batch(self, texts: list[str], places: list[list[Occurrence]]) -> None:
        """Run the network once."""
        features = self.checkpoint.tokenizer(
            texts,
            truncation=self.checkpoint.longest is not None,
            max_length=self.checkpoint.longest,
            padding=True,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        offsets = features.pop("offset_mapping").tolist()
        ids = features["input_ids"].tolist()
        vectors = token_vectors(self.network, dict(features), self.layers).numpy()
        if not self.sums.shape[1]:
            self.sums = np.zeros((len(self.words), vectors.shape[2]))
        for number, found in enumerate(places):
            for place, tokens in tokens_of(found, offsets[number]):
                if self._knows([ids[number][token] for token in tokens]):
                    self.sums[place.row] += self._pooled(vectors[number, tokens])
                    self.counts[place.row] += 1

    def _knows(self, ids: Sequence[int]) -> bool:
        """Count the pieces of a word; tell whether the tokenizer has a name for any."""
        unknown = sum(one == self.checkpoint.unknown_id for one in ids)
        self.pieces += len(ids)
        self.unknown += unknown
        return unknown < len(ids)

    def _pooled(self, rows: Matrix) -> Vector:
        """Make one vector of a word's subwords."""
        places = {"first": rows[:1], "last": rows[-1:], "mean": rows}
        made: Vector = places[self.settings.pooling].mean(axis=0, dtype=np.float64)
        return made
