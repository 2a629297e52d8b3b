"""What was noticed while sentences were encoded."""

from dataclasses import dataclass

__all__ = ["EncodeCounts"]

_MANY = 0.05  # share of unknown tokens from which a warning is due


@dataclass(frozen=True, kw_only=True, slots=True)
class EncodeCounts:
    """Sentences and tokens, and what befell them; counts of parts add up.

    Parameters
    ----------
    sentences, empty, truncated : int
        All; those without a character other than blanks; those of which the end was cut off.
    tokens, unknown : int
        Tokens without special ones, and those that the tokenizer has no name for.
    batch : int
        Sentences at once at the end: fewer than asked for where memory ran out.
    asked : int
        Sentences at once that were asked for.
    longest : int, optional
        Tokens that a sentence may have.
    """

    sentences: int = 0
    empty: int = 0
    truncated: int = 0
    tokens: int = 0
    unknown: int = 0
    batch: int = 0
    asked: int = 0
    longest: int | None = None

    def __add__(self, other: "EncodeCounts") -> "EncodeCounts":
        return EncodeCounts(
            sentences=self.sentences + other.sentences,
            empty=self.empty + other.empty,
            truncated=self.truncated + other.truncated,
            tokens=self.tokens + other.tokens,
            unknown=self.unknown + other.unknown,
            batch=min(self.batch or other.batch, other.batch or self.batch),
            asked=max(self.asked, other.asked),
            longest=other.longest if self.longest is None else self.longest,
        )

    @property
    def unknown_share(self) -> float:
        """Fraction of the tokens that are unknown."""
        return self.unknown / self.tokens if self.tokens else 0.0

    def describe(self, name: str, language: str) -> list[str]:
        """Say what a user has to know.

        Parameters
        ----------
        name : str
            Of the encoder.
        language : str
            Of the sentences.

        Returns
        -------
        list of str
            Warnings; none where all went well.
        """
        lines = []
        if self.truncated:
            lines.append(
                f"{self.truncated:,} of {self.sentences:,} {language} sentences have more than "
                f"{self.longest} tokens: only their beginnings were encoded"
            )
        if self.unknown_share > _MANY:
            lines.append(
                f"{100 * self.unknown_share:.1f} % of the {language} tokens are unknown to the "
                f"tokenizer of {name}: it may lack the language's script"
            )
        if self.empty:
            lines.append(f"{self.empty:,} {language} lines are blank: their rows are zero")
        if self.batch < self.asked:
            lines.append(
                f"memory ran out with {self.asked} sentences at once: {self.batch} were encoded "
                "at once instead"
            )
        return lines
