"""The whole knowledge base as one document: the record entry by entry, or what stands as linked data.

Rule: memory does not grow with the base: rows are read some at a time and written as they come. The entries hold
everything from which the base can be built up again: every revision, and every change with the record after it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from kb_api.linked_data import Node, NodeMaker, stream_json_ld, stream_turtle
from kb_api.models import Change, Clock, Revision, Thing
from kb_api.queries.batch import shape_things
from kb_api.shapes.words import ALL_LANGUAGES, Words
from kb_api.vocabulary import Kind, Language, Operation

FORMAT, VERSION = "kb-api-export", 1
CHUNK = 500
"""Rows read at a time; a claim with all that belongs to it is about 5 kB."""

Entry = dict[str, Any]


def read_entries(session: Session) -> Iterator[Entry]:
    """The head, then every revision, each followed by its changes, in the order in which they happened."""
    yield _read_head(session)
    number = None
    for row in session.execute(_select_record(), execution_options={"yield_per": CHUNK}):
        if row.number != number:
            number = row.number
            yield {"entry": "revision", "number": number, "at": row.at, "author": row.author, "message": row.message}
        if row.position is not None:
            yield _shape_change(row)


def read_nodes(session: Session, base_url: str) -> Iterator[Node]:
    """Everything that stands, as linked data in all languages."""
    maker, words = NodeMaker(base_url, [str(language) for language in Language]), Words(ALL_LANGUAGES)
    for kind in Kind:
        for thing_ids in _read_ids(session, kind):
            for shape in shape_things(session, kind, thing_ids, words):
                yield maker.make(shape)


def write_ndjson(entries: Iterable[Entry]) -> Iterator[bytes]:
    """One entry a line."""
    for entry in entries:
        yield orjson.dumps(entry) + b"\n"


def write_json(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The same entries as one JSON document, still one a line."""
    separator = b'{"entries":[\n'
    for entry in entries:
        yield separator + orjson.dumps(entry)
        separator = b",\n"
    yield b"\n]}\n"


EXPORTERS: dict[str, Callable[[Session, str], Iterator[bytes]]] = {
    "json": lambda session, _base_url: write_json(read_entries(session)),
    "ndjson": lambda session, _base_url: write_ndjson(read_entries(session)),
    "jsonld": lambda session, base_url: stream_json_ld(base_url, read_nodes(session, base_url)),
    "turtle": lambda session, base_url: stream_turtle(base_url, read_nodes(session, base_url)),
}
"""Name of a form → the knowledge base in it, part by part, with its own address for what needs one."""


def _read_head(session: Session) -> Entry:
    return {
        "entry": "head",
        "format": FORMAT,
        "version": VERSION,
        "revision": session.execute(select(Clock.revision)).scalar_one(),
        "revisions": session.execute(select(func.count()).select_from(Revision)).scalar_one(),
        "changes": session.execute(select(func.count()).select_from(Change)).scalar_one(),
    }


def _select_record() -> Any:
    """Every change with its revision, whether it is how the thing stands, and what a renamed thing was called."""
    return (
        select(
            Revision.number,
            Revision.at,
            Revision.author,
            Revision.message,
            Change.position,
            Change.kind,
            Change.slug,
            Change.operation,
            Change.fields,
            Change.record,
            ((Thing.revision == Change.revision) & Thing.retracted_in.is_(None)).label("current"),
            case((Change.operation == Operation.RENAME, _select_former_slug())).label("former_slug"),
        )
        .select_from(Revision)
        .outerjoin(Change, Change.revision == Revision.number)
        .outerjoin(Thing, Thing.id == Change.thing_id)
        .order_by(Revision.number, Change.position)
    )


def _select_former_slug() -> Any:
    earlier = aliased(Change)
    return (
        select(earlier.slug)
        .where(earlier.thing_id == Change.thing_id, earlier.revision < Change.revision)
        .order_by(earlier.revision.desc())
        .limit(1)
        .correlate(Change)
        .scalar_subquery()
    )


def _shape_change(row: Any) -> Entry:
    former = {} if row.former_slug is None else {"former_slug": row.former_slug}
    return {
        "entry": "change",
        "revision": row.number,
        "position": row.position,
        "kind": row.kind,
        "slug": row.slug,
        **former,
        "operation": row.operation,
        "current": bool(row.current),
        "fields": row.fields,
        "record": row.record,
    }


def _read_ids(session: Session, kind: Kind) -> Iterator[list[int]]:
    """The keys of what stands, some at a time, in the order of entry."""
    last = 0
    while True:
        query = select(Thing.id).where(Thing.kind == kind, Thing.retracted_in.is_(None), Thing.id > last)
        found = [row.id for row in session.execute(query.order_by(Thing.id).limit(CHUNK))]
        if not found:
            return
        yield found
        last = found[-1]
