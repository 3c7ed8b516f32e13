"""Editors with keys, on a database that may be written."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from kb_api.database import Database
from kb_api.editing.keys import create_key
from kb_api.models import Change, Clock, Thing
from kb_api.vocabulary import Scope

MakeEditor = Callable[..., "Editor"]


class Editor:
    """A client that sends a key, and the version where one is needed."""

    def __init__(self, client: FlaskClient, key: str) -> None:
        self.client, self.key = client, key

    def send(self, method: str, path: str, *, version: int | str | None = None, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.key}", **options.pop("headers", {})}
        if version is not None:
            headers["If-Match"] = f'"{version}-0-test"' if isinstance(version, int) else version
        return self.client.open(path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.send("GET", path, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        return self.send("POST", path, **options)

    def put(self, path: str, **options: Any) -> TestResponse:
        return self.send("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> TestResponse:
        return self.send("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self.send("DELETE", path, **options)


@pytest.fixture
def make_editor(fresh_database: Database, fresh_app: Flask) -> MakeEditor:
    """Make a key and a client that sends it."""

    def make(name: str = "ann", scope: Scope = Scope.EDITOR, app: Flask = fresh_app, **options: Any) -> Editor:
        with fresh_database.write() as session:
            key = create_key(session, holder=name, scope=scope, **options)
            session.commit()
        return Editor(app.test_client(), key)

    return make


@pytest.fixture
def ann(make_editor: MakeEditor) -> Editor:
    """An editor."""
    return make_editor("ann")


@pytest.fixture
def bo(make_editor: MakeEditor) -> Editor:
    """Another editor."""
    return make_editor("bo")


@pytest.fixture
def nothing_stored(fresh_database: Database) -> Iterator[None]:
    """Neither content nor record is other than it was."""
    before = count_rows(fresh_database)
    yield
    assert count_rows(fresh_database) == before


def count_rows(database: Database) -> tuple[int, ...]:
    with database.read() as session:
        counts = [session.execute(select(func.count()).select_from(table)).scalar() for table in (Thing, Change)]
        return (session.execute(select(Clock.revision)).scalar(), *counts)
