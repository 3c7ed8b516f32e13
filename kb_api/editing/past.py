"""How one thing stood at an earlier revision, shaped from the record.

Rule: what the thing itself said is shown, with the names that others had then. What others said of it (the claims that
link it, its counts, its red flags) is not its own record and is left out.
"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from sqlalchemy.orm import Session

from kb_api.editing.projection import RELATED, Row, project, project_name
from kb_api.editing.references import find_mentions
from kb_api.errors import GoneError, NotFoundError
from kb_api.models import TABLES
from kb_api.queries.revisions import select_bearers, select_past
from kb_api.queries.slugs import get_head
from kb_api.shapes.claims import shape_claim_detail
from kb_api.shapes.concepts import shape_concept
from kb_api.shapes.facts import FACT_SHAPES, shape_relations
from kb_api.shapes.links import Shape
from kb_api.shapes.references import shape_notice, shape_reference
from kb_api.shapes.words import Words
from kb_api.vocabulary import CONCEPT_KINDS, Kind, Operation, RelationRole

Things = dict[tuple[Kind, str], SimpleNamespace]
"""(kind, slug) → the thing as it stood: ``kind, slug, name, record``."""


def get_past(session: Session, kind: Kind, slug: str, revision: int) -> Any:
    """The change by which the thing stood at the revision.

    Raises ``NotFoundError`` when it did not exist yet, ``GoneError`` when it was retracted by then.
    """
    bearer = session.execute(select_bearers(kind, [slug])).first()
    if bearer is None:
        get_head(session, kind, slug)  # Raises what a reader would be told.
        raise NotFoundError(kind, slug)
    change = session.execute(select_past([bearer.id], revision)).first()
    if change is None:
        raise NotFoundError(kind, slug)
    if change.operation == Operation.RETRACT:
        raise GoneError(kind, slug, change.record["reason"], change.record["successor"])
    return change


def shape_past(session: Session, change: Any, revision: int, words: Words) -> Shape:
    """The thing as its own page showed it, without what others said of it."""
    kind = Kind(change.kind)
    things = _read_mentioned(session, kind, change.record, revision)
    row = _make_row(kind, change, things)
    if kind is Kind.CLAIM:
        cited = [things[Kind.REFERENCE, piece["reference"]] for piece in change.record["evidence"]]
        named = {
            identity: thing
            for reference in cited
            for identity, thing in _read_mentioned(session, Kind.REFERENCE, reference.record, revision).items()
        }
        return _shape_claim(row, change.record, things, cited, named, words)
    if kind is Kind.REFERENCE:
        return shape_reference(row, _notice_rows(row, change.record, things), words)
    relations = list(_relation_rows(change.record, things))
    if kind is Kind.POPULATION:
        return shape_concept(kind, row, words) | shape_relations(relations, words, RelationRole.SOURCE)
    if kind in CONCEPT_KINDS:
        return shape_concept(kind, row, words)
    return FACT_SHAPES[kind](row, relations, words)


def _read_mentioned(session: Session, kind: Kind, record: Row, revision: int) -> Things:
    """Everything that the record names, as it stood at the revision."""
    wanted: dict[Kind, list[str]] = {}
    for mention in find_mentions(kind, record):
        wanted.setdefault(mention.kind, []).append(mention.slug)
    found: Things = {}
    for other, slugs in wanted.items():
        bearers = {row.id: row.slug for row in session.execute(select_bearers(other, slugs))}
        for change in session.execute(select_past(list(bearers), revision)):
            name = project_name(other, change.record)
            found[other, change.slug] = SimpleNamespace(kind=other, slug=change.slug, name=name, record=change.record)
    return found


def _make_row(kind: Kind, change: Any, things: Things) -> SimpleNamespace:
    """What a select of the kind would have given."""
    row: Row = {column.name: None for column in TABLES[kind].__table__.columns}
    row |= project(kind, change.thing_id, change.record, lambda *_: 0)
    above = things.get((kind, change.record.get("parent") or change.record.get("group") or ""))
    row |= {"parent_slug": above and above.slug, "parent_name": above and above.name}
    name = project_name(kind, change.record)
    return SimpleNamespace(**row, kind=kind, slug=change.slug, name=name, revision=change.revision)


def _shape_claim(
    row: Any, record: Row, things: Things, cited: list[SimpleNamespace], named: Things, words: Words
) -> Shape:
    links = [_with(things[Kind(link["kind"]), link["slug"]], role=link["role"]) for link in record["links"]]
    evidence = [
        _with(reference, stance=piece["stance"], note=piece["note"], study_type=reference.record["study_type"])
        for reference, piece in zip(cited, record["evidence"], strict=True)
    ]
    passages = [SimpleNamespace(**passage) for passage in record["passages"]]
    passages.sort(key=lambda passage: (passage.section, passage.sentence))
    notices = [
        shape_notice(notice, words)
        for reference in cited
        for notice in _notice_rows(reference, reference.record, named)
    ]
    return shape_claim_detail(row, links, evidence, passages, notices, words)


def _notice_rows(reference: Any, record: Row, things: Things) -> list[SimpleNamespace]:
    rows = []
    for notice in record["notices"]:
        given_by = things.get((Kind.REFERENCE, notice.get("reference") or ""))
        rows.append(
            _with(
                reference,
                notice_type=notice["notice_type"],
                text=notice["text"],
                verification=notice["verification"],
                notice_slug=given_by and given_by.slug,
                notice_name=given_by and given_by.name,
            )
        )
    return rows


def _relation_rows(record: Row, things: Things) -> Iterator[SimpleNamespace]:
    related = {**RELATED, "sources": (RelationRole.SOURCE, Kind.REFERENCE)}
    for key, (role, target) in related.items():
        for part in record.get(key, []):
            slug = part if isinstance(part, str) else part["slug"]
            detail = None if isinstance(part, str) else {name: part[name] for name in part if name != "slug"}
            yield _with(things[target, slug], role=role, detail=detail)


def _with(thing: Any, **more: Any) -> SimpleNamespace:
    return SimpleNamespace(**{**vars(thing), **more})
