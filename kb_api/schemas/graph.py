"""What a request for a graph or a batch may say, and what goes out."""

from typing import Any

from marshmallow import fields, validate, validates_schema
from marshmallow.exceptions import ValidationError

from kb_api.schemas.base import InputSchema, OutputSchema, enum
from kb_api.schemas.documents import Balance, Link, Links, Meta
from kb_api.schemas.queries import NO_NUL, LanguageQuery
from kb_api.vocabulary import CONCEPT_KINDS, Certainty, Effect, Exposure, Kind, Role, Stance

BATCH_MAX = 200
ID_EXAMPLE = "sign:fatigue"
KINDS = ", ".join((*CONCEPT_KINDS, Kind.REFERENCE))


def node_id(description: str, example: str) -> fields.String:
    """A parameter that names one thing by kind and slug."""
    return fields.String(
        validate=validate.Length(min=1, max=300),
        metadata={"description": description, "example": example, "pattern": NO_NUL},
    )


class GraphQuery(LanguageQuery):
    """Around one thing, or from one to another."""

    around = node_id("The thing in the middle, as kind:slug. Not together with 'from' and 'to'.", ID_EXAMPLE)
    depth = fields.Integer(
        validate=validate.Range(min=1, max=3),
        metadata={"description": "How many steps outwards, 1 to 3; 1 when not given.", "example": 1},
    )
    kinds = fields.String(
        validate=validate.Length(max=200),
        metadata={
            "description": f"Kinds of nodes, comma-separated, of {KINDS}; references only when named.",
            "example": "sign,mechanism",
            "pattern": "^[a-z_, ]*$",
        },
    )
    start = fields.String(
        data_key="from",
        validate=validate.Length(min=1, max=300),
        metadata={"description": "Where a path begins, as kind:slug.", "example": ID_EXAMPLE, "pattern": NO_NUL},
    )
    to = node_id("Where a path ends, as kind:slug.", "mechanism:nmda-receptor")

    @validates_schema
    def check_form(self, data: dict[str, Any], **_: Any) -> None:
        path = {"start", "to"} & data.keys()
        if "around" in data and path:
            raise ValidationError("give either 'around', or 'from' and 'to'", "around")
        if "around" not in data and path != {"start", "to"}:
            missing = "around" if not path else ("to" if "start" in path else "from")
            raise ValidationError("give either 'around', or both 'from' and 'to', as kind:slug", missing)
        if path and "depth" in data:
            raise ValidationError("belongs to 'around'", "depth")


class Node(Link):
    """A thing in the graph."""

    id = fields.String()


class Edge(OutputSchema):
    """A claim that joins two nodes, with what it says."""

    source = fields.String()
    target = fields.String()
    claim = fields.String()
    role = enum(Role)
    exposure = enum(Exposure)
    effect = enum(Effect)
    certainty = enum(Certainty)
    balance = fields.Nested(Balance)
    stance = enum(Stance, metadata={"description": "How the reference at one end stands towards the claim."})


class Graph(OutputSchema):
    nodes = fields.List(fields.Nested(Node))
    edges = fields.List(fields.Nested(Edge))
    path = fields.List(
        fields.String(),
        allow_none=True,
        metadata={"description": "The nodes from one end to the other; null when no path was found."},
    )


class GraphDocument(OutputSchema):
    data = fields.Nested(Graph, required=True)
    links = fields.Nested(Links, required=True)
    meta = fields.Nested(Meta, required=True)


class BatchInput(InputSchema):
    """Which things to get."""

    ids = fields.List(
        fields.String(validate=validate.Length(max=300)),
        required=True,
        validate=validate.Length(min=1, max=BATCH_MAX),
        metadata={"description": f"Up to {BATCH_MAX} ids, each kind:slug.", "example": [ID_EXAMPLE]},
    )


class BatchMember(OutputSchema):
    """One id of the batch and what became of it."""

    id = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(["found", "missing", "moved", "gone"]))
    thing = fields.Dict(metadata={"description": "The thing, as at its own address; only when found or moved."})
    moved_to = fields.String(metadata={"description": "The id under which the thing stands now."})
    reason = fields.String(metadata={"description": "Why the thing was retracted."})
    successor = fields.String(metadata={"description": "The id of what took a retracted thing's place."})
    message = fields.String(metadata={"description": "Why nothing can have this id."})


class BatchDocument(OutputSchema):
    data = fields.List(fields.Nested(BatchMember), required=True)
    links = fields.Nested(Links, required=True)
    meta = fields.Nested(Meta, required=True)
