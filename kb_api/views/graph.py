"""The graph: what a thing is joined to, by which claims, and how two things are joined."""

from typing import Any

from flask import Response
from flask.views import MethodView

from kb_api.errors import Fault, InvalidInputError, MovedError, NotFoundError
from kb_api.queries.graph import GRAPH_KINDS, find_neighbourhood, find_path, shape_graph
from kb_api.queries.slugs import Head, find_nearest, get_head
from kb_api.schemas.graph import GraphDocument, GraphQuery
from kb_api.views.blueprint import Blueprint
from kb_api.views.including import note_references
from kb_api.views.reading import Reading, check_names, reading, split_list
from kb_api.vocabulary import CONCEPT_KINDS, Kind

blueprint = Blueprint("graph", __name__, url_prefix="/v1/graph", description="How things are joined, and by what.")


@blueprint.route("", endpoint="get_graph")
class OneGraph(MethodView):
    @blueprint.arguments(GraphQuery, location="query")
    @blueprint.response(200, GraphDocument)
    def get(self, query: dict[str, Any]) -> Response:
        """Get a part of the graph

        `around` with `depth` gives what is joined to a thing; `from` and `to` the shortest path between two, with
        every claim on it, or `path: null`. Each edge is a claim and says its exposure, effect and balance. More than
        can be shown is an error.
        """
        with reading(query) as request:
            request.stand()
            kinds = _read_kinds(query.get("kinds"))
            if "around" in query:
                centre = get_node(request, query["around"], "around")
                graph = find_neighbourhood(request.session, centre, depth=query.get("depth", 1), kinds=kinds)
                note_references(request, graph.node_ids)
                return request.answer(shape_graph(request.session, graph, request.words))
            start, end = get_node(request, query["start"], "from"), get_node(request, query["to"], "to")
            graph = find_path(request.session, start, end, kinds=kinds)
            note_references(request, graph.node_ids)
            shape = shape_graph(request.session, graph, request.words)
            found = graph.edges or start.id == end.id
            path = [node["id"] for node in shape["nodes"]] if found else None
            return request.answer(shape | {"path": path})


def get_node(request: Reading, written: str, parameter: str) -> Head:
    """The thing that ``kind:slug`` names. Raises ``InvalidInputError`` with the nearest that can be a node."""
    kind, _, slug = written.partition(":")
    if kind not in GRAPH_KINDS:
        message = f"'{parameter}' is written kind:slug, with a kind of {', '.join(GRAPH_KINDS)}"
        raise InvalidInputError([Fault(message, parameter, did_you_mean=find_nearest(kind, GRAPH_KINDS))])
    try:
        return get_head(request.session, Kind(kind), slug)
    except MovedError as error:
        return get_head(request.session, Kind(kind), error.new_slug)
    except NotFoundError as error:
        nearest = error.did_you_mean and f"{kind}:{error.did_you_mean}"
        raise InvalidInputError([Fault(str(error), parameter, did_you_mean=nearest)]) from error


def _read_kinds(written: str | None) -> list[Kind]:
    names = split_list(written)
    check_names("kinds", names, GRAPH_KINDS)
    return [Kind(name) for name in names] or list(CONCEPT_KINDS)
