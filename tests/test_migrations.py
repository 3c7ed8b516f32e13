"""The migrations on both engines; that one killed half-way does no harm is in ``test_faults``."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from pytest_alembic import create_alembic_fixture
from pytest_alembic.tests import (  # noqa: F401 - pytest collects what a module holds.
    test_model_definitions_match_ddl,
    test_single_head_revision,
    test_up_down_consistency,
    test_upgrade,
)
from sqlalchemy import Engine, text

from kb_api.copying.rows import record_tables
from kb_api.database import Database
from kb_api.errors import StorageError
from kb_api.folders import find_folder
from kb_api.migrating import configure, migrate, pending_migrations
from tests.check_migrations import check
from tests.copying.test_rows import read_rows
from tests.support.postgres import PostgresServer

alembic_runner = create_alembic_fixture({"script_location": str(find_folder("migrations"))})
"""What the tests of pytest-alembic ask for."""


@pytest.fixture(params=["sqlite", "postgresql"])
def alembic_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """The tests of pytest-alembic run on an empty database of each engine."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'kb.sqlite3'}")
        yield database.writing_engine
        database.dispose()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    database = Database(server.create_database("stepped"))
    yield database.writing_engine
    database.dispose()
    server.drop_database("stepped")


def test_up_down_and_up_again_leave_no_trace_on_sqlite(tmp_path: Path) -> None:
    assert check(f"sqlite:///{tmp_path / 'kb.sqlite3'}") == []


def test_up_down_and_up_again_leave_no_trace_on_postgresql(postgres_server: PostgresServer) -> None:
    assert check(postgres_server.create_database("migrated")) == []
    postgres_server.drop_database("migrated")


def test_the_migrations_form_one_line() -> None:
    script = ScriptDirectory.from_config(configure())

    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_what_is_pending_is_told_as_alembic_tells_it(tmp_path: Path) -> None:
    script = ScriptDirectory.from_config(configure())
    database = Database(f"sqlite:///{tmp_path / 'kb.sqlite3'}")

    pending = pending_migrations(database)
    migrate(database, pending[0])

    assert pending == [step.revision for step in reversed(list(script.walk_revisions()))]
    assert pending_migrations(database) == pending[1:]


def test_tables_of_a_later_version_are_refused(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'kb.sqlite3'}")
    migrate(database)
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        session.commit()

    with pytest.raises(StorageError, match="'9999'"):
        pending_migrations(database)


def test_each_step_goes_down_and_up_with_the_content_in_place(fresh_database: Database) -> None:
    script = ScriptDirectory.from_config(configure())
    steps = [step.revision for step in script.walk_revisions()]
    tables = [table for table in record_tables() if table.name in {"thing", "change", "evidence"}]
    before = read_rows(fresh_database, tables)

    for target in steps[1:]:
        migrate(fresh_database, target)
        migrate(fresh_database)

    assert read_rows(fresh_database, tables) == before
    assert pending_migrations(fresh_database) == []
