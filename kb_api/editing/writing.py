"""Adding, revising and retracting things: every batch of writes is one revision, recorded in the same transaction.

Rule: this is the only place that changes content. The caller holds the transaction and commits; whatever is raised
here leaves nothing behind once it rolls back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from kb_api.editing.link_counts import LinkCounts
from kb_api.editing.planning import ORDER, UNIQUE_KEYS, Planned, Write, plan_writes
from kb_api.editing.projection import PARTS, Row, project, project_name, project_parts
from kb_api.editing.references import find_mentions
from kb_api.editing.standing import Identity, Standing, find_living_ids, read_referring
from kb_api.errors import ConflictError, Fault, InvalidInputError, StaleVersionError
from kb_api.models import TABLES, Base, Change, Clock, FormerSlug, Revision, Thing
from kb_api.search import update_index
from kb_api.vocabulary import PLURALS, Kind, Operation

NAMED_MAX = 20
"""How many of the things that stand in the way of a retraction a message names."""
ASIDE = 1_000_000
"""Added to a number that must be unique, to make way within a revision; above every number that a schema accepts."""


class RecordedChange(NamedTuple):
    """One row of the record."""

    revision: int
    position: int
    thing_id: int
    kind: Kind
    slug: str
    operation: Operation
    fields: list[str]
    record: Row


@dataclass
class Outcome:
    """What a batch did: the revision it made (none when nothing changed), its changes, and what stood before each."""

    revision: int | None
    at: datetime | None = None
    changes: list[RecordedChange] = field(default_factory=list)
    before: list[Standing | None] = field(default_factory=list)


def apply_writes(session: Session, writes: Sequence[Write], *, author: str, message: str) -> Outcome:
    """Apply all writes as one revision. Raises a domain error, and then nothing may be committed."""
    number = lock_clock(session) + 1
    plan = plan_writes(session, writes)
    if not plan:
        return Outcome(None)
    at = datetime.now(UTC)
    session.execute(insert(_table(Revision)).values(number=number, at=at, author=author, message=message))
    session.execute(update(Clock).values(revision=number))
    _Rows(session, number, plan).write()
    changes = [_record_change(number, position, planned) for position, planned in enumerate(plan)]
    _insert(session, Change, [change._asdict() for change in changes])
    update_index(session, [planned.id for planned in plan])
    return Outcome(number, at, changes, [planned.before for planned in plan])


def lock_clock(session: Session) -> int:
    """Wait for all other writers and return the number of the last revision."""
    return session.execute(select(Clock.revision).with_for_update()).scalar_one()


class _Rows:
    """The rows of one revision."""

    def __init__(self, session: Session, revision: int, plan: Sequence[Planned]) -> None:
        self.session, self.revision = session, revision
        self.created = [planned for planned in plan if planned.before is None]
        self.revised = [planned for planned in plan if planned.before and planned.record is not None]
        self.retracted = [planned for planned in plan if planned.record is None]
        self.ids: dict[Identity, int] = {}

    def write(self) -> None:
        """Things first, because all else refers to them; what is retracted goes last, when nothing names it."""
        self._insert_things()
        self._move_things()
        self._resolve_mentions()
        counts = LinkCounts(self.session)
        counts.take_out(_claim_ids((*self.revised, *self.retracted)))
        self._delete_parts()
        self._make_way()
        for kind in ORDER:
            self._write_kind(kind)
        counts.count(_claim_ids((*self.created, *self.revised)))
        counts.write()
        self._retract_things()

    def _insert_things(self) -> None:
        rows = [
            {
                "id": planned.id,
                "kind": planned.kind,
                "slug": planned.slug,
                "name": project_name(planned.kind, planned.record or {}),
                "revision": self.revision,
            }
            for planned in self.created
        ]
        _insert(self.session, Thing, rows)

    def _move_things(self) -> None:
        for planned in self.revised:
            name = project_name(planned.kind, planned.record or {})
            self._move(planned, slug=planned.slug, name=name)
            if planned.before and planned.is_rename:
                former = {"kind": planned.kind, "slug": planned.before.slug, "thing_id": planned.id}
                _insert(self.session, FormerSlug, [former])

    def _move(self, planned: Planned, **values: Any) -> None:
        """The thing moves on from the version that was read; the database decides whether that still stands."""
        table = _table(Thing)
        read = planned.before.revision if planned.before else None
        statement = update(table).where(table.c.id == planned.id, table.c.revision == read)
        moved = cast(Any, self.session.execute(statement.values(revision=self.revision, **values)))
        if moved.rowcount != 1:
            raise StaleVersionError(planned.kind, planned.slug, read or 0)

    def _resolve_mentions(self) -> None:
        """Find the keys of all things that the records name; every one that will not stand is a fault."""
        named = [
            (planned, mention.kind, mention.slug, f"{planned.pointer}{mention.pointer}")
            for planned in (*self.created, *self.revised)
            for mention in find_mentions(planned.kind, planned.record or {})
        ]
        named += [
            (planned, planned.kind, planned.successor, f"{planned.pointer}/successor")
            for planned in self.retracted
            if planned.successor
        ]
        gone = {planned.id for planned in self.retracted}
        found = find_living_ids(self.session, {(kind, slug) for _, kind, slug, _ in named})
        self.ids = {identity: thing_id for identity, thing_id in found.items() if thing_id not in gone}
        faults = [
            Fault(f"{planned.kind} '{planned.slug}' names {kind} '{slug}', which does not stand", pointer=pointer)
            for planned, kind, slug, pointer in named
            if (kind, slug) not in self.ids
        ]
        if faults:
            raise InvalidInputError(faults)

    def _resolve(self, kind: Kind, slug: str) -> int:
        return self.ids[kind, slug]

    def _delete_parts(self) -> None:
        """The parts of everything that changes go first, so that things retracted together may name each other."""
        for planned in (*self.revised, *self.retracted):
            for part, owner in PARTS.get(planned.kind, {}).items():
                table = _table(part)
                self.session.execute(delete(table).where(table.c[owner] == planned.id))

    def _make_way(self) -> None:
        """Values that must be unique are set aside, so that two things may change places in one revision."""
        for planned in (*self.revised, *self.retracted):
            table = _table(TABLES[planned.kind])
            columns = [table.c[key] for key in UNIQUE_KEYS.get(planned.kind, ())]
            aside = {column.name: None if column.nullable else column + ASIDE for column in columns}
            if aside:
                self.session.execute(update(table).where(table.c.thing_id == planned.id).values(aside))

    def _write_kind(self, kind: Kind) -> None:
        created, revised = self._project(kind, self.created), self._project(kind, self.revised)
        _insert(self.session, TABLES[kind], created)
        self._update_rows(kind, revised)
        parts: dict[type[Base], list[Row]] = {}
        for planned in (*self.created, *self.revised):
            if planned.kind is kind:
                for part, rows in project_parts(kind, planned.id, planned.record or {}, self._resolve).items():
                    parts.setdefault(part, []).extend(rows)
        for part, rows in parts.items():
            _insert(self.session, part, rows)

    def _project(self, kind: Kind, plan: Iterable[Planned]) -> list[Row]:
        return [project(kind, each.id, each.record or {}, self._resolve) for each in plan if each.kind is kind]

    def _update_rows(self, kind: Kind, rows: Iterable[Row]) -> None:
        """Revised rows are updated in place, because others refer to them."""
        table = _table(TABLES[kind])
        for row in rows:
            complete = {column.name: row.get(column.name) for column in table.columns}
            self.session.execute(update(table).where(table.c.thing_id == row["thing_id"]).values(complete))

    def _retract_things(self) -> None:
        """Only the tombstone stays: no question about living things can meet a retracted one."""
        gone = {planned.id for planned in self.retracted}
        _refuse_referred(self.session, self.retracted, gone)
        for planned in self.retracted:
            table = _table(TABLES[planned.kind])
            self.session.execute(delete(table).where(table.c.thing_id == planned.id))
            successor_id = self._resolve(planned.kind, planned.successor) if planned.successor else None
            self._move(
                planned,
                retracted_in=self.revision,
                retraction_reason=planned.reason,
                successor_id=successor_id,
            )


def _claim_ids(plan: Iterable[Planned]) -> list[int]:
    return [planned.id for planned in plan if planned.kind is Kind.CLAIM]


def _refuse_referred(session: Session, retracted: Sequence[Planned], gone: set[int]) -> None:
    faults = []
    for planned in retracted:
        referring = [other for other in read_referring(session, planned.id) if other.id not in gone]
        names = [f"{PLURALS[other.kind]}/{other.slug}" for other in referring]
        faults += [
            Fault(f"{planned.kind} '{planned.slug}' is still named by {name}", pointer=f"{planned.pointer}/slug")
            for name in names
        ]
    if faults:
        message = "; ".join(fault.message for fault in faults[:NAMED_MAX])
        raise ConflictError(f"{message}: settle these in the same changeset", faults[:NAMED_MAX])


def _record_change(revision: int, position: int, planned: Planned) -> RecordedChange:
    record = planned.record or {"reason": planned.reason, "successor": planned.successor}
    return RecordedChange(
        revision, position, planned.id, planned.kind, planned.slug, planned.operation, planned.fields, record
    )


def _insert(session: Session, model: type[Base], rows: list[Row]) -> None:
    if rows:
        table = _table(model)
        keys = [column.name for column in table.columns]
        session.execute(insert(table), [{key: row.get(key) for key in keys} for row in rows])


def _table(model: type[Base]) -> Table:
    return cast(Table, model.__table__)
