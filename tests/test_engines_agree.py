"""SQLite and PostgreSQL answer alike; ``make differential`` asks them 10 000 requests, this a few hundred at a time."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support.comparing import compare, compare_searches, make_pair
from tests.support.postgres import PostgresServer


@pytest.fixture(scope="module")
def pair(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Flask]]:
    """The application on the same content in both engines."""
    apps = make_pair(tmp_path_factory.mktemp("compared"), postgres_server)
    yield apps
    for app in apps:
        app.extensions["kb_database"].dispose()
    postgres_server.drop_database("compared")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_made_up_requests_get_the_same_answers(pair: tuple[Flask, Flask], seed: int) -> None:
    found = compare(*pair, seed=seed, requests=500)

    assert found.samples == []
    assert found.statuses[200] > 200
    assert not {status for status in found.statuses if status >= 500}


def test_questions_get_the_same_hits_in_the_same_order(pair: tuple[Flask, Flask]) -> None:
    same, same_first = compare_searches(*pair, seed=4, questions=200)

    assert (same, same_first) == (200, 200)
