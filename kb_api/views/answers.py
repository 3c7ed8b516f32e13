"""Questions in words: a grounded answer, or an honest refusal.

Rule: the question stands in the body alone; it reaches no log, no cache and no address.
"""

from typing import Any

import orjson
from flask import Response, current_app, request
from flask.views import MethodView

from kb_api.answers import answer_question
from kb_api.schemas.answers import AnswerDocument, AnswerQuery, AnswerRequest
from kb_api.search import guess_language
from kb_api.views.blueprint import Blueprint
from kb_api.views.reading import choose_language, reading, self_address
from kb_api.vocabulary import Language

blueprint = Blueprint("answers", __name__, url_prefix="/v1/answers", description="Questions in words.")


@blueprint.route("", endpoint="answer_question")
class Answers(MethodView):
    @blueprint.arguments(AnswerQuery, location="query")
    @blueprint.arguments(
        AnswerRequest, location="json", example={"question": "Hjälper magnesium mot kramp?", "lang": "sv"}
    )
    @blueprint.response(200, AnswerDocument)
    def post(self, query: dict[str, Any], body: dict[str, Any]) -> Response:
        """Answer a question

        Ranked claims with numbered citations, references and notices, or `answered: false` with a `reason` and a
        `message` that says where to turn. Decided by rules and content alone: no sentence is generated. What a
        person is to take, and whether someone is ill, is never answered. The question is not stored or logged.
        """
        language = query.get("lang") or body.get("lang") or _choose_language(body["question"])
        with reading({"lang": language}) as asked:
            pack = answer_question(
                asked.session,
                body["question"],
                lang=Language(language),
                limit=body["limit"],
                max_tokens=body["max_tokens"],
                by_meaning=current_app.extensions["kb_settings"].embeddings,
            )
            document = {"data": pack, "links": {"self": self_address()}, "meta": asked.meta()}
            response = Response(orjson.dumps(document), mimetype="application/json")
            response.headers["Cache-Control"] = "no-store"
            response.headers["Content-Language"] = language
            response.headers["KB-Revision"] = str(asked.revision)
            return response


def _choose_language(question: str) -> str:
    """The language that the caller asked for, else the one that the question is in."""
    if request.accept_languages.provided:
        return choose_language()
    return guess_language(question) or Language.EN
