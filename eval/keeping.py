"""Runs of an ablation that are kept, so that none is done twice by the same code."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

from xling.experiments.runs import Run, Runner, RunResult
from xling.experiments.worker import run_apart
from xling.progress import Progress, silent

__all__ = ["keeping"]

ROOT = Path(__file__).resolve().parent.parent


def code() -> str | None:
    """Name the state of the package, as git does; ``None`` where it is not a committed one."""

    def git(*arguments: str) -> str | None:
        command = ["git", "-C", str(ROOT), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return None if done.returncode else done.stdout.strip()

    return git("rev-parse", "HEAD:xling") if git("status", "--porcelain", "xling") == "" else None


def keeping(folder: Path, runner: Runner = run_apart) -> Runner:
    """Make a runner that reads from a folder what was done before, and writes what is new.

    A run is the same if the package, the bytes that it reads and all that was asked for are. The
    files hold every query with its rank and confidence, so they belong outside the repository.
    """
    state, sums = code(), dict[str, str]()
    folder.mkdir(parents=True, exist_ok=True)
    if state is None:
        print("the package is not committed: nothing is taken from --keep", file=sys.stderr)

    def total(path: str) -> str:
        if path not in sums:
            sums[path] = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        return sums[path]

    def run(asked: Run, progress: Progress = silent) -> RunResult:
        wanted = asked.to_json() | {
            "pairs": total(asked.pairs),
            "seed_lexicon": None if asked.seed_lexicon is None else total(asked.seed_lexicon),
            "monolingual": [[total(path) for path in paths] for paths in asked.monolingual],
        }
        what = json.dumps([state, wanted], sort_keys=True)
        name = f"{asked.recipe}-seed{asked.settings.seed}-fold{asked.fold}"
        place = folder / f"{name}-{hashlib.sha256(what.encode()).hexdigest()[:16]}.json"
        if state is not None and place.exists():
            return RunResult.from_json(json.loads(place.read_text(encoding="utf-8")))
        result = runner(asked, progress)
        text = json.dumps(result.to_json(), ensure_ascii=False)
        place.with_suffix(".part").write_text(text, encoding="utf-8")
        place.with_suffix(".part").rename(place)
        return result

    return run
