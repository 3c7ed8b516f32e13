"""Every row of one database → another, whichever engines they run on.

Rule: the source is read in one snapshot and the target written in one transaction: all of it arrives, or nothing.
"""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from kb_api.database import Database
from kb_api.editing.link_counts import rebuild_link_counts
from kb_api.errors import ConflictError, StorageError
from kb_api.migrating import migrate, pending_migrations
from kb_api.models import DERIVED_TABLES, Base, Clock, Thing
from kb_api.search import rebuild_index

CHUNK = 1_000
"""Rows moved at a time: bounds memory, whatever the size of the base."""

Progress = Callable[[str, int, int], None]
"""Called with a table, how many of its rows have been moved, and how many there are."""


def copy_database(source: Database, target: Database, *, progress: Progress) -> int:
    """Move content, record and keys into an empty database, whose tables are made first; the revision it then has.

    Raises ``StorageError`` when the source waits for migrations and ``ConflictError`` when the target holds anything.
    """
    if pending_migrations(source):
        raise StorageError("the source has old tables: run 'kb-api migrate' on it first")
    migrate(target)
    with source.read() as reading, target.write() as writing:
        if read_revision(writing):
            raise ConflictError("the target is not empty: copy into a new database, or see 'kb-api restore'")
        copy_rows(reading, writing, progress=progress)
        revision = read_revision(writing)
        writing.commit()
    return revision


def copy_rows(reading: Session, writing: Session, *, progress: Progress) -> None:
    """Fill the empty tables of one session from another, and make what is derived."""
    for table in record_tables():
        _copy_table(reading, writing, table, progress)
    _copy_successors(reading, writing)
    writing.execute(update(Clock).values(revision=read_revision(reading)))
    rebuild_link_counts(writing)
    progress("search index", rebuild_index(writing), 0)


def empty_tables(session: Session) -> None:
    """Delete every row of the record and of what is derived from it."""
    session.execute(update(_table(Thing)).values(successor_id=None))
    for table in [*reversed(DERIVED_TABLES), *reversed(record_tables())]:
        session.execute(delete(table))
    session.execute(update(Clock).values(revision=0))


def record_tables() -> list[Table]:
    """Every table that is not derived, what is referred to first; the clock has its one row from the beginning."""
    left_out = {_table(Clock), *DERIVED_TABLES}
    return [table for table in Base.metadata.sorted_tables if table not in left_out]


def read_revision(session: Session) -> int:
    """The number of the last revision."""
    return session.execute(select(Clock.revision)).scalar_one()


def _copy_table(reading: Session, writing: Session, table: Table, progress: Progress) -> None:
    total = reading.execute(select(func.count()).select_from(table)).scalar_one()
    moved = 0
    for rows in _read_chunks(reading, table):
        writing.execute(insert(table), rows)
        moved += len(rows)
        progress(table.name, moved, total)
    _advance_sequence(writing, table)


def _read_chunks(session: Session, table: Table) -> Iterator[list[dict[str, Any]]]:
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=CHUNK)
    for partition in session.execute(query).mappings().partitions():
        # A successor may come after what it succeeds: see below.
        yield [{**row, **({"successor_id": None} if table.name == "thing" else {})} for row in partition]


def _copy_successors(reading: Session, writing: Session) -> None:
    thing = _table(Thing)
    for row in reading.execute(select(thing.c.id, thing.c.successor_id).where(thing.c.successor_id.is_not(None))):
        writing.execute(update(thing).where(thing.c.id == row.id).values(successor_id=row.successor_id))


def _advance_sequence(session: Session, table: Table) -> None:
    """PostgreSQL counts the keys it gives out beside the table: go on after the highest that was moved."""
    column = table.autoincrement_column
    if column is None or session.get_bind().dialect.name != "postgresql":
        return
    name = session.execute(text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table.name, "c": column.name}).scalar()
    highest = session.execute(select(func.max(column))).scalar()
    if name and highest:
        session.execute(text("SELECT setval(CAST(:name AS regclass), :highest)"), {"name": name, "highest": highest})


def _table(model: type[Base]) -> Table:
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} has no table of its own")
    return table
