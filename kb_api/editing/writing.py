"""Adding, revising and retracting things: every batch of writes is one revision, recorded in the same transaction.

Rule: this is the only place that changes content. The caller holds the transaction and commits; whatever is raised
here leaves nothing behind once it rolls back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from kb_api.editing.projection import PARTS, Row, project, project_name, project_parts
from kb_api.editing.references import find_mentions
from kb_api.errors import ConflictError, Fault, GoneError, InvalidInputError, NotFoundError, StaleVersionError
from kb_api.models import TABLES, Base, Change, Clock, FormerSlug, Revision, Thing
from kb_api.search import update_index
from kb_api.vocabulary import PLURALS, Kind, Operation

ORDER = list(TABLES)
"""The kinds in the order in which their rows can be written: what is referred to comes first."""


@dataclass(frozen=True)
class Write:
    """One intended write.

    ``record`` is absent for a retraction. ``expected_revision`` is the version that the writer read; without it the
    write does not care. A revision whose record has another slug renames the thing.
    """

    operation: Operation
    kind: Kind
    slug: str
    record: Row | None = None
    expected_revision: int | None = None
    reason: str | None = None
    successor: str | None = None
    pointer: str = ""
    """Where the write stands in the request, for messages."""


@dataclass
class Standing:
    """A thing as it stands before the write."""

    id: int
    kind: Kind
    slug: str
    revision: int
    retraction_reason: str | None
    record: Row | None


@dataclass
class Outcome:
    """What a batch did: the revision it made (none when nothing changed) and its changes, in order."""

    revision: int | None
    changes: list[Row] = field(default_factory=list)


def apply_writes(session: Session, writes: Sequence[Write], *, author: str, message: str) -> Outcome:
    """Apply all writes as one revision. Raises a domain error, and then nothing may be committed."""
    current = lock_clock(session)
    batch = _Batch(session, current + 1)
    batch.take(writes)
    if not batch.changes:
        return Outcome(None)
    revision = Revision.__table__
    session.execute(
        insert(revision).values(number=batch.revision, at=datetime.now(UTC), author=author, message=message)
    )
    session.execute(update(Clock).values(revision=batch.revision))
    batch.write()
    update_index(session, batch.touched_ids)
    return Outcome(batch.revision, batch.changes)


def lock_clock(session: Session) -> int:
    """Wait for all other writers and return the number of the last revision."""
    return session.execute(select(Clock.revision).with_for_update()).scalar_one()


class _Batch:
    """The writes of one revision, from intention to rows."""

    def __init__(self, session: Session, revision: int) -> None:
        self.session, self.revision = session, revision
        self.standing: dict[tuple[Kind, str], Standing] = {}
        self.ids: dict[tuple[Kind, str], int] = {}
        self.created: list[tuple[int, Kind, Row]] = []
        self.revised: list[tuple[Standing, Row]] = []
        self.retracted: list[tuple[Standing, Write]] = []
        self.changes: list[Row] = []

    @property
    def touched_ids(self) -> list[int]:
        return [change["thing_id"] for change in self.changes]

    def take(self, writes: Sequence[Write]) -> None:
        """Sort the writes into creations, revisions and retractions, and refuse what cannot be."""
        _refuse_repetition(writes)
        self.standing = read_standing(self.session, [(write.kind, write.slug) for write in writes])
        next_id = self.session.execute(select(func.coalesce(func.max(Thing.id), 0))).scalar_one() + 1
        for write in sorted(writes, key=lambda write: ORDER.index(write.kind)):
            standing = self.standing.get((write.kind, write.slug))
            if write.operation is Operation.CREATE:
                self._refuse_taken(write, standing)
                self._take_creation(write, next_id)
                next_id += 1
            else:
                self._take_change(write, _check_standing(self.session, write, standing))

    def write(self) -> None:
        """Write every row of the revision, then see that nothing refers to what was retracted."""
        self._insert_things()
        self._update_things()
        self._write_details()
        self._retract_things()
        _insert(self.session, Change, self.changes)

    def _refuse_taken(self, write: Write, standing: Standing | None) -> None:
        if standing is not None or is_former_slug(self.session, write.kind, write.slug):
            message = f"{write.kind} '{write.slug}' exists or existed: a slug is never used again"
            raise ConflictError(message, [Fault(message, pointer=f"{write.pointer}/slug")])

    def _take_creation(self, write: Write, thing_id: int) -> None:
        record = _record_of(write)
        self.ids[write.kind, write.slug] = thing_id
        self.created.append((thing_id, write.kind, record))
        self._note(thing_id, write.kind, write.slug, Operation.CREATE, sorted(record), record)

    def _take_change(self, write: Write, standing: Standing) -> None:
        if write.operation is Operation.RETRACT:
            self.retracted.append((standing, write))
            tombstone = {"reason": write.reason, "successor": write.successor}
            self._note(standing.id, write.kind, write.slug, Operation.RETRACT, [], tombstone)
            return
        record = _record_of(write)
        if changed := changed_fields(standing.record or {}, record):
            self.revised.append((standing, record))
            renamed = record["slug"] != standing.slug
            operation = Operation.RENAME if renamed else Operation.UPDATE
            self._note(standing.id, write.kind, record["slug"], operation, changed, record)
            if renamed:
                self._take_rename(standing, record["slug"])

    def _take_rename(self, standing: Standing, new_slug: str) -> None:
        """The records that name the thing follow it, each with a change of its own."""
        self._refuse_taken(Write(Operation.CREATE, standing.kind, new_slug), self._find(standing.kind, new_slug))
        self.ids[standing.kind, new_slug] = standing.id
        taken = {change["thing_id"] for change in self.changes}
        for referring in read_referring(self.session, standing.id):
            record, mentions = _rename_mentions(referring, standing, new_slug)
            if referring.id not in taken and mentions:
                self.revised.append((referring, record))
                self._note(referring.id, referring.kind, referring.slug, Operation.UPDATE, mentions, record)

    def _find(self, kind: Kind, slug: str) -> Standing | None:
        return read_standing(self.session, [(kind, slug)]).get((kind, slug))

    def _note(self, thing_id: int, kind: Kind, slug: str, operation: Operation, fields: list[str], record: Row) -> None:
        self.changes.append(
            {
                "revision": self.revision,
                "position": len(self.changes),
                "thing_id": thing_id,
                "kind": kind,
                "slug": slug,
                "operation": operation,
                "fields": fields,
                "record": record,
            }
        )

    def _insert_things(self) -> None:
        rows = [
            {
                "id": thing_id,
                "kind": kind,
                "slug": record["slug"],
                "name": project_name(kind, record),
                "revision": self.revision,
            }
            for thing_id, kind, record in self.created
        ]
        _insert(self.session, Thing, rows)

    def _update_things(self) -> None:
        """Each revised thing moves on from the version that was read; the database decides whether it still stands."""
        table = Thing.__table__
        for standing, record in self.revised:
            name = project_name(standing.kind, record)
            moved = self.session.execute(
                update(table)
                .where(table.c.id == standing.id, table.c.revision == standing.revision)
                .values(slug=record["slug"], name=name, revision=self.revision)
            )
            if moved.rowcount != 1:
                raise StaleVersionError(standing.kind, standing.slug, standing.revision)
            if record["slug"] != standing.slug:
                former = {"kind": standing.kind, "slug": standing.slug, "thing_id": standing.id}
                _insert(self.session, FormerSlug, [former])

    def _write_details(self) -> None:
        self._resolve_mentions()
        written = [*self.created, *((standing.id, standing.kind, record) for standing, record in self.revised)]
        self._delete_details([(standing.id, standing.kind) for standing, _ in self.revised], keep_row=True)
        for kind in ORDER:
            of_kind = [(thing_id, record) for thing_id, other, record in written if other is kind]
            self._write_kind(kind, of_kind)

    def _write_kind(self, kind: Kind, written: list[tuple[int, Row]]) -> None:
        """The kind's rows; revised ones are updated in place, because others refer to them."""
        revised = {standing.id for standing, _ in self.revised}
        rows = {thing_id: project(kind, thing_id, record, self._resolve) for thing_id, record in written}
        _insert(self.session, TABLES[kind], [row for thing_id, row in rows.items() if thing_id not in revised])
        table = TABLES[kind].__table__
        for thing_id in rows.keys() & revised:
            complete = {column.name: rows[thing_id].get(column.name) for column in table.columns}
            self.session.execute(update(table).where(table.c.thing_id == thing_id).values(complete))
        parts: dict[type[Base], list[Row]] = {}
        for thing_id, record in written:
            for part, part_rows in project_parts(kind, thing_id, record, self._resolve).items():
                parts.setdefault(part, []).extend(part_rows)
        for part, part_rows in parts.items():
            _insert(self.session, part, part_rows)

    def _delete_details(self, things: Iterable[tuple[int, Kind]], *, keep_row: bool) -> None:
        for thing_id, kind in things:
            for part, owner in PARTS.get(kind, {}).items():
                table = part.__table__
                self.session.execute(delete(table).where(table.c[owner] == thing_id))
            if not keep_row:
                table = TABLES[kind].__table__
                self.session.execute(delete(table).where(table.c.thing_id == thing_id))

    def _retract_things(self) -> None:
        """Only the tombstone stays: no question about living things can meet a retracted one."""
        retracted = {standing.id: standing for standing, _ in self.retracted}
        # The details of all go first, so that things retracted together may refer to each other.
        for standing in retracted.values():
            self._delete_details([(standing.id, standing.kind)], keep_row=True)
        for standing in retracted.values():
            _refuse_referred(self.session, standing, except_ids=set(retracted))
            self._delete_details([(standing.id, standing.kind)], keep_row=False)
        for standing, write in self.retracted:
            self._bury(standing, write)

    def _bury(self, standing: Standing, write: Write) -> None:
        successor_id = self._resolve(write.kind, write.successor) if write.successor else None
        table = Thing.__table__
        moved = self.session.execute(
            update(table)
            .where(table.c.id == standing.id, table.c.revision == standing.revision)
            .values(
                revision=self.revision,
                retracted_in=self.revision,
                retraction_reason=write.reason,
                successor_id=successor_id,
            )
        )
        if moved.rowcount != 1:
            raise StaleVersionError(standing.kind, standing.slug, standing.revision)

    def _resolve_mentions(self) -> None:
        """Find the keys of all things that the records name; every one that does not stand is a fault."""
        mentions = [
            (kind, record["slug"], mention)
            for kind, record in self._written_records()
            for mention in find_mentions(kind, record)
        ]
        wanted = {(mention.kind, mention.slug) for _, _, mention in mentions} | {
            (write.kind, write.successor) for _, write in self.retracted if write.successor
        }
        gone = {standing.id for standing, _ in self.retracted}
        self.ids |= find_living_ids(self.session, wanted - self.ids.keys())
        faults = [
            Fault(
                f"{kind} '{slug}' names {mention.kind} '{mention.slug}', which does not exist", pointer=mention.pointer
            )
            for kind, slug, mention in mentions
            if self.ids.get((mention.kind, mention.slug)) in gone | {None}
        ]
        if faults:
            raise InvalidInputError(faults)

    def _written_records(self) -> Iterable[tuple[Kind, Row]]:
        yield from ((kind, record) for _, kind, record in self.created)
        yield from ((standing.kind, record) for standing, record in self.revised)

    def _resolve(self, kind: Kind, slug: str) -> int:
        try:
            return self.ids[kind, slug]
        except KeyError:
            raise InvalidInputError([Fault(f"{kind} '{slug}' does not exist", pointer="/successor")]) from None


def changed_fields(before: Row, after: Row) -> list[str]:
    """The keys whose values differ, in the order of ``after``, then those that are gone."""
    changed = [key for key in after if key not in before or before[key] != after[key]]
    return changed + [key for key in before if key not in after]


def read_standing(session: Session, identities: Iterable[tuple[Kind, str]]) -> dict[tuple[Kind, str], Standing]:
    """The things that have one of these slugs now, the retracted ones included, with their records."""
    found: dict[tuple[Kind, str], Standing] = {}
    by_kind: dict[Kind, list[str]] = {}
    for kind, slug in identities:
        by_kind.setdefault(kind, []).append(slug)
    for kind, slugs in by_kind.items():
        for start in range(0, len(slugs), CHUNK):
            query = _select_standing().where(Thing.kind == kind, Thing.slug.in_(slugs[start : start + CHUNK]))
            for row in session.execute(query):
                found[kind, row.slug] = Standing(
                    row.id, kind, row.slug, row.revision, row.retraction_reason, row.record
                )
    return found


def read_referring(session: Session, thing_id: int) -> list[Standing]:
    """The living things whose rows refer to this one, with their records."""
    found: dict[int, Standing] = {}
    for owner, column in _referring_columns():
        ids = select(owner).where(column == thing_id).scalar_subquery()
        for row in session.execute(_select_standing().where(Thing.id.in_(ids), Thing.id != thing_id)):
            found[row.id] = Standing(row.id, Kind(row.kind), row.slug, row.revision, None, row.record)
    return list(found.values())


def find_living_ids(session: Session, identities: Iterable[tuple[Kind, str]]) -> dict[tuple[Kind, str], int]:
    """(kind, slug) → key, for the things that stand."""
    found: dict[tuple[Kind, str], int] = {}
    by_kind: dict[Kind, list[str]] = {}
    for kind, slug in identities:
        by_kind.setdefault(kind, []).append(slug)
    for kind, slugs in by_kind.items():
        for start in range(0, len(slugs), CHUNK):
            query = select(Thing.slug, Thing.id).where(
                Thing.kind == kind, Thing.slug.in_(slugs[start : start + CHUNK]), Thing.retracted_in.is_(None)
            )
            found |= {(kind, row.slug): row.id for row in session.execute(query)}
    return found


def is_former_slug(session: Session, kind: Kind, slug: str) -> bool:
    """Whether a thing once had this slug."""
    query = select(FormerSlug.thing_id).where(FormerSlug.kind == kind, FormerSlug.slug == slug)
    return session.execute(query).first() is not None


CHUNK = 5_000
"""How many values one statement names; SQLite allows 250 000, PostgreSQL 65 535."""


def _select_standing() -> Any:
    return select(Thing.id, Thing.kind, Thing.slug, Thing.revision, Thing.retraction_reason, Change.record).join_from(
        Thing, Change, (Change.thing_id == Thing.id) & (Change.revision == Thing.revision)
    )


def _referring_columns() -> list[tuple[Any, Any]]:
    """(owner, column) of every foreign key that one thing's rows use to refer to another thing."""
    pairs = []
    owners = {table.__table__.name: owner for parts in PARTS.values() for table, owner in parts.items()}
    for table in Base.metadata.tables.values():
        owner = owners.get(table.name, "thing_id")
        if table.name in REGISTRY_TABLES or owner not in table.c:
            continue
        for key in table.foreign_keys:
            target = (key.column.table.name, key.column.name)
            if target in {("thing", "id"), ("reference", "thing_id")} and key.parent.name != owner:
                pairs.append((table.c[owner], key.parent))
    return pairs


REGISTRY_TABLES = {"thing", "change", "former_slug", "search_entry"}
"""Tables that speak of things without being part of one."""


def _refuse_repetition(writes: Sequence[Write]) -> None:
    seen: set[tuple[Kind, str]] = set()
    for write in writes:
        if (write.kind, write.slug) in seen:
            message = f"{write.kind} '{write.slug}' is written twice in one revision"
            raise ConflictError(message, [Fault(message, pointer=write.pointer or "/slug")])
        seen.add((write.kind, write.slug))


def _check_standing(session: Session, write: Write, standing: Standing | None) -> Standing:
    if standing is None:
        raise NotFoundError(write.kind, write.slug)
    if standing.retraction_reason is not None:
        raise GoneError(write.kind, write.slug, standing.retraction_reason, read_successor(session, standing.id))
    if write.expected_revision is not None and write.expected_revision != standing.revision:
        raise StaleVersionError(write.kind, write.slug, standing.revision)
    return standing


def read_successor(session: Session, thing_id: int) -> str | None:
    """The slug of the thing that took a retracted one's place."""
    successor = Thing.__table__.alias("successor")
    query = select(successor.c.slug).join(Thing, Thing.successor_id == successor.c.id).where(Thing.id == thing_id)
    return session.execute(query).scalar()


def _rename_mentions(referring: Standing, standing: Standing, new_slug: str) -> tuple[Row, list[str]]:
    """The record with the new slug in every mention, and the keys in which it stood."""
    record = referring.record or {}
    before = {key: repr(value) for key, value in record.items()}
    for mention in list(find_mentions(referring.kind, record)):
        if (mention.kind, mention.slug) == (standing.kind, standing.slug):
            mention.holder[mention.key] = new_slug
    return record, [key for key, value in record.items() if repr(value) != before[key]]


def _refuse_referred(session: Session, standing: Standing, *, except_ids: set[int]) -> None:
    referring = [other for other in read_referring(session, standing.id) if other.id not in except_ids]
    if referring:
        names = ", ".join(f"{PLURALS[other.kind]}/{other.slug}" for other in referring[:20])
        message = f"{standing.kind} '{standing.slug}' is still named by {names}: settle these in the same changeset"
        faults = [Fault(f"{other.kind} '{other.slug}' names it", pointer="/slug") for other in referring[:20]]
        raise ConflictError(message, faults)


def _record_of(write: Write) -> Row:
    if write.record is None:
        raise InvalidInputError([Fault("needs a record", pointer=write.pointer)])
    return write.record


def _insert(session: Session, model: type[Base], rows: list[Row]) -> None:
    if rows:
        table = model.__table__
        keys = [column.name for column in table.columns]
        session.execute(insert(table), [{key: row.get(key) for key in keys} for row in rows])
