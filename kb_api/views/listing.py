"""The two requests that every kind answers: a list, and one thing.

Rule: a resource's view says what to select and how to shape it; the order of steps stands here, once.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Response

from kb_api.errors import NotFoundError
from kb_api.models import Thing
from kb_api.queries.concepts import Ids
from kb_api.queries.ordering import AnySelect, Ordering
from kb_api.queries.slugs import get_head
from kb_api.schemas.documents import DETAILS, SUMMARIES
from kb_api.shapes.links import Shape
from kb_api.views.history import answer_past
from kb_api.views.including import collect_notices, include
from kb_api.views.negotiation import Representation
from kb_api.views.paging import read_page
from kb_api.views.reading import Reading, check_fields, reading, split_list
from kb_api.views.representations import THING_FORMS
from kb_api.vocabulary import Kind

ShapeRows = Callable[[Reading, Sequence[Any]], list[Shape]]


def answer_list(
    kind: Kind,
    query: Mapping[str, Any],
    *,
    filter_kinds: Mapping[str, Kind],
    filter_fields: Sequence[str] = (),
    select: Callable[[Ids, dict[str, Any]], AnySelect],
    shape: ShapeRows,
    ordering: Ordering,
) -> Response:
    """A page of the things of a kind, filtered, with what is to be included."""
    with reading(query, forms=THING_FORMS) as request:
        request.stand()
        check_fields(split_list(query.get("fields")), SUMMARIES[kind])
        ids = request.resolve(filter_kinds)
        page = read_page(
            request.session,
            select(ids, request.values(*filter_fields)),
            ordering,
            sort=query.get("sort"),
            cursor=query.get("cursor"),
            limit=query["limit"],
            lang=request.words.language,
            counted_as=request.counted_as,
            kind=kind,
        )
        data = shape(request, page.rows)
        included = include(request, kind, [row.id for row in page.rows], ids)
        notices = collect_notices(included, data)
        return request.answer(data, page=page, included=included, notices=notices, filtered=one_sided(query))


def answer_one(
    kind: Kind,
    slug: str,
    query: Mapping[str, Any],
    *,
    select: AnySelect,
    shape: Callable[[Reading, Any], Shape],
    forms: Sequence[Representation] = THING_FORMS,
) -> Response:
    """One thing, with what is to be included; or as it stood at an earlier revision."""
    if query.get("as_of") is not None:
        return answer_past(kind, slug, query)
    with reading(query, forms=forms) as request:
        head = get_head(request.session, kind, slug)
        request.stand(head.revision)
        check_fields(split_list(query.get("fields")), DETAILS[kind])
        row = request.session.execute(select.where(Thing.id == head.id)).first()
        if row is None:
            raise NotFoundError(kind, slug)
        data = shape(request, row)
        included = include(request, kind, [head.id])
        return request.answer(data, included=included, notices=collect_notices(included, [data]))


def one_sided(query: Mapping[str, Any]) -> Shape | None:
    """What ``meta.filtered`` says when the caller asked for some stances only."""
    return {"stance": sorted(set(query["stance"]))} if query.get("stance") else None
