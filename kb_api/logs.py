"""The log: one line of JSON for each event, on standard error.

Rule: the code logs with Python's ``logging``; what a line looks like is decided here. JSON escapes every line break, so
that nothing from outside can begin a line of its own.
"""

import logging
import logging.config
from typing import Any

import orjson
import structlog

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
    logging.config.dictConfig(describe_logs(level))


def make_formatter() -> logging.Formatter:
    """Level, time, logger, event, our own fields, and the stack of an exception in one string."""
    processors: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(REQUEST_FIELDS),
        structlog.processors.TimeStamper(fmt="iso", key="at"),
        structlog.processors.format_exc_info,
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=processors,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(serializer=_write_json),
        ],
    )


def _write_json(line: dict[str, Any], **_: Any) -> str:
    return orjson.dumps(line, default=str).decode()
