"""Questions to the record: revisions, the feed of changes, the history of one thing.

Rule: the record is only read here, and in its own order: revision, then position.
"""

from sqlalchemy import String, cast, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from kb_api.models import Change, FormerSlug, Revision, Thing
from kb_api.queries.ordering import AnySelect
from kb_api.vocabulary import Kind, Operation

CHANGE_COLUMNS = (
    Change.revision,
    Change.position,
    Change.thing_id,
    Change.kind,
    Change.slug,
    Change.operation,
    Change.fields,
    Change.record,
    Revision.at,
)


def select_revisions() -> AnySelect:
    """Every revision, and how many things it changed."""
    counted = select(func.count()).where(Change.revision == Revision.number).scalar_subquery()
    return select(Revision.number, Revision.at, Revision.author, Revision.message, counted.label("changes"))


def select_feed(revision: int, position: int) -> AnySelect:
    """Every change after a place in the record, in order, each with the slug before it."""
    earlier = aliased(Change)
    former_slug = (
        select(earlier.slug)
        .where(earlier.thing_id == Change.thing_id, earlier.revision < Change.revision)
        .order_by(earlier.revision.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(*CHANGE_COLUMNS, former_slug.label("former_slug"))
        .join(Revision, Revision.number == Change.revision)
        .where(tuple_(Change.revision, Change.position) > tuple_(revision, position))
        .order_by(Change.revision, Change.position)
    )


def select_changes_of_revision(number: int) -> AnySelect:
    """The changes of one revision, each with what stood before it."""
    return _select_with_before().where(Change.revision == number).order_by(Change.position)


def select_history(thing_id: int) -> AnySelect:
    """The changes of one thing, each with what stood before it."""
    return _select_with_before().where(Change.thing_id == thing_id)


def select_history_of_passages(claim_id: int) -> AnySelect:
    """The changes of a claim that may have changed a passage of it, each with what stood before it."""
    names_passages = cast(Change.fields, String).contains('"passages"')
    moves_all = Change.operation.in_([Operation.RENAME, Operation.RETRACT])
    return select_history(claim_id).where(or_(names_passages, moves_all))


def select_past(thing_ids: list[int], revision: int) -> AnySelect:
    """The last change of each thing up to a revision."""
    last = (
        select(Change.thing_id, func.max(Change.revision).label("revision"))
        .where(Change.thing_id.in_(thing_ids), Change.revision <= revision)
        .group_by(Change.thing_id)
        .subquery()
    )
    is_last = (Change.thing_id == last.c.thing_id) & (Change.revision == last.c.revision)
    return select(*CHANGE_COLUMNS).join(Revision, Revision.number == Change.revision).join(last, is_last)


def select_bearers(kind: Kind, slugs: list[str]) -> AnySelect:
    """(key, slug) of everything of a kind that has one of the slugs, or once had it."""
    now = select(Thing.id.label("id"), Thing.slug).where(Thing.kind == kind, Thing.slug.in_(slugs))
    then = select(FormerSlug.thing_id, FormerSlug.slug).where(FormerSlug.kind == kind, FormerSlug.slug.in_(slugs))
    found = now.union_all(then).subquery()
    return select(found.c.id, found.c.slug)


def _select_with_before() -> AnySelect:
    earlier = aliased(Change)
    before = (
        select(func.max(earlier.revision))
        .where(earlier.thing_id == Change.thing_id, earlier.revision < Change.revision)
        .scalar_subquery()
    )
    previous = aliased(Change)
    return (
        select(*CHANGE_COLUMNS, previous.slug.label("former_slug"), previous.record.label("former_record"))
        .select_from(Change)
        .join(Revision, Revision.number == Change.revision)
        .outerjoin(previous, (previous.thing_id == Change.thing_id) & (previous.revision == before))
    )
