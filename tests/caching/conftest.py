"""What the tests of the cache share: the application behind its cache, as one worker and as two."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client

from kb_api import create_app
from kb_api.caching import AnswerStore, CachedApplication, read_key, watch_revision
from kb_api.caching.front import OUTCOME, Application
from kb_api.database import Database
from kb_api.editing import Write, apply_writes, read_standing
from kb_api.settings import Settings
from kb_api.views.shelf import Shelf
from kb_api.vocabulary import Kind, Operation

Revise = Callable[[str, str], int]


def behind_gate(app: Flask) -> Application:
    """The application without its gate, which adds what belongs to one request only."""
    application: Application = app.extensions["kb_gate"].application
    return application


def put_cache_before(app: Flask, max_bytes: int = 8_000_000) -> CachedApplication:
    """The application behind its cache, as a worker serves it behind its gate."""
    database = app.extensions["kb_database"]
    return CachedApplication(behind_gate(app), lambda: watch_revision(database), AnswerStore(max_bytes))


def at_hand_first(worker: CachedApplication) -> Application:
    """The worker as the entrance asks it: for what is at hand, and only then for the rest."""

    def ask(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        key = read_key(environ)
        found = None if key is None else worker.find_at_hand(key, environ, start_response)
        if found is None and key is not None and worker.knows(key):
            found = worker.find_standing(worker.current_revision(), key, environ, start_response)
        return worker(environ, start_response) if found is None else found

    return ask


class ObservedClient(Client):
    """A client that knows where each answer came from: ``hit``, ``miss`` or ``bypass``."""

    def __init__(self, worker: CachedApplication) -> None:
        self.outcomes: list[str] = []

        def observe(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            try:
                return worker(environ, start_response)
            finally:
                self.outcomes.append(environ[OUTCOME])

        super().__init__(observe, use_cookies=False)


@pytest.fixture
def worker(fresh_app: Flask) -> CachedApplication:
    """A worker that serves a database that may be written."""
    return put_cache_before(fresh_app)


@pytest.fixture
def other_worker(fresh_database_url: str) -> Iterator[CachedApplication]:
    """Another worker on the same database."""
    app = create_app(Settings(database_url=fresh_database_url))
    yield put_cache_before(app)
    app.extensions["kb_database"].dispose()


@pytest.fixture
def fresh_worker(fresh_database_url: str) -> Iterator[Application]:
    """A worker on the same database that remembers nothing, neither answers nor things."""
    app = create_app(Settings(database_url=fresh_database_url))
    app.extensions["kb_shelf"] = Shelf(max_bytes=0)
    yield behind_gate(app)
    app.extensions["kb_database"].dispose()


@pytest.fixture
def cached_client(worker: CachedApplication) -> ObservedClient:
    return ObservedClient(worker)


@pytest.fixture
def revise_sign(fresh_database: Database) -> Revise:
    """Gives a sign another English summary, in a revision of its own, and returns the number of that."""

    def revise(slug: str, summary: str) -> int:
        with fresh_database.write() as session:
            standing = read_standing(session, [(Kind.SIGN, slug)])[Kind.SIGN, slug]
            assert standing.record is not None
            record = {**standing.record, "summary": {**standing.record["summary"], "en": summary}}
            write = Write(Operation.UPDATE, Kind.SIGN, slug, record)
            outcome = apply_writes(session, [write], author="test", message="revise a summary")
            session.commit()
        assert outcome.revision is not None
        return outcome.revision

    return revise
