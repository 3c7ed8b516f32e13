"""One passage on record. It stands in the record of its claim, so its past is what that record said of its place.

Rule: a passage is known by its place; one that moves to another sentence ends here and begins there.
"""

from types import SimpleNamespace
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb_api.editing.comparing import compare_records
from kb_api.editing.projection import Row, project_name
from kb_api.errors import NotFoundError
from kb_api.models import Change, Thing
from kb_api.queries.revisions import select_history_of_passages, select_past
from kb_api.shapes.claims import passage_slug, shape_passage_detail
from kb_api.shapes.links import Shape
from kb_api.shapes.revisions import format_moment, shape_differences
from kb_api.shapes.words import Words
from kb_api.vocabulary import Kind, Operation


class Place(NamedTuple):
    """Where the article says it."""

    section: int
    sentence: int


def find_passage_revisions(session: Session, claim_id: int, place: Place) -> list[int]:
    """The revisions that changed what the claim's record says of the place."""
    rows = session.execute(select_history_of_passages(claim_id).order_by(Change.revision))
    return [row.revision for row in rows if _read_before(row, place) != _read_after(row, place)]


def shape_passage_change(change: Any, place: Place) -> Shape:
    """What one change of the claim did to its passage, field by field."""
    before, after = _read_before(change, place), _read_after(change, place)
    differences = compare_records(before, after)
    slug = passage_slug(*place, change.slug)
    shape: Shape = {
        "revision": change.revision,
        "at": format_moment(change.at),
        "kind": "passage",
        "slug": slug,
        "url": f"/v1/passages/{slug}",
        "operation": _name_operation(before, after),
        "fields": [each.field for each in differences] if after else [],
        "differences": shape_differences(differences),
    }
    if before and after and before["slug"] != slug:
        shape["former_slug"] = before["slug"]
    return shape | (change.record if change.operation == Operation.RETRACT else {})


def shape_past_passage(session: Session, change: Any, revision: int, words: Words, *, place: Place) -> Shape:
    """The passage as its own page showed it when its claim stood by this change."""
    passage = _find(change.record, place)
    if passage is None:
        raise NotFoundError("passage", passage_slug(*place, change.slug))
    heading = _find_heading(session, place.section, revision)
    name = project_name(Kind.CLAIM, change.record)
    row = SimpleNamespace(**passage, heading=heading, slug=change.slug, name=name, revision=change.revision)
    return shape_passage_detail(row, words)


def _read_before(change: Any, place: Place) -> Row | None:
    passage = _find(change.former_record or {}, place)
    return passage and {"slug": passage_slug(*place, change.former_slug), **passage}


def _read_after(change: Any, place: Place) -> Row | None:
    passage = _find(change.record, place)
    return passage and {"slug": passage_slug(*place, change.slug), **passage}


def _find(record: Row, place: Place) -> Row | None:
    """The passage of this place; a retraction's record has none."""
    passages = record.get("passages", [])
    return next((each for each in passages if (each["section"], each["sentence"]) == place), None)


def _name_operation(before: Row | None, after: Row | None) -> Operation:
    if before is None:
        return Operation.CREATE
    if after is None:
        return Operation.RETRACT
    return Operation.UPDATE if before["slug"] == after["slug"] else Operation.RENAME


def _find_heading(session: Session, number: int, revision: int) -> dict[str, str] | None:
    """The heading that the section of this number had."""
    ids = session.execute(select(Thing.id).where(Thing.kind == Kind.SECTION)).scalars()
    records = [change.record for change in session.execute(select_past(list(ids), revision))]
    return next((record["heading"] for record in records if record.get("number") == number), None)
