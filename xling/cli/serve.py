"""``xling serve``: the look-up server and its page."""

import os
import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from xling.cli.interrupts import asked_to_stop
from xling.cli.render import complain
from xling.errors import FileAccessError, FormatError, InputError
from xling.optional import require

__all__ = ["EXAMPLES", "read_key", "serve"]

EXAMPLES = (
    "xling serve models/en-de",
    "xling serve models/en-de models/hub --port 8080 --warm",
    "xling serve models/en-de --workers 4",
    "xling serve models/en-de --host 0.0.0.0 --api-key-file key.txt --rate 20",
)

_KEY_VARIABLE = "XLING_API_KEY"
_MOST_WORKERS = 64
_FAR_RATE = 50.0  # calls a second and address, where other machines can call


def serve(
    models: Annotated[
        list[Path], typer.Argument(metavar="MODEL...", help="Folders of models and hubs.")
    ],
    host: Annotated[str, typer.Option(help="Interface; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 for any free one.")] = 8000,
    api_key_file: Annotated[
        Path | None,
        typer.Option(help=f"File with the key that calls must carry; else {_KEY_VARIABLE}."),
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(
            help="Calls a second of one address; 0: any number. Default: 0 on loopback, 50 else."
        ),
    ] = None,
    origin: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="Web origin whose pages may call; can be repeated."),
    ] = None,
    collection: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="Sentences that xling collect made; can be repeated."),
    ] = None,
    warm: Annotated[
        bool, typer.Option("--warm", help="Compute the best answers of every word ahead.")
    ] = False,
    preload: Annotated[
        bool, typer.Option("--preload", help="Load all models before the server is ready.")
    ] = False,
    workers: Annotated[
        int, typer.Option(help="Processes that answer; each loads the models for itself.")
    ] = 1,
    max_words: Annotated[int, typer.Option(help="Words of one call.")] = 1000,
    max_waiting: Annotated[
        int, typer.Option(help="Words that may wait; further calls get 503.")
    ] = 4096,
    timeout: Annotated[float, typer.Option(help="Seconds until a call gets 503.")] = 10.0,
    log_queries: Annotated[
        bool, typer.Option("--log-queries", help="Put the words that are asked for into the log.")
    ] = False,
) -> None:
    """Answer look-ups over HTTP, and show a page for people."""
    require("fastapi", extra="server", purpose="xling serve")
    require("uvicorn", extra="server", purpose="xling serve")
    from xling.server.app import create_app
    from xling.server.listen import address_of, is_loopback, listen, run
    from xling.server.logs import log_to_stderr
    from xling.server.settings import ServerSettings
    from xling.server.workers import run_workers

    if not 1 <= workers <= _MOST_WORKERS:
        raise InputError(f"workers is {workers}; 1 to {_MOST_WORKERS} are possible")
    key = read_key(api_key_file)
    with ExitStack() as stack:
        places = [stack.enter_context(place) for place in listen(host, port, count=workers)]
        near = is_loopback(places[0])
        settings = ServerSettings(
            api_key=key,
            rate=(0.0 if near else _FAR_RATE) if rate is None else rate,
            origins=tuple(origin or ()),
            warm=warm,
            preload=preload,
            max_words=max_words,
            max_waiting=max_waiting,
            timeout=timeout,
            log_queries=log_queries,
        )
        app = create_app(models, settings, collections=collection or (), workers=workers)
        if key is None and not near:
            complain(
                "warning: other machines can call, and no API key is asked for",
                hint=f"--api-key-file or {_KEY_VARIABLE} asks for one",
            )
        stack.enter_context(log_to_stderr())

        def tell() -> None:
            complain(f"listening at {address_of(places[0])}")

        try:
            if workers == 1:
                run(app, places[0], started=tell)
            else:
                run_workers(app, places, started=tell)
        except KeyboardInterrupt:  # uvicorn has stopped, and repeats the signal
            if asked_to_stop() == signal.SIGINT:
                raise


def read_key(path: Path | None) -> str | None:
    """Find the API key.

    Parameters
    ----------
    path : Path or None
        A file that holds it, on its first line; otherwise the environment is looked at.

    Returns
    -------
    str or None
        ``None`` if there is none.

    Raises
    ------
    FileAccessError, FormatError
        If the file cannot be read, or holds no key.
    """
    if path is None:
        return os.environ.get(_KEY_VARIABLE) or None
    try:
        lines = path.read_bytes()[:4096].decode("ascii").splitlines()
    except OSError as error:
        raise FileAccessError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise FormatError(path, "the key is not ASCII") from error
    if not lines or not lines[0].strip():
        raise FormatError(path, "empty; the API key is needed on its first line")
    return lines[0].strip()
