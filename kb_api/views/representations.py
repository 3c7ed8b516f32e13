"""The forms in which answers can be given: one row each.

Rule: a form says how an answer becomes bytes and nothing else; a resource's first form is the one without a wish.
"""

from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

from kb_api.citations import FORMATS, CitationFormat, Locale, format_references
from kb_api.linked_data import Node, make_page, write_json_ld, write_turtle
from kb_api.shapes.references import bibliographic_record
from kb_api.views.negotiation import Answer, Representation, spell


def write_json(answer: Answer) -> bytes:
    """The envelope."""
    body = {"data": answer.data, "included": answer.included, "links": answer.links, "meta": answer.meta}
    if answer.included is None:
        del body["included"]
    return orjson.dumps(body)


JSON = Representation("json", "application/json", "application/json", write_json, shaped_by=("fields", "include"))


def _make_citation(form: CitationFormat, locale: Locale) -> Representation:
    def write(answer: Answer) -> bytes:
        records = [bibliographic_record(shape) for shape in answer.shapes]
        return format_references(records, name=form.name, locale=locale).encode()

    return Representation(
        form.name,
        form.media_type,
        form.get_content_type(locale),
        write,
        parameters={"style": form.style, "locale": locale} if form.style else {},
        file_extension=form.file_extension,
    )


def _list_nodes(answer: Answer) -> list[Node]:
    """What was asked for and what came along, as nodes."""
    brought = [shape for shapes in (answer.included or {}).values() for shape in shapes]
    page = {
        "address": _without_form(answer.links["self"]),
        "next": _without_form(answer.links.get("next", "")),
        "revision": answer.meta["revision"],
        "license": answer.meta["license"]["url"],
        "disclaimer": answer.meta["disclaimer"],
    }
    return make_page(answer.public_url, answer.languages, [*answer.shapes, *brought], page)


def _without_form(address: str) -> str:
    """The address without what chooses a form: a page is the same page in each."""
    path, _, query = address.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query) if name not in {"format", "lang"}]
    return f"{path}?{urlencode(kept)}" if kept else path


JSON_LD = Representation(
    "jsonld",
    "application/ld+json",
    "application/ld+json",
    lambda answer: write_json_ld(answer.public_url, _list_nodes(answer)),
    is_linked_data=True,
    shaped_by=("include",),
)
TURTLE = Representation(
    "turtle",
    "text/turtle",
    "text/turtle; charset=utf-8",
    lambda answer: write_turtle(answer.public_url, _list_nodes(answer)),
    is_linked_data=True,
    shaped_by=("include",),
)

CITATIONS = tuple(
    _make_citation(form, locale) for form in FORMATS.values() for locale in (Locale if form.style else [Locale.ENGLISH])
)
"""Every citation format; a bibliography is one form in each locale."""

CSL_SCHEMA: dict[str, Any] = {"type": "array", "items": {"type": "object", "required": ["id", "type"]}}
DESCRIBED_AS: dict[str, dict[str, Any]] = {
    form.media_type: CSL_SCHEMA if form.media_type.endswith("json") else {"type": "string"} for form in CITATIONS
}

THING_FORMS = (JSON, JSON_LD, TURTLE)
"""What every thing and list can be given as."""

REFERENCE_FORMS = (JSON, *CITATIONS, JSON_LD, TURTLE)
"""What references, and lists of them, can be given as."""

THING_MEDIA_TYPES: dict[str, dict[str, Any]] = {
    JSON_LD.media_type: {"type": "object", "required": ["@context", "@graph"]},
    TURTLE.media_type: {"type": "string"},
}
"""Media type → the schema of what is no JSON of ours, for the description of the API."""

REFERENCE_MEDIA_TYPES = {spell(form): DESCRIBED_AS[form.media_type] for form in CITATIONS} | THING_MEDIA_TYPES
