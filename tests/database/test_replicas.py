"""Reading from replicas: a copy of the database that hears of nothing stands for a replica that is behind."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from kb_api import create_app
from kb_api.database import Database
from kb_api.settings import Settings
from tests.conftest import CopyDatabase
from tests.copying.test_backups import add_mechanism

pytestmark = pytest.mark.only_on("postgresql", reason="SQLite has no replicas")


@pytest.fixture
def primary_url(copy_database: CopyDatabase) -> str:
    return copy_database()


@pytest.fixture
def replica_url(copy_database: CopyDatabase) -> str:
    """Marked, so that a test can tell where an answer comes from."""
    url = copy_database()
    database = Database(url)
    with database.write() as session:
        session.execute(text("UPDATE thing SET name = '{\"en\": \"from the replica\"}' WHERE slug = 'muscle-cramps'"))
        session.commit()
    database.dispose()
    return url


@pytest.fixture
def replicated_client(primary_url: str, replica_url: str) -> Iterator[FlaskClient]:
    app = create_app(Settings(database_url=primary_url, read_database_url=replica_url))
    yield app.test_client()
    app.extensions["kb_database"].dispose()


def test_reading_is_sent_to_the_replica(replicated_client: FlaskClient) -> None:
    response = replicated_client.get("/v1/signs/muscle-cramps")

    assert response.get_json()["data"]["name"] == "from the replica"


def test_who_has_seen_a_later_revision_is_not_sent_to_a_replica_that_is_behind(
    replicated_client: FlaskClient, primary_url: str
) -> None:
    primary = Database(primary_url)
    add_mechanism(primary, "written-elsewhere")
    primary.dispose()

    response = replicated_client.get("/v1/mechanisms/written-elsewhere", headers={"KB-Revision": "2"})

    assert response.status_code == 200
    assert response.headers["KB-Revision"] == "2"


def test_a_process_that_wrote_reads_its_own_write(primary_url: str, replica_url: str) -> None:
    database = Database(primary_url, replica_url=replica_url)

    add_mechanism(database, "written-here")

    with database.read() as session:
        assert session.execute(text("SELECT revision FROM clock")).scalar() == 2
    database.dispose()


def test_who_shows_a_key_reads_from_the_primary(replicated_client: FlaskClient) -> None:
    response = replicated_client.get("/v1/signs/muscle-cramps", headers={"Authorization": "Bearer x"})

    assert response.get_json()["data"]["name"] == "Muscle cramps and spasms"


def test_without_the_replica_the_primary_answers(primary_url: str) -> None:
    app = create_app(Settings(database_url=primary_url, read_database_url="postgresql://127.0.0.1:1/nowhere"))

    response = app.test_client().get("/v1/signs/muscle-cramps")

    assert response.status_code == 200
    app.extensions["kb_database"].dispose()


@pytest.mark.parametrize("revision", ["x", "-1", "99999999999999999999", "1.5", "²"])
def test_a_revision_that_makes_no_sense_is_none(replicated_client: FlaskClient, revision: str) -> None:
    response = replicated_client.get(
        "/v1/signs/muscle-cramps", headers={"KB-Revision": revision.encode().decode("latin-1")}
    )

    assert response.status_code == 200
