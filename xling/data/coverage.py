"""How much of a lexicon two vocabularies hold."""

from dataclasses import dataclass

__all__ = ["Coverage"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """What was found of a lexicon, and what was not.

    Parameters
    ----------
    pairs : int
        Pairs in the lexicon.
    covered : int
        Pairs whose two words are both in the vocabularies.
    missing_source, missing_target : tuple of str
        Distinct words that were not found, in the lexicon's order.
    """

    pairs: int
    covered: int
    missing_source: tuple[str, ...]
    missing_target: tuple[str, ...]

    @property
    def share(self) -> float:
        """Fraction of the pairs that are covered; 0 for an empty lexicon."""
        return self.covered / self.pairs if self.pairs else 0.0

    def describe(self, examples: int = 3) -> str:
        """Say in one clause what was found, with examples of what was not.

        Parameters
        ----------
        examples : int
            How many missing words to name.

        Returns
        -------
        str
            For example ``0 of 2 pairs covered; not found: zz, yy``.
        """
        missing = [*self.missing_source, *self.missing_target][:examples]
        found = f"{self.covered} of {self.pairs} pairs covered"
        return f"{found}; not found: {', '.join(missing)}" if missing else found
