"""The terms of the linked data, each documented at the address that is its identifier: ``/vocab#stance``."""

from html import escape
from typing import Any

from flask import Response, request
from flask.views import MethodView

from kb_api.linked_data import CLASSES, TERMS, VOCABULARY_PATH, Term, describe_vocabulary, write_json_ld, write_turtle
from kb_api.schemas.documents import AnyObject
from kb_api.schemas.queries import FormQuery
from kb_api.views.blueprint import Blueprint
from kb_api.views.negotiation import Answer, Representation, choose_representation
from kb_api.views.reading import CACHE_CONTROL, settings
from kb_api.views.representations import JSON_LD, THING_MEDIA_TYPES, TURTLE
from kb_api.vocabulary import Language

blueprint = Blueprint(
    "vocabulary", __name__, url_prefix=VOCABULARY_PATH, description="The terms of the linked data, documented."
)


def write_page(_answer: Answer) -> bytes:
    """The terms for people."""
    classes = "".join(_describe(name, meaning) for name, meaning in CLASSES.items())
    terms = "".join(_describe_term(term) for term in TERMS)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>Terms of the knowledge base</title></head><body><main><h1>Terms of the knowledge base</h1>"
        "<p>What the linked data of this service says, beside schema.org. The same as "
        f'<a href="{VOCABULARY_PATH}?format=jsonld">JSON-LD</a> and '
        f'<a href="{VOCABULARY_PATH}?format=turtle">Turtle</a>.</p>'
        f"<h2>Types</h2><dl>{classes}</dl><h2>Properties</h2><dl>{terms}</dl></main></body></html>"
    ).encode()


PAGE = Representation("html", "text/html", "text/html; charset=utf-8", write_page)
FORMS = (PAGE, JSON_LD, TURTLE)


@blueprint.route("", endpoint="get_vocabulary")
class Vocabulary(MethodView):
    @blueprint.arguments(FormQuery, location="query")
    @blueprint.response(200, AnyObject, content_type="text/html", also=THING_MEDIA_TYPES)
    def get(self, query: dict[str, Any]) -> Response:
        """Get the terms of the linked data

        What each type and property means, for people and as RDF Schema. A term is `/vocab#` and its name.
        """
        form = choose_representation(FORMS, query, Language.EN)
        response = Response(_write(form), content_type=form.content_type)
        response.headers["Cache-Control"] = CACHE_CONTROL
        response.headers["Content-Language"] = Language.EN
        response.add_etag()
        response.make_conditional(request)
        return response


def _write(form: Representation) -> bytes:
    base_url = settings().public_url
    if form is PAGE:
        return write_page(Answer([], None, {}, {}, base_url, []))
    nodes = describe_vocabulary(base_url)
    return write_turtle(base_url, nodes) if form is TURTLE else write_json_ld(base_url, nodes)


def _describe_term(term: Term) -> str:
    elsewhere = f' The same as <a href="{escape(term.iri)}">{escape(term.iri)}</a>.' if term.iri else ""
    return _describe(term.name, term.meaning, elsewhere)


def _describe(name: str, meaning: str, more: str = "") -> str:
    return f'<dt id="{escape(name)}"><code>{escape(name)}</code></dt><dd>{escape(meaning)}{more}</dd>'
