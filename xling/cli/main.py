"""The program ``xling``: its parser and its exit codes.

::

    0    done
    1    a fault of xling
    2    a wrong call, or input that cannot be used
    3    a result that xling itself does not trust
    130  Ctrl-C; 143 and 129 for SIGTERM and SIGHUP

Next to nothing is imported before signals are handled: Ctrl-C is obeyed from the first moment.
"""

import os
import sys
from typing import TYPE_CHECKING, Annotated

from xling import __version__
from xling.cli.interrupts import asked_to_stop, stop_if_asked, stoppable

if TYPE_CHECKING:
    from collections.abc import Sequence

    import typer

__all__ = ["build_app", "main"]

_INTERRUPTED = 130
_BROKEN_PIPE = 141  # as of a program that the shell reports to have ended by SIGPIPE


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; ``None`` for those of the process.

    Returns
    -------
    int
        Exit code; see the module.
    """
    _open_missing_streams()
    with stoppable():
        try:
            code = _run(sys.argv[1:] if arguments is None else list(arguments))
        except BaseException as error:
            if os.environ.get("XLING_DEBUG"):
                import traceback

                traceback.print_exc()
            code = _code_of(error)
        stopped = asked_to_stop()
        if stopped is not None and code != 0:
            code = 128 + stopped
    if arguments is None:
        _leave_quietly()
    return code


def build_app() -> "typer.Typer":
    """Put the commands together.

    Returns
    -------
    Typer
        Ready to be asked for its help, or to be run.
    """
    import typer

    from xling.cli import (
        ablate,
        aer,
        align,
        apply,
        collect,
        compare,
        demo,
        download,
        encode,
        evaluate,
        export,
        hub,
        index,
        info,
        isometry,
        migrate,
        mine,
        report,
        retrieve,
        run,
        serve,
        shots,
        similarity,
        student,
        train,
        translate,
    )
    from xling.cli.options import examples
    from xling.cli.render import write

    app = typer.Typer(
        name="xling",
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
        epilog=examples("xling demo", "xling train --help"),
    )

    @app.callback(invoke_without_command=True)
    def root(
        context: typer.Context,
        version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
    ) -> None:
        """Link two languages: from matched sentences to a translated word."""
        if version:
            write(f"xling {__version__}\n")
            raise typer.Exit
        if context.invoked_subcommand is None and (text := context.get_help()):
            write(text)  # with rich, it was printed instead of given

    for command, lines in (
        (demo.demo, demo.EXAMPLES),
        (train.train, train.EXAMPLES),
        (align.align, align.EXAMPLES),
        (apply.apply, apply.EXAMPLES),
        (encode.encode, encode.EXAMPLES),
        (translate.translate, translate.EXAMPLES),
        (evaluate.evaluate, evaluate.EXAMPLES),
        (retrieve.retrieve, retrieve.EXAMPLES),
        (mine.mine, mine.EXAMPLES),
        (compare.compare, compare.EXAMPLES),
        (student.student, student.EXAMPLES),
        (migrate.migrate, migrate.EXAMPLES),
        (migrate.drift, migrate.DRIFT_EXAMPLES),
        (similarity.similarity, similarity.EXAMPLES),
        (isometry.isometry, isometry.EXAMPLES),
        (aer.aer, aer.EXAMPLES),
        (export.export, export.EXAMPLES),
        (download.download, download.EXAMPLES),
        (info.info, info.EXAMPLES),
        (report.report, report.EXAMPLES),
        (index.index, index.EXAMPLES),
        (collect.collect, collect.EXAMPLES),
        (run.run, run.EXAMPLES),
        (serve.serve, serve.EXAMPLES),
        (shots.shots, shots.EXAMPLES),
        (ablate.ablate, ablate.EXAMPLES),
    ):
        app.command(epilog=examples(*lines))(command)
    app.add_typer(hub.hub_app(), name="hub")
    return app


def _run(arguments: list[str]) -> int:
    """Parse and run; what goes wrong is raised."""
    import typer.main

    command = typer.main.get_command(build_app())
    result = command.main(arguments, prog_name="xling", standalone_mode=False)
    if result == _INTERRUPTED:  # the parser hides the interrupt behind an exit code
        stop_if_asked()
    sys.stdout.flush()
    return result if isinstance(result, int) else 0


def _code_of(error: BaseException) -> int:
    """Say what went wrong, in one line and a hint at most; give the exit code."""
    from xling.cli.render import OutputClosedError, complain, warn
    from xling.errors import XlingError
    from xling.files import system_error

    if asked_to_stop() is not None or isinstance(error, KeyboardInterrupt):
        complain("interrupted")
        return _INTERRUPTED
    if isinstance(error, OutputClosedError) or isinstance(error.__context__, BrokenPipeError):
        return _BROKEN_PIPE
    if isinstance(error, XlingError):
        warn(getattr(error, "__notes__", ()))
        complain(str(error), hint=error.hint)
        return 2
    explain = getattr(error, "format_message", None)  # the parser's errors, of click or of typer
    if explain is not None:
        context = getattr(error, "ctx", None)
        place = "xling" if context is None else context.command_path
        text = str(explain()).strip().rstrip(".")
        complain(text[:1].lower() + text[1:], place=place, hint=f"{place} --help shows its use")
        return 2
    refused = system_error(error)
    if refused is not None and refused.strerror:
        where = "" if refused.filename is None else f": {refused.filename}"
        complain(f"{refused.strerror}{where}", hint="XLING_DEBUG=1 shows where this happened")
        return 2
    complain(
        f"unexpected {type(error).__name__}: {error}"[:500],
        hint="a fault of xling: XLING_DEBUG=1 shows the traceback; please report it",
    )
    return 1


def _open_missing_streams() -> None:
    """Put nothing where the caller closed a standard stream, so that no file takes its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def _leave_quietly() -> None:
    """See to it that neither a closed pipe nor a late Ctrl-C adds a message at the very end."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


if __name__ == "__main__":
    sys.exit(main())
