"""What every test can ask for: the seed in a real database, the application on it, and a client.

Rule: ``loaded_database`` is read by many tests and written by none; whoever writes takes a ``fresh_…`` copy. Each of
these tests runs on both engines; one that cannot is marked ``@pytest.mark.only_on("sqlite", reason="…")``.
"""

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from xdist.remote import Producer

from kb_api import create_app
from kb_api.database import Database
from kb_api.settings import Settings
from tests.support.filling import PATIENT, fill_from_seed
from tests.support.groups import GroupScheduling
from tests.support.postgres import QUICK, PostgresServer

ENGINES = ("sqlite", "postgresql")

CopyDatabase = Callable[[], str]
"""Makes a copy of the loaded database and returns its address."""


def pytest_configure(config: pytest.Config) -> None:
    """Declare the one marker of this suite."""
    config.addinivalue_line("markers", "only_on(engine, reason): the test is about one engine")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what asks for a database on every engine that it does not exclude."""
    if "engine" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("only_on")
        metafunc.parametrize("engine", [marker.args[0]] if marker else ENGINES, scope="session")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> GroupScheduling:
    """Give the tests to the workers in groups."""
    return GroupScheduling(config, log)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL for this process of the suite."""
    server = PostgresServer(QUICK, in_memory=True)
    yield server
    server.remove()


@pytest.fixture(scope="session")
def loaded_urls() -> dict[str, str]:
    """Engine → address, for when the tests come back to an engine."""
    return {}


@pytest.fixture(scope="session")
def loaded_url(
    engine: str, loaded_urls: dict[str, str], request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The address of a database with the seed as revision 1; nothing keeps a connection to it."""
    if engine in loaded_urls:
        return loaded_urls[engine]
    if engine == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('loaded') / 'kb.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres_server").create_database("template_with_seed")
    fill_from_seed(url)
    return loaded_urls.setdefault(engine, url)


@pytest.fixture(scope="session")
def copy_database(
    engine: str, loaded_url: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> CopyDatabase:
    """Copies of the loaded database, as many as wanted."""
    if engine == "sqlite":
        folder = tmp_path_factory.mktemp("copies")
        return lambda: copy_file(loaded_url, folder / f"kb{next(_numbers)}.sqlite3")
    server = request.getfixturevalue("postgres_server")
    return lambda: server.create_database(f"copy_{next(_numbers)}", "template_with_seed")


@pytest.fixture(scope="session")
def read_url(copy_database: CopyDatabase) -> str:
    """The copy that all reading tests share; PostgreSQL copies only a database that nobody is connected to."""
    return copy_database()


@pytest.fixture(scope="session")
def loaded_database(read_url: str) -> Iterator[Database]:
    """The seed, to be read."""
    database = Database(read_url)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def app(read_url: str) -> Iterator[Flask]:
    """The application on the seed, to be read."""
    app = create_app(Settings(database_url=read_url, **PATIENT))
    yield app
    app.extensions["kb_database"].dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def fresh_database_url(engine: str, copy_database: CopyDatabase, request: pytest.FixtureRequest) -> Iterator[str]:
    """A copy of the seed that may be written."""
    url = copy_database()
    server = request.getfixturevalue("postgres_server") if engine == "postgresql" else None
    yield url
    if server is not None:
        server.drop_database(url.rpartition("/")[2])


@pytest.fixture
def fresh_database(fresh_database_url: str) -> Iterator[Database]:
    database = Database(fresh_database_url)
    yield database
    database.dispose()


@pytest.fixture
def fresh_app(fresh_database_url: str) -> Iterator[Flask]:
    app = create_app(Settings(database_url=fresh_database_url, **PATIENT))
    yield app
    app.extensions["kb_database"].dispose()


@pytest.fixture
def fresh_client(fresh_app: Flask) -> FlaskClient:
    return fresh_app.test_client()


def copy_file(url: str, target: Path) -> str:
    """A copy of a SQLite file that nobody has open."""
    shutil.copy(url.removeprefix("sqlite:///"), target)
    return f"sqlite:///{target}"


_numbers = count(1)
