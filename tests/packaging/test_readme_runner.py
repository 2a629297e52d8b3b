"""The program that runs the commands of README.md."""

import subprocess
import sys
from pathlib import Path

import pytest

MARKED = "<!-- runs -->\n```sh\n{}\n```\n"


def run(
    repository: Path, file: Path, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    program = repository / "scripts" / "run_readme.py"
    return subprocess.run(
        [sys.executable, program, file],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def readme(tmp_path: Path) -> Path:
    return tmp_path / "README.md"


def test_marked_blocks_run_in_order_in_one_shell(repository: Path, readme: Path) -> None:
    first, second = (
        MARKED.format("word=two; echo one > file"),
        MARKED.format("cat file; echo $word"),
    )
    readme.write_text(f"# Title\n\n{first}\n```sh\nexit 9\n```\n\n{second}", encoding="utf-8")
    done = run(repository, readme)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["one", "two"]


def test_they_run_in_an_empty_folder(repository: Path, readme: Path, tmp_path: Path) -> None:
    readme.write_text(MARKED.format("ls -A; echo made > made"), encoding="utf-8")
    done = run(repository, readme, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "made").exists()


def test_programs_of_this_environment_come_first(repository: Path, readme: Path) -> None:
    readme.write_text(MARKED.format("command -v python"), encoding="utf-8")
    done = run(repository, readme)
    assert Path(done.stdout.strip()).parent == Path(sys.executable).parent


def test_the_first_failure_stops_all(repository: Path, readme: Path) -> None:
    readme.write_text(MARKED.format("(exit 7)\necho later"), encoding="utf-8")
    done = run(repository, readme)
    assert done.returncode == 7
    assert "later" not in done.stdout
    assert "a command failed with exit code 7" in done.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# Title\n\n```sh\necho\n```\n", "no block is marked"),
        ("<!-- runs -->\n\n```sh\necho\n```\n", "1 marks, but 0 blocks"),
        ("<!-- runs -->\n```python\nprint()\n```\n", "1 marks, but 0 blocks"),
    ],
    ids=["unmarked", "gap", "other language"],
)
def test_nothing_to_run_is_a_failure(
    repository: Path, readme: Path, text: str, message: str
) -> None:
    readme.write_text(text, encoding="utf-8")
    done = run(repository, readme)
    assert done.returncode == 1
    assert message in done.stderr


def test_a_missing_file_is_a_failure(repository: Path, readme: Path) -> None:
    done = run(repository, readme)
    assert done.returncode == 1
    assert "README.md" in done.stderr
