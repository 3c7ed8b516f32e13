"""While the database is away, requests are refused at once instead of each waiting for its own deadline.

Rule: one request at a time asks whether it is back; the others are told to come again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from kb_api.database.faults import is_outage
from kb_api.errors import StorageError

PAUSE_SECONDS = 0.25
"""Between two tries: short, so that serving begins again within a second of the database's return."""

AWAY = "the database is away; try again in a moment"


class Breaker:
    """Remembers that the last try failed for want of a database; safe for threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_away = False
        self._next_try_at = 0.0

    @property
    def refuses(self) -> bool:
        """Whether a passage would be refused now: a look, without a lock."""
        return self._is_away and monotonic() < self._next_try_at

    def check(self) -> None:
        """Before waiting for something else: raises ``StorageError`` when a passage would be refused now."""
        if self.refuses:
            raise StorageError(AWAY)

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Let one use of the database through. Raises ``StorageError`` at once while it is away."""
        self._admit()
        try:
            yield
        except Exception as error:
            self._note(is_away=is_outage(error))
            raise
        self._note(is_away=False)

    def _admit(self) -> None:
        with self._lock:
            if not self._is_away:
                return
            if monotonic() < self._next_try_at:
                raise StorageError(AWAY)
            # This request tries. Should it never come back, the next may try after the longest wait there is.
            self._next_try_at = monotonic() + LONGEST_TRY_SECONDS

    def _note(self, *, is_away: bool) -> None:
        with self._lock:
            self._is_away = is_away
            self._next_try_at = monotonic() + PAUSE_SECONDS


LONGEST_TRY_SECONDS = 4.0
"""Above any deadline of a request."""
