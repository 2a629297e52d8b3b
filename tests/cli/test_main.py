import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import xling
from xling.cli import main as program

COMMANDS = (
    *("demo", "train", "align", "translate", "evaluate", "export", "info"),
    *("shots", "ablate", "apply", "hub", "retrieve", "mine", "compare", "similarity", "report"),
    *("serve", "index", "collect"),
    *("encode", "student", "migrate", "drift", "aer", "isometry", "download", "run"),
)
PYTHON = [sys.executable, "-m", "xling.cli.main"]


@pytest.fixture
def environment(repository: Path) -> dict[str, str]:
    path = os.pathsep.join(filter(None, [str(repository), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path}


def test_version(call: Callable[..., Any]) -> None:
    assert call("--version").out == f"xling {xling.__version__}\n"


def test_without_a_command_the_help_is_shown(call: Callable[..., Any]) -> None:
    result = call()
    assert result.code == 0
    assert all(name in result.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_with_an_example(call: Callable[..., Any], name: str) -> None:
    result = call(name, "--help")
    assert result.code == 0
    assert result.err == ""
    assert "Example" in result.out
    assert f"xling {name} " in result.out.split("Example")[1]
    assert "--json" in result.out or name == "serve"  # which answers programs by itself


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["nonsense"], "xling: no such command 'nonsense'", "hint: xling --help shows its use"),
        (["trian"], "xling: no such command 'trian'. Did you mean", "hint: xling --help"),
        (["train", "--foo"], "xling train: no such option: --foo", "hint: xling train --help"),
        (["train", "a.tsv"], "xling train: missing option '--", "hint: xling train --help"),
        (["info"], "xling info: missing argument 'MODEL'", "hint: xling info --help"),
        (
            ["translate", "m", "a", "--top", "x"],
            "xling translate: invalid value for '--top': ",
            "hint: xling translate --help",
        ),
    ],
)
def test_a_wrong_call_is_one_line_and_a_hint(
    call: Callable[..., Any], arguments: list[str], message: str, hint: str
) -> None:
    result = call(*arguments)
    assert result.code == 2
    assert result.out == ""
    assert len(result.lines) == 2
    assert result.lines[0].startswith(message)
    assert result.lines[1].startswith(hint)


def test_a_fault_of_ours_is_one_line_and_code_1(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: object) -> None:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr("xling.model.storage.read_card", fail)
    result = call("info", "anything")
    assert result.code == 1
    assert result.lines[0] == "xling: unexpected ZeroDivisionError: by zero"
    assert "XLING_DEBUG=1" in result.lines[1]
    monkeypatch.setenv("XLING_DEBUG", "1")
    assert "Traceback" in call("info", "anything").err


def test_what_the_system_refuses_is_code_2(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: object) -> None:
        raise OSError(28, "No space left on device", "somewhere")

    monkeypatch.setattr("xling.model.storage.read_card", fail)
    result = call("info", "anything")
    assert (result.code, result.lines[0]) == (2, "xling: No space left on device: somewhere")

    def fail_in_words(path: object) -> None:
        raise RuntimeError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr("xling.model.storage.read_card", fail_in_words)
    result = call("info", "anything")
    assert (result.code, result.lines[0]) == (2, "xling: No space left on device")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["int", "term"]
)
def test_a_request_to_stop_that_was_swallowed_still_counts(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, number: int, code: int
) -> None:
    def swallow(path: object) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(number)
        raise ImportError("a compiled module failed to load")

    monkeypatch.setattr("xling.model.storage.read_card", swallow)
    result = call("info", "anything")
    assert (result.code, result.err) == (code, "xling: interrupted\n")


def test_the_parsers_own_exit_code_for_an_interrupt_is_replaced(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "xling.model.storage.read_card", lambda _: signal.raise_signal(signal.SIGTERM)
    )
    assert call("info", "anything").code == 143


@pytest.mark.parametrize("wait", [0.0, 0.4, 1.2])
def test_ctrl_c_in_training_leaves_nothing(
    toy: Path, tmp_path: Path, environment: dict[str, str], wait: float
) -> None:
    pairs = tmp_path / "long.tsv"
    pairs.write_text((toy / "pairs.tsv").read_text("utf-8") * 400, encoding="utf-8")
    folder = tmp_path / "here"
    folder.mkdir()
    arguments = ["train", pairs, "--languages", "en,de", "--output", folder / "new" / "model"]
    start = "import sys, xling.cli.main as m; print('ready', flush=True); sys.exit(m.main())"
    with subprocess.Popen(
        [sys.executable, "-c", start, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    ) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "ready\n"
        time.sleep(0.02 + wait)
        assert started.poll() is None
        started.send_signal(signal.SIGINT)
        _, err = started.communicate(timeout=30)
    assert started.returncode == 130
    assert err == "xling: interrupted\n"
    assert list(folder.iterdir()) == []


def test_nothing_heavy_is_imported_before_signals_are_handled(environment: dict[str, str]) -> None:
    code = (
        "import sys, xling.cli.main; "
        "print(sorted(n for n in ('numpy', 'typer', 'rich', 'scipy') if n in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout == "[]\n"


def test_a_reader_that_goes_away_is_no_error(toy_model: Path, environment: dict[str, str]) -> None:
    words = ["cat"] * 500
    with subprocess.Popen(
        [*PYTHON, "translate", str(toy_model), *words, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as started:
        assert started.stdout is not None
        started.stdout.close()
        assert started.stderr is not None
        err = started.stderr.read()
    assert (started.returncode, err) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_output_is_said_in_one_line(toy_model: Path, environment: dict[str, str]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*PYTHON, "info", str(toy_model)],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == "xling: cannot write to stdout: No space left on device\n"


@pytest.mark.parametrize("limit", [10, 400, 1_500, 4_000])
def test_a_disk_that_is_full_is_said_in_one_line(
    toy: Path, tmp_path: Path, environment: dict[str, str], limit: int
) -> None:
    resource = pytest.importorskip("resource")
    start = (
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit},) * 2); "
        "from xling.cli.main import main; raise SystemExit(main())"
    )
    assert resource.RLIMIT_FSIZE
    arguments = ("--languages", "en,de", "--output", str(tmp_path / "m"), "--no-calibrate")
    done = subprocess.run(
        [sys.executable, "-c", start, "train", str(toy / "pairs.tsv"), *arguments],
        capture_output=True,
        env=environment,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    errors = [line for line in done.stderr.splitlines() if "warning" not in line]
    assert errors == [f"xling: cannot write {tmp_path / 'm'}: File too large"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [("translate MODEL cat --json", 0), ("info nothing", 2)],
)
def test_a_stream_that_was_closed_is_no_fault(
    toy_model: Path, environment: dict[str, str], closed: str, arguments: str, code: int
) -> None:
    line = f'"$0" -m xling.cli.main {arguments.replace("MODEL", "$1")} {closed}'
    done = subprocess.run(
        ["sh", "-c", line, sys.executable, str(toy_model)],
        capture_output=True,
        env=environment,
        text=True,
        check=False,
    )
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert done.stderr == "" or code == 2
    assert (done.stdout == "") == (">&-" in closed.split() or code == 2)


def test_the_parser_can_be_built_alone() -> None:
    app = program.build_app()
    assert len(app.registered_commands) + len(app.registered_groups) == len(COMMANDS)
