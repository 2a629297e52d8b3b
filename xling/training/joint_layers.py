"""Two spaces learned by one network: an input layer for each language, shared layers above."""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from xling.arrays import IntVector, Matrix
from xling.counting.sentences import equal_sentences
from xling.data.space import EmbeddingSpace
from xling.errors import ConfigError
from xling.linalg.procrustes import orthogonal_map
from xling.mapping.linear import LinearMap, Normalization
from xling.progress import Progress, silent
from xling.training.checkpoints import material_settings
from xling.training.device import choose_device
from xling.training.layers_batches import WordInputs, embed_words, rarity_weights
from xling.training.layers_features import context_features, ngram_lists, pair_groups, unit_rows
from xling.training.layers_network import InputLayer, SharedLayers, TwoSpaces
from xling.training.layers_objective import Objective
from xling.training.layers_settings import LayersSettings
from xling.training.layers_training import Checkpointing, fit_network, torch_threads
from xling.training.material import LinkedSpaces, Material
from xling.training.stopping import split_pairs

__all__ = ["JointLayersRecipe"]

_BLOCK = 4096  # words that are represented at once, in the end
_MOST_HELD = 1000  # sentence pairs that early stopping looks at
_NARROW = 100  # dimensions below which a second processor costs more than it gains
_FEWEST_HELD = 8  # fewer say nothing: all steps are done then


@dataclass(frozen=True, kw_only=True, slots=True)
class JointLayersRecipe:
    """Train the two-space network end to end on matched sentences.

    A word of either language is read through its contexts and its character n-grams, never
    through a vector of its own, so that a word that no matched sentence holds is represented,
    too. The language's own input layer comes first, then layers that both languages share.

    Parameters
    ----------
    settings : LayersSettings
        Parts, weights and sizes.
    checkpoint : Path, optional
        File to store the run in, as it goes on.
    resume : bool
        Whether to go on with the run that is stored there.
    device : str
        ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"cuda:N"``.
    """

    settings: LayersSettings = LayersSettings()
    checkpoint: Path | None = None
    resume: bool = False
    device: str = "auto"

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
            Number of dimensions; as many as both languages can fill, where these are fewer.
        seed : int
            Of everything random. On a processor: same seed, same bytes.
        threads : int, optional
            ``None``: all processors. The result does not depend on it.
        progress : callable
            Called as the work goes on.

        Returns
        -------
        LinkedSpaces
            The maps only scale rows to length 1.

        Raises
        ------
        ConfigError
            If ``dim`` is below 1, or there is no such device.
        ConflictError
            If the stored run was made with other settings or other text.
        NonFiniteError
            If training diverges.
        """
        if dim < 1:
            raise ConfigError(f"dim is {dim}; at least 1 is needed")
        device = choose_device(self.device)
        possible = min(dim, *(len(words) for words in material.vocabularies))
        made_with = {
            "name": "joint-layers",
            "recipe": asdict(self.settings),
            "dim": possible,
            "seed": seed,
            **material_settings(material),
        }
        storage = Checkpointing(path=self.checkpoint, resume=self.resume, made_with=made_with)
        workers = 1 if possible < _NARROW else threads
        with torch_threads(1):
            objective = self.objective(
                material, dim=possible, seed=seed, device=device, threads=threads, progress=progress
            )
            fit_network(objective, seed=seed, storage=storage, threads=workers, progress=progress)
            spaces = [_space(objective, material, side) for side in (0, 1)]
        mapping = LinearMap(dim_in=possible, normalization=Normalization(steps=("unit",)))
        return LinkedSpaces(spaces=(spaces[0], spaces[1]), mappings=(mapping, mapping))

    def objective(
        self,
        material: Material,
        *,
        dim: int,
        seed: int,
        device: torch.device,
        threads: int | None = None,
        progress: Progress = silent,
    ) -> Objective:
        """Read the features, and make the network as it is before the first step.

        Parameters
        ----------
        material : Material
            Counted.
        dim : int
            Number of dimensions, at most the size of the smaller vocabulary.
        seed : int
            Of start values, halves and held-out pairs.
        device : torch.device
            Where the network is.
        threads : int, optional
            ``None``: all processors.
        progress : callable
            Called as contexts are decomposed.

        Returns
        -------
        Objective
            To be trained.
        """
        settings = self.settings
        rng = np.random.default_rng(seed)
        first, second = (equal_sentences(side.rows, side.offsets) for side in material.linked)
        views = context_features(
            material,
            dim,
            ppmi=settings.ppmi,
            crossing=settings.crossing,
            threshold=settings.threshold,
            halves=_halves(material, (first, second), rng) if settings.halves else None,
            seed=seed,
            threads=threads,
            progress=progress,
        )
        stacks = [_centred(side) for side in views]
        grams = [
            ngram_lists(words.words, lengths=settings.ngram_lengths)
            for words in material.vocabularies
        ]
        pairs = _linked_words(material, settings)
        starts = _starts(stacks, pairs, settings, rng)
        inputs = [
            InputLayer(start, found.size if settings.ngrams else 0, settings.width, rng)
            for start, found in zip(starts, grams, strict=True)
        ]
        shared = SharedLayers(settings.layers, dim, settings.hidden, rng)
        decoders = np.ascontiguousarray(starts[0].T), np.ascontiguousarray(starts[1].T)
        network = TwoSpaces((inputs[0], inputs[1]), shared, decoders).to(device)
        read = [
            WordInputs(
                views=torch.from_numpy(stack).to(device),
                ngrams=found,
                weights=torch.from_numpy(rarity_weights(text, settings.rarity)).to(device),
            )
            for stack, found, text in zip(stacks, grams, material.sentences, strict=True)
        ]
        learned, held = split_pairs(material.linked[0], share=settings.held_out_pairs, seed=seed)
        return Objective(
            network=network,
            inputs=(read[0], read[1]),
            linked=material.linked,
            keys=(first, second),
            learned=learned,
            held=rng.permutation(held)[:_MOST_HELD] if len(held) >= _FEWEST_HELD else held[:0],
            words=pairs,
            settings=settings,
        )


def _halves(
    material: Material, keys: tuple[IntVector, IntVector], rng: np.random.Generator
) -> tuple[IntVector, IntVector]:
    """Throw a coin for each sentence, the same one for pairs that share a sentence."""
    groups = pair_groups(keys)
    coins = rng.integers(0, 2, int(groups.max()) + 1)[groups]
    sides = [
        np.concatenate([coins, rng.integers(0, 2, len(text) - len(coins))])
        for text in material.sentences
    ]
    return sides[0], sides[1]


def _centred(views: list[Matrix]) -> np.ndarray:
    """Take the mean of the known words away from all views, and scale to length 1 again."""
    known = views[0][views[0].any(axis=1)]
    mean = known.mean(axis=0) if len(known) else np.zeros(views[0].shape[1], dtype=np.float32)
    return np.stack(
        [np.where(view.any(axis=1, keepdims=True), unit_rows(view - mean), 0) for view in views]
    ).astype(np.float32)


def _linked_words(material: Material, settings: LayersSettings) -> tuple[IntVector, IntVector]:
    """Give the rows of the seed pairs, or of all cells of the table above the threshold."""
    if settings.word_pairs == "table":
        cells = material.table.symmetric(settings.word_threshold).tocoo()
        rows, columns = cells.coords
        return rows.astype(np.int64), columns.astype(np.int64)
    found = [
        words.find_all([pair[side] for pair in material.seeds.pairs])
        for side, words in enumerate(material.vocabularies)
    ]
    both = (found[0] >= 0) & (found[1] >= 0)
    return found[0][both], found[1][both]


def _starts(
    stacks: list[np.ndarray],
    pairs: tuple[IntVector, IntVector],
    settings: LayersSettings,
    rng: np.random.Generator,
) -> tuple[Matrix, Matrix]:
    """Give the start of both input layers: rotations, which bring seed pairs together if warm."""
    dim = stacks[0].shape[2]
    plain = np.eye(dim, dtype=np.float32)
    if not settings.warm_start:
        turns = [np.linalg.qr(rng.standard_normal((dim, dim)))[0] for _ in (0, 1)]
        return turns[0].astype(np.float32), turns[1].astype(np.float32)
    if settings.crossing:
        return plain, plain  # the features are in one space already
    source, target = stacks[0][0][pairs[0]], stacks[1][0][pairs[1]]
    return orthogonal_map(source, target).astype(np.float32), plain


def _space(objective: Objective, material: Material, side: int) -> EmbeddingSpace:
    """Represent the whole vocabulary of a language."""
    words = material.vocabularies[side]
    parts = []
    with torch.no_grad():
        for start in range(0, len(words), _BLOCK):
            rows = np.arange(start, min(start + _BLOCK, len(words)))
            found = embed_words(objective.network, objective.inputs, side, rows)
            parts.append(found.cpu().numpy())
    vectors = np.vstack(parts)
    empty = np.flatnonzero(~vectors.any(axis=1))
    return EmbeddingSpace(
        language=material.texts[side].language,
        vocabulary=words,
        vectors=vectors,
        empty_words=frozenset(words.words[row] for row in empty),
    )
