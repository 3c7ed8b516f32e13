"""One thing on record: its history, its record as it may be sent back, and how it stood at an earlier revision."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response
from flask.views import MethodView
from marshmallow import Schema
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb_api.editing import compare_records, read_standing
from kb_api.editing.past import get_past, shape_past
from kb_api.errors import Fault, InvalidInputError
from kb_api.models import Change, Thing
from kb_api.queries.revisions import select_history
from kb_api.queries.slugs import get_head
from kb_api.schemas.documents import DETAILS
from kb_api.schemas.documents_editing import HistoryDocument, RecordDocument
from kb_api.schemas.queries import LanguageQuery
from kb_api.schemas.record_queries import RecordQuery
from kb_api.shapes.links import Shape
from kb_api.shapes.revisions import shape_change, shape_differences
from kb_api.shapes.words import Words
from kb_api.views.blueprint import Blueprint
from kb_api.views.paging import read_latest
from kb_api.views.reading import check_fields, reading, split_list
from kb_api.vocabulary import Kind, Operation

ShapePast = Callable[[Session, Any, int, Words], Shape]
"""From the change by which a thing stood at a revision to what its page showed."""


def add_record_views(blueprint: Blueprint, kind: Kind) -> None:
    """The addresses below a thing that speak of its record."""

    class History(MethodView):
        @blueprint.arguments(RecordQuery, location="query")
        @blueprint.response(200, HistoryDocument)
        def get(self, query: dict[str, Any], slug: str) -> Response:
            return _answer_history(kind, slug, query)

    class Record(MethodView):
        @blueprint.arguments(LanguageQuery, location="query")
        @blueprint.response(200, RecordDocument)
        def get(self, query: dict[str, Any], slug: str) -> Response:
            return _answer_record(kind, slug, query)

    name = str(kind).replace("_", " ")
    History.get.__doc__ = f"""Get the history of one {name}

    Every change, the latest first, field by field; also of what was retracted.
    """
    Record.get.__doc__ = f"""Get one {name} as an editor sends it

    The record in both languages, as PUT takes it, with the ETag that If-Match wants.
    """
    blueprint.route("/<slug>/history", endpoint=f"list_{kind}_history")(History)
    blueprint.route("/<slug>/record", endpoint=f"get_{kind}_record")(Record)


def answer_past(
    kind: Kind,
    slug: str,
    query: Mapping[str, Any],
    *,
    schema: type[Schema] | None = None,
    shape: ShapePast = shape_past,
) -> Response:
    """The thing, or what ``shape`` takes from its record, as it stood at ``as_of``."""
    with reading(query) as request:
        if query.get("include"):
            raise InvalidInputError([Fault("cannot be asked for together with 'as_of'", parameter="include")])
        if query["as_of"] > request.revision:
            message = f"the knowledge base is at revision {request.revision}"
            raise InvalidInputError([Fault(message, parameter="as_of")])
        check_fields(split_list(query.get("fields")), schema or DETAILS[kind])
        change = get_past(request.session, kind, slug, query["as_of"])
        request.stand(change.revision)
        data = shape(request.session, change, query["as_of"], request.words)
        return request.answer(data, as_of=query["as_of"])


def shape_entry(row: Any) -> Shape:
    """One change with what it changed, field by field."""
    before = None if row.former_slug is None else row.former_record
    after = None if row.operation == Operation.RETRACT else row.record
    shape = shape_change(row, row.at, former_slug=row.former_slug)
    shape.pop("record", None)  # The feed has it, and ``as_of`` shows it; here it would say everything twice.
    return shape | {"differences": shape_differences(compare_records(before, after))}


def _answer_history(kind: Kind, slug: str, query: Mapping[str, Any]) -> Response:
    with reading(query) as request:
        thing = find_thing(request.session, kind, slug)
        request.stand(thing.revision)
        page = read_latest(
            request.session,
            select_history(thing.id),
            Change.revision,
            cursor=query.get("cursor"),
            limit=query["limit"],
        )
        return request.answer([shape_entry(row) for row in page.rows], page=page)


def _answer_record(kind: Kind, slug: str, query: Mapping[str, Any]) -> Response:
    with reading(query) as request:
        head = get_head(request.session, kind, slug)
        request.stand(head.revision)
        standing = read_standing(request.session, [(kind, slug)])[kind, slug]
        return request.answer(standing.record or {})


def find_thing(session: Session, kind: Kind, slug: str) -> Any:
    """The thing with this slug, retracted or not. Raises what a reader would be told when there is none."""
    query = select(Thing.id, Thing.revision).where(Thing.kind == kind, Thing.slug == slug)
    return session.execute(query).first() or get_head(session, kind, slug)
