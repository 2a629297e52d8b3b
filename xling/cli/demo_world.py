"""The synthetic texts and lexicons of ``xling demo``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xling.data.corpus import ParallelCorpus
from xling.data.formats.alignment_tsv import alignment_line
from xling.data.lexicon import Lexicon
from xling.errors import UnknownNameError
from xling.files import atomic_directory, check_output

__all__ = ["DemoJob", "World", "check_languages", "generate", "write_text"]

_FURTHER = 15_000  # sentences of each language, matched with nothing


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoJob:
    """What to demonstrate, and where to.

    Parameters
    ----------
    languages : pair of str
        Two of those that the embedded grammar speaks.
    output : Path, optional
        Folder to make; ``None`` for ``models/demo-SOURCE-TARGET``, where an earlier demo is
        replaced.
    pairs : int
        Sentence pairs to generate.
    further : int
        Sentences of each language to generate, matched with nothing.
    seed : int
        Of the sentences, of the choice of test words and of the training.
    dim : int
        Number of dimensions.
    force : bool
        Whether the output is replaced, whatever it is.
    report : Path, optional
        Page to make of the model and its held-out words; an earlier one of a demo is replaced.
    """

    languages: tuple[str, str] = ("en", "de")
    output: Path | None = None
    pairs: int = 30_000
    further: int = _FURTHER
    seed: int = 0
    dim: int = 200  # enough for the two thousand words of the grammar
    force: bool = False
    report: Path | None = None

    @property
    def place(self) -> Path:
        """Where the model goes."""
        return self.output or Path("models") / "-".join(("demo", *self.languages))


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """The synthetic texts and lexicons."""

    corpus: ParallelCorpus
    further: tuple[tuple[str, ...], tuple[str, ...]]
    held_out: Lexicon
    rest: Lexicon
    alignments: tuple[str, ...] = ()


def write_text(job: DemoJob, folder: Path) -> dict[str, Any]:
    """Write the generated text as files that the other commands read.

    Parameters
    ----------
    job : DemoJob
        What to generate.
    folder : Path
        To make: ``pairs.tsv``, ``held-out.tsv`` and ``linked.tsv`` (lexicons), ``alignments.tsv``
        (the pairs with gold word alignments), and ``LANGUAGE.txt`` with unmatched text of each
        language.

    Returns
    -------
    dict
        The folder, and the lines of each file.

    Raises
    ------
    XlingError
        If the grammar does not speak a language, or the output cannot be written.
    """
    check_languages(job.languages)
    check_output(folder, force=job.force, directory=True)
    world = generate(job)
    pairs = zip(world.corpus.source, world.corpus.target, strict=True)
    files = {
        "pairs.tsv": [f"{source}\t{target}" for source, target in pairs],
        "held-out.tsv": [f"{a}\t{b}" for a, b in world.held_out.pairs],
        "linked.tsv": [f"{a}\t{b}" for a, b in world.rest.pairs],
        "alignments.tsv": list(world.alignments),
        **{
            f"{language}.txt": list(sentences)
            for language, sentences in zip(job.languages, world.further, strict=True)
        },
    }
    with atomic_directory(folder, force=job.force) as place:
        for name, lines in files.items():
            (place / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    counts = {name: len(lines) for name, lines in files.items()}
    return {"output": str(folder), "files": counts}


def check_languages(languages: tuple[str, str]) -> None:
    """Refuse languages that the grammar does not speak.

    Parameters
    ----------
    languages : pair of str
        Source and target language.

    Raises
    ------
    UnknownNameError
        If the grammar does not speak one of them.
    """
    from xling.demo import LANGUAGES

    for language in languages:
        if language not in LANGUAGES:
            raise UnknownNameError("demo language (--languages)", language, LANGUAGES)


def generate(job: DemoJob) -> World:
    """Generate the sentences, and choose the test words.

    Parameters
    ----------
    job : DemoJob
        What to generate.

    Returns
    -------
    World
        Texts and lexicons.
    """
    from xling.demo import generate_pairs, generate_sentences, gold_lexicon, hold_out_lexicon

    source, target = job.languages
    pairs = generate_pairs(source, target, count=job.pairs, seed=job.seed)
    held_out, gold = (
        Lexicon(
            source_language=source,
            target_language=target,
            pairs=tuple(dict.fromkeys((a, b) for a, b in found)),
        )
        for found in (
            hold_out_lexicon(source, target, seed=job.seed),
            gold_lexicon(source, target),
        )
    )
    texts = [
        tuple(generate_sentences(language, count=job.further, seed=job.seed))
        for language in job.languages
    ]
    return World(
        corpus=ParallelCorpus(
            source_language=source,
            target_language=target,
            source=tuple(pair.source for pair in pairs),
            target=tuple(pair.target for pair in pairs),
        ),
        further=(texts[0], texts[1]),
        held_out=held_out,
        rest=gold.without(held_out.queries()),
        alignments=tuple(
            alignment_line(pair.source_tokens, pair.target_tokens, pair.alignment) for pair in pairs
        ),
    )
