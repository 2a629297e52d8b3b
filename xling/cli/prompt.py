"""The look-up prompt of ``xling translate`` on a terminal: completion, history, both directions."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xling.cli.interrupts import stop_if_asked
from xling.cli.render import write
from xling.errors import InputError, XlingError

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import History

    from xling.model.model import Model

__all__ = ["Prompt", "history_path", "run_prompt"]

_SUGGESTED = 12
_HELP = (
    "a word: its translations    Tab: complete it    Up: earlier words\n"
    ":swap  the other direction    :top N  how many    :help    :quit (or Ctrl-D)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """How words are looked up next.

    Parameters
    ----------
    source, target : str
        Direction.
    top : int
        How many answers.
    retrieval, channels : str
        By name.
    """

    source: str
    target: str
    top: int
    retrieval: str
    channels: str

    def after(self, command: str) -> "Prompt":
        """Obey a command.

        Parameters
        ----------
        command : str
            Without its colon, for example ``"swap"`` or ``"top 3"``.

        Returns
        -------
        Prompt
            As it is from now on.

        Raises
        ------
        InputError
            If there is no such command.

        Examples
        --------
        >>> now = Prompt(source="en", target="de", top=5, retrieval="csls", channels="all")
        >>> now.after("swap").source
        'de'
        """
        name, _, value = command.strip().partition(" ")
        if name in ("swap", "s") and not value:
            return replace(self, source=self.target, target=self.source)
        if name == "top" and value.strip().isdecimal() and int(value) > 0:
            return replace(self, top=int(value))
        raise InputError(f"no command :{command.strip()}; there are :swap, :top N, :help, :quit")


def run_prompt(model: "Model", start: Prompt, show: Callable[[dict[str, Any]], None]) -> None:
    """Look words up until the input ends.

    Parameters
    ----------
    model : Model
        What answers.
    start : Prompt
        How, at first.
    show : callable
        Gets the document of ``translate --json`` for each word.
    """
    now = start
    words = {side.language: len(side.vocabulary) for side in model.sides}
    write(f"{model.name}: " + ", ".join(f"{tag} {n:,} words" for tag, n in words.items()))
    write(_HELP)
    session = _session(model, lambda: now.source)
    while True:
        try:
            line = session.prompt(f"{now.source} > {now.target}: ").strip()
        except EOFError:
            return
        except KeyboardInterrupt:
            stop_if_asked()  # a signal; Ctrl-C at the prompt only drops the line
            continue
        if line in (":quit", ":q", ":exit"):
            return
        if line in (":help", ":h", ":?"):
            write(_HELP)
            continue
        try:
            if line.startswith(":") and len(line) > 1:
                now = now.after(line[1:])
            elif line:
                show(_answer(model, now, line))
        except XlingError as error:
            write(str(error))


def history_path() -> Path:
    """Say where the words that were asked for are kept.

    Returns
    -------
    Path
        A file, which need not exist.
    """
    state = os.environ.get("XDG_STATE_HOME")
    folder = Path(state) if state else Path.home() / ".local" / "state"
    return folder / "xling" / "history"


def _answer(model: "Model", how: Prompt, word: str) -> dict[str, Any]:
    """Look one word up."""
    from xling.model.document import lookup_document

    kinds = {"retrieval": how.retrieval, "channels": how.channels}
    found = model.look_up([word], source=how.source, target=how.target, top=how.top, **kinds)
    way = model.way(how.source, how.target, **kinds)
    return lookup_document(model.name, way, found, **kinds)


def _session(model: "Model", language: Callable[[], str]) -> "PromptSession[str]":
    """Make what reads a line."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import Completer, Completion
    from prompt_toolkit.document import Document

    from xling.server.suggestions import Suggestions

    known: dict[str, Suggestions] = {}

    class Words(Completer):
        """Completes words of the language that is asked in, whatever their case and accents."""

        def get_completions(self, document: Document, _event: object) -> Iterable[Completion]:
            prefix = document.text_before_cursor.lstrip()
            if not prefix or prefix.startswith(":"):
                return
            tag = language()
            if tag not in known:
                known[tag] = Suggestions(model.vocabulary(tag))
            for word in known[tag].find(prefix, _SUGGESTED):
                yield Completion(word, start_position=-len(prefix))

    return PromptSession(
        history=_history(), completer=Words(), complete_while_typing=False, complete_in_thread=True
    )


def _history() -> "History":
    """Keep the lines in a file that nobody else reads, or where that cannot be, in memory."""
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    path = history_path()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        return FileHistory(path)
    return InMemoryHistory()
