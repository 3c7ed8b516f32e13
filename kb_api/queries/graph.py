"""The graph of things: two things are joined when one claim names both, or when a claim's evidence is a reference.

Rule: an edge is always a claim. Each step outwards costs one statement, and a limit is an error, never a silent cut.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import null, select, union_all
from sqlalchemy.orm import Session, aliased

from kb_api.errors import Fault, InvalidInputError
from kb_api.models import Claim, ClaimLink, Evidence, Thing
from kb_api.queries.ordering import AnySelect
from kb_api.queries.slugs import Head
from kb_api.shapes.graph import shape_edge, shape_node
from kb_api.shapes.links import Shape
from kb_api.shapes.words import Words
from kb_api.vocabulary import CONCEPT_KINDS, Kind

NODES_MAX = 500
EDGES_MAX = 3_000
"""What a person can still look at and a client still draw; the whole shipped graph of concepts is below both."""
STEPS_MAX = 6
"""The longest path that is looked for: beyond it, everything is joined to everything."""
VISITED_MAX = 20_000
"""How many edges a search for a path looks at before it gives up, with an error that says so."""


class Edge(NamedTuple):
    """Two things and the claim that joins them; ``role`` is the target's, ``stance`` that of a reference."""

    source_id: int
    target_id: int
    claim_id: int
    role: str
    stance: str | None


@dataclass
class Graph:
    """Nodes by key, nearest first, and edges from the nearer node to the farther."""

    node_ids: list[int]
    edges: list[Edge] = field(default_factory=list)


def find_neighbourhood(session: Session, centre: Head, *, depth: int, kinds: Sequence[Kind]) -> Graph:
    """Everything within ``depth`` steps of a thing. Raises ``InvalidInputError`` when it is too much to show."""
    graph = Graph([centre.id])
    seen, joined = {centre.id}, set[tuple[int, int, int]]()
    frontier = [centre.id]
    for _ in range(depth):
        reached: dict[int, None] = {}
        for edge in _find_edges(session, frontier, kinds, limit=EDGES_MAX + 1):
            nearer, farther = sorted((edge.source_id, edge.target_id))
            identity = (nearer, farther, edge.claim_id)
            if identity not in joined:
                joined.add(identity)
                graph.edges.append(edge)
                reached[edge.target_id] = None
        frontier = [thing_id for thing_id in reached if thing_id not in seen]
        seen.update(frontier)
        graph.node_ids += frontier
        _refuse_excess(graph)
    return graph


def shape_graph(session: Session, graph: Graph, words: Words) -> Shape:
    """``{nodes, edges}`` of a graph, each edge with what its claim says."""
    nodes = {row.id: row for row in session.execute(select_nodes(graph.node_ids))}
    claim_ids = list({edge.claim_id for edge in graph.edges})
    claims = {row.id: row for row in session.execute(select_edge_claims(claim_ids))}
    shapes = {thing_id: shape_node(nodes[thing_id], words) for thing_id in graph.node_ids}
    names = {thing_id: shape["id"] for thing_id, shape in shapes.items()}
    edges = [shape_edge(edge, claims[edge.claim_id], names) for edge in graph.edges]
    return {"nodes": list(shapes.values()), "edges": edges}


def find_path(session: Session, start: Head, end: Head, *, kinds: Sequence[Kind]) -> Graph:
    """The shortest path between two things with every claim on it; without one, the two ends and no edge."""
    arrivals: dict[int, list[Edge]] = {start.id: []}
    frontier, visited = [start.id], 0
    for _ in range(STEPS_MAX):
        found: dict[int, list[Edge]] = {}
        for edge in _find_edges(session, frontier, kinds, limit=VISITED_MAX + 1, always=end.id):
            visited += 1
            if edge.target_id not in arrivals:
                found.setdefault(edge.target_id, []).append(edge)
        if visited > VISITED_MAX:
            message = f"the search met more than {VISITED_MAX} edges: name fewer 'kinds'"
            raise InvalidInputError([Fault(message, parameter="kinds")])
        arrivals |= found
        if end.id in arrivals or not found:
            break
        frontier = list(found)
    if end.id not in arrivals:
        return Graph(list(dict.fromkeys([start.id, end.id])))
    return _trace_path(arrivals, start.id, end.id)


def select_edge_claims(claim_ids: Sequence[int]) -> AnySelect:
    """What an edge says of its claim."""
    return (
        select(
            Thing.id,
            Thing.slug,
            Claim.exposure,
            Claim.effect,
            Claim.certainty,
            Claim.supports,
            Claim.mixed,
            Claim.refutes,
            Claim.background,
        )
        .join_from(Claim, Thing, Thing.id == Claim.thing_id)
        .where(Claim.thing_id.in_(claim_ids))
    )


def select_nodes(thing_ids: Iterable[int]) -> AnySelect:
    """What a node shows."""
    return select(Thing.id, Thing.kind, Thing.slug, Thing.name).where(Thing.id.in_(list(thing_ids)))


def _trace_path(arrivals: dict[int, list[Edge]], start: int, end: int) -> Graph:
    """Back from the end: at each step, all the claims that join the same two things."""
    nodes, edges = [end], list[Edge]()
    while nodes[-1] != start:
        source = arrivals[nodes[-1]][0].source_id
        edges = [edge for edge in arrivals[nodes[-1]] if edge.source_id == source] + edges
        nodes.append(source)
    return Graph(nodes[::-1], edges)


def _find_edges(
    session: Session, thing_ids: Sequence[int], kinds: Sequence[Kind], *, limit: int, always: int | None = None
) -> list[Edge]:
    """The edges from these things to things of the kinds (and to one thing always), in a stable order."""
    if not thing_ids:
        return []
    query = union_all(
        _select_concept_edges(thing_ids), _select_cited_edges(thing_ids), _select_citing_edges(thing_ids)
    ).subquery()
    target = aliased(Thing)
    wanted = target.kind.in_(list(kinds))
    found = (
        select(query.c.source_id, query.c.target_id, query.c.claim_id, query.c.role, query.c.stance)
        .join(target, target.id == query.c.target_id)
        .where(wanted | (target.id == always) if always is not None else wanted)
        .order_by(query.c.source_id, query.c.target_id, query.c.claim_id, query.c.role)
        .limit(limit)
    )
    return [Edge(*row) for row in session.execute(found)]


def _select_concept_edges(thing_ids: Sequence[int]) -> Any:
    own, other = aliased(ClaimLink), aliased(ClaimLink)
    return (
        select(
            own.thing_id.label("source_id"),
            other.thing_id.label("target_id"),
            own.claim_id.label("claim_id"),
            other.role.label("role"),
            null().label("stance"),
        )
        .join(other, (other.claim_id == own.claim_id) & (other.thing_id != own.thing_id))
        .where(own.thing_id.in_(thing_ids))
    )


def _select_cited_edges(thing_ids: Sequence[int]) -> Any:
    """From a concept to the references that are evidence for its claims."""
    return (
        select(ClaimLink.thing_id, Evidence.reference_id, ClaimLink.claim_id, ClaimLink.role, Evidence.stance)
        .join(Evidence, Evidence.claim_id == ClaimLink.claim_id)
        .where(ClaimLink.thing_id.in_(thing_ids))
    )


def _select_citing_edges(thing_ids: Sequence[int]) -> Any:
    """From a reference to what the claims that cite it name."""
    return (
        select(Evidence.reference_id, ClaimLink.thing_id, ClaimLink.claim_id, ClaimLink.role, Evidence.stance)
        .join(ClaimLink, ClaimLink.claim_id == Evidence.claim_id)
        .where(Evidence.reference_id.in_(thing_ids))
    )


def _refuse_excess(graph: Graph) -> None:
    if len(graph.node_ids) > NODES_MAX or len(graph.edges) > EDGES_MAX:
        message = f"more than {NODES_MAX} nodes or {EDGES_MAX} edges: lower 'depth', or name fewer 'kinds'"
        raise InvalidInputError([Fault(message, parameter="depth")])


GRAPH_KINDS = (*CONCEPT_KINDS, Kind.REFERENCE)
"""The kinds that can be nodes."""
