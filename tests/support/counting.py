"""Counting the SQL statements of a request."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event


@contextmanager
def count_statements(app: Flask) -> Iterator[list[str]]:
    """The statements that the application's database is sent while the block runs."""
    engine = app.extensions["kb_database"].reading_engine
    statements: list[str] = []

    def record(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", record)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", record)
