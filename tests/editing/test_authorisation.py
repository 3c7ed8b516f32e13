"""Every operation of the OpenAPI document × no key, a key that does not hold, and a key of each scope."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb_api import create_app
from kb_api.database import Database
from kb_api.editing.keys import create_key, revoke_keys
from kb_api.settings import Settings
from kb_api.vocabulary import Scope
from tests.support.contract import assert_problem

METHODS = ("get", "post", "put", "patch", "delete")
CREDENTIALS = ("none", "bad", "expired", "revoked", *Scope)
ALLOWED = {
    "reader": {Scope.READER, Scope.EDITOR, Scope.ADMIN},
    "editor": {Scope.EDITOR, Scope.ADMIN},
    "admin": {Scope.ADMIN},
}
"""What an operation says it needs → the scopes that it lets in."""


class Operation(NamedTuple):
    """One operation of the document."""

    method: str
    path: str
    needed: str | None
    described: dict[str, Any]

    @property
    def address(self) -> str:
        return self.path.replace("{slug}", "unheard-of").replace("{number}", "999999")


@pytest.fixture(scope="module")
def operations() -> list[Operation]:
    """What the document lists, with the scope that it says is needed."""
    app = create_app(Settings(database_url="sqlite:////tmp/never-opened.sqlite3"))
    document = app.extensions["kb_api"].spec.to_dict()
    return [
        Operation(method, path, described[method].get("x-scope"), described[method])
        for path, described in document["paths"].items()
        for method in METHODS
        if method in described
    ]


@pytest.fixture
def credentials(fresh_database: Database) -> dict[str, dict[str, str]]:
    """The headers of each sort of credential."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with fresh_database.write() as session:
        keys: dict[str, str] = {str(scope): create_key(session, holder=f"a {scope}", scope=scope) for scope in Scope}
        keys["expired"] = create_key(session, holder="late", scope=Scope.ADMIN, expires_at=yesterday)
        keys["revoked"] = create_key(session, holder="gone", scope=Scope.ADMIN)
        revoke_keys(session, "gone")
        session.commit()
    keys["bad"] = keys["admin"][:-1] + ("0" if keys["admin"][-1] != "0" else "1")
    return {"none": {}} | {name: {"Authorization": f"Bearer {key}"} for name, key in keys.items()}


def test_the_matrix_holds(
    operations: list[Operation], credentials: dict[str, dict[str, str]], fresh_client: FlaskClient
) -> None:
    wrong = [
        (operation.method, operation.path, name, status)
        for operation in operations
        for name, status in ask_with_each(fresh_client, operation, credentials)
        if not is_right(operation, name, status)
    ]

    assert wrong == []


def test_every_operation_that_writes_needs_a_key(operations: list[Operation]) -> None:
    open_to_all = {
        (operation.method, operation.path)
        for operation in operations
        if operation.method != "get" and operation.needed is None
    }

    # These two only read: their questions are too long for an address.
    assert open_to_all <= {("post", "/v1/answers"), ("post", "/v1/batch")}


def test_the_document_says_which_operations_need_a_key(operations: list[Operation], fresh_app: Flask) -> None:
    schemes = fresh_app.extensions["kb_api"].spec.to_dict()["components"]["securitySchemes"]

    for operation in operations:
        assert (operation.needed is not None) == ("security" in operation.described)
    assert schemes["ApiKey"]["scheme"] == "bearer"


def test_who_is_not_let_in_learns_nothing(
    operations: list[Operation], credentials: dict[str, dict[str, str]], fresh_client: FlaskClient
) -> None:
    for operation in operations:
        if operation.needed is not None:
            response = ask(fresh_client, operation, credentials["none"])
            body = assert_problem(response, 401)
            assert "errors" not in body
            assert response.headers["WWW-Authenticate"].startswith("Bearer")


def ask_with_each(
    client: FlaskClient, operation: Operation, credentials: dict[str, dict[str, str]]
) -> Iterator[tuple[str, int]]:
    for name in CREDENTIALS:
        yield name, ask(client, operation, credentials[name]).status_code


def ask(client: FlaskClient, operation: Operation, headers: dict[str, str]) -> Any:
    """The operation on something that is not there, with a body that says nothing."""
    body = None if operation.method == "get" else {}
    return client.open(operation.address, method=operation.method.upper(), json=body, headers=headers)


def is_right(operation: Operation, name: str, status: int) -> bool:
    """Whether the status is what the document promises for this sort of credential."""
    if operation.needed is None:
        return status not in {401, 403}
    if name in {"none", "bad", "expired", "revoked"}:
        return status == 401
    return (status in {401, 403}) != (Scope(name) in ALLOWED[operation.needed])
