"""What a body must be before anything reads it: short enough, JSON as the standard has it, and not nested without end;
and how long an answer may be.

Rule: this judges the form of a body; what it says is the schemas' business.
"""

import json
import re
from itertools import accumulate
from typing import Any

import orjson
from flask import Flask, Response, request
from werkzeug.exceptions import UnsupportedMediaType

from kb_api.errors import Fault, LimitError, MalformedBodyError
from kb_api.settings import Settings
from kb_api.views.problems import handle_domain_error

READ_TYPES = {"application/json"}
PATCH_TYPES = {"application/merge-patch+json"}
STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in STEPS)


def register_bodies(app: Flask, settings: Settings) -> None:
    """Refuse bodies that are too long, no JSON, nested too deep, or with numbers that are too long."""
    # Where a body does not say its length, Werkzeug cuts it at the maximum; one byte more tells that it was longer.
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes + 1
    too_long = re.compile(rb"[-+.0-9eE]{%d}" % (settings.max_number_length + 1))

    def refuse_unreadable() -> None:
        body = _read_body(settings.max_body_bytes)
        if not body:
            return
        _check_form()
        _check_json(body)
        bare = STRING.sub(b"", body)
        _check_depth(bare, settings.max_json_depth)
        if too_long.search(bare):
            message = f"a number is longer than {settings.max_number_length} characters"
            raise LimitError(
                "max_number_length", settings.max_number_length, message, faults=[Fault(message, pointer="")]
            )
        _check_keys(body)

    app.before_request(refuse_unreadable)
    app.after_request(lambda response: bound_answer(response, settings.max_answer_bytes))


def bound_answer(response: Response, maximum: int) -> Response:
    """A problem instead of an answer that is too long; the export is as long as what it exports."""
    is_whole = "export" in (request.endpoint or "")
    if is_whole or response.is_streamed or (response.content_length or 0) <= maximum:
        return response
    message = f"the answer would be longer than {maximum} bytes: lower 'limit', or ask for fewer 'fields' or 'include'"
    return handle_domain_error(LimitError("max_answer_bytes", maximum, message))


def _read_body(maximum: int) -> bytes:
    if (request.content_length or 0) > maximum:
        raise _too_large(maximum)
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return b""
    body = request.get_data(cache=True)
    if len(body) > maximum:
        raise _too_large(maximum)
    return body


def _too_large(maximum: int) -> LimitError:
    return LimitError("max_body_bytes", maximum, f"the body is longer than {maximum} bytes")


def _check_form() -> None:
    """JSON, in UTF-8, as it is: a body that has to be unpacked first can be a bomb."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaType("a body is read as it is: send it without Content-Encoding")
    types = READ_TYPES | PATCH_TYPES if request.method == "PATCH" else READ_TYPES
    if request.mimetype not in types:
        raise UnsupportedMediaType(f"the body must be sent as {' or '.join(sorted(types))}")
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType("JSON is UTF-8: send it without another charset")


def _check_json(body: bytes) -> None:
    """orjson is stricter than Python's own: no NaN, no lone surrogates, no recursion without end."""
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError as error:
        message = f"the body is no JSON: {error.msg}, line {error.lineno}, column {error.colno}"
        raise MalformedBodyError([Fault(message, pointer="")]) from error


class _Repeating(dict[str, Any]):
    """An object that has a key twice; ``repeated`` is the key."""

    repeated: str


def _check_keys(body: bytes) -> None:
    """Two values under one key: readers differ on which of them counts, so neither does."""
    pointer = _find_repeated(json.loads(body, object_pairs_hook=_read_object), "")
    if pointer is not None:
        raise MalformedBodyError([Fault("the key stands twice in its object", pointer=pointer)])


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) == len(pairs):
        return read
    keys = [key for key, _ in pairs]
    repeating = _Repeating(read)
    repeating.repeated = next(key for key in keys if keys.count(key) > 1)
    return repeating


def _find_repeated(value: Any, pointer: str) -> str | None:
    if isinstance(value, _Repeating):
        return f"{pointer}/{_escape(value.repeated)}"
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return next(
        (found for key, part in parts if (found := _find_repeated(part, f"{pointer}/{_escape(str(key))}"))), None
    )


def _escape(key: str) -> str:
    """A key as a step of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _check_depth(bare: bytes, maximum: int) -> None:
    brackets = bare.translate(None, NOT_BRACKETS)
    if max(accumulate(map(STEPS.__getitem__, brackets)), default=0) > maximum:
        message = f"the body is nested deeper than {maximum} levels"
        raise LimitError("max_json_depth", maximum, message, faults=[Fault(message, pointer="")])
