"""Search and type-ahead over everything that has a name or a text."""

from collections.abc import Sequence
from typing import Any

from flask import Response
from flask.views import MethodView

from kb_api.queries.slugs import resolve_filters
from kb_api.schemas.search import SearchDocument, SearchQuery
from kb_api.search import SearchHit, find, suggest
from kb_api.shapes.links import Shape
from kb_api.shapes.words import ALL_LANGUAGES, Words
from kb_api.views.blueprint import Blueprint
from kb_api.views.including import note_references
from kb_api.views.paging import Page
from kb_api.views.reading import Reading, reading
from kb_api.vocabulary import Kind, Language

blueprint = Blueprint("search", __name__, url_prefix="/v1/search", description="Ranked search, and type-ahead.")

MODES = {"search": find, "suggest": suggest}


@blueprint.route("", endpoint="search")
class Search(MethodView):
    @blueprint.arguments(SearchQuery, location="query")
    @blueprint.response(200, SearchDocument)
    def get(self, query: dict[str, Any]) -> Response:
        """Search

        Signs, mechanisms, forms, foods, populations, claims, references and safety, in Swedish and English at once,
        the exact name first. Typos are mended (`meta.corrected`) and Swedish compounds taken apart. `snippet` is
        escaped HTML with the words found in `<mark>`.
        """
        with reading(query) as request:
            request.stand()
            language = request.words.language
            result = MODES[query["mode"]](
                request.session,
                query["q"],
                kinds=[Kind(kind) for kind in query.get("kind", [])],
                lang=Language.EN if language == ALL_LANGUAGES else Language(language),
                limit=query["limit"],
            )
            page = Page(result.hits, None, result.total, total_exact=not result.candidates_cut)
            note_references(request, _find_reference_ids(request, result.hits))
            data = [shape_hit(hit, request.words) for hit in result.hits]
            return request.answer(
                data,
                page=page,
                corrected=result.corrected,
                candidates_cut=result.candidates_cut or None,
            )


def shape_hit(hit: SearchHit, words: Words) -> Shape:
    """A hit as it goes out."""
    return {
        "kind": hit.kind,
        "slug": hit.slug,
        "name": hit.name.get("und") or words.say(hit.name, "name", f"{hit.kind}:{hit.slug}"),
        "url": hit.url,
        "score": hit.score,
        "field": hit.field,
        "snippet": hit.snippet,
    }


def _find_reference_ids(request: Reading, hits: Sequence[SearchHit]) -> list[int]:
    slugs = [hit.slug for hit in hits if hit.kind is Kind.REFERENCE]
    return resolve_filters(request.session, {"q": (Kind.REFERENCE, slugs)}).get(Kind.REFERENCE, [])
