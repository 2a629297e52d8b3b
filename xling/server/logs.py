"""Logs of a server: one JSON object a line."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

__all__ = ["JsonFormatter", "log_to_stderr"]

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_LEVELS = {"xling.server": logging.INFO, "uvicorn.error": logging.WARNING}


class JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object, in ASCII, so that nothing in it ends the line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record.

        Parameters
        ----------
        record : LogRecord
            With further keys in ``extra``.

        Returns
        -------
        str
            One line without its end.
        """
        document = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        document |= {key: value for key, value in vars(record).items() if key not in _PLAIN}
        return json.dumps(document, default=str)


@contextmanager
def log_to_stderr() -> Iterator[None]:
    """Send what the server tells to stderr: also what is below it complains about.

    Yields
    ------
    None
        At the end both are silent again.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    loggers = [logging.getLogger(name) for name in _LEVELS]
    for logger, level in zip(loggers, _LEVELS.values(), strict=True):
        logger.addHandler(handler)
        logger.setLevel(level)
        logger.propagate = False
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
            logger.propagate = True
