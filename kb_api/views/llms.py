"""``/llms.txt``: what this is, how to ask, how to cite and what not to do, for whoever builds on a language model.

Rule: the text is the file beside this one; only the public address is put in.
"""

from functools import cache
from pathlib import Path

from flask import Response, current_app
from flask.views import MethodView

from kb_api.views.blueprint import Blueprint

blueprint = Blueprint("llms", __name__, url_prefix="", description="For whoever builds on a language model.")


@blueprint.route("/llms.txt", endpoint="get_llms_text")
class LanguageModelText(MethodView):
    @blueprint.response(200, {"type": "string"}, content_type="text/plain")
    def get(self) -> Response:
        """Get the guide for language models

        What this is, how to ask, how to cite, and what not to do; Markdown as plain text.
        """
        base = current_app.extensions["kb_settings"].public_url.rstrip("/")
        response = Response(read_text().replace("{base}", base), mimetype="text/plain")
        response.headers["Cache-Control"] = "public, max-age=3600"
        response.add_etag()
        return response


@cache
def read_text() -> str:
    """The text, read once a process."""
    return Path(__file__).with_name("llms.txt").read_text(encoding="utf-8")
