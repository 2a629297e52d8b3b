"""Every command of ``docs/encoders.md`` is run as it stands there, on tiny encoders."""

import re
import shlex
import shutil
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "encoders.md"
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    for line in block.splitlines()
]


def test_every_command_runs(tmp_path, monkeypatch, call, tiny_bert, make_tiny_bert, parallel_pairs):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(tiny_bert, "minilm")
    german = make_tiny_bert(tmp_path / "made", [t for _, t in parallel_pairs], hidden=16)
    shutil.copytree(german, "gbert")
    lines = [f"{s}\t{t}\n" for s, t in parallel_pairs]
    Path("pairs.tsv").write_text("".join(lines), encoding="utf-8")
    Path("test.tsv").write_text("".join(lines[:20]), encoding="utf-8")
    Path("words.txt").write_text("Katze\nHund\nMond\n", encoding="utf-8")
    for side, tag in enumerate(("en", "de")):
        text = "".join(f"{pair[side]}\n" for pair in parallel_pairs[:20])
        for name in ("test", "news"):
            Path(f"{name}.{tag}").write_text(text, encoding="utf-8")
    random = np.random.default_rng(0)
    rows = random.standard_normal((300, 8)).astype(np.float32)
    turn = np.linalg.qr(random.standard_normal((8, 8)))[0].astype(np.float32)
    for name in ("sample", "later"):
        np.save(f"{name}-old.npy", rows)
        np.save(f"{name}-new.npy", rows @ turn)
    for name in ("all", "more"):
        np.save(f"{name}-old.npy", rows)
    assert len(COMMANDS) > 10
    for line in COMMANDS:
        program, *arguments = shlex.split(line)
        if program == "xling":
            result = call(*arguments)
            assert result.code == 0, f"{line}\n{result.err}"
        else:
            assert (program, arguments[0]) == ("python", "-c")
            written = StringIO()
            with redirect_stdout(written):
                exec(arguments[1], {})
            width = 16 if "joined" in line else 32  # of the narrower encoder, and of the teacher
            assert written.getvalue() == f"(1, {width})\n"


@pytest.mark.parametrize("name", ["encode", "student", "migrate", "drift", "align"])
def test_every_command_is_on_the_page(name):
    assert any(line.startswith(f"xling {name} ") for line in COMMANDS)


def test_the_readme_shows_the_same_lines():
    text = PAGE.parents[1].joinpath("README.md").read_text(encoding="utf-8")
    section = text.partition("## Encoders of others")[2].partition("\n## ")[0]
    shown = [line for block in re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
             for line in block.splitlines()]  # fmt: skip
    assert len(shown) == 9
    assert set(shown) <= set(COMMANDS)
