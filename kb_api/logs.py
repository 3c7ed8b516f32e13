"""The log: one line of JSON for each event, on standard error.

Rule: the code logs with Python's ``logging``; what a line looks like is decided here. JSON escapes every line break, so
that nothing from outside can begin a line of its own.

A worker writes its lines several at a time: to write one lets go of the interpreter, which others then have.
"""

import logging
import logging.config
import os
import time
from contextlib import nullcontext
from datetime import UTC, datetime
from multiprocessing.util import Finalize
from threading import Event, Thread
from typing import Any, ClassVar, TextIO

import orjson

FIELDS = "fields"
"""Where an event carries what its line takes over; whatever else is attached to it stays out."""
BATCH_BYTES = 4_096
"""What POSIX lets several processes write into one pipe without mixing their lines (``PIPE_BUF`` on Linux)."""
BATCH_SECONDS = 0.1
"""How late a line may be; what a process that is killed had still to write is lost."""


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
    return describe_logs(level, handler=f"{__name__}.{BatchHandler.__name__}")


class BatchHandler(logging.StreamHandler[TextIO]):
    """Writes the lines of requests together: a tenth of a second late, or when there are enough.

    What the process has to say of itself, from a warning on, is written at once.
    """

    of_this_process: ClassVar["BatchHandler | None"] = None

    def __init__(self) -> None:
        super().__init__()
        BatchHandler.of_this_process = self
        self._lines: list[str] = []
        self._bytes = 0
        self._process = os.getpid()
        self._has_lines = Event()
        self._writer: Thread | None = None
        Finalize(self, self.flush, exitpriority=0)  # A worker ends without what ``atexit`` would do.

    def emit(self, record: logging.LogRecord) -> None:
        """Called by ``logging``, which holds the handler's lock."""
        try:
            self.add(self.format(record))
        except Exception:
            self.handleError(record)
        if record.levelno >= logging.WARNING:
            self.flush()

    def add(self, line: str) -> None:
        """Write this line when it is time."""
        with self.lock or nullcontext():
            if self._bytes + len(line) >= BATCH_BYTES:
                self.flush()
            self._lines.append(line + self.terminator)
            self._bytes += len(line) + 1
            if len(self._lines) == 1:
                self._see_that_they_are_written()

    def flush(self) -> None:
        """Write what there is; a copy of the handler in a forked process has nothing to write."""
        with self.lock or nullcontext():
            lines, self._lines, self._bytes = self._lines, [], 0
            if lines and os.getpid() == self._process:
                self.stream.write("".join(lines))
                self.stream.flush()

    def _see_that_they_are_written(self) -> None:
        if self._writer is None:
            self._writer = Thread(target=self._write_in_time, name="log", daemon=True)
            self._writer.start()
        self._has_lines.set()

    def _write_in_time(self) -> None:
        while self._has_lines.wait():
            self._has_lines.clear()
            time.sleep(BATCH_SECONDS)
            self.flush()


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


def log_fields(log: logging.Logger, level: int, event: str, fields: dict[str, Any]) -> None:
    """Log an event with fields, which happens so often that it must cost little.

    A worker's line goes to its batch without a record of ``logging``, which costs more than the rest of the line.
    """
    if not log.isEnabledFor(level):
        return
    if (batch := BatchHandler.of_this_process) is not None:
        batch.add(write_line(event, fields, logging.getLevelName(level), log.name, time.time()))
    else:
        # Not ``log.log``: it looks for the line of code that logs, which is always the same.
        log.handle(log.makeRecord(log.name, level, "", 0, event, (), None, extra={FIELDS: fields}))
