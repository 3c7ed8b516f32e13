"""Reading our documents with libraries that are not ours, and without a network."""

from typing import Any, NoReturn

from flask.testing import FlaskClient
from pyld import jsonld
from rdflib import Graph

BASE = "http://127.0.0.1:8000"


def refuse_to_fetch(address: str, _options: Any) -> NoReturn:
    """A loader of contexts that has none."""
    raise AssertionError(f"the document asks for {address}")


def read_json_ld(document: Any) -> Graph:
    """The triples as pyld finds them; fetching anything is an error."""
    quads = jsonld.to_rdf(document, {"format": "application/n-quads", "documentLoader": refuse_to_fetch})
    return Graph().parse(data=quads, format="nt")


def get_both(client: FlaskClient, address: str) -> tuple[Graph, Graph]:
    """The triples of an address: of its JSON-LD, read by pyld, and of its Turtle, read by rdflib."""
    document = client.get(address, headers={"Accept": "application/ld+json"})
    turtle = client.get(address, headers={"Accept": "text/turtle"})
    assert document.status_code == turtle.status_code == 200, document.get_data(as_text=True)[:300]
    assert document.mimetype == "application/ld+json"
    return read_json_ld(document.get_json()), Graph().parse(data=turtle.data, format="turtle")
