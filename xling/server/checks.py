"""What a call may ask for: words, numbers and names, checked before any work."""

from collections.abc import Sequence

from xling.errors import InputError, UnknownNameError
from xling.model.hub import Hub, choose_pair
from xling.model.model import Model
from xling.retrieval.criteria import criterion
from xling.server.problems import CallError
from xling.server.schemas import TranslateOptions
from xling.server.settings import ServerSettings

__all__ = ["check_text", "check_top", "check_words", "choose_direction"]


def check_words(words: Sequence[str], settings: ServerSettings) -> None:
    """Refuse words that no vocabulary holds.

    Parameters
    ----------
    words : sequence of str
        Of one call.
    settings : ServerSettings
        Limits.

    Raises
    ------
    CallError
        If there is none, there are too many, or one is blank, too long or no valid Unicode.
    """
    most = settings.max_words
    if not words:
        raise CallError(
            *(400, "no_words", "words is empty; at least one is needed"),
            hint='send {"words": ["cat"]}',
        )
    if len(words) > most:
        raise CallError(
            *(413, "too_many_words", f"{len(words)} words; at most {most} a call"),
            hint="send them in several calls",
        )
    for place, word in enumerate(words, start=1):
        check_text(word, f"word {place}", settings)


def check_text(text: str, name: str, settings: ServerSettings, *, most: int | None = None) -> None:
    """Refuse a text that is no word.

    Parameters
    ----------
    text : str
        As it was sent.
    name : str
        For the message.
    settings : ServerSettings
        Limits.
    most : int, optional
        Characters that are allowed; those of a word by default.

    Raises
    ------
    CallError
        If it is blank, too long, or no valid Unicode.
    """
    most = settings.max_word if most is None else most
    wrong = None
    if not text.strip():
        wrong = f"{name} is blank"
    elif len(text) > most:
        wrong = f"{name} has {len(text)} characters; at most {most} are read"
    elif any("\ud800" <= letter <= "\udfff" for letter in text):
        wrong = f"{name} is no valid Unicode: half a surrogate pair"
    if wrong is not None:
        hint = f"send 1 to {most} characters, not only blanks, in UTF-8"
        raise CallError(400, "invalid_word", wrong, hint=hint)


def check_top(top: int, settings: ServerSettings) -> None:
    """Refuse to give too many answers.

    Parameters
    ----------
    top : int
        How many are asked for.
    settings : ServerSettings
        Limits.

    Raises
    ------
    CallError
        If they are more than allowed.
    """
    if top > settings.max_top:
        raise CallError(
            *(400, "invalid_parameter", f"top is {top}; at most {settings.max_top}"),
            hint=f"ask for 1 to {settings.max_top}",
        )


def choose_direction(model: Model | Hub, asked: TranslateOptions) -> tuple[str, str, str, str]:
    """Check a direction and the kinds of evidence, and bring them to one form.

    Parameters
    ----------
    model : Model or Hub
        What is asked.
    asked : TranslateOptions
        How.

    Returns
    -------
    tuple of str
        Source, target, criterion and channels, as `xling.model.model.Model.way` takes them.

    Raises
    ------
    CallError
        If one of them does not exist.
    """
    try:
        source, target = choose_pair(model.languages, asked.source, asked.target)
    except InputError as error:
        code = "unknown_language" if isinstance(error, UnknownNameError) else "invalid_direction"
        said = _short(error).replace("this hub", "this model")
        hint = error.hint or "/v1/models lists the languages of each model"
        raise CallError(400, code, said, hint=hint) from None
    try:
        retrieval = criterion(asked.retrieval)
    except UnknownNameError as error:
        hint = error.hint or "leave retrieval out for csls"
        raise CallError(400, "unknown_retrieval", _short(error), hint=hint) from None
    if asked.channels == "all":
        return source, target, retrieval, "all"
    names = [part.strip() for part in asked.channels.split(",")]
    known = model.channels
    for name in names:
        if name not in known:
            unknown = UnknownNameError("channel of this model", name[:60], (*known, "all"))
            hint = unknown.hint or "leave channels out for all"
            hint = "all stands alone, without others" if name == "all" else hint
            raise CallError(400, "unknown_channel", _short(unknown), hint=hint)
    return source, target, retrieval, ",".join(name for name in known if name in names)


def _short(error: Exception) -> str:
    """Cut a message that quotes what was sent."""
    text = str(error)
    return text if len(text) <= 300 else text[:300] + "…"
