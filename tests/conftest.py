"""What every test can ask for: the seed in a real database, the application on it, and a client.

Rule: ``loaded_database`` is read by many tests and written by none; whoever writes takes a ``fresh_…`` copy.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb_api import create_app
from kb_api.database import Database
from kb_api.folders import find_folder
from kb_api.migrating import migrate
from kb_api.seeding import check_seed, load_records
from kb_api.settings import Settings


@pytest.fixture(scope="session")
def loaded_database_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the seed as revision 1."""
    path = tmp_path_factory.mktemp("loaded") / "kb.sqlite3"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    records, problems = check_seed(find_folder("seed"))
    assert problems == []
    with database.write() as session:
        load_records(session, records, author="seed", message="load seed")
        session.commit()
    database.dispose()
    return path


@pytest.fixture(scope="session")
def loaded_database(loaded_database_file: Path) -> Iterator[Database]:
    """The seed, to be read."""
    database = Database(f"sqlite:///{loaded_database_file}")
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def app(loaded_database_file: Path) -> Flask:
    """The application on the seed, to be read."""
    return create_app(Settings(database_url=f"sqlite:///{loaded_database_file}"))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def fresh_database_url(loaded_database_file: Path, tmp_path: Path) -> str:
    """A copy of the seed that may be written."""
    copied = tmp_path / "kb.sqlite3"
    shutil.copy(loaded_database_file, copied)
    return f"sqlite:///{copied}"


@pytest.fixture
def fresh_database(fresh_database_url: str) -> Iterator[Database]:
    database = Database(fresh_database_url)
    yield database
    database.dispose()


@pytest.fixture
def fresh_app(fresh_database_url: str) -> Flask:
    return create_app(Settings(database_url=fresh_database_url))


@pytest.fixture
def fresh_client(fresh_app: Flask) -> FlaskClient:
    return fresh_app.test_client()
