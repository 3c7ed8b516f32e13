"""From what writers intend to what a revision will do: every write judged against what stands and against the others.

Rule: everything that can be refused before a row is written is refused here, and nothing is written.
"""

from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb_api.editing.comparing import changed_fields
from kb_api.editing.projection import Row
from kb_api.editing.references import SINGLE, find_mentions
from kb_api.editing.standing import (
    Identity,
    Standing,
    find_holders,
    find_taken_slugs,
    read_referring,
    read_standing,
)
from kb_api.errors import ConflictError, Fault, InvalidInputError, NotFoundError, StaleVersionError
from kb_api.models import TABLES, Thing
from kb_api.queries.slugs import get_head
from kb_api.vocabulary import Kind, Operation

ORDER = list(TABLES)
"""The kinds in the order in which their rows can be written: what is referred to comes first."""

UNIQUE_KEYS = {
    Kind.SIGN: ("position",),
    Kind.SECTION: ("number",),
    Kind.REFERENCE: ("doi", "pmid", "pmcid"),
}
"""Kind → the keys of which no two records may have the same value."""


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
    """Where the record, or the retraction, stands in the request, for messages."""


@dataclass
class Planned:
    """One thing that the revision writes: what stood before, and what will stand."""

    id: int
    kind: Kind
    before: Standing | None
    record: Row | None
    pointer: str = ""
    reason: str | None = None
    successor: str | None = None

    @property
    def slug(self) -> str:
        """The slug after the revision."""
        if self.record is not None:
            return str(self.record["slug"])
        return self.before.slug if self.before else ""

    @property
    def is_rename(self) -> bool:
        return self.before is not None and self.before.slug != self.slug

    @property
    def operation(self) -> Operation:
        if self.record is None:
            return Operation.RETRACT
        if self.before is None:
            return Operation.CREATE
        return Operation.RENAME if self.is_rename else Operation.UPDATE

    @property
    def fields(self) -> list[str]:
        """The fields that the revision changes; none of a retraction."""
        return [] if self.record is None else changed_fields(self._record_before, self.record)

    @property
    def _record_before(self) -> Row:
        return (self.before.record if self.before else None) or {}


def plan_writes(session: Session, writes: Sequence[Write]) -> list[Planned]:
    """What the revision does, in the order in which it is recorded; what changes nothing is left out."""
    _refuse_repetition(writes)
    plan = _take_writes(session, writes)
    plan += _follow_renames(session, plan)
    plan = [planned for planned in plan if planned.fields or planned.record is None]
    _refuse_taken(session, plan)
    _refuse_shared_values(session, plan)
    _refuse_loops(session, plan)
    return sorted(plan, key=lambda planned: (planned.record is None, ORDER.index(planned.kind)))


def _refuse_repetition(writes: Sequence[Write]) -> None:
    seen: set[Identity] = set()
    for write in writes:
        if (write.kind, write.slug) in seen:
            message = f"{write.kind} '{write.slug}' is written twice in one revision"
            raise ConflictError(message, [Fault(message, pointer=f"{write.pointer}/slug")])
        seen.add((write.kind, write.slug))


def _take_writes(session: Session, writes: Sequence[Write]) -> list[Planned]:
    standing = read_standing(session, [(write.kind, write.slug) for write in writes])
    next_id = session.execute(select(func.coalesce(func.max(Thing.id), 0))).scalar_one() + 1
    plan = []
    for write in writes:
        if write.operation is Operation.CREATE:
            plan.append(Planned(next_id, write.kind, None, _record_of(write), write.pointer))
            next_id += 1
        else:
            plan.append(_take_change(session, write, standing.get((write.kind, write.slug))))
    return plan


def _take_change(session: Session, write: Write, standing: Standing | None) -> Planned:
    if standing is None or standing.retraction_reason is not None:
        get_head(session, write.kind, write.slug)  # Raises what a reader would be told: moved, gone or never there.
        raise NotFoundError(write.kind, write.slug)
    if write.expected_revision is not None and write.expected_revision != standing.revision:
        raise StaleVersionError(write.kind, write.slug, standing.revision)
    if write.operation is Operation.RETRACT:
        return Planned(standing.id, write.kind, standing, None, write.pointer, write.reason, write.successor)
    return Planned(standing.id, write.kind, standing, _record_of(write), write.pointer)


def _record_of(write: Write) -> Row:
    if write.record is None:
        raise InvalidInputError([Fault("needs a record", pointer=write.pointer)])
    return deepcopy(write.record)


def _follow_renames(session: Session, plan: Sequence[Planned]) -> list[Planned]:
    """Everything that names a renamed thing names it by its new slug; what the batch does not write follows it."""
    renamed = {(planned.kind, planned.before.slug): planned.slug for planned in plan if planned.before}
    renamed = {(kind, old): new for (kind, old), new in renamed.items() if old != new}
    if not renamed:
        return []
    written = {planned.id for planned in plan}
    referring = {
        standing.id: standing
        for planned in plan
        if planned.is_rename
        for standing in read_referring(session, planned.id)
        if standing.id not in written
    }
    following = [Planned(each.id, each.kind, each, deepcopy(each.record)) for each in referring.values()]
    for planned in (*plan, *following):
        _rename_mentions(planned, renamed)
    return following


def _rename_mentions(planned: Planned, renamed: dict[Identity, str]) -> None:
    for mention in list(find_mentions(planned.kind, planned.record or {})):
        if new_slug := renamed.get((mention.kind, mention.slug)):
            mention.holder[mention.key] = new_slug


def _refuse_taken(session: Session, plan: Iterable[Planned]) -> None:
    """A slug is given to one thing, once."""
    given = [planned for planned in plan if planned.before is None or planned.is_rename]
    taken = find_taken_slugs(session, [(planned.kind, planned.slug) for planned in given])
    faults = []
    for planned in given:
        if (planned.kind, planned.slug) in taken:
            message = f"{planned.kind} '{planned.slug}' exists or existed: a slug is never used again"
            faults.append(Fault(message, pointer=f"{planned.pointer}/slug"))
        taken.add((planned.kind, planned.slug))
    _raise_conflict(faults)


def _refuse_shared_values(session: Session, plan: Sequence[Planned]) -> None:
    """No two records share a value that must be unique, once the whole revision is done."""
    faults: list[Fault] = []
    for kind, keys in UNIQUE_KEYS.items():
        of_kind = [planned for planned in plan if planned.kind is kind]
        for key in keys:
            faults += _find_shared(session, kind, key, of_kind)
    _raise_conflict(faults)


def _find_shared(session: Session, kind: Kind, key: str, of_kind: Sequence[Planned]) -> Iterator[Fault]:
    wanting = [planned for planned in of_kind if planned.record and planned.record.get(key) is not None]
    written = {planned.id for planned in of_kind}
    values = [planned.record[key] for planned in wanting if planned.record]
    holders = {
        value: slug for value, thing_id, slug in find_holders(session, kind, key, values) if thing_id not in written
    }
    for planned, value in zip(wanting, values, strict=True):
        holder = holders.setdefault(value, planned.slug)
        if holder != planned.slug:
            yield Fault(f"{kind} '{holder}' has the {key} {value} already", pointer=f"{planned.pointer}/{key}")


def _refuse_loops(session: Session, plan: Sequence[Planned]) -> None:
    """Nothing stands above itself."""
    written = {(planned.kind, planned.slug): planned.record for planned in plan if planned.record}
    faults = []
    for planned in plan:
        for key in SINGLE.get(planned.kind, {}):
            above = planned.record and planned.record.get(key)
            if above and planned.slug in _climb(session, planned.kind, key, above, written):
                message = f"{planned.kind} '{planned.slug}' would stand above itself"
                faults.append(Fault(message, pointer=f"{planned.pointer}/{key}"))
    if faults:
        raise InvalidInputError(faults)


def _climb(session: Session, kind: Kind, key: str, slug: str | None, written: dict[Identity, Row]) -> set[str]:
    """``slug`` and everything above it."""
    passed: set[str] = set()
    while slug and slug not in passed:
        passed.add(slug)
        standing = read_standing(session, [(kind, slug)]).get((kind, slug)) if (kind, slug) not in written else None
        record = written.get((kind, slug)) or (standing.record if standing else None) or {}
        slug = record.get(key)
    return passed


def _raise_conflict(faults: list[Fault]) -> None:
    if faults:
        raise ConflictError("; ".join(fault.message for fault in faults[:5]), faults)
