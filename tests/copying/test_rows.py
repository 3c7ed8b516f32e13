from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kb_api.copying import copy_database
from kb_api.copying.rows import record_tables
from kb_api.database import Database
from kb_api.editing import Write, apply_writes
from kb_api.errors import ConflictError
from kb_api.migrating import migrate
from kb_api.models.search import SEARCH_TABLES
from kb_api.vocabulary import Kind, Operation
from tests.support.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_server: PostgresServer
) -> Iterator[Database]:
    """A database without tables, on each engine."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}" if is_sqlite else postgres_server.create_database("empty")
    database = Database(url)
    yield database
    database.dispose()
    postgres_server.drop_database("empty")


def test_a_copy_has_every_row_of_the_record(loaded_database: Database, empty_database: Database) -> None:
    copy_database(loaded_database, empty_database, progress=ignore)

    assert read_rows(empty_database, record_tables()) == read_rows(loaded_database, record_tables())


def test_a_copy_finds_the_same_words(loaded_database: Database, empty_database: Database) -> None:
    copy_database(loaded_database, empty_database, progress=ignore)

    tables = [table for table in SEARCH_TABLES if table.name != "search_entry"]
    assert read_rows(empty_database, tables) == read_rows(loaded_database, tables)


def test_retractions_and_renames_are_copied(fresh_database: Database, empty_database: Database) -> None:
    with fresh_database.write() as session:
        mechanism = {"slug": "first", "name": {"en": "First"}, "summary": {"en": "s"}, "aliases": {}, "xrefs": []}
        new = [
            Write(Operation.CREATE, Kind.MECHANISM, slug, {**mechanism, "slug": slug}) for slug in ("first", "second")
        ]
        apply_writes(session, new, author="test", message="add")
        retraction = Write(Operation.RETRACT, Kind.MECHANISM, "first", reason="a duplicate", successor="second")
        apply_writes(session, [retraction], author="test", message="retract")
        renamed = Write(Operation.UPDATE, Kind.MECHANISM, "second", {**mechanism, "slug": "third"})
        apply_writes(session, [renamed], author="test", message="rename")
        session.commit()

    copy_database(fresh_database, empty_database, progress=ignore)

    assert read_rows(empty_database, record_tables()) == read_rows(fresh_database, record_tables())


def test_writing_goes_on_in_the_copy(loaded_database: Database, empty_database: Database) -> None:
    copy_database(loaded_database, empty_database, progress=ignore)

    with empty_database.write() as session:
        record = {"slug": "new", "name": {"en": "New"}, "summary": {"en": "s"}, "aliases": {}, "xrefs": []}
        write = Write(Operation.CREATE, Kind.MECHANISM, "new", record)
        outcome = apply_writes(session, [write], author="test", message="add")
        session.commit()
    assert outcome.revision == 2


def test_progress_is_told_table_by_table(loaded_database: Database, empty_database: Database) -> None:
    told: list[tuple[str, int, int]] = []

    copy_database(loaded_database, empty_database, progress=lambda *step: told.append(step))

    assert [done == total for name, done, total in told if name == "claim"] == [True]
    assert {"thing", "change", "revision", "search index"} <= {name for name, _, _ in told}


def test_a_database_with_content_is_not_copied_over(fresh_database: Database, loaded_database: Database) -> None:
    with pytest.raises(ConflictError, match="not empty"):
        copy_database(loaded_database, fresh_database, progress=ignore)


def test_every_text_compares_bytes_on_postgresql(postgres_server: PostgresServer) -> None:
    postgres_server.create_database("collated")
    database = Database(postgres_server.url("collated"))
    migrate(database)

    with database.read() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type IN ('character varying', 'text') AND collation_name IS NULL "
            "AND table_name <> 'alembic_version'"
        )
        found = rows.all()
    database.dispose()
    assert found == []


def read_rows(database: Database, tables: list[Any]) -> dict[str, list[Any]]:
    """Every row of every table, in the order of the keys."""
    with database.read() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
            for table in tables
        }


def ignore(*_: object) -> None:
    """Progress that nobody looks at."""
