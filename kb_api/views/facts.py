"""Facts to act on: regulatory wordings, intakes, safety, and the sections of the article."""

from functools import partial
from typing import Any

from flask import Response

from kb_api.queries.facts import order_facts, select_facts
from kb_api.queries.lists import Listing
from kb_api.schemas.documents import DETAILS, list_document, one_document
from kb_api.schemas.queries import (
    HealthClaimListQuery,
    IntakeListQuery,
    ListQuery,
    SafetyListQuery,
    SectionListQuery,
)
from kb_api.schemas.record_queries import PastQuery
from kb_api.views.blueprint import Blueprint
from kb_api.views.editing import writing_of
from kb_api.views.listing import answer_list, answer_one
from kb_api.views.representations import THING_MEDIA_TYPES
from kb_api.vocabulary import PATHS, PLURALS, Kind

LIST_QUERIES: dict[Kind, type[ListQuery]] = {
    Kind.HEALTH_CLAIM: HealthClaimListQuery,
    Kind.SAFETY: SafetyListQuery,
    Kind.INTAKE: IntakeListQuery,
    Kind.SECTION: SectionListQuery,
}
"""Kind → the parameters of its list."""

LISTINGS = {kind: Listing(partial(select_facts, kind), order_facts(kind), kind) for kind in LIST_QUERIES}

FILTER_KINDS: dict[Kind, tuple[Kind, ...]] = {
    Kind.HEALTH_CLAIM: (Kind.SIGN, Kind.FORM, Kind.CLAIM),
    Kind.SAFETY: (Kind.SIGN, Kind.CLAIM, Kind.POPULATION),
}
"""Kind → the kinds that it is filtered by."""

FILTER_FIELDS = {
    Kind.HEALTH_CLAIM: ("jurisdiction", "status"),
    Kind.SAFETY: ("safety_type", "urgency"),
    Kind.INTAKE: ("measure", "sex", "authority", "age"),
}
"""Kind → the fields that it is filtered by."""

DESCRIPTIONS = {
    Kind.HEALTH_CLAIM: "Regulatory wordings to the letter, with conditions and legal acts, and what is not authorised.",
    Kind.SAFETY: "Red flags of the signs, interactions with medicines, adverse effects, and who should not take it.",
    Kind.INTAKE: "Recommended and adequate intakes, upper levels and blood values of disagreeing authorities, side by "
    "side; there is no one recommended dose.",
    Kind.SECTION: "The sections of the article, and which of their sentences state nothing.",
}
"""Kind → what its rows are, for the reference."""


def make_blueprint(kind: Kind) -> Blueprint:
    """The list and the single row of one kind."""
    plural, title = PLURALS[kind], str(kind).title().replace("_", "")
    blueprint = Blueprint(plural, __name__, url_prefix=PATHS[kind], description=DESCRIPTIONS[kind])

    writing = writing_of(blueprint, kind)

    class Facts(writing.collection):  # type: ignore[name-defined] # Made for the kind.
        @blueprint.arguments(LIST_QUERIES[kind], location="query")
        @blueprint.response(200, list_document(title, DETAILS[kind]), also=THING_MEDIA_TYPES)
        def get(self, query: dict[str, Any]) -> Response:
            return _answer_list(kind, query)

    class Fact(writing.thing):  # type: ignore[name-defined]
        @blueprint.arguments(PastQuery, location="query")
        @blueprint.response(200, one_document(title, DETAILS[kind]), also=THING_MEDIA_TYPES)
        def get(self, query: dict[str, Any], slug: str) -> Response:
            return answer_one(kind, slug, query)

    spoken = plural.replace("_", " ")
    Facts.get.__doc__ = f"List {spoken}\n\n{DESCRIPTIONS[kind]}"
    Fact.get.__doc__ = f"Get one of {spoken}\n\nWith what it touches, where it was seen, and how good that place is."
    blueprint.route("", endpoint=f"list_{plural}")(Facts)
    blueprint.route("/<slug>", endpoint=f"get_{kind}")(Fact)
    return blueprint


BLUEPRINTS = [make_blueprint(kind) for kind in LIST_QUERIES]


def _answer_list(kind: Kind, query: dict[str, Any]) -> Response:
    return answer_list(
        kind,
        LISTINGS[kind],
        query,
        filter_kinds={str(other): other for other in FILTER_KINDS.get(kind, ())},
        filter_fields=FILTER_FIELDS.get(kind, ()),
    )
