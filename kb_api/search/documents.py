"""A record → what of it can be searched: its names, its texts, and the things it names.

Rule: a document is made from its own record alone, so that a change of one thing never changes another's entry.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from kb_api.vocabulary import Kind

Record = dict[str, Any]
UNKNOWN_LANGUAGE = "und"
"""Titles and people's names: stemmed in both languages."""


@dataclass(frozen=True)
class FieldText:
    """One text of a thing: which field it is, in which language."""

    field: str
    language: str
    text: str


@dataclass(frozen=True)
class SearchDocument:
    """What of one thing goes into the index; ``labels`` are the names it is found by exactly and in type-ahead."""

    kind: Kind
    names: list[FieldText]
    body: list[FieldText]
    labels: list[FieldText]
    linked: list[tuple[Kind, str]]


def make_document(kind: Kind, record: Record) -> SearchDocument:
    """The document of a record of one of ``SEARCHED_KINDS``."""
    return MAKERS[kind](kind, record)


def _document_concept(kind: Kind, record: Record) -> SearchDocument:
    names = [*_wordings("name", record.get("name"))]
    aliases = [
        FieldText("alias", language, alias)
        for language, listed in (record.get("aliases") or {}).items()
        for alias in listed
    ]
    brands = [FieldText("brand_name", UNKNOWN_LANGUAGE, brand) for brand in record.get("brand_names") or []]
    formula = [FieldText("formula", UNKNOWN_LANGUAGE, record["formula"])] if record.get("formula") else []
    body = [*_wordings("summary", record.get("summary")), *_wordings("compound", record.get("compound"))]
    linked = [(kind, record["slug"])]
    if record.get("group") or record.get("parent"):
        linked.append((kind, record.get("group") or record["parent"]))
    return SearchDocument(kind, [*names, *aliases, *brands], [*body, *formula], [*names, *aliases, *brands], linked)


def _document_claim(kind: Kind, record: Record) -> SearchDocument:
    passages = [text for passage in record.get("passages") or [] for text in _wordings("passage", passage["says"])]
    linked = [(Kind(link["kind"]), link["slug"]) for link in record.get("links") or []]
    linked += [(Kind.REFERENCE, evidence["reference"]) for evidence in record.get("evidence") or []]
    body = [*_wordings("effect_on", record.get("effect_on")), *passages]
    return SearchDocument(kind, [*_wordings("text", record["text"])], body, [], linked)


def _document_reference(kind: Kind, record: Record) -> SearchDocument:
    title = FieldText("title", UNKNOWN_LANGUAGE, record["title"])
    people = [author.get("family") or author.get("literal", "") for author in record.get("authors") or []]
    year = record["issued"][:4]
    authors = FieldText("authors", UNKNOWN_LANGUAGE, ", ".join(people))
    where = [record.get("container_title"), record.get("publisher"), year, record.get("doi"), record.get("pmid")]
    source = FieldText("source", UNKNOWN_LANGUAGE, " ".join(part for part in where if part))
    labels = [title, *(FieldText("authors", UNKNOWN_LANGUAGE, f"{person} {year}") for person in people[:1])]
    body = [authors, source, *_wordings("finding", record.get("finding"))]
    return SearchDocument(kind, [title], body, labels, [(kind, record["slug"])])


def _document_safety(kind: Kind, record: Record) -> SearchDocument:
    body = [*_wordings("medicine", record.get("medicine")), *_wordings("action", record.get("action"))]
    linked = [(Kind.SIGN, slug) for slug in record.get("signs") or []]
    labels = [*_wordings("medicine", record.get("medicine"))]
    return SearchDocument(kind, [*_wordings("text", record["text"])], body, labels, linked)


def _wordings(field: str, wording: dict[str, str] | None) -> Iterator[FieldText]:
    for language, text in (wording or {}).items():
        yield FieldText(field, language, text)


MAKERS: dict[Kind, Callable[[Kind, Record], SearchDocument]] = {
    Kind.SIGN: _document_concept,
    Kind.MECHANISM: _document_concept,
    Kind.FORM: _document_concept,
    Kind.FOOD: _document_concept,
    Kind.POPULATION: _document_concept,
    Kind.CLAIM: _document_claim,
    Kind.REFERENCE: _document_reference,
    Kind.SAFETY: _document_safety,
}

SEARCHED_KINDS = tuple(MAKERS)
"""The kinds that can be searched; the order is also the order of hits that are otherwise equal."""
