"""Nodes → documents: JSON-LD with its context inside, and Turtle of the same triples.

Rule: Turtle is read from the JSON-LD by rdflib, so that the two cannot differ; nothing is ever fetched.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice
from typing import TYPE_CHECKING, Any

import orjson

from kb_api.linked_data.nodes import Node, NodeMaker
from kb_api.linked_data.terms import CLASSES, TERMS, VOCABULARY_PATH, Value, make_context
from kb_api.shapes.links import Shape

if TYPE_CHECKING:
    from rdflib import Graph

TURTLE_CHUNK = 50
"""Nodes that are turned into Turtle at a time: bounds the memory of an export; a guess that keeps a chunk near 1 MB."""


def make_page(base_url: str, languages: Sequence[str], shapes: Iterable[Shape], page: Shape) -> list[Node]:
    """The nodes of an answer: first the page itself, then what is on it. ``page`` has ``address``, ``next``,
    ``revision``, ``license`` and ``disclaimer``."""
    maker = NodeMaker(base_url, languages)
    by_id = {node["@id"]: node for node in reversed([maker.make(shape) for shape in shapes])}
    nodes = list(reversed(by_id.values()))  # The first of a thing's nodes: what was asked for, not what came along.
    described = {
        "@id": f"{base_url}{page['address']}#page",
        "@type": "schema:WebPage",
        "license": page["license"],
        "revision": page["revision"],
        "disclaimer": page["disclaimer"],
        "has_part": [{"@id": node["@id"]} for node in nodes],
        "next": base_url + page["next"] if page.get("next") else None,
    }
    return [maker.convert(described), *nodes]


def describe_vocabulary(base_url: str) -> list[Node]:
    """Our own types and properties in RDF Schema."""
    rdfs = "http://www.w3.org/2000/01/rdf-schema#"
    described = [("Class", name, meaning) for name, meaning in CLASSES.items()]
    described += [("Property", term.name, term.meaning) for term in TERMS if term.iri is None]
    types = {"Class": f"{rdfs}Class", "Property": "http://www.w3.org/1999/02/22-rdf-syntax-ns#Property"}
    return [
        {
            "@id": f"{base_url}{VOCABULARY_PATH}#{name}",
            "@type": types[sort],
            f"{rdfs}label": name,
            f"{rdfs}comment": {"@value": meaning, "@language": "en"},
            f"{rdfs}isDefinedBy": {"@id": base_url + VOCABULARY_PATH},
        }
        for sort, name, meaning in described
    ]


def write_json_ld(base_url: str, nodes: Iterable[Node]) -> bytes:
    """One document."""
    return orjson.dumps({"@context": make_context(base_url), "@graph": list(nodes)})


def write_turtle(base_url: str, nodes: Iterable[Node]) -> bytes:
    """The same triples as Turtle; the same nodes give the same bytes, which their strong ETag promises."""
    number = count()
    labelled = [_label(node, number) for node in nodes]
    return parse_json_ld(write_json_ld(base_url, labelled)).serialize(format="turtle", encoding="utf-8")


def parse_json_ld(document: bytes) -> "Graph":
    """The triples of a document of ours."""
    from rdflib import Graph  # noqa: PLC0415 - it would make every start wait, and few ever ask for Turtle.

    return Graph().parse(data=document, format="json-ld")


def stream_json_ld(base_url: str, nodes: Iterable[Node]) -> Iterator[bytes]:
    """One document, node by node."""
    yield b'{"@context":' + orjson.dumps(make_context(base_url)) + b',"@graph":['
    separator = b"\n"
    for node in nodes:
        yield separator + orjson.dumps(node)
        separator = b",\n"
    yield b"\n]}\n"


def stream_turtle(base_url: str, nodes: Iterable[Node]) -> Iterator[bytes]:
    """One document, some nodes at a time; each part repeats the prefixes, which Turtle allows."""
    for chunk in _chunks(nodes):
        yield write_turtle(base_url, chunk)


def _label(value: Any, number: Iterator[int]) -> Any:
    """The node with a label on every part that has no identifier: rdflib would make up others each time, and sorts by
    them."""
    if isinstance(value, list):
        return [_label(part, number) for part in value]
    if not isinstance(value, dict) or "@value" in value:
        return value
    # The label comes before those of the parts, so that they are in the order of the document.
    label = {} if "@id" in value else {"@id": f"_:part{next(number):07}"}
    return label | {key: part if key in TEXTS or key[0] == "@" else _label(part, number) for key, part in value.items()}


TEXTS = {term.name for term in TERMS if term.value is Value.TEXT}


def _chunks(nodes: Iterable[Node]) -> Iterator[list[Any]]:
    iterator = iter(nodes)
    while chunk := list(islice(iterator, TURTLE_CHUNK)):
        yield chunk
