"""The command ``kb-api``, as it is or broken in one way: a check that a broken build passes is no check.

Rule: ``KB_FAULTS_BROKEN`` names the way; only this harness reads it. The workers are forked and inherit what is
replaced here.
"""

import itertools
import os
import sys
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy.orm import Session

from kb_api import cli, database
from kb_api.database import breaker, postgresql, sqlite

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
    """Writers take the lock when they first write, and do not wait for it."""

    def never_wait(connection: Any) -> None:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")

    sqlite._wait_for_lock = never_wait


def let_faults_fly() -> None:
    """Faults of the storage are not told from faults of ours."""
    database.storage_fault = lambda _error: None


def wait_for_ever() -> None:
    """No deadline, no breaker: who asks a silent server waits."""
    postgresql.PunctualConnection.wait = psycopg.Connection.wait  # type: ignore[method-assign]
    breaker.Breaker._note = lambda *_, **__: None  # type: ignore[method-assign]


def trust_any_library() -> None:
    """Whatever SQLite there is, several processes write."""
    sqlite.sqlite_library().sqlite_version_info = (3, 40, 1)
    cli.check_processes = lambda _processes: None


BREAKS: dict[str, Break] = {
    function.__name__.replace("_", "-"): function
    for function in (
        acknowledge_without_commit,
        sync_less,
        begin_without_lock,
        let_faults_fly,
        wait_for_ever,
        trust_any_library,
    )
}


def main() -> None:
    import kb_api.serving, os as _o
    kb_api.serving.THREADS = int(_o.environ.get("KB_THREADS", kb_api.serving.THREADS))
    """Break the build as asked, and run the command."""
    if name := os.environ.get("KB_FAULTS_BROKEN"):
        BREAKS[name]()
    cli.main()


if __name__ == "__main__":
    sys.exit(main())
