"""Passages: what the article says, sentence by sentence, and the verdict on it."""

from functools import partial
from typing import Any

from flask import Response
from flask.views import MethodView

from kb_api.editing.passages import Place, find_passage_revisions, shape_passage_change, shape_past_passage
from kb_api.errors import NotFoundError
from kb_api.models import Change, Passage
from kb_api.queries.claims import order_passages, select_passages
from kb_api.queries.lists import Filters, Listing
from kb_api.queries.revisions import select_history
from kb_api.queries.slugs import get_head
from kb_api.schemas.documents import PassageDetail, list_document, one_document
from kb_api.schemas.documents_editing import PassageHistoryDocument
from kb_api.schemas.queries import PassageListQuery
from kb_api.schemas.record_queries import PastQuery, RecordQuery
from kb_api.shapes.claims import shape_passage_detail
from kb_api.views.blueprint import Blueprint
from kb_api.views.history import answer_past, find_thing
from kb_api.views.including import include
from kb_api.views.paging import read_latest, read_page
from kb_api.views.reading import check_fields, reading, split_list
from kb_api.views.representations import THING_FORMS, THING_MEDIA_TYPES
from kb_api.vocabulary import Kind

blueprint = Blueprint(
    "passages", __name__, url_prefix="/v1/passages", description="What the article says, sentence by sentence."
)

PASSAGES = Listing(select_passages, order_passages())


@blueprint.route("", endpoint="list_passages")
class Passages(MethodView):
    @blueprint.arguments(PassageListQuery, location="query")
    @blueprint.response(200, list_document("Passage", PassageDetail), also=THING_MEDIA_TYPES)
    def get(self, query: dict[str, Any]) -> Response:
        """List passages

        In the article's order: what a sentence says of a claim, in our own words, and the verdict on it there.
        """
        with reading(query, forms=THING_FORMS) as request:
            request.stand()
            check_fields(split_list(query.get("fields")), PassageDetail)
            ids = request.resolve({"claim": Kind.CLAIM, "sign": Kind.SIGN})
            page = read_page(request, PASSAGES, Filters(ids, request.values("verdict", "section")))
            included = include(request, Kind.CLAIM, list(dict.fromkeys(row.id for row in page.rows)))
            data = [shape_passage_detail(row, request.words) for row in page.rows]
            return request.answer(data, page=page, included=included)


@blueprint.route("/<slug>", endpoint="get_passage")
class OnePassage(MethodView):
    @blueprint.arguments(PastQuery, location="query")
    @blueprint.response(200, one_document("Passage", PassageDetail), also=THING_MEDIA_TYPES)
    def get(self, query: dict[str, Any], slug: str) -> Response:
        """Get one passage

        Its slug is made of section, sentence and claim: `3-4-mgt-bbb`.
        """
        place, claim = _split_slug(slug)
        if query.get("as_of") is not None:
            shape = partial(shape_past_passage, place=place)
            return answer_past(Kind.CLAIM, claim, query, schema=PassageDetail, shape=shape)
        with reading(query, forms=THING_FORMS) as request:
            head = get_head(request.session, Kind.CLAIM, claim)
            request.stand(head.revision)
            check_fields(split_list(query.get("fields")), PassageDetail)
            stands_there = (Passage.section == place.section, Passage.sentence == place.sentence)
            row = request.session.execute(select_passages({Kind.CLAIM: [head.id]}).where(*stands_there)).first()
            if row is None:
                raise NotFoundError("passage", slug)
            included = include(request, Kind.CLAIM, [head.id])
            data = shape_passage_detail(row, request.words)
            return request.answer(data, included=included)


@blueprint.route("/<slug>/history", endpoint="list_passage_history")
class PassageHistory(MethodView):
    @blueprint.arguments(RecordQuery, location="query")
    @blueprint.response(200, PassageHistoryDocument)
    def get(self, query: dict[str, Any], slug: str) -> Response:
        """Get the history of one passage

        Every change of its claim that changed what stands at this place, the latest first, field by field; also of
        what was taken out.
        """
        with reading(query) as request:
            place, slug_of_claim = _split_slug(slug)
            claim = find_thing(request.session, Kind.CLAIM, slug_of_claim)
            request.stand(claim.revision)
            revisions = find_passage_revisions(request.session, claim.id, place)
            if not revisions:
                raise NotFoundError("passage", slug)
            page = read_latest(
                request.session,
                select_history(claim.id).where(Change.revision.in_(revisions)),
                Change.revision,
                cursor=query.get("cursor"),
                limit=query["limit"],
            )
            return request.answer([shape_passage_change(row, place) for row in page.rows], page=page)


def _split_slug(slug: str) -> tuple[Place, str]:
    section, _, rest = slug.partition("-")
    sentence, _, claim = rest.partition("-")
    if not (section.isascii() and section.isdigit() and sentence.isascii() and sentence.isdigit() and claim):
        raise NotFoundError("passage", slug)
    if len(section) > 4 or len(sentence) > 4:
        raise NotFoundError("passage", slug)
    return Place(int(section), int(sentence)), claim
