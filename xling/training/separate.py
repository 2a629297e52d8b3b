"""Each space alone, then Procrustes on the seed lexicon: the baseline of `joint`."""

from dataclasses import dataclass

from threadpoolctl import threadpool_limits

from xling.aligners.procrustes import ProcrustesAligner
from xling.encoders.base import Encoder
from xling.encoders.ppmi import PpmiEncoder
from xling.errors import ConfigError
from xling.progress import Progress, silent
from xling.training.material import LinkedSpaces, Material

__all__ = ["SeparateRecipe"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SeparateRecipe:
    """Fit one encoder on each language's text, then rotate one space onto the other.

    With the default encoder, counts, weights and dimension are those of
    `xling.training.joint.JointRecipe`: only the relation of the spaces differs.

    Parameters
    ----------
    encoder : Encoder
        Fitted on each language apart.
    aligner : ProcrustesAligner
        Fitted on the seed lexicon, each pair weighted by its confidence.
    """

    encoder: Encoder = PpmiEncoder()
    aligner: ProcrustesAligner = ProcrustesAligner()

    def link(
        self,
        material: Material,
        *,
        dim: int,
        seed: int = 0,
        threads: int | None = None,
        progress: Progress = silent,
    ) -> LinkedSpaces:
        """Learn both spaces, then their relation.

        Parameters
        ----------
        material : Material
            Counted.
        dim : int
            Number of dimensions; as many as both languages can fill, where these are fewer.
        seed : int
            Of the encoder.
        threads : int, optional
            ``None``: all processors.
        progress : callable
            Called as the encoder goes on.

        Returns
        -------
        LinkedSpaces
            The source language is rotated, both are normalised.

        Raises
        ------
        ConfigError
            If ``dim`` is below 1.
        CoverageError
            If no seed pair is covered.
        """
        if dim < 1:
            raise ConfigError(f"dim is {dim}; at least 1 is needed")
        possible = min(dim, *(len(words) for words in material.vocabularies))
        source, target = (
            self.encoder.fit(
                text,
                dim=possible,
                min_count=material.min_count,
                seed=seed,
                threads=threads,
                progress=progress,
            )
            for text in material.texts
        )
        with threadpool_limits(1, user_api="blas"):  # the same bytes on any number of processors
            alignment = self.aligner.fit(source, target, material.seeds, seed=seed)
        return LinkedSpaces(
            spaces=(source, target),
            mappings=(alignment.source_mapping, alignment.target_mapping),
        )
