"""Whoever watches the revision is never behind."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from kb_api.caching.revisions import ClockWatch, RevisionWatch, WalWatch, watch_revision
from kb_api.database import Database
from kb_api.errors import StorageError
from tests.caching.conftest import Revise

Watches = Callable[[Database], RevisionWatch]


SQLITE_ONLY = pytest.mark.only_on("sqlite", reason="only SQLite has an index in shared memory")


def run_elsewhere(database: Database, statement: str) -> None:
    """Run a statement in another program, with another copy of SQLite: two in one process would disturb each other."""
    script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]).fetchall(); c.commit()"
    path = database.url.removeprefix("sqlite:///")
    subprocess.run([sys.executable, "-c", script, path, statement], check=True)


@pytest.fixture(params=["index", "clock"])
def make_watch(request: pytest.FixtureRequest, fresh_database: Database) -> Watches:
    """Every way of watching; PostgreSQL has one."""
    return watch_index if request.param == "index" and fresh_database.is_sqlite else ClockWatch


def watch_index(database: Database) -> RevisionWatch:
    return WalWatch(database.url.removeprefix("sqlite:///"))


def test_a_watch_sees_every_revision_at_once(
    fresh_database: Database, revise_sign: Revise, make_watch: Watches
) -> None:
    watch = make_watch(fresh_database)

    seen = [watch.current()]
    for number in range(20):
        revise_sign("fatigue", f"Summary {number}.")
        seen.append(watch.current())

    assert seen == list(range(seen[0], seen[0] + 21))


@SQLITE_ONLY
def test_a_watch_sees_writers_that_are_not_ours(fresh_database: Database) -> None:
    watch = watch_index(fresh_database)
    before = watch.current()

    run_elsewhere(fresh_database, "UPDATE clock SET revision = revision + 1")

    assert watch.current() == before + 1


@SQLITE_ONLY
def test_a_watch_holds_through_a_checkpoint(fresh_database: Database, revise_sign: Revise) -> None:
    watch = watch_index(fresh_database)
    first = watch.current()

    run_elsewhere(fresh_database, "PRAGMA wal_checkpoint(TRUNCATE)")

    assert watch.current() == first
    assert revise_sign("fatigue", "After the checkpoint.") == watch.current() == first + 1


def test_threads_that_share_a_watch_see_what_was_written_before_they_asked(
    fresh_database: Database, revise_sign: Revise, make_watch: Watches
) -> None:
    watch, behind = make_watch(fresh_database), []
    written = [watch.current()]

    def look() -> None:
        for _ in range(300):
            least = written[-1]
            if watch.current() < least:
                behind.append(least)

    threads = [Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(10):
        written.append(revise_sign("fatigue", f"Summary {number}."))
    for thread in threads:
        thread.join()

    assert behind == []


@SQLITE_ONLY
def test_sqlite_is_watched_through_its_index(fresh_database: Database) -> None:
    assert isinstance(watch_revision(fresh_database), WalWatch)


def test_a_database_without_tables_cannot_be_watched(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")

    with pytest.raises(StorageError):
        watch_revision(database)
