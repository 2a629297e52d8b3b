"""Both spaces and their relation at once: one decomposition of contexts in both languages."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from xling.arrays import Matrix
from xling.data.space import EmbeddingSpace
from xling.encoders.ppmi import PpmiSettings, associations
from xling.errors import ConfigError
from xling.linalg.sparse_product import multiply
from xling.linalg.svd import truncated_svd
from xling.mapping.linear import LinearMap, Normalization
from xling.progress import Progress, silent
from xling.training.material import LinkedSpaces, Material

__all__ = ["JointRecipe", "JointSettings", "crossed_products", "row_stochastic"]


@dataclass(frozen=True, kw_only=True, slots=True)
class JointSettings:
    """How contexts are counted, crossed over and decomposed.

    Parameters
    ----------
    ppmi : PpmiSettings
        Counting and decomposition, the same for both languages.
    threshold : float
        Cells of the symmetrised table below it carry no context over, in [0, 1).

    Raises
    ------
    ConfigError
        If the threshold lies outside its range.
    """

    ppmi: PpmiSettings = PpmiSettings()
    threshold: float = 0.05

    def __post_init__(self) -> None:
        if not 0 <= self.threshold < 1:
            raise ConfigError(f"threshold is {self.threshold}; a number in [0, 1) is needed")


@dataclass(frozen=True, kw_only=True, slots=True)
class JointRecipe:
    """Decompose ``[Ga, Ga T; Gb Tb, Gb]``, the contexts of all words in both languages.

    ``Ga`` and ``Gb`` are the positive PMI matrices of the two languages, word by context word.
    ``T`` and ``Tb`` are the symmetrised translation table and its transpose, rows summing to 1:
    ``Ga T`` is what the contexts of a source word look like in the target language. The rows of
    the truncated SVD's ``U * S**power`` are the vectors of both languages, in one space: neither
    space exists before their relation does. The matrix is never formed: it is
    ``blockdiag(Ga, Gb) [I, T; Tb, I]``.

    A word needs contexts that the table knows; it need not stand in a linked sentence itself.

    Parameters
    ----------
    settings : JointSettings
        See there.
    """

    settings: JointSettings = JointSettings()

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
            Number of dimensions; fewer where there are fewer words.
        seed : int
            Of the truncated SVD.
        threads : int, optional
            ``None``: all processors. The result does not depend on it.
        progress : callable
            Called as the decomposition goes on.

        Returns
        -------
        LinkedSpaces
            The maps only scale rows to length 1.
        """
        ppmi = self.settings.ppmi
        own = [associations(sentences, ppmi) for sentences in material.sentences]
        table = material.table.symmetric(self.settings.threshold)
        size = sum(len(words) for words in material.vocabularies)
        vectors, values = truncated_svd(
            *crossed_products((own[0], own[1]), table, threads=threads),
            (size, size),
            min(dim, size),
            seed=seed,
            passes=ppmi.passes,
            progress=progress,
        )
        scaled = vectors * (values**ppmi.power).astype(np.float32)
        first = len(material.vocabularies[0])
        spaces = []
        for i, part in enumerate((scaled[:first], scaled[first:])):
            words = material.vocabularies[i]
            empty = np.flatnonzero(~part.any(axis=1))
            spaces.append(
                EmbeddingSpace(
                    language=material.texts[i].language,
                    vocabulary=words,
                    vectors=part,
                    empty_words=frozenset(words.words[row] for row in empty),
                )
            )
        mapping = LinearMap(dim_in=scaled.shape[1], normalization=Normalization(steps=("unit",)))
        return LinkedSpaces(spaces=(spaces[0], spaces[1]), mappings=(mapping, mapping))


def crossed_products(
    own: tuple[sparse.csr_array, sparse.csr_array],
    table: sparse.csr_array,
    *,
    threads: int | None = None,
) -> tuple[Callable[[Matrix], Matrix], Callable[[Matrix], Matrix]]:
    """Multiply with ``[Ga, Ga T; Gb Tb, Gb]`` and its transpose through their parts.

    Parameters
    ----------
    own : pair of sparse arrays, shapes (n, n) and (m, m), float32
        ``Ga`` and ``Gb``, the associations of the two languages.
    table : sparse array, shape (n, m)
        The symmetrised table; ``T`` is made of it, and ``Tb`` of its transpose.
    threads : int, optional
        ``None``: all processors. The result does not depend on it.

    Returns
    -------
    forward, backward : callable
        From (n + m, k) to (n + m, k), float32.
    """
    first, second = own
    cut = first.shape[0]
    forth, back = row_stochastic(table), row_stochastic(sparse.csr_array(table.T))
    forth_turned, back_turned = sparse.csr_array(forth.T), sparse.csr_array(back.T)
    first_turned, second_turned = sparse.csr_array(first.T), sparse.csr_array(second.T)

    def forward(block: Matrix) -> Matrix:
        a, b = block[:cut], block[cut:]
        crossed_a = a + multiply([forth], b, threads=threads)
        crossed_b = b + multiply([back], a, threads=threads)
        upper = multiply([first], crossed_a, threads=threads)
        return np.vstack([upper, multiply([second], crossed_b, threads=threads)])

    def backward(block: Matrix) -> Matrix:
        a = multiply([first_turned], block[:cut], threads=threads)
        b = multiply([second_turned], block[cut:], threads=threads)
        upper = a + multiply([back_turned], b, threads=threads)
        return np.vstack([upper, b + multiply([forth_turned], a, threads=threads)])

    return forward, backward


def row_stochastic(table: sparse.csr_array) -> sparse.csr_array:
    """Scale each row that is not empty to sum to 1.

    Parameters
    ----------
    table : sparse array, shape (n, m)
        Not changed.

    Returns
    -------
    sparse array, shape (n, m), float32
        ``T`` of the method.
    """
    sums = np.asarray(table.sum(axis=1)).ravel()
    scaled = table.copy()
    scaled.data = table.data / np.repeat(sums, np.diff(table.indptr))
    return scaled.astype(np.float32)
