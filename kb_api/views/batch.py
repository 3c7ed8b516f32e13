"""Many things in one request, in the order asked for."""

from typing import Any

import orjson
from flask import Response
from flask.views import MethodView

from kb_api.queries.batch import find_batch
from kb_api.schemas.graph import BatchDocument, BatchInput
from kb_api.schemas.queries import LanguageQuery
from kb_api.views.blueprint import Blueprint
from kb_api.views.reading import reading, self_address

blueprint = Blueprint("batch", __name__, url_prefix="/v1/batch", description="Many things in one request.")


@blueprint.route("", endpoint="get_batch")
class Batch(MethodView):
    @blueprint.arguments(LanguageQuery, location="query")
    @blueprint.arguments(BatchInput, location="json", example={"ids": ["sign:fatigue", "claim:nmda-block"]})
    @blueprint.response(200, BatchDocument)
    def post(self, query: dict[str, Any], body: dict[str, Any]) -> Response:
        """Get many things at once

        Up to 200 ids, each `kind:slug`; the order is kept and a repeated id is answered as often. Each is `found`,
        `moved` (the thing stands under another slug), `gone` (retracted) or `missing`.
        """
        with reading(query) as request:
            data = find_batch(request.session, body["ids"], request.words)
            request.note(member["thing"] for member in data if "thing" in member)
            document = {"data": data, "links": {"self": self_address()}, "meta": request.meta()}
            response = Response(orjson.dumps(document), mimetype="application/json")
            response.headers["Cache-Control"] = "no-store"
            response.headers["Content-Language"] = request.content_language
            response.headers["KB-Revision"] = str(request.revision)
            return response
