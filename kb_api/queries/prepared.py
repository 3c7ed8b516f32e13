"""Statements that are built once: building one again for each request costs more than the database needs to answer it.

Rule: what depends on the request is a parameter; a ``select_*`` of a key or of keys is as it is, what it asks for is
filled in here. Lists have their own (``lists.py``).
"""

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Result, bindparam
from sqlalchemy.orm import Session

from kb_api.queries.ordering import AnySelect

STATEMENTS_KEPT = 256
"""More than there are ``select_*`` of keys, times the further arguments that they are called with."""


def execute_for(
    session: Session, select_rows: Callable[..., AnySelect], keys: Sequence[int], *more: Hashable
) -> Result[Any]:
    """The rows that ``select_rows(keys, *more)`` asks for."""
    return session.execute(_prepare(select_rows, *more), {"keys": keys})


def execute_for_one(session: Session, select_rows: Callable[..., AnySelect], key: int, *more: Hashable) -> Result[Any]:
    """The rows that ``select_rows(key, *more)`` asks for."""
    return session.execute(_prepare_one(select_rows, *more), {"key": key})


@lru_cache(STATEMENTS_KEPT)
def _prepare(select_rows: Callable[..., AnySelect], *more: Hashable) -> AnySelect:
    return select_rows(bindparam("keys", expanding=True), *more)


@lru_cache(STATEMENTS_KEPT)
def _prepare_one(select_rows: Callable[..., AnySelect], *more: Hashable) -> AnySelect:
    return select_rows(bindparam("key"), *more)
