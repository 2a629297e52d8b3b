"""One skip-gram model for both languages: a word predicts its contexts here and over there."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from xling.arrays import Matrix
from xling.data.space import EmbeddingSpace
from xling.errors import ConfigError
from xling.mapping.linear import LinearMap, Normalization
from xling.progress import Progress, silent
from xling.training.checkpoints import (
    check_resumable,
    load_checkpoint,
    material_settings,
    save_checkpoint,
)
from xling.training.device import check_device_name, choose_device
from xling.training.material import LinkedSpaces, Material
from xling.training.skipgram_batches import Draws, Slice, slices
from xling.training.skipgram_pairs import Predictions, Stream, examples, kept_share, make_stream
from xling.training.skipgram_steps import Vectors, single_threaded
from xling.training.skipgram_words import context_counts, word_vectors
from xling.training.stopping import EarlyStopping, split_pairs

__all__ = ["JointSkipgramRecipe", "JointSkipgramSettings"]

_STAGE = "skip-gram"
_TICKS = 1000  # of the progress of one epoch
_LAST_RATE = 1e-3  # of the first learning rate


@dataclass(frozen=True, kw_only=True, slots=True)
class JointSkipgramSettings:
    """What a word predicts, and how that is learned.

    Parameters
    ----------
    own : float
        Weight of predicting the neighbours in a word's own sentence; 0 switches it off.
    matched : float
        Weight of predicting the contexts in the other language: the neighbours of the word's
        partner in the matched sentence, or, where it has none, what its own neighbours are in
        the other language. 0 switches it off.
    partner : float
        Weight of predicting the partner itself, and beside it the word itself, so that two
        partners predict the same two words; 0 switches it off.
    threshold : float
        Symmetrised probability from which words of matched sentences are partners, in [0, 1).
    window : int
        Largest distance of a neighbour, in words.
    epochs : int
        How often the text is read at most.
    negative : int
        Words drawn at random against each word that is predicted.
    subsample : float
        Words more frequent than about this fraction of the text are thinned out; 0 keeps all.
    smoothing : float
        Exponent of the counts that words are drawn by, in [0, 1].
    learning_rate : float
        Root mean square of a word's first step; it falls linearly to a thousandth.
    width : int
        Dimensions that are trained, fewer where fewer are asked for.
    tokens : int
        Tokens whose examples make up one batch.
    draws : int
        Words of each language that are drawn for a batch, and shared by its examples.
    held_out : float
        Share of the linked pairs that early stopping watches, in [0, 1).
    patience : int
        Epochs without a lower loss on these before training stops.
    predicted, composed : float
        Weights, beside the input vectors, of the output vectors and of the vectors that are
        composed from counted contexts (`xling.training.skipgram_words`); 0 leaves them out.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    own: float = 1.0
    matched: float = 1.0
    partner: float = 3.0
    threshold: float = 0.1
    window: int = 10
    epochs: int = 8
    negative: int = 1
    subsample: float = 1e-4
    smoothing: float = 0.75
    learning_rate: float = 0.25
    width: int = 200
    tokens: int = 1024
    draws: int = 32
    held_out: float = 0.01
    patience: int = 3
    predicted: float = 0.7
    composed: float = 1.0

    def __post_init__(self) -> None:
        for name in ("window", "epochs", "negative", "width", "tokens", "draws", "patience"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; at least 1 is needed")
        for name in ("threshold", "subsample", "held_out"):
            if not 0 <= getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; [0, 1) is needed")
        if not 0 <= self.smoothing <= 1:
            raise ConfigError(f"smoothing is {self.smoothing}; [0, 1] is needed")
        if not 0 < self.learning_rate <= 1:
            raise ConfigError(f"learning_rate is {self.learning_rate}; (0, 1] is needed")
        for name in ("predicted", "composed"):
            if not 0 <= getattr(self, name) < np.inf:
                raise ConfigError(f"{name} is {getattr(self, name)}; at least 0 is needed")
        parts = self.own, self.matched, self.partner
        if min(parts) < 0 or max(parts) == 0:
            raise ConfigError(f"own, matched, partner are {parts}; at least one above 0 is needed")


@dataclass(frozen=True, kw_only=True, slots=True)
class JointSkipgramRecipe:
    """Train one skip-gram model, with negative sampling, on the text of both languages.

    Both vocabularies share one set of input and one set of output vectors. A word predicts its
    neighbours, the neighbours of its partner in the matched sentence, and that partner beside
    itself; all by the same vector, so that a word and its translation end up close. A word that
    no matched sentence holds predicts its neighbours and their most probable translations, so
    that it finds its place through them.

    A word's vector joins three parts: its input vector; the output vector, if it was ever a
    partner; and the sum of its contexts' output vectors, weighed by mutual information. The last
    steadies rare words, whose few examples leave the input vector noisy.

    Each example is a logistic regression of a word's input vector on an output vector, against
    words of the same language as the word to predict, drawn by their smoothed frequency and
    shared by the examples of a batch, so that they cost a few products of matrices
    (`xling.training.skipgram_loss`).

    Parameters
    ----------
    settings : JointSkipgramSettings
        See there.
    checkpoint : Path, optional
        File that is written after each epoch.
    resume : bool
        Whether to go on from that file, where it is there.
    device : str
        ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"cuda:N"``.

    References
    ----------
    Mikolov, Sutskever, Chen, Corrado and Dean (2013), Distributed representations of words and
    phrases and their compositionality. Luong, Pham and Manning (2015), Bilingual word
    representations with monolingual quality in mind.
    """

    settings: JointSkipgramSettings = JointSkipgramSettings()
    checkpoint: Path | None = None
    resume: bool = False
    device: str = "auto"

    def __post_init__(self) -> None:
        check_device_name(self.device)

    def link(
        self,
        material: Material,
        *,
        dim: int,
        seed: int = 0,
        threads: int | None = None,
        progress: Progress = silent,
    ) -> LinkedSpaces:
        """Learn both spaces.

        Parameters
        ----------
        material : Material
            Counted.
        dim : int
            Number of dimensions, at most three times those trained.
        seed : int
            Of the first vectors, the order of the text, the draws and the held-out pairs.
        threads : int, optional
            ``None``: all processors. On the CPU the result does not depend on it.
        progress : callable
            Called as the epochs go on.

        Returns
        -------
        LinkedSpaces
            The maps only scale rows to length 1.

        Raises
        ------
        ConfigError
            If ``dim`` is below 1, or the device is not there.
        ConflictError
            If the checkpoint was made with other settings or from other material.
        """
        if dim < 1:
            raise ConfigError(f"dim is {dim}; at least 1 is needed")
        training = _Training(self, material, dim, seed)
        with single_threaded(), threadpool_limits(1, user_api="blas"):
            vectors = training.run(threads, progress)
            found = training.words(vectors, dim)
        first = len(material.vocabularies[0])
        spaces = [
            EmbeddingSpace(language=text.language, vocabulary=words, vectors=part)
            for text, words, part in zip(
                material.texts,
                material.vocabularies,
                (found[:first], found[first:]),
                strict=True,
            )
        ]
        mapping = LinearMap(dim_in=found.shape[1], normalization=Normalization(steps=("unit",)))
        return LinkedSpaces(spaces=(spaces[0], spaces[1]), mappings=(mapping, mapping))


class _Training:
    """One run: what it reads, where it stands."""

    def __init__(
        self, recipe: JointSkipgramRecipe, material: Material, dim: int, seed: int
    ) -> None:
        self._settings = recipe.settings
        self._checkpoint = recipe.checkpoint
        self._resume = recipe.resume
        self._seed = seed
        settings = recipe.settings
        stream = make_stream(material, threshold=settings.threshold)
        cut = len(material.vocabularies[0])
        size = cut + len(material.vocabularies[1])
        counts = np.bincount(stream.rows, minlength=size)
        self._kept = np.concatenate(
            [kept_share(part, settings.subsample) for part in (counts[:cut], counts[cut:])]
        )
        self._draws = Draws(counts, cut, settings.smoothing)
        self._weights = np.array([settings.own, settings.matched, settings.partner], np.float32)
        _, apart = split_pairs(material.linked[0], share=settings.held_out, seed=seed)
        learned = np.setdiff1d(np.arange(len(stream.units) - 1), apart)
        self._whole, self._stream = stream, stream.select(learned)
        self._watched = list(self._watch(stream.select(apart)))
        self._made_with = {
            "recipe": {"class": type(recipe).__name__, **asdict(settings)},
            "dim": dim,
            "seed": seed,
            **material_settings(material),
        }
        self._vectors = Vectors(
            size=size,
            cut=cut,
            dim=min(dim, settings.width),
            seed=seed,
            device=choose_device(recipe.device),
        )
        self._cut, self._size = cut, size
        self._stopping = EarlyStopping(patience=settings.patience)

    def run(self, threads: int | None, progress: Progress) -> dict[str, Matrix]:
        """Train to the end; give the best vectors."""
        start = self._load() if self._resume else 0
        settings, stopping = self._settings, self._stopping
        total = settings.epochs * _TICKS
        with self._vectors.workers(threads):
            for epoch in range(start, settings.epochs):
                if stopping.losses and stopping.stopped:
                    break
                for done in self._epoch(epoch):
                    progress(_STAGE, min(int((epoch + done) * _TICKS), total - 1), total)
                if self._watched:
                    loss = self._vectors.loss(self._watched, settings.negative)
                    stopping.observe(loss, self._vectors.tensors())
                self._save(epoch + 1)
        progress(_STAGE, total, total)
        return stopping.best or self._vectors.tensors()

    def words(self, vectors: dict[str, Matrix], dim: int) -> Matrix:
        """Give the vectors that stand for the words."""
        settings, stream = self._settings, self._whole
        contexts = context_counts(
            stream, self._size, window=settings.window, wanted=self._wanted[:2]
        )
        return word_vectors(
            vectors["input"],
            vectors["output"],
            contexts=contexts,
            partnered=np.bincount(stream.rows[stream.partner != 0], minlength=self._size) > 0,
            cut=self._cut,
            weights=(settings.predicted, settings.composed),
            dim=dim,
        )

    def _epoch(self, epoch: int) -> Iterator[float]:
        """Read the text once, in an order of its own; give the share read so far."""
        settings = self._settings
        rng = np.random.default_rng([self._seed, epoch])
        text = self._stream.select(rng.permutation(len(self._stream.units) - 1))
        before = 0.0
        for found in examples(
            text, self._kept, window=settings.window, wanted=self._wanted, rng=rng
        ):
            share = 1 - (epoch + before) / settings.epochs
            self._vectors.step(
                self._slices(found, rng),
                rate=settings.learning_rate * max(share, _LAST_RATE),
                negative=settings.negative,
            )
            before = found.done
            yield before

    @property
    def _wanted(self) -> tuple[bool, bool, bool]:
        """Which kinds of examples have a weight."""
        own, matched, partner = (bool(weight) for weight in self._weights > 0)
        return own, matched, partner

    def _slices(self, found: Predictions, rng: np.random.Generator) -> Iterator[Slice]:
        """Cut examples into batches."""
        settings = self._settings
        return slices(
            found, self._weights, self._draws, rng, tokens=settings.tokens, each=settings.draws
        )

    def _watch(self, stream: Stream) -> Iterator[Slice]:
        """Make the examples that early stopping watches: always the same."""
        rng = np.random.default_rng(self._seed)
        for found in examples(
            stream, self._kept, window=self._settings.window, wanted=self._wanted
        ):
            yield from self._slices(found, rng)

    def _load(self) -> int:
        """Take up a checkpoint; give the number of epochs that are done."""
        if self._checkpoint is None:
            return 0
        loaded = load_checkpoint(self._checkpoint)
        if loaded is None:
            return 0
        tensors, state = loaded
        check_resumable(state, self._made_with, self._checkpoint)
        self._vectors.restore(tensors)
        best = {
            name.removeprefix("best_"): tensors.pop(name)
            for name in sorted(tensors)
            if name.startswith("best_")
        }
        self._stopping = EarlyStopping(
            patience=self._settings.patience, losses=state["losses"], best=best
        )
        return int(state["epochs"])

    def _save(self, epochs: int) -> None:
        """Write a checkpoint, if any are wanted."""
        if self._checkpoint is None:
            return
        tensors = self._vectors.tensors()
        tensors |= {f"best_{name}": part for name, part in self._stopping.best.items()}
        state = {"settings": self._made_with, "epochs": epochs, "losses": self._stopping.losses}
        save_checkpoint(self._checkpoint, tensors, state)
