"""An exported document → its entries, each judged by its schema, one at a time.

Rule: the document is never held as a whole; what is wrong in it is named with the number of the entry.
"""

import re
from collections.abc import Iterator
from io import BufferedReader
from typing import Any

import ijson  # type: ignore[import-untyped] # It has no types.
import orjson
from marshmallow import ValidationError

from kb_api.copying.exporting import Entry
from kb_api.errors import Fault, InvalidInputError
from kb_api.schemas.base import messages_of
from kb_api.schemas.exports import ENTRIES, RETRACTION
from kb_api.schemas.records import RECORDS
from kb_api.seeding import flatten_messages
from kb_api.vocabulary import Kind, Operation

DOCUMENT = re.compile(rb'\s*\{\s*"entries"\s*:')
PEEKED_BYTES = 64


def parse_entries(stream: BufferedReader) -> Iterator[Entry]:
    """The entries of a JSON document or of lines of JSON, whichever the stream holds; checked one by one.

    Raises ``InvalidInputError`` at the first that is wrong.
    """
    is_document = DOCUMENT.match(stream.peek(PEEKED_BYTES))
    for number, entry in enumerate(_parse_document(stream) if is_document else _parse_lines(stream), start=1):
        yield check_entry(entry, f"/entries/{number - 1}")


def check_entry(entry: Any, pointer: str) -> Entry:
    """The entry in canonical form. Raises ``InvalidInputError`` that says where it is wrong."""
    name = entry.get("entry") if isinstance(entry, dict) else None
    schema = ENTRIES.get(name) if isinstance(name, str) else None
    if schema is None:
        message = f"an entry has 'entry': {', '.join(ENTRIES)}; is this an export of kb-api, as json or ndjson?"
        raise InvalidInputError([Fault(message, pointer=pointer)])
    try:
        checked: Entry = schema.load(entry)
        if name == "change":
            checked["record"] = _check_record(checked)
    except ValidationError as error:
        messages = flatten_messages(messages_of(error))
        found = [Fault(f"{pointer}{place}: {text}", pointer=pointer + place) for place, text in messages]
        raise InvalidInputError(found) from error
    return checked


def _check_record(change: Entry) -> Any:
    """The record as its kind's schema has it: what may be imported is what an editor may send."""
    if change["operation"] == Operation.RETRACT:
        loaded = RETRACTION.load(change["record"])
        return {"reason": loaded["reason"], "successor": loaded.get("successor")}
    record = RECORDS[Kind(change["kind"])].load(change["record"])
    if record["slug"] != change["slug"]:
        raise ValidationError("is not the slug of the change", "slug")
    return record


def _parse_lines(stream: BufferedReader) -> Iterator[Any]:
    for number, line in enumerate(stream, start=1):
        if line.strip():
            try:
                yield orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise InvalidInputError([Fault(f"line {number} is not JSON: {error}", pointer="")]) from error


def _parse_document(stream: BufferedReader) -> Iterator[Any]:
    try:
        yield from ijson.items(stream, "entries.item", use_float=True)
    except ijson.JSONError as error:
        found = str(error).splitlines()[0]
        raise InvalidInputError([Fault(f"the document is not whole JSON: {found}", pointer="")]) from error
