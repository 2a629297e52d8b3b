"""What the measurements of trained encoders share: the run, where all lies, rows kept on disk."""

import hashlib
import importlib.util
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from align import call
from sentence_data import keys, trained_model

from xling.arrays import Matrix
from xling.data.corpus import ParallelCorpus
from xling.data.formats import read_line_aligned, read_pairs, write_vectors
from xling.data.indexed import index_text
from xling.encoders.pretrained.checkpoint import Checkpoint, open_checkpoint, quiet
from xling.encoders.pretrained.transformer import TransformerEncoder
from xling.encoders.registry import encoder
from xling.linking.sources import open_source
from xling.students.start import start_student

__all__ = ["Setting", "first", "run_command"]


class Setting:
    """The run file, and where everything lies."""

    def __init__(self, run: dict[str, Any], data: Path, models: Path) -> None:
        self.run, self.data, self.models = run, data, models
        spec = importlib.util.find_spec(run["teacher"])
        if spec is None or spec.origin is None:
            raise SystemExit(f"the package {run['teacher']} is not installed")
        self.teacher = Path(spec.origin).parent / "model"
        self.languages: tuple[str, str] = (run["languages"][0], run["languages"][1])
        self.test = (data / run["source"], data / run["target"])

    def words(self) -> tuple[Path, Path, dict[str, Any]]:
        """Give the joint model of word vectors, and the pairs that all are learned from.

        No sentence of the test, whatever its punctuation, stands in them.
        """
        model, counts = trained_model(self.run, self.data, self.models)
        return model, self.models / f"{'-'.join(self.languages)}.training.tsv", counts

    def words_alone(self) -> Path:
        """Give word vectors of the target language's sentences, which know of no other language."""
        place = self.models / f"{self.languages[1]}.npz"
        if not place.is_file():
            corpus, _ = self.corpora()
            text = index_text(corpus.target, self.languages[1])
            made = encoder("ppmi")().fit(text, dim=self.run["link"]["dim"], seed=0)
            write_vectors(place, made)
        return place

    def separate(self) -> Path:
        """Give a model whose word vectors of each language are of its own text alone."""
        place = self.models / "separate"
        if not place.is_dir():
            options = ("--languages", ",".join(self.languages), "--recipe", "separate")
            size = ("--dim", self.run["link"]["dim"])
            run_command("train", self.words()[1], *options, *size, "--output", place)
        return place

    def unseen(self, count: int) -> list[str]:
        """Draw sentences of the source language that nothing here was learned from."""
        tag = self.languages[0]
        taken = set(keys(self.corpora()[0].source, tag))
        more, _ = read_pairs(self.data / self.run["migrate"]["sentences"], (tag, "und"))
        new = [
            text
            for text, key in zip(more.source, keys(more.source, tag), strict=True)
            if key and key not in taken and not taken.add(key)  # type: ignore[func-returns-value]
        ]
        return random.Random(0).sample(new, count)

    def corpora(self) -> tuple[ParallelCorpus, ParallelCorpus]:
        """Read what may be learned from, in a seeded order, and the test."""
        corpus, _ = read_pairs(self.words()[1], self.languages)
        order = np.random.default_rng(0).permutation(len(corpus)).tolist()
        test, _ = read_line_aligned(*self.test, self.languages)
        return first(corpus, len(corpus), order), test

    def kept(self) -> ParallelCorpus:
        """Read the development sentences: neither of the test nor of what is learned from."""
        start = self.models / "-".join(self.languages)
        sides = (f"{start}.dev.source", f"{start}.dev.target")
        return read_line_aligned(*sides, self.languages)[0]

    def made(self, name: str) -> Path:
        """Give the folder that a part leaves; stop where it has not run."""
        place = self.models / name
        if not place.is_dir():
            raise SystemExit(f"{place} is missing: run the part {name} first")
        return place

    def untrained(self) -> Checkpoint:
        """Give the student as it is before any training: it has its tokenizer, and no more."""
        place = self.models / "untrained"
        if not place.is_dir():
            corpus, _ = self.corpora()
            base = open_checkpoint(self.teacher, device="cpu")
            texts = (*corpus.source, *corpus.target)
            model = start_student(base, texts, self.run["link"]["vocabulary"])
            with quiet():
                model.save(str(place), create_model_card=False)
        return open_checkpoint(place, device="cpu")

    def opened(self, folder: Path, side: int) -> Callable[[Sequence[str]], Matrix]:
        """Open whatever encodes one language's sentences."""
        language = self.languages[side]
        if (folder / "encoders" / language).is_dir():
            folder = folder / "encoders" / language  # of a student that has one for each
        if not (folder / "modules.json").is_file():
            return open_source(folder, language).rows
        checkpoint = open_checkpoint(folder, device="cpu")
        return TransformerEncoder(checkpoint=checkpoint, language=language, precision="auto").encode

    def rows(self, folder: Path, side: int, texts: Sequence[str]) -> Matrix:
        """Encode sentences, unless their rows are kept already."""
        digest = hashlib.sha256(f"{folder.name}\n{side}\n".encode())
        digest.update("\n".join(texts).encode())
        state = max(path.stat().st_mtime_ns for path in (folder, *folder.rglob("*")))
        digest.update(str(state).encode())
        place = self.models / "rows" / f"{folder.name}-{side}-{digest.hexdigest()[:16]}.npy"
        if not place.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            made = self.opened(folder, side)(texts)
            np.save(place.with_suffix(".part.npy"), made)
            place.with_suffix(".part.npy").replace(place)
        found: Matrix = np.load(place)
        return found


def first(corpus: ParallelCorpus, count: int, order: list[int] | None = None) -> ParallelCorpus:
    """Take the first pairs, of an order where one is given."""
    chosen = range(len(corpus))[:count] if order is None else order[:count]
    return ParallelCorpus(
        source_language=corpus.source_language,
        target_language=corpus.target_language,
        source=tuple(corpus.source[i] for i in chosen),
        target=tuple(corpus.target[i] for i in chosen),
    )


def run_command(*arguments: object) -> dict[str, Any]:
    """Run xling, and stop where it does."""
    code, found, complaint = call(*arguments)
    if code:
        raise SystemExit(complaint)
    return dict(found)
