"""Engines, sessions and what each database needs to be told.

Rule: nothing else creates an engine. Readers and writers have an engine each, because they begin differently:
a reader takes a snapshot, a writer takes the write lock first (``BEGIN IMMEDIATE``) and so never deadlocks.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session

from kb_api.database.breaker import Breaker
from kb_api.database.deadlines import deadline
from kb_api.database.faults import storage_fault
from kb_api.database.queueing import WriterQueue
from kb_api.database.sqlite import check_processes, create_sqlite_engine, has_reset_bug, sqlite_library
from kb_api.errors import SettingsError, StorageError

__all__ = ["Database", "check_processes", "dump_json", "has_reset_bug", "normalise_url", "sqlite_library"]

READ_CLOCK = text("SELECT revision FROM clock")
"""In words, because the store's floors do not know each other's tables."""

PATIENCE_SECONDS = 60
"""How long a reader of an export may take nothing before PostgreSQL ends the session: a guess."""

log = logging.getLogger(__name__)


class ReadingSession(Session):
    """A session that asks for rows, not for objects.

    Whole entities come from ``get`` and ``scalars``; ``execute`` goes past the machinery that makes them, which costs
    a quarter of a page of claims (measured).
    """

    _snapshot: Connection | None = None

    def execute(self, statement: Any, *arguments: Any, **options: Any) -> Any:
        """The rows of a statement that names columns."""
        if self._snapshot is None:
            self._snapshot = self.connection()
        return self._snapshot.execute(statement, *arguments, **options)


class Database:
    """One database: sessions that read and sessions that write, and replicas to read from when there are any.

    ``deadline_seconds`` bounds what one session may wait for the database in all; commands wait as long as it takes.
    """

    def __init__(self, url: str, *, replica_url: str = "", deadline_seconds: float | None = None) -> None:
        self.url = normalise_url(url)
        self.is_sqlite = self.url.startswith("sqlite")
        self.deadline_seconds = deadline_seconds
        self.reading_engine = self._create_engine(self.url, writing=False)
        self.writing_engine = self._create_engine(self.url, writing=True)
        self.replica_engine = self._create_engine(normalise_url(replica_url), writing=False) if replica_url else None
        self.breaker = Breaker()
        """Of the primary: whoever finds it away tells all others."""
        self._breakers = {self.reading_engine: self.breaker, self.writing_engine: self.breaker}
        if self.replica_engine is not None:
            self._breakers[self.replica_engine] = Breaker()
        self._queue = WriterQueue(make_url(self.url).database if self.is_sqlite else None)
        self._latest_known = 0
        """The latest revision that this process has written: it never shows an earlier one again."""

    @contextmanager
    def read(self, *, at_least: int = 0, from_primary: bool = False) -> Iterator[Session]:
        """A session on one snapshot; of a replica only when that has seen the revision ``at_least``."""
        if self.replica_engine is None or from_primary:
            with self._session(self.reading_engine, ReadingSession) as session:
                yield session
            return
        with self._read_replica(self.replica_engine, max(at_least, self._latest_known)) as session:
            yield session

    @contextmanager
    def read_patiently(self) -> Iterator[Session]:
        """A session on one snapshot that no deadline ends: for an export, which takes as long as its reader."""
        with self._breakers[self.reading_engine].passage(), ReadingSession(self.reading_engine) as session:
            if not self.is_sqlite:
                session.execute(text("SET LOCAL statement_timeout = 0"))
                session.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{PATIENCE_SECONDS}s'"))
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that holds the write lock; it commits only when the caller does."""
        self.breaker.check()
        with deadline(self.deadline_seconds), self._queue.turn(), self._session(self.writing_engine) as session:
            yield session
            if self.replica_engine is not None:
                self._latest_known = max(self._latest_known, session.execute(READ_CLOCK).scalar_one())

    def dispose(self) -> None:
        """Close every connection; the next session opens new ones."""
        for engine in self._engines:
            engine.dispose()
        self._queue.close()

    @property
    def _engines(self) -> list[Engine]:
        engines = (self.reading_engine, self.writing_engine, self.replica_engine)
        return [engine for engine in engines if engine is not None]

    @contextmanager
    def _read_replica(self, engine: Engine, at_least: int) -> Iterator[Session]:
        """The replica when it answers and is not behind, else the primary."""
        is_used = False
        try:
            with self._session(engine, ReadingSession) as session:
                if session.execute(READ_CLOCK).scalar_one() >= at_least:
                    is_used = True
                    yield session
                    return
        except StorageError:
            if is_used:
                raise
            log.warning("the replica cannot answer: reading from the primary")
        with self._session(self.reading_engine, ReadingSession) as session:
            yield session

    @contextmanager
    def _session(self, engine: Engine, session_class: type[Session] = Session) -> Iterator[Session]:
        """A session whose faults are ours to tell, and that waits no longer than the deadline."""
        try:
            with (
                deadline(self.deadline_seconds),
                self._breakers[engine].passage(),
                session_class(engine, expire_on_commit=False) as session,
            ):
                yield session
        except SQLAlchemyError as error:
            fault = storage_fault(error)
            if fault is None:
                raise
            raise fault from error

    def _create_engine(self, url: str, *, writing: bool) -> Engine:
        # Errors are logged: what people asked for must not stand in their text.
        options: dict[str, Any] = {
            "json_serializer": dump_json,
            "json_deserializer": orjson.loads,
            "hide_parameters": True,
        }
        if self.is_sqlite:
            return create_sqlite_engine(url, writing=writing, **options)
        from kb_api.database.postgresql import create_postgresql_engine  # noqa: PLC0415 - its driver is not always used.

        return create_postgresql_engine(url, writing=writing, deadline_seconds=self.deadline_seconds, **options)


def normalise_url(url: str) -> str:
    """The address as SQLAlchemy wants it; a missing folder of a SQLite file is made. Raises ``SettingsError``."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise SettingsError(
            "KB_API_DATABASE_URL is not a database address: use sqlite:///… or postgresql://…"
        ) from error
    if parsed.get_backend_name() == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise SettingsError("a SQLite database must be a file: use sqlite:////folder/kb.sqlite3")
        try:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(f"the folder of the database cannot be made: {error.strerror}") from error
        return parsed.render_as_string(hide_password=False)
    if parsed.get_backend_name() != "postgresql":
        raise SettingsError(f"no support for '{parsed.get_backend_name()}': use sqlite:///… or postgresql://…")
    return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def dump_json(value: Any) -> str:
    """JSON text for a column; orjson, because it is also what the answers are made with."""
    return orjson.dumps(value).decode()
