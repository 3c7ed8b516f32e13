"""Linked data: a shaped thing as JSON-LD and Turtle, in the terms of schema.org and our own.

Rule: shapes with all their languages come in, bytes go out. Nothing here knows Flask or the database, and every
identifier is made from the address that the operator set.
"""

from kb_api.linked_data.documents import (
    describe_vocabulary,
    make_page,
    stream_json_ld,
    stream_turtle,
    write_json_ld,
    write_turtle,
)
from kb_api.linked_data.nodes import Node, NodeMaker
from kb_api.linked_data.terms import CLASSES, LEFT_OUT, TERMS, VOCABULARY_PATH, Term, Value, make_context

__all__ = [
    "CLASSES",
    "LEFT_OUT",
    "TERMS",
    "VOCABULARY_PATH",
    "Node",
    "NodeMaker",
    "Term",
    "Value",
    "describe_vocabulary",
    "make_context",
    "make_page",
    "stream_json_ld",
    "stream_turtle",
    "write_json_ld",
    "write_turtle",
]
