"""Matched sentences as supervision: sentence vectors in place of words, or a mined lexicon."""

from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from xling.arrays import BoolVector, Matrix, token_blocks
from xling.counting.seed_lexicon import mutual_best
from xling.counting.sentences import RowSentences, row_sentences
from xling.counting.translation_table import mine_table
from xling.data.corpus import ParallelCorpus
from xling.data.coverage import Coverage
from xling.data.indexed import index_text
from xling.data.lexicon import Lexicon, ResolvedLexicon
from xling.data.space import EmbeddingSpace
from xling.data.text import fold
from xling.data.vocabulary import Vocabulary
from xling.errors import ConfigError, ConflictError, CoverageError
from xling.linalg.sif import (
    common_components,
    inverse_frequency,
    weighted_means,
    without_components,
)
from xling.mapping.linear import Normalization
from xling.progress import Progress, silent

__all__ = [
    "PairsAs",
    "SentenceLexicon",
    "check_pairs_as",
    "different_pairs",
    "from_sentences",
    "mined_lexicon",
    "sentence_lexicon",
    "trained_words",
]

#: What matched sentences are made into.
PairsAs = Literal["sentences", "lexicon"]

# Without any of them left, no pair would say which way a rotation turns these directions.
_KEPT = 0.1
_AS_THEY_ARE = Normalization()
_TOKENS = 1 << 14  # whose words are copied at once
_SEED = 0.1  # symmetrised probability from which a mutual best pair is a seed


@dataclass(frozen=True, kw_only=True)
class SentenceLexicon(Lexicon):
    """Matched sentences, each pair of them an entry; every method that fits rows can take it.

    Parameters
    ----------
    sentences : pair of RowSentences
        Of the entries' two sides, over the vocabularies of the spaces.
    scale : float
        A word that makes up this share of the sentences counts half.
    components : int
        Most common directions of each side's sentence vectors that are taken out, but for a
        tenth.

    References
    ----------
    Arora, Liang and Ma (2017), A simple but tough-to-beat baseline for sentence embeddings.
    """

    sentences: tuple[RowSentences, RowSentences] = field(repr=False)
    scale: float = 1e-3
    components: int = 1

    def rows(
        self, side: int, vectors: Matrix, normalization: Normalization = _AS_THEY_ARE
    ) -> Matrix:
        """Represent the sentences of one side.

        Parameters
        ----------
        side : int
            0 for the source, 1 for the target.
        vectors : ndarray, shape (n, d)
            Of the whole vocabulary.
        normalization : Normalization
            Of the words, in blocks: no copy of ``vectors`` is made.

        Returns
        -------
        ndarray, shape (s, d), float64
            Weighted means without their common components, of length 1; zero where no word of a
            sentence is known.
        """
        text = self.sentences[side]
        counts = np.bincount(text.rows, minlength=text.size)
        weights = inverse_frequency(counts, self.scale)
        means = np.zeros((len(text), vectors.shape[1]))
        for part in token_blocks(text.offsets, _TOKENS):
            cuts = text.offsets[part.start : part.stop + 1]
            words, places = np.unique(text.rows[cuts[0] : cuts[-1]], return_inverse=True)
            known = normalization.apply(vectors[words])
            means[part] = weighted_means(known, places, cuts - cuts[0], weights[words])
        common = common_components(means, self.components)
        made = without_components(means, common, kept=_KEPT)
        lengths = np.linalg.norm(made, axis=1, keepdims=True)
        made /= np.where(lengths > 0, lengths, 1)
        return made

    def resolve_some(
        self,
        source: Vocabulary,  # noqa: ARG002 - see below
        target: Vocabulary,  # noqa: ARG002
    ) -> ResolvedLexicon:
        """Refuse: these are no words.

        Parameters
        ----------
        source, target : Vocabulary
            Not looked at.

        Returns
        -------
        ResolvedLexicon
            Never.

        Raises
        ------
        ConflictError
            Always.
        """
        raise ConflictError(
            "this method needs pairs of words: it looks for further ones in both vocabularies, or "
            "sets them against other words, and sentences stand in none",
            hint="--pairs-as lexicon gives it the word pairs mined from them",
        )

    def coverage(self, known: BoolVector) -> Coverage:
        """Count the pairs of which something is known on both sides.

        Parameters
        ----------
        known : ndarray, shape (s,), bool
            For each pair.

        Returns
        -------
        Coverage
            Without names: a sentence is not missing for one word.
        """
        return Coverage(
            pairs=len(self), covered=int(known.sum()), missing_source=(), missing_target=()
        )


def sentence_lexicon(
    corpus: ParallelCorpus, vocabularies: tuple[Vocabulary, Vocabulary]
) -> SentenceLexicon:
    """Read matched sentences over the vocabularies of two spaces.

    Parameters
    ----------
    corpus : ParallelCorpus
        Matched sentences; of equal pairs, one counts.
    vocabularies : pair of Vocabulary
        Words are found as written or folded.

    Returns
    -------
    SentenceLexicon
        In the corpus's order.

    Raises
    ------
    CoverageError
        If no pair has a known word on both sides.
    """
    pairs = tuple(dict.fromkeys(zip(corpus.source, corpus.target, strict=True)))
    languages = (corpus.source_language, corpus.target_language)
    read = []
    for side, words in enumerate(vocabularies):
        text = index_text((pair[side] for pair in pairs), languages[side])
        read.append(row_sentences(text, words.find_all(text.types), len(words)))
    if not np.any((read[0].lengths > 0) & (read[1].lengths > 0)):
        raise CoverageError(
            f"no usable pair among {len(pairs)} {'-'.join(languages)} sentence pairs: none has a "
            "known word on both sides",
            hint="are the languages in the file's order, and the words in the vocabularies?",
        )
    return SentenceLexicon(
        source_language=languages[0],
        target_language=languages[1],
        pairs=pairs,
        sentences=(read[0], read[1]),
    )


def mined_lexicon(
    matched: SentenceLexicon,
    vocabularies: tuple[Vocabulary, Vocabulary],
    *,
    progress: Progress = silent,
) -> Lexicon:
    """Mine word pairs from matched sentences: each the other's best in the translation table.

    Parameters
    ----------
    matched : SentenceLexicon
        Over the vocabularies.
    vocabularies : pair of Vocabulary
        Of the two spaces.
    progress : callable
        Called as the table converges.

    Returns
    -------
    Lexicon
        With the table's values as confidences.

    Raises
    ------
    CoverageError
        If the sentences link no two words.
    """
    table = mine_table(matched.sentences[0], matched.sentences[1], progress=progress)
    rows, columns, values = mutual_best(table.symmetric(_SEED), threshold=_SEED)
    if not len(rows):
        raise CoverageError(
            f"{len(matched)} sentence pairs link no two words as each other's best",
            hint="more sentence pairs, or a seed lexicon",
        )
    return Lexicon(
        source_language=matched.source_language,
        target_language=matched.target_language,
        pairs=tuple(
            (vocabularies[0].words[a], vocabularies[1].words[b])
            for a, b in zip(rows, columns, strict=True)
        ),
        confidences=np.minimum(values, 1.0),
    )


def check_pairs_as(name: str) -> PairsAs:
    """Find what matched sentences are to be made into.

    Parameters
    ----------
    name : str
        ``"sentences"`` or ``"lexicon"``.

    Returns
    -------
    str
        The same name.

    Raises
    ------
    ConfigError
        If it is neither.
    """
    for known in get_args(PairsAs):
        if name == known:
            found: PairsAs = known
            return found
    raise ConfigError(f"pairs as {name!r}; known: {', '.join(get_args(PairsAs))}")


def from_sentences(
    corpus: ParallelCorpus,
    spaces: tuple[EmbeddingSpace, EmbeddingSpace],
    pairs_as: PairsAs = "sentences",
    *,
    progress: Progress = silent,
) -> Lexicon:
    """Make what an aligner is given from matched sentences.

    Parameters
    ----------
    corpus : ParallelCorpus
        Of the languages of the spaces.
    spaces : pair of EmbeddingSpace
        To be linked.
    pairs_as : {"sentences", "lexicon"}
        Whether the method is fitted on sentence vectors, or on the lexicon mined from the pairs.
    progress : callable
        Called as a table converges.

    Returns
    -------
    Lexicon
        A `SentenceLexicon`, or word pairs.

    Raises
    ------
    ConfigError
        If ``pairs_as`` is neither.
    CoverageError
        If nothing of the sentences is known, or they link no two words.
    """
    vocabularies = (spaces[0].vocabulary, spaces[1].vocabulary)
    matched = sentence_lexicon(corpus, vocabularies)
    if check_pairs_as(pairs_as) == "sentences":
        return matched
    return mined_lexicon(matched, vocabularies, progress=progress)


def trained_words(
    lexicon: Lexicon | None, vocabularies: tuple[Vocabulary, Vocabulary]
) -> tuple[frozenset[str], frozenset[str]]:
    """Name the words that a fit has seen matched.

    Parameters
    ----------
    lexicon : Lexicon, optional
        Of words, or of sentences: then all their words.
    vocabularies : pair of Vocabulary
        Of the two spaces.

    Returns
    -------
    pair of frozenset of str
        Folded, of either side.
    """
    if isinstance(lexicon, SentenceLexicon):
        sides = [
            frozenset(fold(words.words[row]) for row in np.unique(text.rows).tolist())
            for text, words in zip(lexicon.sentences, vocabularies, strict=True)
        ]
        return sides[0], sides[1]
    pairs = () if lexicon is None else lexicon.pairs
    return frozenset(fold(a) for a, _ in pairs), frozenset(fold(b) for _, b in pairs)


def different_pairs(
    lexicon: Lexicon | None, vocabularies: tuple[Vocabulary, Vocabulary], pairs: int
) -> int:
    """Count the pairs of which a map can learn, those that share a word once.

    Parameters
    ----------
    lexicon : Lexicon, optional
        What the map is fitted on.
    vocabularies : pair of Vocabulary
        Of source and target.
    pairs : int
        How many were used: the answer where there is no lexicon, or one of sentences.

    Returns
    -------
    int
        The fewer of different source words and different target words.
    """
    if lexicon is None or isinstance(lexicon, SentenceLexicon):
        return pairs
    found = lexicon.resolve(*vocabularies)
    return min(len(set(rows.tolist())) for rows in (found.source_rows, found.target_rows))
