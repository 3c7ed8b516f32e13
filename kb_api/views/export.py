"""The whole knowledge base in one answer, streamed.

Rule: an export reads one snapshot to its end and holds no more of it than is on its way.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from threading import BoundedSemaphore
from typing import Any

from flask import Response, request
from flask.views import MethodView

from kb_api.copying import EXPORTERS
from kb_api.errors import StorageError
from kb_api.schemas.documents import AnyObject
from kb_api.schemas.queries import ExportQuery
from kb_api.shapes.words import ALL_LANGUAGES
from kb_api.views.blueprint import Blueprint
from kb_api.views.reading import Reading, database, settings
from kb_api.views.representations import JSON, JSON_LD, THING_MEDIA_TYPES, TURTLE

blueprint = Blueprint("export", __name__, url_prefix="/v1/export", description="Everything, to take away.")

EXPORTS_AT_ONCE = 2
"""Of one process: each holds a snapshot for as long as its reader takes."""

NDJSON = replace(JSON, name="ndjson", media_type="application/x-ndjson", content_type="application/x-ndjson")
FORMS = (
    replace(JSON, file_extension="json"),
    replace(NDJSON, file_extension="ndjson"),
    replace(JSON_LD, file_extension="jsonld"),
    replace(TURTLE, file_extension="ttl"),
)

NDJSON_EXAMPLE = """\
{"entry":"head","format":"kb-api-export","version":1,"revision":1,"revisions":1,"changes":664}
{"entry":"revision","number":1,"at":"2026-01-01T00:00:00+00:00","author":"seed","message":"load seed"}
{"entry":"change","revision":1,"position":0,"kind":"sign","slug":"muscle-cramps","operation":"create","current":true,\
"fields":["slug","position","name"],"record":{"slug":"muscle-cramps","position":1}}
"""
"""The first lines, with a record cut short: a whole one is some kilobytes."""
ALSO: dict[str, dict[str, Any]] = {
    NDJSON.media_type: {"type": "string", "example": NDJSON_EXAMPLE},
    **THING_MEDIA_TYPES,
}

_places = BoundedSemaphore(EXPORTS_AT_ONCE)


@blueprint.route("", endpoint="export")
class Export(MethodView):
    @blueprint.arguments(ExportQuery, location="query")
    @blueprint.response(200, AnyObject, also=ALSO)
    def get(self, query: dict[str, Any]) -> Response:
        """Export everything

        `json` and `ndjson` hold the whole record: every revision, and each change with the record after it. An
        empty database that imports it is an equal knowledge base. `"current": true` marks what stands now. `jsonld`
        and `turtle` hold what stands, in all languages.
        """
        with ExitStack() as stack:
            session = stack.enter_context(database().read_patiently())
            asked = Reading(session, {**query, "lang": ALL_LANGUAGES}, forms=FORMS)
            asked.stand()
            if request.method == "HEAD":
                return _finish(asked, b"")
            if not _places.acquire(blocking=False):
                raise StorageError(f"{EXPORTS_AT_ONCE} exports are on their way already; try again in a moment")
            stack.callback(_places.release)
            held = stack.pop_all()
        response = _finish(asked, _stream(EXPORTERS[asked.form.name](session, settings().public_url), held))
        response.call_on_close(held.close)
        return response


def _stream(parts: Iterator[bytes], held: ExitStack) -> Iterator[bytes]:
    """The parts; however their reading ends, the snapshot and the place are free again."""
    with held:
        yield from parts


def _finish(asked: Reading, body: bytes | Iterator[bytes]) -> Response:
    response = asked.finish(Response(body, content_type=asked.form.content_type))
    name = f"kb-api-revision-{asked.revision}.{asked.form.file_extension}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
