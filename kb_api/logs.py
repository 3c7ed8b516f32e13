"""The log: one line of JSON for each event, on standard error.

Rule: the code logs with Python's ``logging``; what a line looks like is decided here. JSON escapes every line break, so
that nothing from outside can begin a line of its own.
"""

import logging
import logging.config
from datetime import UTC, datetime
from typing import Any

import orjson

REQUEST_FIELDS = {"request_id", "revision", "method", "route", "status", "milliseconds", "limit"}
"""What a line takes over from the code that logs; whatever else is attached to it stays out."""


def describe_logs(level: str) -> dict[str, Any]:
    """The configuration of ``logging``, for this process and for the server's workers."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": make_formatter}},
        "handlers": {"standard_error": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["standard_error"], "level": level.upper()},
        "loggers": {
            "_granian": {"level": level.upper()},
            # Its lines are ours, written a second time.
            "granian.access": {"level": "CRITICAL"},
        },
    }


def configure_logs(level: str) -> None:
    """Write the log of this process so."""
    # What no line shows need not be found out for each: https://docs.python.org/3/howto/logging.html#optimization
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.config.dictConfig(describe_logs(level))


def make_formatter() -> logging.Formatter:
    """What turns an event into its line."""
    return JsonFormatter()


class JsonFormatter(logging.Formatter):
    """Level, time, logger, event, our own fields, and the stack of an exception in one string.

    Our own, because a line for each answer from the cache must not cost more than the answer.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"event": record.getMessage()}
        line |= {field: value for field, value in record.__dict__.items() if field in REQUEST_FIELDS}
        line |= {"level": record.levelname.lower(), "logger": record.name}
        line["at"] = datetime.fromtimestamp(record.created, UTC)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str, option=orjson.OPT_UTC_Z).decode()
