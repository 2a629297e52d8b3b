"""What ``xling encode`` was asked for, and whether that can be done."""

from dataclasses import dataclass
from pathlib import Path

from xling.cli.options import check_input
from xling.data.language import check_language
from xling.errors import ConfigError, ConflictError, UnknownNameError
from xling.files import check_output
from xling.linalg.anisotropy import check_isotropy

__all__ = ["EncodeJob", "check_job"]


@dataclass(frozen=True, kw_only=True, slots=True)
class EncodeJob:
    """What to encode, with what, and where to.

    Parameters
    ----------
    model : str
        Folder of transformers or sentence-transformers, or a hub's name.
    file : Path
        Sentences, or words, one a line.
    output : Path
        ``.npy`` for sentences, a vector file for words.
    language : str
        BCP-47 tag.
    words : bool
        Whether the lines are words.
    text : Path, optional
        Sentences in which words are looked for.
    source : str, optional
        Where a word's vector comes from; by default its occurrences with a text, isolation
        without one.
    layers : str
        Comma list, averaged; of words.
    occurrences : int
        Most places of a word that are looked at.
    pooling : str
        Of a word's subwords.
    isotropy : str
        What is done against a narrow cone of vectors.
    components : int, optional
        That ``all-but-the-top`` takes out.
    prompt : str, optional
        Before each sentence; the encoder's own by default.
    batch : int
        Sentences at once.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``cuda:N``.
    precision : str
        ``fp32``, ``bf16``, ``fp16``, or ``auto`` for the fastest; of sentences.
    strict, force : bool
        Whether a bad line stops; whether the output is replaced.
    """

    model: str
    file: Path
    output: Path
    language: str = "und"
    words: bool = False
    text: Path | None = None
    source: str | None = None
    layers: str = "-1"
    occurrences: int = 20
    pooling: str = "mean"
    isotropy: str = "none"
    components: int | None = None
    prompt: str | None = None
    batch: int = 32
    device: str = "auto"
    precision: str = "fp32"
    strict: bool = False
    force: bool = False

    @property
    def turned(self) -> bool:
        """Whether rows of sentences are changed once all are there."""
        return not self.words and self.isotropy != "none"

    @property
    def beside(self) -> Path:
        """Where it is kept what is done to the rows: later queries need the same."""
        return self.output.with_suffix(".isotropy.npz")


def check_job(job: EncodeJob) -> None:
    """Refuse what can be known to be wrong without any work.

    Parameters
    ----------
    job : EncodeJob
        Any.

    Raises
    ------
    XlingError
        If an option, an input or an output cannot be used.
    """
    from xling.data.formats.vectors import VECTOR_WRITERS
    from xling.encoders.pretrained.precision import check_precision
    from xling.training.device import check_device_name

    check_language(job.language)
    check_isotropy(job.isotropy)
    check_device_name(job.device)
    check_precision(job.precision)
    if job.words and job.precision != "fp32":
        raise ConflictError("--precision is of sentences; words are encoded in fp32")
    for name, value in (("batch", job.batch), ("occurrences", job.occurrences)):
        if value < 1:
            raise ConfigError(f"{name} is {value}; at least 1 is needed")
    if not job.words and (job.text is not None or job.source is not None):
        raise ConflictError("--text and --source say how words are encoded; --words is missing")
    endings = tuple(VECTOR_WRITERS) if job.words else (".npy",)
    if not job.output.name.casefold().endswith(endings):
        raise UnknownNameError(f"ending of the output {job.output}:", job.output.suffix, endings)
    for place in [job.output, *([job.beside] if job.turned else ())]:
        check_output(place, force=job.force, inputs=(job.file, job.text))
    check_input(job.file, job.text)
