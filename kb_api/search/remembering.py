"""What is derived from one revision and asked for again and again, kept in memory until the next revision.

Rule: only reading sessions ask, so that nothing is ever remembered of a change that is rolled back; what is remembered
is not changed by who gets it.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from kb_api.models import Clock

ENTRIES_MAX = 5_000
"""Entries kept of one sort; above it all are dropped and filled again as they are asked for."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

_remembered: WeakKeyDictionary[Engine, tuple[int, dict[str, dict[Any, Any]]]] = WeakKeyDictionary()


def remember(
    session: Session, sort: str, keys: Iterable[Key], load: Callable[[list[Key]], Mapping[Key, Value]]
) -> dict[Key, Value]:
    """Key → value at the session's revision; ``load`` gives those that are not known yet, and may leave some out."""
    entries = _recall(session).setdefault(sort, {})
    if len(entries) > ENTRIES_MAX:
        entries.clear()
    wanted = list(keys)
    if missing := [key for key in wanted if key not in entries]:
        entries.update(load(missing))
    return {key: entries[key] for key in wanted if key in entries}


def _recall(session: Session) -> dict[str, dict[Any, Any]]:
    revision = session.execute(select(Clock.revision)).scalar_one()
    engine = session.get_bind().engine
    known = _remembered.get(engine)
    if known is None or known[0] != revision:
        known = revision, {}
        _remembered[engine] = known
    return known[1]
