"""Sentence pairs of two languages."""

from dataclasses import dataclass

from xling.data.language import check_language_pair
from xling.errors import DegenerateInputError, ShapeError

__all__ = ["ParallelCorpus"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ParallelCorpus:
    """Matched sentences: ``source[i]`` and ``target[i]`` mean the same.

    Parameters
    ----------
    source_language, target_language : str
        Two different BCP-47 tags.
    source, target : tuple of str
        Sentences as written, none blank.

    Raises
    ------
    ShapeError
        If the sides differ in length.
    DegenerateInputError
        If there is no pair, or a blank sentence.
    InputError
        If the languages are malformed or equal.
    """

    source_language: str
    target_language: str
    source: tuple[str, ...]
    target: tuple[str, ...]

    def __post_init__(self) -> None:
        check_language_pair((self.source_language, self.target_language))
        if len(self.source) != len(self.target):
            raise ShapeError(f"{len(self.source)} source and {len(self.target)} target sentences")
        if not self.source:
            raise DegenerateInputError("the corpus holds no sentence pair")
        for number, pair in enumerate(zip(self.source, self.target, strict=True), start=1):
            if not all(side.strip() for side in pair):
                raise DegenerateInputError(f"pair {number} has a blank side")

    def __len__(self) -> int:
        return len(self.source)
