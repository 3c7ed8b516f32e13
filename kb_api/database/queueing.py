"""Writers stand in line: first come, first served, in this process and, for a SQLite file, among processes.

Rule: the line only decides who asks the database next; that one writer writes at a time is the database's own lock.
SQLite lets waiting writers try again after pauses of up to 0.1 s: whoever comes later is often first, and the unlucky
wait for seconds (32 writers on two processes: p99 1.8 s without the line). PostgreSQL lets them wait in order, but each
holds a connection meanwhile, and its statement's time runs: the last of many are refused.
"""

import fcntl
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock

from kb_api.database.deadlines import remaining_seconds
from kb_api.errors import StorageError

LOOK_AGAIN_SECONDS = 0.001
"""Between two looks at a file's lock; each process has at most one waiting, and a write takes ten times that."""
LINE_SHARE = 0.8
"""Of a request's time, for standing in line. Who came to write with less than half a second left would give up a sound
statement, and that looks as if the database were away: everybody else would be refused for a moment (measured)."""
LONGEST_WAIT_SECONDS = 30.0
"""For commands, which have no deadline: longer than any write."""


class WriterQueue:
    """The line in front of a database; with the path of a file, also among the processes that write it."""

    def __init__(self, path: str | None) -> None:
        self._here = _FairLock()
        self._next = _FileLock(f"{path}-next") if path else None
        self._turn = _FileLock(f"{path}-turn") if path else None
        self._left = 0
        """How many may still write before our process gives the turn to the next."""

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Within the block it is our turn. Raises ``StorageError`` when it does not come in time."""
        seconds = remaining_seconds()
        ends_at = time.monotonic() + (LONGEST_WAIT_SECONDS if seconds is None else seconds * LINE_SHARE)
        with self._here.held(ends_at, when_idle=self._give_back):
            self._keep_or_take(ends_at)
            yield

    def close(self) -> None:
        """Close the files."""
        for lock in (self._next, self._turn):
            if lock is not None:
                lock.close()

    def _keep_or_take(self, ends_at: float) -> None:
        """The turn of our process lasts until everybody has written who stood in line when it began.

        One write a turn would let those wait longest whose process has most to write. Whoever is next holds one lock
        while waiting for the other, so that nobody comes between.
        """
        if self._left > 0:
            self._left -= 1
            return
        if self._next is None or self._turn is None:
            return
        self._give_back()
        with self._next.held(ends_at):
            self._turn.acquire(ends_at)
        self._left = self._here.waiting

    def _give_back(self) -> None:
        """Let another process have the turn."""
        self._left = 0
        if self._turn is not None:
            self._turn.release()


class _FairLock:
    """A lock that is handed on in the order in which it was asked for."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_taken = False
        self._waiting: deque[Event] = deque()

    @property
    def waiting(self) -> int:
        """How many stand in line."""
        return len(self._waiting)

    @contextmanager
    def held(self, ends_at: float, *, when_idle: Callable[[], None]) -> Iterator[None]:
        """Within the block we are first; ``when_idle`` is called after it when nobody else waits."""
        self._acquire(ends_at)
        try:
            yield
        finally:
            self._release(when_idle)

    def _acquire(self, ends_at: float) -> None:
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = Event()
            self._waiting.append(mine)
        if mine.wait(max(ends_at - time.monotonic(), 0.0)):
            return
        with self._lock:
            if not mine.is_set():
                self._waiting.remove(mine)
                raise _too_late()

    def _release(self, when_idle: Callable[[], None]) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                when_idle()
                self._is_taken = False


class _FileLock:
    """The same among processes; the system lets go of it when a process ends, however it ends.

    Where no file can be made beside the database (a full disk, a folder that cannot be written), there is no line and
    SQLite decides alone.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: int | None = None

    @contextmanager
    def held(self, ends_at: float) -> Iterator[None]:
        self.acquire(ends_at)
        try:
            yield
        finally:
            self.release()

    def acquire(self, ends_at: float) -> None:
        self._open()
        while self._file is not None and not self._try():
            if time.monotonic() >= ends_at:
                raise _too_late()
            time.sleep(LOOK_AGAIN_SECONDS)

    def release(self) -> None:
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self) -> None:
        if self._file is None:
            try:
                self._file = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
            except OSError:
                self._file = None

    def _try(self) -> bool:
        try:
            fcntl.flock(self._file or 0, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _too_late() -> StorageError:
    return StorageError("too many write at the same time; nothing was changed, try again in a moment")
