import time
from pathlib import Path

import pytest
from sqlalchemy import text

from kb_api.database import Database
from kb_api.database.breaker import Breaker
from kb_api.errors import StorageError
from tests.support.postgres import PostgresServer

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def test_an_endless_statement_ends_at_the_deadline(read_url: str) -> None:
    database = Database(read_url, deadline_seconds=0.5)

    with pytest.raises(StorageError), database.read() as session:
        session.execute(text(ENDLESS))

    database.dispose()


def test_a_database_serves_on_after_a_statement_was_ended(read_url: str) -> None:
    database = Database(read_url, deadline_seconds=0.3)
    with pytest.raises(StorageError), database.read() as session:
        session.execute(text(ENDLESS))

    time.sleep(0.3)  # The breaker's pause: a server that said nothing for so long counts as away.
    with database.read() as session:
        assert session.execute(text("SELECT revision FROM clock")).scalar() == 1
    database.dispose()


@pytest.mark.only_on("sqlite", reason="on PostgreSQL a writer waits for a row, in the test below")
def test_a_writer_waits_for_the_lock_no_longer_than_its_deadline(fresh_database_url: str) -> None:
    database = Database(fresh_database_url, deadline_seconds=0.3)
    with Database(fresh_database_url).write() as holder:
        holder.execute(text("UPDATE clock SET revision = revision"))

        # The holder never lets go: without the deadline this would not end.
        with pytest.raises(StorageError), database.write() as session:
            session.execute(text("UPDATE clock SET revision = revision"))

    database.dispose()


@pytest.mark.only_on("postgresql", reason="on SQLite a writer waits for the whole file, in the test above")
def test_a_writer_waits_for_a_row_no_longer_than_its_deadline(fresh_database_url: str) -> None:
    database = Database(fresh_database_url, deadline_seconds=0.3)
    other = Database(fresh_database_url)
    with other.write() as holder:
        holder.execute(text("UPDATE clock SET revision = revision"))

        with pytest.raises(StorageError), database.write() as session:
            session.execute(text("UPDATE clock SET revision = revision"))

    database.dispose()
    other.dispose()


def test_while_the_database_is_away_requests_are_refused_at_once() -> None:
    database = Database("postgresql://127.0.0.1:1/nowhere", deadline_seconds=1.0)
    with pytest.raises(StorageError), database.read() as session:
        session.execute(text("SELECT 1"))

    with pytest.raises(StorageError, match="away"), database.read():
        pytest.fail("a session was opened")


def test_after_a_pause_one_request_tries_and_the_others_are_refused() -> None:
    breaker = Breaker()
    breaker._note(is_away=True)
    breaker._next_try_at = 0.0

    with breaker.passage(), pytest.raises(StorageError), breaker.passage():
        pytest.fail("two requests tried at the same time")


def test_a_restarted_server_is_noticed_before_a_request_fails() -> None:
    server = PostgresServer()
    database = Database(server.url(), deadline_seconds=10.0)
    with database.read() as session:
        session.execute(text("SELECT 1"))
    server.restart()
    time.sleep(1.1)  # What lay idle for a second is asked before it is used.

    with database.read() as session:
        assert session.execute(text("SELECT 2")).scalar() == 2
    database.dispose()
    server.remove()


@pytest.mark.only_on("postgresql", reason="SQLite has one kind of transaction")
def test_a_reader_cannot_write(read_url: str) -> None:
    database = Database(read_url)

    with pytest.raises(StorageError), database.read() as session:
        session.execute(text("UPDATE clock SET revision = 7"))
    database.dispose()


def test_nothing_is_left_open(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'kb.sqlite3'}")
    with database.read() as session:
        session.execute(text("SELECT 1"))
    database.dispose()

    assert not (tmp_path / "kb.sqlite3-wal").exists()
