"""Nodes and edges → what goes out.

Rule: an edge never leaves without the effect, the exposure and the balance of its claim, so that "does not help" can't
be drawn as "is linked to".
"""

from typing import Any

from kb_api.shapes.claims import shape_balance
from kb_api.shapes.links import Shape, id_of, shape_link
from kb_api.shapes.words import Words
from kb_api.vocabulary import Kind


def shape_node(row: Any, words: Words) -> Shape:
    """``{id, kind, slug, name, url}``."""
    return {"id": id_of(Kind(row.kind), row.slug), **shape_link(row, words)}


def shape_edge(edge: Any, claim: Any, names: dict[int, str]) -> Shape:
    """One claim between two nodes; ``names`` gives a key's node id."""
    shape = {
        "source": names[edge.source_id],
        "target": names[edge.target_id],
        "claim": claim.slug,
        "role": edge.role,
        "exposure": claim.exposure,
        "effect": claim.effect,
        "certainty": claim.certainty,
        "balance": shape_balance(claim),
    }
    if edge.stance is not None:
        shape["stance"] = edge.stance
    return shape
