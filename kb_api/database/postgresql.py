"""What PostgreSQL needs to be told.

Rule: everything that only PostgreSQL has stands here, and is loaded for it alone. Nothing waits without end: a
statement is ended by the server before the deadline of its request; when the server itself is silent, the client leaves
at that deadline.
"""

from time import monotonic
from typing import Any, Self

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError

from kb_api.database.deadlines import NO_ANSWER, remaining_seconds

CONNECT_SECONDS = 2
"""The least that the driver takes."""
STATEMENT_SHARE = 0.8
"""Of a request's time, for one statement: the server ends it before the client leaves, which would be an outage."""
IDLE_CHECKED_SECONDS = 1.0
"""A connection that lay idle for so long is asked whether it lives; a busy one saves the round trip (about 0.1 ms)."""
POOL_WAIT_SECONDS = 1.0
"""For a free connection; then the process has more to do than it can."""
CONNECTIONS_KEPT, CONNECTIONS_MORE = 8, 8
"""For each process and each way of using the database (read, write, replica): a guess that fits 100 connections."""

KEEPALIVES = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    # A host that vanished without a word is noticed while a statement is under way, too.
    "tcp_user_timeout": 10_000,
}


class PunctualConnection(psycopg.Connection[Any]):
    """A connection that is given up when the time to wait for it is over."""

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:
        remaining = remaining_seconds()
        if remaining is not None:
            timeout = remaining if timeout is None else min(timeout, remaining)
        started = monotonic()
        try:
            return super().wait(gen, interval, timeout)
        except psycopg.OperationalError as error:
            if timeout is None or error.sqlstate is not None or monotonic() - started < timeout:
                raise
            # The server may still be at it: nothing else may be asked on this connection.
            self.pgconn.finish()
            raise psycopg.OperationalError(NO_ANSWER) from error

    @classmethod
    def open(cls, *arguments: Any, **options: Any) -> Self:
        """Connect in at most ``CONNECT_SECONDS``."""
        return cls.connect(*arguments, **{"connect_timeout": CONNECT_SECONDS, **KEEPALIVES, **options})


def create_postgresql_engine(url: str, *, writing: bool, deadline_seconds: float | None, **options: Any) -> Engine:
    """An engine whose reading transactions see one snapshot and cannot write."""
    engine = create_engine(
        url,
        isolation_level="READ COMMITTED" if writing else "REPEATABLE READ",
        execution_options={} if writing else {"postgresql_readonly": True},
        pool_size=CONNECTIONS_KEPT,
        max_overflow=CONNECTIONS_MORE,
        pool_timeout=POOL_WAIT_SECONDS,
        # The connection used last is taken first, so that what is not needed grows old and is closed by the server.
        pool_use_lifo=True,
        **options,
    )
    _connect_punctually(engine, deadline_seconds)
    _check_idle_connections(engine)
    return engine


def _connect_punctually(engine: Engine, deadline_seconds: float | None) -> None:
    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, arguments: Any, options: Any) -> Any:
        connection = PunctualConnection.open(*arguments, **options)
        if deadline_seconds is not None:
            milliseconds = int(deadline_seconds * STATEMENT_SHARE * 1_000)
            connection.execute(f"SET statement_timeout = {milliseconds}")
            # What a process that froze inside a transaction holds is given up by the server.
            connection.execute("SET idle_in_transaction_session_timeout = '10s'")
            connection.commit()
        return connection


def _check_idle_connections(engine: Engine) -> None:
    """A cheaper ``pool_pre_ping``: only what lay idle is asked."""

    @event.listens_for(engine, "checkin")
    def note_time(_connection: Any, record: Any) -> None:
        record.info["idle_since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def check(connection: Any, record: Any, _proxy: Any) -> None:
        idle_since = record.info.get("idle_since")
        if idle_since is None or monotonic() - idle_since < IDLE_CHECKED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise DisconnectionError("the connection is gone") from error
