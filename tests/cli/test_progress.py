import contextlib
import signal
import sys

import pytest

from xling.cli.interrupts import stoppable
from xling.cli.progress import progress_bars


def test_nothing_is_shown_where_stderr_is_no_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with progress_bars() as progress:
        progress("count", 1, 2)
        progress("count", 2, 2)
    assert capfd.readouterr() == ("", "")


def test_bars_go_to_stderr_only(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    with progress_bars() as progress:
        progress("count", 1, 2)
        progress("link", 1, 1)
        progress("count", 2, 2)
        progress("count", 0, 3)
    found = capfd.readouterr()
    assert found.out == ""
    assert "count" in found.err


def test_a_swallowed_request_to_stop_is_obeyed_at_the_next_step() -> None:
    with stoppable(), progress_bars() as progress:
        progress("count", 1, 2)
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            progress("count", 2, 2)
