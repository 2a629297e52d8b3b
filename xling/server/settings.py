"""What a server allows, and whom it answers."""

import math
from dataclasses import dataclass, field, fields

from xling.errors import InputError

__all__ = ["ServerSettings"]

_COUNTS = (
    "max_body",
    "max_word",
    "max_text",
    "max_words",
    "max_top",
    "max_waiting",
    "max_requests",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ServerSettings:
    """Limits of a server, and what it asks of its clients.

    Parameters
    ----------
    api_key : str, optional
        What each call under ``/v1`` and ``/metrics`` must carry; without one all are answered.
    origins : tuple of str
        Web origins whose pages may call; none by default.
    rate : float
        Requests a second that one address may send on average; 0 for any number.
    max_body : int
        Bytes of a request's body.
    max_word : int
        Characters of a word.
    max_text : int
        Characters of a sentence.
    max_words : int
        Words of one call.
    max_top : int
        Answers for each word.
    max_waiting : int
        Words that may wait for an answer, over all calls; further calls get 503.
    max_requests : int
        Calls under way at once; further ones get 503.
    timeout : float
        Seconds after which a call that was not answered gets 503.
    watch : float
        Seconds between looks for a new version of a model; 0 for none.
    warm : bool
        Whether the best answers of every word are computed ahead.
    preload : bool
        Whether all models are loaded at the start; the server is ready once they are.
    log_queries : bool
        Whether the words that are asked for stand in the log.

    Raises
    ------
    InputError
        If a number is out of range, or the key is empty or not ASCII.
    """

    api_key: str | None = field(default=None, repr=False)
    origins: tuple[str, ...] = ()
    rate: float = 0.0
    max_body: int = 1 << 20
    max_word: int = 100
    max_text: int = 1000
    max_words: int = 1000
    max_top: int = 100
    max_waiting: int = 4096
    max_requests: int = 512
    timeout: float = 10.0
    watch: float = 2.0
    warm: bool = False
    preload: bool = False
    log_queries: bool = False

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name in _COUNTS and value < 1:
                raise InputError(f"{one.name} is {value}; at least 1 is needed")
        if not self.timeout > 0 or math.isinf(self.timeout):
            raise InputError(f"timeout is {self.timeout}; a number of seconds above 0 is needed")
        for name, number in (("rate", self.rate), ("watch", self.watch)):
            if not 0 <= number < math.inf:
                raise InputError(f"{name} is {number}; 0 or a number above it is needed")
        if self.max_words > self.max_waiting:
            raise InputError(
                f"max_words is {self.max_words}; at most max_waiting, {self.max_waiting}, can wait"
            )
        key = self.api_key
        if key is not None and not (key and key.isascii() and key.isprintable() and " " not in key):
            raise InputError("the API key is empty, or holds blanks or other than ASCII characters")
