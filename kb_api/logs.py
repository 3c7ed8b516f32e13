"""The log: one line of JSON for each event, on standard error.

Rule: the code logs with Python's ``logging``; what a line looks like is decided here. JSON escapes every line break, so
that nothing from outside can begin a line of its own.
"""

import logging
import logging.config
from collections.abc import Iterable
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from typing import Any, ClassVar, NamedTuple, TextIO

import orjson

FIELDS = "fields"
"""Where an event carries what its line takes over; whatever else is attached to it stays out."""
TOGETHER_BYTES = 4_096
"""What POSIX lets several processes write into one pipe without mixing their lines (``PIPE_BUF`` on Linux)."""


def describe_logs(level: str, *, handler: str = "logging.StreamHandler") -> dict[str, Any]:
    """The configuration of ``logging``."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": make_formatter}},
        "handlers": {"standard_error": {"class": handler, "formatter": "json"}},
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


def describe_logs_of_workers(level: str) -> dict[str, Any]:
    """The same for the processes that serve."""
    return describe_logs(level, handler=f"{__name__}.{WorkerHandler.__name__}")


class WorkerHandler(logging.StreamHandler[TextIO]):
    """Standard error of a worker, to which lines that are made already go several at a time."""

    of_this_process: ClassVar["WorkerHandler | None"] = None

    def __init__(self) -> None:
        super().__init__()
        WorkerHandler.of_this_process = self

    def write_lines(self, lines: Iterable[str]) -> None:
        """Write them, as many at once as are not mixed with those of other workers.

        Nobody is kept from an answer by a log that cannot be written.
        """
        with self.lock or nullcontext(), suppress(OSError, ValueError):
            together: list[str] = []
            length = 0
            for line in lines:
                if length + len(line) >= TOGETHER_BYTES:
                    self._write("".join(together))
                    together, length = [], 0
                together.append(line + self.terminator)
                length += len(line) + 1
            self._write("".join(together))

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


def make_formatter() -> logging.Formatter:
    """What turns an event into its line."""
    return JsonFormatter()


class JsonFormatter(logging.Formatter):
    """Level, time, logger, event, our own fields, and the stack of an exception in one string."""

    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, FIELDS, {})
        if record.exc_info:
            fields = {**fields, "exception": self.formatException(record.exc_info)}
        return write_line(record.getMessage(), fields, record.levelname, record.name, record.created)


def write_line(event: str, fields: dict[str, Any], level: str, logger: str, seconds: float) -> str:
    """One line; ``seconds`` since 1970 say when it was."""
    at = datetime.fromtimestamp(seconds, UTC)
    line = {"event": event, **fields, "level": level.lower(), "logger": logger, "at": at}
    return orjson.dumps(line, default=str, option=orjson.OPT_UTC_Z).decode()


class Entry(NamedTuple):
    """One event of many: ``seconds`` since 1970 say when it was."""

    level: int
    fields: dict[str, Any]
    seconds: float


def log_together(log: logging.Logger, event: str, entries: Iterable[Entry]) -> None:
    """Log an event that happens so often that each must cost little.

    The lines of a worker are written without a record of ``logging``, which costs more than the rest of the line.
    """
    shown = (entry for entry in entries if log.isEnabledFor(entry.level))
    if (handler := WorkerHandler.of_this_process) is not None:
        handler.write_lines(
            write_line(event, entry.fields, logging.getLevelName(entry.level), log.name, entry.seconds)
            for entry in shown
        )
        return
    for entry in shown:
        # Not ``log.log``: it looks for the line of code that logs, which is always the same.
        log.handle(log.makeRecord(log.name, entry.level, "", 0, event, (), None, extra={FIELDS: entry.fields}))
