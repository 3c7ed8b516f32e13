"""Until when a thread may wait for the database.

Rule: whoever waits (the driver of PostgreSQL, a long statement of SQLite) asks here; nobody waits longer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

NO_ANSWER = "no answer from the server in time"
"""What a statement is told that was given up; a slow one cannot be told from a server that froze."""

_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)


@contextmanager
def deadline(seconds: float | None) -> Iterator[None]:
    """Within the block, wait for the database no longer than so many seconds in all; ``None``: as long as it takes."""
    outer = _ends_at.get()
    ends_at = None if seconds is None else monotonic() + seconds
    _ends_at.set(ends_at if outer is None else min(outer, ends_at or outer))
    try:
        yield
    finally:
        # Not a token: a streamed answer ends in another context than it began in.
        _ends_at.set(outer)


def remaining_seconds() -> float | None:
    """How long may still be waited, never negative; ``None``: without end."""
    ends_at = _ends_at.get()
    return None if ends_at is None else max(ends_at - monotonic(), 0.0)


def is_over() -> bool:
    """Whether the time is up."""
    ends_at = _ends_at.get()
    return ends_at is not None and monotonic() >= ends_at
