"""Signs, mechanisms, forms, foods and populations: one shape, one way to be asked for."""

from functools import partial
from typing import Any

from flask import Response

from kb_api.queries.concepts import FILTER_KINDS, order_concepts, select_concepts
from kb_api.queries.lists import Listing
from kb_api.schemas.documents import DETAILS, SUMMARIES, list_document, one_document
from kb_api.schemas.queries import (
    ConceptListQuery,
    FoodListQuery,
    FormListQuery,
    MechanismListQuery,
    PopulationListQuery,
    SignListQuery,
)
from kb_api.schemas.record_queries import PastQuery
from kb_api.views.blueprint import Blueprint
from kb_api.views.editing import writing_of
from kb_api.views.listing import answer_list, answer_one
from kb_api.views.representations import THING_MEDIA_TYPES
from kb_api.vocabulary import PATHS, PLURALS, Kind

LIST_QUERIES: dict[Kind, type[ConceptListQuery]] = {
    Kind.SIGN: SignListQuery,
    Kind.MECHANISM: MechanismListQuery,
    Kind.FORM: FormListQuery,
    Kind.FOOD: FoodListQuery,
    Kind.POPULATION: PopulationListQuery,
}
"""Kind → the parameters of its list."""

LISTINGS = {kind: Listing(partial(select_concepts, kind), order_concepts(kind), kind) for kind in LIST_QUERIES}

OWN_FIELDS = {Kind.SIGN: ("body_system",)}
"""Kind → the fields of its own that it is filtered by."""

DESCRIPTIONS = {
    Kind.SIGN: "The eleven signs of magnesium deficiency that the article names, in its order.",
    Kind.MECHANISM: "Physiological pathways through which magnesium may act.",
    Kind.FORM: "Magnesium compounds in food supplements: formula, elemental share, market status.",
    Kind.FOOD: "Food groups, and foods with their magnesium by database.",
    Kind.POPULATION: "People at risk, or studied.",
}
"""Kind → what its things are, for the reference."""


def make_blueprint(kind: Kind) -> Blueprint:
    """The list and the single thing of one kind."""
    plural, title = PLURALS[kind], str(kind).capitalize()
    blueprint = Blueprint(plural, __name__, url_prefix=PATHS[kind], description=DESCRIPTIONS[kind])

    writing = writing_of(blueprint, kind)

    class Concepts(writing.collection):  # type: ignore[name-defined] # Made for the kind.
        @blueprint.arguments(LIST_QUERIES[kind], location="query")
        @blueprint.response(200, list_document(title, SUMMARIES[kind]), also=THING_MEDIA_TYPES)
        def get(self, query: dict[str, Any]) -> Response:
            return _answer_list(kind, query)

    class Concept(writing.thing):  # type: ignore[name-defined]
        @blueprint.arguments(PastQuery, location="query")
        @blueprint.response(200, one_document(title, DETAILS[kind]), also=THING_MEDIA_TYPES)
        def get(self, query: dict[str, Any], slug: str) -> Response:
            return answer_one(kind, slug, query)

    Concepts.get.__doc__ = f"""List {plural}

    {DESCRIPTIONS[kind]} Each filter keeps what a claim links to the named thing; different filters may be met by
    different claims. With filters, `included.claims` are the claims that made the match.
    """
    Concept.get.__doc__ = f"""Get one {kind}

    With how many claims and references it has, and what those claims link it to; `include` brings these along.
    """
    blueprint.route("", endpoint=f"list_{plural}")(Concepts)
    blueprint.route("/<slug>", endpoint=f"get_{kind}")(Concept)
    return blueprint


BLUEPRINTS = [make_blueprint(kind) for kind in LIST_QUERIES]


def _answer_list(kind: Kind, query: dict[str, Any]) -> Response:
    return answer_list(
        kind, LISTINGS[kind], query, filter_kinds=_filter_kinds(kind), filter_fields=OWN_FIELDS.get(kind, ())
    )


def _filter_kinds(kind: Kind) -> dict[str, Kind]:
    """Every other kind by its own name; a food's own kind filters by its group."""
    kinds = {str(other): other for other in FILTER_KINDS if other is not kind}
    return kinds | ({"group": Kind.FOOD} if kind is Kind.FOOD else {})
