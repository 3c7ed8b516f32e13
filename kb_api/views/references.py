"""References: as JSON, and in any citation format."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from kb_api.queries.lists import Filters, Listing
from kb_api.queries.references import order_references, select_references
from kb_api.queries.slugs import get_head
from kb_api.schemas.documents import Reference, list_document, one_document
from kb_api.schemas.queries import ReferenceListQuery
from kb_api.schemas.record_queries import PastReferenceQuery
from kb_api.views.blueprint import Blueprint
from kb_api.views.editing import writing_of
from kb_api.views.listing import answer_one, answer_page
from kb_api.views.reading import check_fields, reading, split_list
from kb_api.views.representations import REFERENCE_FORMS, REFERENCE_MEDIA_TYPES
from kb_api.vocabulary import CONCEPT_KINDS, PATHS, Kind

blueprint = Blueprint("references", __name__, url_prefix=PATHS[Kind.REFERENCE], description="Publications and pages.")
writing = writing_of(blueprint, Kind.REFERENCE)

REFERENCES = Listing(select_references, order_references(), Kind.REFERENCE)
REFERENCE_LIST = list_document("Reference", Reference)
FILTER_KINDS = {str(kind): kind for kind in (*CONCEPT_KINDS, Kind.CLAIM)}


@blueprint.route("", endpoint="list_references")
class References(writing.collection):  # type: ignore[name-defined] # Made for the kind.
    @blueprint.arguments(ReferenceListQuery, location="query")
    @blueprint.response(200, REFERENCE_LIST, also=REFERENCE_MEDIA_TYPES)
    def get(self, query: dict[str, Any]) -> Response:
        """List references

        As JSON or in any citation format, by `Accept` or `format`; pages and filters are the same in each. `claim`
        and `stance` speak of the same evidence. A well-formed `doi` or `pmid` that is not here gives an empty list.
        """
        return answer_references(query)


@blueprint.route("/<slug>", endpoint="get_reference")
class OneReference(writing.thing):  # type: ignore[name-defined]
    @blueprint.arguments(PastReferenceQuery, location="query")
    @blueprint.response(200, one_document("Reference", Reference), also=REFERENCE_MEDIA_TYPES)
    def get(self, query: dict[str, Any], slug: str) -> Response:
        """Get one reference

        As JSON or in any citation format. Its title stays original; errata and retractions show in `notices`.
        """
        return answer_one(Kind.REFERENCE, slug, query, forms=REFERENCE_FORMS)


def answer_references(query: Mapping[str, Any], *, claim: str | None = None) -> Response:
    """A page of references; with ``claim``, of those that are evidence for it."""
    with reading(query, forms=REFERENCE_FORMS) as request:
        head = get_head(request.session, Kind.CLAIM, claim) if claim else None
        request.stand(head.revision if head else None)
        check_fields(split_list(query.get("fields")), Reference)
        ids = request.resolve(FILTER_KINDS) | ({Kind.CLAIM: [head.id]} if head else {})
        filters = Filters(ids, request.values("stance", "study_type", "doi", "pmid"))
        return answer_page(request, Kind.REFERENCE, REFERENCES, filters)
