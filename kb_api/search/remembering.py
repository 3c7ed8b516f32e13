"""What is derived from one revision and asked for again and again, kept in memory until the next revision.

Rule: only reading sessions ask, so that nothing is ever remembered of a change that is rolled back; what is remembered
is not changed by who gets it.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from kb_api.models import Clock, Revision

ENTRIES_MAX = 5_000
"""Entries kept of one sort; above it all are dropped and filled again as they are asked for."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

_remembered: WeakKeyDictionary[Engine, tuple[tuple[Any, ...], dict[str, dict[Any, Any]]]] = WeakKeyDictionary()


def remember(
    session: Session, sort: str, keys: Iterable[Key], load: Callable[[list[Key]], Mapping[Key, Value]]
) -> dict[Key, Value]:
    """Key → value at the session's revision; ``load`` gives those that are not known yet, and may leave some out."""
    sorts = _recall(session)
    entries = sorts.setdefault(sort, {})
    if len(entries) > ENTRIES_MAX:
        # A new one, because another thread may be about to read what it found in this one.
        entries = sorts[sort] = {}
    wanted = list(keys)
    if missing := [key for key in wanted if key not in entries]:
        entries.update(load(missing))
    return {key: entries[key] for key in wanted if key in entries}


def _recall(session: Session) -> dict[str, dict[Any, Any]]:
    moment = _read_moment(session)
    engine = session.get_bind().engine
    known = _remembered.get(engine)
    if known is None or known[0] != moment:
        known = moment, {}
        _remembered[engine] = known
    return known[1]


def _read_moment(session: Session) -> tuple[Any, ...]:
    """Which revision this is, and of when: a restored backup may bring another base at a revision of that number.

    Asked once a transaction, because a reader sees one snapshot.
    """
    transaction = session.get_transaction()
    known: tuple[Any, tuple[Any, ...]] | None = session.info.get("moment")
    if known is None or transaction is None or known[0] is not transaction:
        query = select(Clock.revision, Revision.at).outerjoin(Revision, Revision.number == Clock.revision)
        moment = tuple(session.execute(query).one())
        known = session.get_transaction(), moment
        session.info["moment"] = known
    return known[1]
