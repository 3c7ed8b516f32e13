"""While the database is away, whoever asks without a key gets the last known answers, and is told so."""

import time
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client

from kb_api import create_app
from kb_api.settings import Settings
from tests.caching.conftest import at_hand_first, put_cache_before
from tests.copying.test_backups import add_mechanism
from tests.support.filling import fill_from_seed
from tests.support.postgres import QUICK, PostgresServer


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of its own, for it is stopped."""
    server = PostgresServer(QUICK)
    fill_from_seed(server.url())
    yield server
    server.remove()


@pytest.fixture
def away_app(server: PostgresServer) -> Iterator[Flask]:
    """An application whose database stops when the test says so, and runs again afterwards."""
    app = create_app(Settings(database_url=server.url()))
    yield app
    app.extensions["kb_database"].dispose()
    server.start()


@pytest.mark.parametrize("way", [lambda worker: worker, at_hand_first], ids=["in a thread", "in the event loop"])
def test_a_known_answer_is_given_out_marked(server: PostgresServer, away_app: Flask, way: Any) -> None:
    client = Client(way(put_cache_before(away_app)))
    before = client.get("/v1/signs?limit=3")
    server.stop()

    response = client.get("/v1/signs?limit=3")

    assert response.status_code == 200
    assert response.data == before.data
    assert response.headers["KB-Stale"] == "true"
    assert response.headers["Warning"].startswith("110 ")
    assert "KB-Stale" not in before.headers


def test_an_unknown_answer_is_503(server: PostgresServer, away_app: Flask) -> None:
    client = Client(put_cache_before(away_app))
    client.get("/v1/signs?limit=3")
    server.stop()

    response = client.get("/v1/signs?limit=4")

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0


def test_who_shows_a_key_gets_nothing_stale(server: PostgresServer, away_app: Flask) -> None:
    client = Client(put_cache_before(away_app))
    client.get("/v1/signs?limit=3")
    server.stop()

    response = client.get("/v1/signs?limit=3", headers={"Authorization": "Bearer kbk_x_y"})

    assert response.status_code == 503


def test_when_the_database_is_back_nothing_is_marked(server: PostgresServer, away_app: Flask) -> None:
    client = Client(put_cache_before(away_app))
    client.get("/v1/signs?limit=3")
    server.stop()
    client.get("/v1/signs?limit=3")
    server.start()

    time.sleep(0.4)  # The breaker's pause.
    response = client.get("/v1/signs?limit=3")

    assert response.status_code == 200
    assert "KB-Stale" not in response.headers


def test_an_answer_of_an_earlier_revision_is_better_than_none(server: PostgresServer, away_app: Flask) -> None:
    client = Client(put_cache_before(away_app))
    client.get("/v1/signs?limit=3")
    add_mechanism(away_app.extensions["kb_database"], "written-before-the-outage")
    client.get("/v1/forms?limit=1")
    server.stop()

    response = client.get("/v1/signs?limit=3")

    assert response.status_code == 200
    assert response.headers["KB-Stale"] == "true"


def test_a_known_answer_is_given_out_when_the_database_goes_while_it_is_asked(
    server: PostgresServer, away_app: Flask
) -> None:
    cached = put_cache_before(away_app)
    client, application = Client(cached), cached.application
    client.get("/v1/signs?limit=3")
    add_mechanism(away_app.extensions["kb_database"], "written-just-before")

    def stop_and_ask(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        server.stop()
        return application(environ, start_response)

    cached.application = stop_and_ask
    response = client.get("/v1/signs?limit=3")

    assert response.status_code == 200
    assert response.headers["KB-Stale"] == "true"
