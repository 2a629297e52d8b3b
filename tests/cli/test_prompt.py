import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

import pytest

from xling.cli.prompt import Prompt, history_path
from xling.errors import InputError

_PATIENCE = 40.0


class Terminal:
    """The program on a terminal of its own."""

    def __init__(self, *arguments, home):
        self.master, other = pty.openpty()
        self.text = ""
        environment = {**os.environ, "XDG_STATE_HOME": str(home), "TERM": "xterm", "COLUMNS": "100"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "xling.cli.main", *map(str, arguments)],
            stdin=other,
            stdout=other,
            stderr=other,
            env=environment,
            start_new_session=True,
        )
        os.close(other)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)

    def send(self, text):
        os.write(self.master, text.encode())

    def wait_for(self, pattern):
        """Read until something stands on the screen, and forget what came before it."""
        end = time.monotonic() + _PATIENCE
        while not re.search(pattern, self.plain()):
            assert time.monotonic() < end, self.plain()
            if select.select([self.master], [], [], 0.2)[0]:
                try:
                    got = os.read(self.master, 1 << 16).decode(errors="replace")
                except OSError:
                    got = ""
                assert got, self.plain()
                self.text += got
                if "\x1b[6n" in got:  # it asks where the cursor is
                    self.send("\x1b[1;1R")
        self.text = ""

    def plain(self):
        """Leave out what only moves the cursor or gives colours."""
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[()=>][0B]?|\r", "", self.text)


@pytest.fixture
def terminal(toy_model, tmp_path):
    with Terminal("translate", toy_model, home=tmp_path) as found:
        found.wait_for(r"en > de:")
        yield found


def test_words_both_directions_and_the_end(terminal, tmp_path):
    terminal.send("cat\r")
    terminal.wait_for(r"Katze\s+[\d.-]+")
    terminal.send(":swap\r")
    terminal.wait_for(r"de > en:")
    terminal.send("Hund\r")
    terminal.wait_for(r"dog\s+[\d.-]+")
    terminal.send(":top 1\r")
    terminal.wait_for(r"de > en:")
    terminal.send("zzzz\r")
    terminal.wait_for("out of vocabulary")
    terminal.send(":nonsense\r")
    # The end is for the prompt to read, not for the terminal while there is none.
    terminal.wait_for(r"no command :nonsense; there are :swap[\s\S]*de > en:")
    terminal.send("\x04")
    assert terminal.process.wait(timeout=30) == 0
    history = tmp_path / "xling" / "history"
    assert [line[1:] for line in history.read_text().splitlines() if line.startswith("+")][:3] == [
        "cat",
        ":swap",
        "Hund",
    ]
    assert history.stat().st_mode & 0o077 == 0


def test_completion_and_history(terminal):
    terminal.send("HOU\t")
    terminal.wait_for("house")
    terminal.send("\r")
    terminal.wait_for(r"Haus\s+[\d.-]+")
    terminal.wait_for(r"en > de:")
    terminal.send("\x1b[A\r")  # up: the same word again
    terminal.wait_for(r"Haus\s+[\d.-]+")
    terminal.send("cat\x03")  # Ctrl-C drops the line
    terminal.wait_for(r"en > de:")
    terminal.send("dog\r")
    terminal.wait_for(r"Hund\s+[\d.-]+")
    terminal.send(":quit\r")
    assert terminal.process.wait(timeout=30) == 0


def test_a_signal_stops_it(terminal):
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.process.wait(timeout=30) == 143


def test_without_a_terminal_a_word_is_needed(toy_model, call):
    result = call("translate", toy_model)
    assert (result.code, result.out) == (2, "")
    assert result.lines[0] == "xling: no word to translate"
    assert "on a terminal a prompt asks" in result.lines[1]


def test_commands():
    prompt = Prompt(source="en", target="de", top=5, retrieval="csls", channels="all")
    assert prompt.after("s").target == "en"
    assert prompt.after(" top  7 ").top == 7
    for wrong in ("top", "top 0", "top x", "swap it", "x"):
        with pytest.raises(InputError, match="there are :swap"):
            prompt.after(wrong)


def test_where_the_history_lies(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert history_path() == tmp_path / "xling" / "history"
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert history_path() == tmp_path / ".local" / "state" / "xling" / "history"
