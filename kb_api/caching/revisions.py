"""Which revision stands now, asked at every request: a change through any process is seen by the next request to all.

Rule: a watch may be cheap, but it is never behind. It returns a revision that stood at some moment after it was asked.
"""

import mmap
import os
from threading import Lock
from typing import Any, Protocol

from sqlalchemy import Connection, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from kb_api.database import Database, sqlite_library
from kb_api.database.deadlines import deadline
from kb_api.errors import StorageError
from kb_api.models import Clock

HEADER_BYTES = 48
"""The first copy of the header of SQLite's WAL index, from https://sqlite.org/walformat.html#the_wal_index_header: it
holds a counter and a checksum, and no transaction is committed before it has been written."""
CLOCK_SECONDS = 0.5
"""For the clock's answer, which takes a thousandth of it: longer, and the database is as good as away."""
HEADER_VERSION = 3_007_000


class RevisionWatch(Protocol):
    """Knows the current revision."""

    def current(self) -> int:
        """The revision that stands now. Raises ``StorageError`` when the database cannot tell."""

    def glance(self) -> int | None:
        """The revision that stands now, when it is known without asking anybody."""


def watch_revision(database: Database) -> RevisionWatch:
    """The cheapest watch that this database allows. Raises ``StorageError`` while it has no tables."""
    if not database.is_sqlite:
        return ClockWatch(database)
    try:
        return WalWatch(make_url(database.url).database or "")
    except OSError:  # No WAL index to look at, as on file systems without shared memory.
        return ClockWatch(database)


class WalWatch:
    """Looks at the header of SQLite's WAL index in shared memory, and asks the clock only when that has changed.

    A look costs less than a microsecond, where asking costs five; and it misses no writer, whatever program it is.
    """

    def __init__(self, path: str) -> None:
        self._lock = Lock()
        # Held for as long as the process lives: while it is open, no other process removes the index.
        self._connection = sqlite_library().connect(path, isolation_level=None, check_same_thread=False)
        self._revision = self._ask_clock()
        self._header = _map_header(f"{path}-shm")
        self._seen = b""

    def glance(self) -> int | None:
        return self._revision if self._header[:HEADER_BYTES] == self._seen else None

    def current(self) -> int:
        if (known := self.glance()) is not None:
            return known
        with self._lock:
            # Looked at before the clock is asked: what is committed in between makes the next look ask again.
            header = self._header[:HEADER_BYTES]
            self._revision = self._ask_clock()
            self._seen = header
            return self._revision

    def _ask_clock(self) -> int:
        try:
            row = self._connection.execute("SELECT revision FROM clock").fetchone()
        except sqlite_library().Error as error:
            raise StorageError("the database cannot tell its revision") from error
        if row is None:
            raise StorageError("the database has no clock: run 'kb-api migrate'")
        revision: int = row[0]
        return revision


class ClockWatch:
    """Asks the clock with one statement; whoever comes while others wait shares the next answer.

    An answer is only shared by those who came before it was asked for, so that none of them learns an old revision.
    Nobody waits long: while the database is away there are answers to give out that are marked as old.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._asked = 0
        self._revision: int | None = None
        self._connection: Connection | None = None

    def glance(self) -> None:
        return None

    def current(self) -> int:
        asked_before = self._asked
        if self._database.breaker.refuses or not self._lock.acquire(timeout=CLOCK_SECONDS):
            raise StorageError("the database is away")
        try:
            if self._asked == asked_before:
                self._asked += 1
                self._revision = None
                self._revision = self._ask_clock()
            if self._revision is None:
                raise StorageError("the database could not tell its revision")
            return self._revision
        finally:
            self._lock.release()

    def _ask_clock(self) -> int:
        try:
            with deadline(CLOCK_SECONDS), self._database.breaker.passage():
                connection = self._connect()
                revision = connection.execute(select(Clock.revision)).scalar_one()
                # SQLite has begun a snapshot; on PostgreSQL there is nothing to end, and no round trip.
                connection.rollback()
                return revision
        except SQLAlchemyError as error:
            self._close()
            raise StorageError("the database cannot tell its revision") from error

    def _connect(self) -> Connection:
        if self._connection is None:
            # Without transactions: one round trip, and the prepared statement is kept.
            engine = self._database.reading_engine.execution_options(isolation_level="AUTOCOMMIT")
            self._connection = engine.connect()
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def _map_header(path: str) -> Any:
    """The WAL index as memory. Raises ``OSError`` when it is not there or of another version.

    The file stays open: closing it would end every lock that this process has on it, SQLite's own included.
    """
    file = os.open(path, os.O_RDONLY)
    header = mmap.mmap(file, HEADER_BYTES, prot=mmap.PROT_READ)
    _KEPT_OPEN.append((file, header))
    version = int.from_bytes(header[:4], "little")
    if HEADER_VERSION not in (version, int.from_bytes(header[:4], "big")):
        raise OSError(f"the WAL index has version {version}")
    return header


_KEPT_OPEN: list[Any] = []
"""Files and maps that must not be closed before the process ends."""
