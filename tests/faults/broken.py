"""The command ``kb-api``, as it is or broken in one way: a check that a broken build passes is no check.

Rule: ``KB_FAULTS_BROKEN`` names the way; only this harness reads it. The workers are forked and inherit what is
replaced here.
"""

import itertools
import os
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import psycopg
from granian.server.mp import WorkerProcess
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from kb_api import cli, database, entrance, lanes, listening, serving
from kb_api.caching import revisions
from kb_api.copying import backups
from kb_api.database import breaker, postgresql, sqlite
from kb_api.database.queueing import WriterQueue
from kb_api.views import problems

Break = Callable[[], None]


def acknowledge_without_commit() -> None:
    """Every seventh write is answered and never committed."""
    commit, numbers = Session.commit, itertools.count(1)

    def sometimes(session: Session) -> None:
        if next(numbers) % 7 == 0:
            session.rollback()
        else:
            commit(session)

    Session.commit = sometimes  # type: ignore[method-assign]


def sync_less() -> None:
    """``synchronous=NORMAL``: a commit does not wait for the disk."""
    configure = sqlite._configure_connections

    def configure_less(engine: Any) -> None:
        configure(engine)

        @sqlite.event.listens_for(engine, "connect")
        def sync_less(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA synchronous=NORMAL")

    sqlite._configure_connections = configure_less


def begin_without_lock() -> None:
    """Writers stand in no line, and do not wait for the lock."""

    def never_wait(connection: Any) -> None:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")

    sqlite._wait_for_lock = never_wait
    WriterQueue.turn = lambda _queue: nullcontext()  # type: ignore[method-assign,assignment,return-value]


def let_faults_fly() -> None:
    """Faults of the storage are not told from faults of ours."""
    database.storage_fault = lambda _error: None
    problems.handle_database_error = problems.handle_unforeseen


def wait_for_ever() -> None:
    """No deadline, no breaker: who asks a silent server waits."""
    postgresql.PunctualConnection.wait = psycopg.Connection.wait  # type: ignore[method-assign]
    breaker.Breaker._note = lambda *_, **__: None  # type: ignore[method-assign]


def pretend_an_old_library() -> None:
    """Not broken: the SQLite of the build says that it is one with the bug."""
    sqlite.sqlite_library().sqlite_version_info = (3, 40, 1)


def trust_an_old_library() -> None:
    """The same, and several processes write on it."""
    pretend_an_old_library()
    cli.check_processes = lambda _processes: None


def take_everything() -> None:
    """No lanes: whatever is asked is worked on, all at the same time."""

    entrance.READING = entrance.READERS_WAITING = 1_000
    lanes.LIKELY_SECONDS = lanes.PATIENCE_SECONDS = 3_600.0


def forget_to_look() -> None:
    """A worker keeps the revision that it saw first."""

    def current(watch: Any) -> int:
        if not watch._revision:
            watch._revision = watch._ask_clock()
        return int(watch._revision)

    for watch in (revisions.WalWatch, revisions.ClockWatch):
        watch.current = watch.glance = current  # type: ignore[method-assign,assignment]


def stop_at_once() -> None:
    """Workers end without finishing what they began, and whoever comes is let in until then."""

    def kill(worker: Any) -> None:
        worker.interrupt_by_parent = True
        worker.inner.kill()

    WorkerProcess.terminate = kill
    listening.QUIET_SECONDS = 0.0
    listening.let_in_nobody = listening.let_in_everybody = lambda _listener: None


def copy_the_file() -> None:
    """A backup is a plain copy of the database's file."""

    def copy(of: database.Database, file: Path) -> None:
        shutil.copy(of.url.removeprefix("sqlite:///"), file)

    backups._vacuum_into = copy
    backups.check_backup = lambda _file: 0


def migrate_piecemeal() -> None:
    """Every statement is committed by itself."""

    @sqlite.event.listens_for(Engine, "after_cursor_execute")
    def commit(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not _changes(statement):
            return
        driver = connection.connection.dbapi_connection
        driver.commit()
        if connection.dialect.name == "sqlite":
            driver.execute("BEGIN IMMEDIATE")


def set_too_small_a_front() -> None:
    """Not of the service: the front takes fewer connections than there are slow clients."""


def serve_one_at_a_time() -> None:
    """One connection is served at a time: a slow client is everybody's."""
    serving.BACKPRESSURE = 1


BREAKS: dict[str, Break] = {
    function.__name__.replace("_", "-"): function
    for function in (
        acknowledge_without_commit,
        begin_without_lock,
        copy_the_file,
        forget_to_look,
        let_faults_fly,
        migrate_piecemeal,
        pretend_an_old_library,
        serve_one_at_a_time,
        set_too_small_a_front,
        stop_at_once,
        sync_less,
        take_everything,
        trust_an_old_library,
        wait_for_ever,
    )
}


def main() -> None:
    """Break the build as asked, and run the command."""
    if name := os.environ.get("KB_FAULTS_BROKEN"):
        BREAKS[name]()
    if statements := os.environ.get("KB_FAULTS_DIE_AFTER"):
        die_after(int(statements))
    cli.main()


def die_after(statements: int) -> None:
    """Not broken: the process is killed after so many statements that change something."""
    numbers = itertools.count(1)

    @sqlite.event.listens_for(Engine, "after_cursor_execute")
    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if _changes(statement) and next(numbers) == statements:
            os.kill(os.getpid(), signal.SIGKILL)


def _changes(statement: str) -> bool:
    return statement.lstrip().split(None, 1)[0].upper() in CHANGING


CHANGING = {"ALTER", "CREATE", "DROP", "INSERT", "UPDATE", "DELETE"}


if __name__ == "__main__":
    sys.exit(main())
