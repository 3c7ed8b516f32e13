"""The forms in which answers can be given: one row each.

Rule: a form says how an answer becomes bytes and nothing else; a resource's first form is the one without a wish.
"""

import orjson

from kb_api.citations import FORMATS, CitationFormat, Locale, format_references
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


CITATIONS = tuple(
    _make_citation(form, locale) for form in FORMATS.values() for locale in (Locale if form.style else [Locale.ENGLISH])
)
"""Every citation format; a bibliography is one form in each locale."""

CSL_SCHEMA = {"type": "array", "items": {"type": "object", "required": ["id", "type"]}}
DESCRIBED_AS = {
    form.media_type: CSL_SCHEMA if form.media_type.endswith("json") else {"type": "string"} for form in CITATIONS
}

THING_FORMS = (JSON,)
"""What every thing and list can be given as."""

REFERENCE_FORMS = (JSON, *CITATIONS)
"""What references, and lists of them, can be given as."""

REFERENCE_MEDIA_TYPES = {spell(form): DESCRIBED_AS[form.media_type] for form in CITATIONS}
"""Media type → the schema of a citation format, for the description of the API."""
