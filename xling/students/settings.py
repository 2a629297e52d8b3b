"""What a student is made from, and how it learns."""

from dataclasses import dataclass
from math import ceil

from xling.encoders.pretrained.precision import Precision, check_precision
from xling.errors import ConfigError, UnknownNameError

__all__ = ["PRESETS", "StaticSettings", "StudentSettings", "preset"]


@dataclass(frozen=True, kw_only=True, slots=True)
class StudentSettings:
    """The network, its objective and its training.

    Parameters
    ----------
    vocabulary : int
        Pieces of a new tokenizer, trained on the sentences of both languages; each piece starts
        from what the base knows of its letters. 0 keeps the base's own tokenizer.
    distil : float
        Weight of the distance to the teacher's vector of the source sentence, from both sides.
    ranking : float
        Weight of the contrast with the other sentences of the batch, both ways.
    masked : float
        Weight of guessing masked pieces.
    masked_share : float
        Share of the pieces that are masked for that, in (0, 1).
    temperature : float
        Of the contrast, above 0.
    batch, accumulation : int
        Sentence pairs of a step: so many at once, so many times.
    epochs : float
        Passes over the pairs.
    steps : int
        Most steps, where ``epochs`` make more; 0 for as many as they make.
    learning_rate : float
        At its highest, above 0.
    warmup : float
        Share of the steps in which it rises; it falls linearly afterwards.
    longest : int
        Pieces of a sentence that are learned from, at least 4.
    precision : {"auto", "fp32", "bf16", "fp16"}
        Numbers of the training, and of what the teacher says; ``"auto"`` is half precision where
        the GPU or the processor has instructions for it.
    save_every : int
        Steps between two checkpoints.
    held_out : int
        Sentence pairs that are not learned from and looked up at the end.

    Raises
    ------
    ConfigError
        If a value lies outside its range, or nothing is to be learned.
    """

    vocabulary: int = 24_000
    distil: float = 1.0
    ranking: float = 1.0
    masked: float = 0.0
    masked_share: float = 0.15
    temperature: float = 0.05
    batch: int = 64
    accumulation: int = 1
    epochs: float = 1.0
    steps: int = 0
    learning_rate: float = 3e-4
    warmup: float = 0.05
    longest: int = 64
    precision: Precision = "auto"
    save_every: int = 500
    held_out: int = 500

    def __post_init__(self) -> None:
        for name, least in (
            *(("batch", 2), ("accumulation", 1), ("longest", 4), ("save_every", 1)),
            *(("vocabulary", 0), ("distil", 0), ("ranking", 0), ("masked", 0)),
            *(("steps", 0), ("held_out", 0), ("warmup", 0)),
        ):
            if not getattr(self, name) >= least:
                raise ConfigError(f"{name} is {getattr(self, name)}; at least {least} is needed")
        for name in ("temperature", "learning_rate", "epochs"):
            if not getattr(self, name) > 0:
                raise ConfigError(f"{name} is {getattr(self, name)}; above 0 is needed")
        if not 0 < self.masked_share < 1:
            raise ConfigError(f"masked_share is {self.masked_share}; a share in (0, 1) is needed")
        check_precision(self.precision)
        if not self.distil + self.ranking + self.masked:
            raise ConfigError("distil, ranking and masked are all 0; one of them has to count")

    def steps_for(self, pairs: int) -> int:
        """Count the steps of a training: those of all passes, or ``steps`` if they are fewer.

        Parameters
        ----------
        pairs : int
            Learned from.

        Returns
        -------
        int

        Examples
        --------
        >>> settings = StudentSettings(batch=10, epochs=2, steps=9)
        >>> settings.steps_for(35), settings.steps_for(1000)
        (8, 9)
        """
        whole = ceil(self.epochs * ceil(pairs / (self.batch * self.accumulation)))
        return min(self.steps or whole, whole)


@dataclass(frozen=True, kw_only=True, slots=True)
class StaticSettings:
    """A table of piece vectors for each language.

    Parameters
    ----------
    vocabulary : int
        Pieces of each language's tokenizer, at least 10.
    penalty : float
        That holds the table back, above 0: a piece in few sentences stays short.
    rounds : int
        Of the solver, at least 1.
    precision : {"auto", "fp32", "bf16", "fp16"}
        Numbers of what the teacher says.
    held_out : int
        Sentence pairs that are not learned from and looked up at the end.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    vocabulary: int = 40_000
    penalty: float = 0.1
    rounds: int = 30
    precision: Precision = "auto"
    held_out: int = 500

    def __post_init__(self) -> None:
        for name, least in (("vocabulary", 10), ("rounds", 1), ("held_out", 0)):
            if not getattr(self, name) >= least:
                raise ConfigError(f"{name} is {getattr(self, name)}; at least {least} is needed")
        check_precision(self.precision)
        if not self.penalty > 0:
            raise ConfigError(f"penalty is {self.penalty}; above 0 is needed")


#: Settings for a small run on a processor, and for one on a GPU.
PRESETS: dict[str, StudentSettings] = {
    "cpu": StudentSettings(),
    "gpu": StudentSettings(
        batch=256, epochs=3.0, learning_rate=2e-4, longest=128, masked=0.1, save_every=1000
    ),
}


def preset(name: str) -> StudentSettings:
    """Find settings by name.

    Parameters
    ----------
    name : str
        One of `PRESETS`.

    Returns
    -------
    StudentSettings

    Raises
    ------
    UnknownNameError
        If there are none of this name.

    Examples
    --------
    >>> preset("gpu").batch
    256
    """
    if name not in PRESETS:
        raise UnknownNameError("preset", name, PRESETS)
    return PRESETS[name]
