"""The two requests that every kind answers: a list, and one thing.

Rule: a resource's view says what to select and how to shape it; the order of steps stands here, once.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response

from kb_api.queries.lists import Filters, Listing
from kb_api.queries.slugs import get_head
from kb_api.schemas.documents import DETAILS, SUMMARIES
from kb_api.shapes.links import Shape
from kb_api.views.history import answer_past
from kb_api.views.including import include
from kb_api.views.negotiation import Representation
from kb_api.views.paging import read_page
from kb_api.views.reading import Reading, check_fields, reading, split_list
from kb_api.views.representations import THING_FORMS
from kb_api.vocabulary import Kind


def answer_list(
    kind: Kind,
    listing: Listing,
    query: Mapping[str, Any],
    *,
    filter_kinds: Mapping[str, Kind],
    filter_fields: Sequence[str] = (),
) -> Response:
    """A page of the things of a kind, filtered, with what is to be included."""
    with reading(query, forms=THING_FORMS) as request:
        request.stand()
        check_fields(split_list(query.get("fields")), SUMMARIES[kind])
        filters = Filters(request.resolve(filter_kinds), request.values(*filter_fields))
        return answer_page(request, kind, listing, filters)


def answer_page(request: Reading, kind: Kind, listing: Listing, filters: Filters) -> Response:
    """The page of the list that is asked for, once the request has been judged."""
    page = read_page(request, listing, filters)
    ids = [row.id for row in page.rows]
    data = request.gather(kind, ids)
    included = include(request, kind, ids, filters.ids)
    return request.answer(data, page=page, included=included, filtered=one_sided(request.query))


def answer_one(
    kind: Kind, slug: str, query: Mapping[str, Any], *, forms: Sequence[Representation] = THING_FORMS
) -> Response:
    """One thing, with what is to be included; or as it stood at an earlier revision."""
    if query.get("as_of") is not None:
        return answer_past(kind, slug, query)
    with reading(query, forms=forms) as request:
        head = get_head(request.session, kind, slug)
        request.stand(head.revision)
        check_fields(split_list(query.get("fields")), DETAILS[kind])
        (data,) = request.gather(kind, [head.id], is_detail=True)
        return request.answer(data, included=include(request, kind, [head.id]))


def one_sided(query: Mapping[str, Any]) -> Shape | None:
    """What ``meta.filtered`` says when the caller asked for some stances only."""
    return {"stance": sorted(set(query["stance"]))} if query.get("stance") else None
