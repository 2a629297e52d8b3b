"""Logs of a server: one JSON object a line."""

import json
import logging
import sys
from datetime import UTC, datetime

__all__ = ["JsonFormatter", "log_to_stderr"]

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


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


def log_to_stderr() -> logging.Handler:
    """Send what the server tells to stderr.

    Returns
    -------
    Handler
        To be removed again.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("xling.server")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    return handler
