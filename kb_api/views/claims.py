"""Claims: the statements that tie everything together, with the evidence for and against each."""

from typing import Any

from flask import Response
from flask.views import MethodView

from kb_api.queries.claims import CLAIM_FIELDS, LEADING_LINK, order_claims, select_claims, select_claims_about
from kb_api.queries.details import get_claim_evidence
from kb_api.queries.lists import Led, Listing
from kb_api.queries.slugs import get_head
from kb_api.schemas.documents import (
    ClaimDetail,
    ClaimEvidence,
    ClaimSummary,
    list_document,
    one_document,
)
from kb_api.schemas.queries import ClaimListQuery, ClaimReferencesQuery, EvidenceQuery
from kb_api.schemas.record_queries import PastQuery
from kb_api.views.blueprint import Blueprint
from kb_api.views.editing import writing_of
from kb_api.views.listing import answer_list, answer_one, one_sided
from kb_api.views.paging import Page
from kb_api.views.reading import reading
from kb_api.views.references import REFERENCE_LIST, answer_references
from kb_api.views.representations import REFERENCE_MEDIA_TYPES, THING_FORMS, THING_MEDIA_TYPES
from kb_api.vocabulary import CONCEPT_KINDS, PATHS, Kind

blueprint = Blueprint("claims", __name__, url_prefix=PATHS[Kind.CLAIM], description="Atomic statements with evidence.")
writing = writing_of(blueprint, Kind.CLAIM)

LED = Led(select_claims_about, "entered", LEADING_LINK.claim_id)
CLAIMS = Listing(select_claims, order_claims(), Kind.CLAIM, LED)
FILTER_KINDS = {str(kind): kind for kind in (*CONCEPT_KINDS, Kind.REFERENCE)}
FILTER_FIELDS = (*(field for field in CLAIM_FIELDS if field != "subject"), "stance", "verdict")


@blueprint.route("", endpoint="list_claims")
class Claims(writing.collection):  # type: ignore[name-defined] # Made for the kind.
    @blueprint.arguments(ClaimListQuery, location="query")
    @blueprint.response(200, list_document("Claim", ClaimSummary), also=THING_MEDIA_TYPES)
    def get(self, query: dict[str, Any]) -> Response:
        """List claims

        One claim must meet every filter: name one of each kind's things and have one of each field's values.
        """
        return answer_list(Kind.CLAIM, CLAIMS, query, filter_kinds=FILTER_KINDS, filter_fields=FILTER_FIELDS)


@blueprint.route("/<slug>", endpoint="get_claim")
class OneClaim(writing.thing):  # type: ignore[name-defined]
    @blueprint.arguments(PastQuery, location="query")
    @blueprint.response(200, one_document("Claim", ClaimDetail), also=THING_MEDIA_TYPES)
    def get(self, query: dict[str, Any], slug: str) -> Response:
        """Get one claim

        With its links, its balance, every piece of evidence, and what the article says and the verdict on it.
        """
        return answer_one(Kind.CLAIM, slug, query)


@blueprint.route("/<slug>/evidence", endpoint="list_claim_evidence")
class EvidenceOfClaim(MethodView):
    @blueprint.arguments(EvidenceQuery, location="query")
    @blueprint.response(200, list_document("Evidence", ClaimEvidence), also=THING_MEDIA_TYPES)
    def get(self, query: dict[str, Any], slug: str) -> Response:
        """List the evidence of a claim

        Every piece, whatever its stance, unless `stance` asks for one side; `meta.filtered` then says so.
        """
        with reading(query, forms=THING_FORMS) as request:
            head = get_head(request.session, Kind.CLAIM, slug)
            request.stand(head.revision)
            stances = query.get("stance", ())
            data = get_claim_evidence(request.session, head.id, request.words, stances=stances)
            page = Page(data, None, len(data), total_exact=True)
            request.note(data)
            return request.answer(data, page=page, filtered=one_sided(query))


@blueprint.route("/<slug>/references", endpoint="list_claim_references")
class ClaimReferences(MethodView):
    @blueprint.arguments(ClaimReferencesQuery, location="query")
    @blueprint.response(200, REFERENCE_LIST, also=REFERENCE_MEDIA_TYPES)
    def get(self, query: dict[str, Any], slug: str) -> Response:
        """List the references of a claim

        The same as `/v1/references?claim={slug}`, in any citation format.
        """
        return answer_references(query, claim=slug)
