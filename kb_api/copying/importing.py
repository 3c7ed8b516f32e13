"""Entries of an export → an empty database, which then is the same knowledge base.

Rule: the record is written as it was, revision by revision; the rows for questions and the search index are made from
the records that stand at its end. Memory does not grow with the base, and nothing is visible until all of it is there.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb_api.copying.exporting import Entry
from kb_api.copying.rows import read_revision
from kb_api.editing.link_counts import rebuild_link_counts
from kb_api.editing.planning import ORDER
from kb_api.editing.projection import project, project_name, project_parts
from kb_api.editing.references import find_mentions
from kb_api.editing.standing import Identity, find_living_ids
from kb_api.errors import ConflictError, Fault, InvalidInputError
from kb_api.models import TABLES, Base, Change, Clock, FormerSlug, Revision, Thing
from kb_api.search import rebuild_index
from kb_api.vocabulary import Kind, Operation

CHUNK = 1_000
"""Entries, or things, written at a time."""

Row = dict[str, Any]
Progress = Callable[[str, int, int], None]
"""Called with what is being written, how much of it has been, and how much there is."""


def import_entries(session: Session, entries: Iterable[Entry], *, progress: Progress) -> int:
    """Build the base up from its record and return its revision. The caller commits.

    Raises ``ConflictError`` when the database holds anything, ``InvalidInputError`` when the entries do not fit.
    """
    if read_revision(session):
        raise ConflictError("the database is not empty: import into a new one")
    iterator = iter(entries)
    head = _take_head(next(iterator, None))
    record = _Record(session)
    while chunk := list(islice(iterator, CHUNK)):
        record.take(chunk)
        progress("changes", record.changes, head["changes"])
    record.check_complete(head)
    _write_rows(session, progress)
    session.execute(update(Clock).values(revision=head["revision"]))
    rebuild_link_counts(session)
    progress("search index", rebuild_index(session), 0)
    return int(head["revision"])


def _take_head(entry: Entry | None) -> Entry:
    if entry is None or entry["entry"] != "head":
        raise InvalidInputError([Fault("an export begins with its head; this has none", pointer="/entries/0")])
    return entry


@dataclass
class _Things:
    """The rows of ``thing`` that a chunk is about: as they stand, and what the chunk makes of them."""

    by_identity: dict[Identity, Row] = field(default_factory=dict)
    created: dict[int, Row] = field(default_factory=dict)
    changed: dict[int, Row] = field(default_factory=dict)


class _Record:
    """Writes the record: revisions, changes, things, and the slugs that they once had."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.revisions, self.changes, self.last_revision = 0, 0, 0
        self.next_id = 1

    def take(self, entries: Sequence[Entry]) -> None:
        """Write one chunk of entries, in their order."""
        revisions = [entry for entry in entries if entry["entry"] == "revision"]
        changes = [entry for entry in entries if entry["entry"] == "change"]
        _insert(self.session, Revision, [_without_entry(revision) for revision in revisions])
        things = _Things(_read_things(self.session, changes))
        rows, former = [], []
        for entry in entries:
            if entry["entry"] == "revision":
                self._begin(entry)
            elif entry["entry"] == "change":
                thing = self._apply(things, entry)
                rows.append({**entry, "thing_id": thing["id"]})
                if "former_slug" in entry:
                    former.append({"kind": entry["kind"], "slug": entry["former_slug"], "thing_id": thing["id"]})
            else:
                raise InvalidInputError([Fault("a second head", pointer="/entries")])
        _write_things(self.session, things)
        _insert(self.session, FormerSlug, former)
        _insert(self.session, Change, rows)
        self.revisions, self.changes = self.revisions + len(revisions), self.changes + len(changes)

    def check_complete(self, head: Entry) -> None:
        """Raise when the document ended early, or is not of one piece."""
        found = {"revisions": self.revisions, "changes": self.changes, "revision": self.last_revision}
        missing = [f"{found[key]} of {head[key]} ({key})" for key in found if found[key] != head[key]]
        if missing:
            message = f"the document is not whole: it has {', '.join(missing)}"
            raise InvalidInputError([Fault(message, pointer="/entries")])

    def _begin(self, revision: Entry) -> None:
        if revision["number"] <= self.last_revision:
            raise _misfit(f"revision {revision['number']} comes after revision {self.last_revision}")
        self.last_revision = revision["number"]

    def _apply(self, things: _Things, change: Entry) -> Row:
        """The thing after the change."""
        if change["revision"] != self.last_revision:
            raise _misfit(f"a change of revision {change['revision']} stands below revision {self.last_revision}")
        kind = Kind(change["kind"])
        identity: Identity = (kind, str(change.get("former_slug", change["slug"])))
        if change["operation"] == Operation.CREATE:
            return self._create(things, identity, change)
        thing = things.by_identity.get(identity)
        if thing is None or thing["retracted_in"] is not None:
            raise _misfit(f"{kind} '{identity[1]}' is changed in revision {change['revision']}, but does not stand")
        if (change["operation"] == Operation.RENAME) != ("former_slug" in change):
            raise _misfit(f"{kind} '{identity[1]}': a renaming, and nothing else, has a former slug")
        thing |= _retract(things, kind, change) if change["operation"] == Operation.RETRACT else _revise(kind, change)
        things.by_identity[kind, thing["slug"]] = thing
        if thing["id"] not in things.created:
            things.changed[thing["id"]] = thing
        return thing

    def _create(self, things: _Things, identity: Identity, change: Entry) -> Row:
        if identity in things.by_identity:
            raise _misfit(f"{identity[0]} '{identity[1]}' is created twice")
        thing = {"id": self.next_id, "kind": identity[0], "retracted_in": None, "retraction_reason": None}
        thing |= {"successor_id": None} | _revise(identity[0], change)
        things.by_identity[identity] = things.created[self.next_id] = thing
        self.next_id += 1
        return thing


def _revise(kind: Kind, change: Entry) -> Row:
    return {"slug": change["slug"], "name": project_name(kind, change["record"]), "revision": change["revision"]}


def _retract(things: _Things, kind: Kind, change: Entry) -> Row:
    successor = change["record"]["successor"]
    if successor and (kind, successor) not in things.by_identity:
        raise _misfit(f"{kind} '{change['slug']}' has the successor '{successor}', which does not stand")
    return {
        "revision": change["revision"],
        "retracted_in": change["revision"],
        "retraction_reason": change["record"]["reason"],
        "successor_id": things.by_identity[kind, successor]["id"] if successor else None,
    }


def _read_things(session: Session, changes: Sequence[Entry]) -> dict[Identity, Row]:
    """The things that have one of the slugs that a chunk names, as they stand before it."""
    slugs: dict[Kind, set[str]] = {}
    for change in changes:
        named = {change["slug"], change.get("former_slug"), change["record"].get("successor")}
        slugs.setdefault(Kind(change["kind"]), set()).update(slug for slug in named if isinstance(slug, str))
    found: dict[Identity, Row] = {}
    for kind, wanted in slugs.items():
        query = select(_table(Thing)).where(Thing.kind == kind, Thing.slug.in_(sorted(wanted)))
        found |= {(kind, row["slug"]): dict(row) for row in session.execute(query).mappings()}
    return found


def _write_things(session: Session, things: _Things) -> None:
    """New rows without their successors first: one may come after what it succeeds."""
    table = _table(Thing)
    _insert(session, Thing, [{**row, "successor_id": None} for row in things.created.values()])
    changed = [*things.changed.values(), *(row for row in things.created.values() if row["successor_id"])]
    if changed:
        columns = [column.name for column in table.columns if column.name not in {"id", "kind"}]
        statement = update(table).where(table.c.id == bindparam("key"))
        values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
        rows = [{"key": row["id"], **{f"new_{name}": row[name] for name in columns}} for row in changed]
        session.execute(statement.values(values), rows)


def _write_rows(session: Session, progress: Progress) -> None:
    """The rows for questions, from the records that stand; what is referred to comes first."""
    for kind in ORDER:
        written = 0
        for standing in _read_standing(session, kind):
            _write_kind(session, kind, standing)
            written += len(standing)
            progress(str(kind), written, 0)


def _read_standing(session: Session, kind: Kind) -> Iterator[list[Any]]:
    """(key, record) of what stands, some at a time, in the order of entry."""
    last = 0
    while True:
        query = (
            select(Thing.id, Change.record)
            .join(Change, (Change.thing_id == Thing.id) & (Change.revision == Thing.revision))
            .where(Thing.kind == kind, Thing.retracted_in.is_(None), Thing.id > last)
            .order_by(Thing.id)
            .limit(CHUNK)
        )
        rows = list(session.execute(query))
        if not rows:
            return
        yield rows
        last = rows[-1].id


def _write_kind(session: Session, kind: Kind, standing: Sequence[Any]) -> None:
    mentions = [(row.record["slug"], mention) for row in standing for mention in find_mentions(kind, row.record)]
    ids = find_living_ids(session, {(mention.kind, mention.slug) for _, mention in mentions})
    faults = [
        Fault(f"{kind} '{slug}' names {mention.kind} '{mention.slug}', which does not stand", pointer="/entries")
        for slug, mention in mentions
        if (mention.kind, mention.slug) not in ids
    ]
    if faults:
        raise InvalidInputError(faults)

    def resolve(named: Kind, slug: str) -> int:
        return ids[named, slug]

    parts: dict[type[Base], list[Row]] = {}
    for row in standing:
        for part, rows in project_parts(kind, row.id, row.record, resolve).items():
            parts.setdefault(part, []).extend(rows)
    try:
        _insert(session, TABLES[kind], [project(kind, row.id, row.record, resolve) for row in standing])
        for part, rows in parts.items():
            _insert(session, part, rows)
    except IntegrityError as error:
        message = f"two {kind} records share what only one may have: a position, a number, a DOI or a PMID"
        raise InvalidInputError([Fault(message, pointer="/entries")]) from error


def _insert(session: Session, model: type[Base], rows: Sequence[Row]) -> None:
    if rows:
        table = _table(model)
        keys = [column.name for column in table.columns]
        session.execute(insert(table), [{key: row.get(key) for key in keys} for row in rows])


def _without_entry(entry: Entry) -> Row:
    return {key: value for key, value in entry.items() if key != "entry"}


def _table(model: type[Base]) -> Table:
    return cast(Table, model.__table__)


def _misfit(message: str) -> InvalidInputError:
    return InvalidInputError([Fault(message, pointer="/entries")])
