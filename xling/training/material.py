"""What a recipe is given: texts over their vocabularies, linked sentences, table and seeds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xling.arrays import IntVector
from xling.counting.phrases import carrying, phrases_in, split_phrases
from xling.counting.seed_lexicon import mutual_best
from xling.counting.sentences import RowSentences, row_sentences
from xling.counting.translation_table import TranslationTable, mine_table
from xling.data.indexed import IndexedText, vocabulary
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.data.text import apostrophe_parts, fold
from xling.data.vocabulary import Vocabulary
from xling.errors import CoverageError, DegenerateInputError
from xling.mapping.base import SpaceMap
from xling.progress import Progress, silent

__all__ = ["LinkedSpaces", "Material", "gather", "linked_words"]

_SEED = 0.1  # symmetrised probability from which a mutual best pair is a seed


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """Everything that matched and unmatched text says, counted once for all recipes.

    Parameters
    ----------
    texts : pair of IndexedText
        All text of each language: linked sentences, unmatched halves, further text.
    linked : pair of RowSentences
        The linked sentences; sentence ``i`` of one matches sentence ``i`` of the other.
    sentences : pair of RowSentences
        All text of each language over its vocabulary.
    vocabularies : pair of Vocabulary
        The words that occur often enough in all text.
    table : TranslationTable
        Mined from the linked sentences.
    seeds : Lexicon
        Given, or mined: pairs of words that are each other's best in the table.
    min_count : int
        How often a word occurs at least.
    made_from : mapping of str to object
        What decided on the text, by name and as JSON can hold it
        (`xling.training.record.made_from`); empty where it is not recorded.
    """

    texts: tuple[IndexedText, IndexedText] = field(repr=False)
    linked: tuple[RowSentences, RowSentences] = field(repr=False)
    sentences: tuple[RowSentences, RowSentences] = field(repr=False)
    vocabularies: tuple[Vocabulary, Vocabulary] = field(repr=False)
    table: TranslationTable = field(repr=False)
    seeds: Lexicon = field(repr=False)
    min_count: int
    made_from: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True, eq=False)
class LinkedSpaces:
    """What a recipe gives back.

    Parameters
    ----------
    spaces : pair of EmbeddingSpace
        Over the material's vocabularies.
    mappings : pair of SpaceMap
        From each language's own vectors into the shared space.
    """

    spaces: tuple[EmbeddingSpace, EmbeddingSpace]
    mappings: tuple[SpaceMap, SpaceMap]


def gather(
    texts: tuple[IndexedText, IndexedText],
    linked: IntVector,
    unmatched: tuple[IntVector, IntVector],
    *,
    min_count: int = 3,
    lexicon: Lexicon | None = None,
    withheld: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset()),
    made_from: Mapping[str, Any] | None = None,
    progress: Progress = silent,
) -> Material:
    """Count what a recipe needs.

    Parameters
    ----------
    texts : pair of IndexedText
        Of each language, matched sentences first, then further text.
    linked : ndarray, shape (n,), int64
        Numbers of the sentence pairs that are linked.
    unmatched : pair of ndarray, int64
        Numbers of the sentences of each language that are kept without their match.
    min_count : int
        How often a word must occur in the text that is kept.
    lexicon : Lexicon, optional
        Seed pairs to use instead of mined ones.
    withheld : pair of frozenset of str
        Folded words that no seed pair may hold on that side, alone or in a unit.
    made_from : mapping of str to object, optional
        Kept with the material, for checkpoints.
    progress : callable
        Called as the table converges.

    Returns
    -------
    Material
        Counted.

    Raises
    ------
    DegenerateInputError
        If no pair is linked, or a language has fewer than two words that occur often enough.
    CoverageError
        If no pair of the given lexicon is covered.
    """
    if not len(linked):
        raise DegenerateInputError("no sentence pair is left to link the languages by")
    kept = [
        text.select(np.concatenate([linked, more]))
        for text, more in zip(texts, unmatched, strict=True)
    ]
    vocabularies, sentences, matched = [], [], []
    for text in kept:
        words, rows = vocabulary(text, min_count=min_count)
        if len(words) < 2:
            raise DegenerateInputError(
                f"{len(words)} words of the {text.language} text occur {min_count} times or "
                "more; at least 2 are needed"
            )
        read = row_sentences(text, rows, len(words))
        vocabularies.append(words)
        sentences.append(read)
        matched.append(read.select(np.arange(len(linked))))
    table = mine_table(matched[0], matched[1], progress=progress)
    seeds = _mined(table, vocabularies, kept) if lexicon is None else lexicon
    never = [
        withheld[side] | carrying(map(fold, words), withheld[side], texts[side].language)
        for side, words in enumerate(vocabularies)
    ]
    seeds = seeds.without(source=never[0], target=never[1])
    if not len(seeds):
        raise CoverageError(
            "no seed pair is left: the sentence pairs link no two words as each other's best"
            if lexicon is None
            else "no seed pair is left after the held-out words were taken out"
        )
    seeds.resolve_some(vocabularies[0], vocabularies[1])
    return Material(
        texts=(kept[0], kept[1]),
        linked=(matched[0], matched[1]),
        sentences=(sentences[0], sentences[1]),
        vocabularies=(vocabularies[0], vocabularies[1]),
        table=table,
        seeds=seeds,
        min_count=min_count,
        made_from=made_from or {},
    )


def _mined(table: TranslationTable, words: list[Vocabulary], texts: list[IndexedText]) -> Lexicon:
    """Read a seed lexicon off the table."""
    rows, columns, values = mutual_best(table.symmetric(_SEED), threshold=_SEED)
    pairs = tuple(
        (words[0].words[a], words[1].words[b]) for a, b in zip(rows, columns, strict=True)
    )
    return Lexicon(
        source_language=texts[0].language,
        target_language=texts[1].language,
        pairs=pairs,
        confidences=np.minimum(values, 1.0),
    )


def linked_words(material: Material, side: int) -> frozenset[str]:
    """Give the words of a language that the link is fitted on.

    Parameters
    ----------
    material : Material
        Counted.
    side : int
        0 for the source language, 1 for the target language.

    Returns
    -------
    frozenset of str
        Folded words of linked sentences, of any frequency, also with an apostrophe behind or
        before them, and of seed pairs. Of units both the units and their words.
    """
    linked = material.texts[side].select(np.arange(len(material.linked[side])))
    plain = split_phrases(linked)
    types = (plain.types[i] for i in plain.written_types[np.unique(plain.written_ids)])
    in_pairs = {part for word in types for part in apostrophe_parts(word)}
    in_seeds = {fold(pair[side]) for pair in material.seeds.pairs}
    return frozenset(in_pairs | phrases_in(linked) | in_seeds)
