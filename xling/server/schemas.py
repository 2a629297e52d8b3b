"""What calls carry and what answers hold, as the interface's description shows it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "CollectionsAnswer",
    "LanguageQuery",
    "MapAnswer",
    "MapQuery",
    "ModelsAnswer",
    "NeighborsAnswer",
    "NeighborsQuery",
    "ProblemAnswer",
    "SentencesAnswer",
    "SentencesQuery",
    "SuggestAnswer",
    "SuggestQuery",
    "TranslateAnswer",
    "TranslateBody",
    "TranslateOptions",
    "TranslateQuery",
    "VectorAnswer",
]

_ModelName = Annotated[
    str | None, Field(description="Name of the model; may be left out where there is but one.")
]
_Word = Annotated[str, Field(description="A word, in any casing.", examples=["cat"])]
_Language = Annotated[str, Field(description="Language of the word.", examples=["en"])]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, populate_by_name=True)

    model: _ModelName = None


class TranslateOptions(_Asked):
    """How words are looked up; all of it may be left out."""

    source: str | None = Field(
        None,
        alias="from",
        description="Language of the words; default: the first.",
        examples=["en"],
    )
    target: str | None = Field(
        None, alias="to", description="Language of the answers; default: the other, or second, one."
    )
    top: int = Field(5, ge=1, description="How many translations of each word.")
    retrieval: str = Field("csls", description="Criterion of the space: csls, nn.")
    channels: str = Field("all", description="Evidence: all, or names separated by commas.")
    evidence: bool = Field(False, description="Whether to tell what speaks for each translation.")
    min_confidence: float | None = Field(
        None, ge=0, le=1, description="Leave out translations that are less sure."
    )


class TranslateQuery(TranslateOptions):
    """One word."""

    word: _Word


class TranslateBody(TranslateOptions):
    """Many words."""

    model_config = ConfigDict(
        extra="forbid",
        allow_inf_nan=False,
        strict=True,
        json_schema_extra={"examples": [{"words": ["cat", "house"], "from": "en", "to": "de"}]},
    )

    words: list[str] = Field(description="Words, in any casing.")


class LanguageQuery(_Asked):
    """A word of one language."""

    language: _Language
    word: _Word


class NeighborsQuery(LanguageQuery):
    """A word of one language, and how many others."""

    top: int = Field(10, ge=1, description="How many neighbours.")


class SuggestQuery(_Asked):
    """How a word begins."""

    language: _Language
    prefix: str = Field(description="Case and accents do not count.", examples=["ca"])
    top: int = Field(8, ge=1, description="How many suggestions.")


class MapQuery(_Asked):
    """A word of one language, and the language of its translations."""

    source: str | None = Field(None, alias="from", description="Language of the word.")
    target: str | None = Field(None, alias="to", description="Language of the translations.")
    word: _Word
    top: int = Field(8, ge=1, description="How many words of each language.")


class SentencesQuery(_Asked):
    """A sentence, and where sentences like it are looked for."""

    collection: str | None = Field(
        None, description="Name of the collection; may be left out where there is but one."
    )
    language: Annotated[str, Field(description="Language of the sentence.", examples=["en"])]
    text: Annotated[str, Field(description="A sentence.", examples=["The cat sleeps."])]
    top: int = Field(5, ge=1, description="How many sentences.")


class _Translation(BaseModel):
    word: str
    score: float = Field(description="Larger is better.")
    confidence: float | None = Field(
        description="Probability of being a right translation; null where nobody knows."
    )
    evidence: Literal["linked", "guessed", "space"] | None = Field(
        None,
        description="With evidence=true: seen together in matched sentences; guessed from "
        "contexts, word forms and so on; or from the shared space, of a model that has only that.",
    )


_STATUS = "ok; subword: composed, the word is outside the vocabulary; out_of_vocabulary"
_Status = Annotated[Literal["ok", "subword", "out_of_vocabulary"], Field(description=_STATUS)]


class _Result(BaseModel):
    word: str
    status: _Status
    translations: list[_Translation]
    abstained: bool | None = Field(None, description="With min_confidence: nothing is sure enough.")
    trained: bool | None = Field(None, description="With evidence: a matched pair held the word.")
    held_out: bool | None = Field(None, description="With evidence: the word was held out.")


class TranslateAnswer(BaseModel):
    """The document of ``translate --json``."""

    model: str
    source: str = Field(alias="from")
    to: str
    retrieval: str
    channels: str
    ranked_by: str = Field(description="What orders the answers: ranker, table, csls or nn.")
    results: list[_Result]


class _ModelAnswer(BaseModel):
    name: str
    languages: list[str]
    loaded: bool


class ModelsAnswer(BaseModel):
    """All models."""

    models: list[_ModelAnswer]


class _Neighbor(BaseModel):
    word: str
    score: float = Field(description="Cosine.")


class NeighborsAnswer(BaseModel):
    """The nearest words of the same language."""

    model: str
    language: str
    word: str
    status: _Status
    neighbors: list[_Neighbor]


class _Collection(BaseModel):
    name: str
    language: str
    sentences: int


class CollectionsAnswer(BaseModel):
    """All collections of sentences."""

    collections: list[_Collection]


class _Sentence(BaseModel):
    line: int = Field(description="In the collection, from 1.")
    text: str
    score: float = Field(description="Cosine.")


class SentencesAnswer(BaseModel):
    """The sentences that mean nearly the same."""

    model: str
    collection: str
    language: str
    to: str = Field(description="Language of the sentences.")
    text: str
    sentences: list[_Sentence] = Field(description="The best first; none if no word is known.")


class VectorAnswer(BaseModel):
    """Where a word stands in the shared space."""

    model: str
    language: str
    word: str
    status: _Status
    vector: list[float] | None = Field(description="Of length 1.")


class SuggestAnswer(BaseModel):
    """Words that begin so."""

    model: str
    language: str
    prefix: str
    words: list[str]


class _Point(BaseModel):
    word: str
    language: str
    kind: Literal["word", "translation", "neighbor"]
    x: float
    y: float


class MapAnswer(BaseModel):
    """Words near a word, in two dimensions."""

    model: str
    source: str = Field(alias="from")
    to: str
    word: str
    status: _Status
    points: list[_Point]


class _Error(BaseModel):
    code: str = Field(examples=["unknown_model"])
    message: str = Field(description="What was wrong, and what would be right.")
    hint: str = Field(description="The next step.")


class ProblemAnswer(BaseModel):
    """Why a call was refused."""

    error: _Error
