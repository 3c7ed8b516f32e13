"""Engines, sessions and what each database needs to be told.

Rule: nothing else creates an engine. Readers and writers have an engine each, because they begin differently:
a reader takes a snapshot, a writer takes the write lock first (``BEGIN IMMEDIATE``) and so never deadlocks.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session, sessionmaker

from kb_api.errors import SettingsError

try:
    import pysqlite3
except ImportError:  # No wheel for this platform: the interpreter's own library.
    pysqlite3 = None

BUSY_TIMEOUT_MS = 5_000
"""How long a writer waits for the write lock: a guess, well above the longest write (a seed load, about 1 s)."""


class Database:
    """One database: sessions that read and sessions that write."""

    def __init__(self, url: str) -> None:
        self.url = normalise_url(url)
        self.is_sqlite = self.url.startswith("sqlite")
        self._reading = self._create_engine(writing=False)
        self.writing_engine = self._create_engine(writing=True)
        self._reader = sessionmaker(self._reading, expire_on_commit=False, autoflush=False)
        self._writer = sessionmaker(self.writing_engine, expire_on_commit=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one snapshot of the database."""
        with self._reader() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that holds the write lock; it commits only when the caller does."""
        with self._writer() as session:
            yield session

    def dispose(self) -> None:
        """Close every connection; the next session opens new ones."""
        self._reading.dispose()
        self.writing_engine.dispose()

    def _create_engine(self, *, writing: bool) -> Engine:
        options: dict[str, Any] = {"json_serializer": dump_json, "json_deserializer": orjson.loads}
        if self.is_sqlite:
            engine = create_engine(self.url, module=sqlite_library(), **options)
            _prepare_sqlite(engine, begin="BEGIN IMMEDIATE" if writing else "BEGIN")
        else:
            isolation = "READ COMMITTED" if writing else "REPEATABLE READ"
            engine = create_engine(self.url, isolation_level=isolation, pool_pre_ping=True, **options)
        return engine


def sqlite_library() -> ModuleType:
    """The newest SQLite at hand: the one in the ``pysqlite3`` wheel, else the interpreter's."""
    return pysqlite3 or sqlite3


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


def _prepare_sqlite(engine: Engine, *, begin: str) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself; ours begin explicitly, below.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            # FULL: with NORMAL a power cut loses acknowledged writes.
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Any) -> None:
        connection.exec_driver_sql(begin)
