"""What is refused before any view sees it, and what every response carries.

Rule: this judges the bytes of a request, never its meaning.
"""

import re
from urllib.parse import unquote_to_bytes

from flask import Flask, Response, request
from flask_cors import CORS
from werkzeug.exceptions import BadRequest

from kb_api.errors import LimitError
from kb_api.settings import Settings
from kb_api.views.asking import read_note
from kb_api.views.reading import VARY, NotModified

BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
EXPOSED = [
    "ETag",
    "Link",
    "KB-Revision",
    "KB-Stale",
    "Retry-After",
    "Content-Language",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "X-Request-Id",
]


def register_guard(app: Flask, settings: Settings) -> None:
    """Refuse malformed addresses; answer 304; add the headers of every response; allow every origin."""
    app.before_request(refuse_host)
    app.before_request(lambda: refuse_malformed(settings))
    app.after_request(complete_headers)
    app.register_error_handler(NotModified, answer_not_modified)
    CORS(app, send_wildcard=True, expose_headers=EXPOSED, max_age=86_400)


def refuse_host() -> None:
    """What the gate has refused, in the form of every other error."""
    if refusal := read_note().refusal:
        raise refusal


def refuse_malformed(settings: Settings) -> None:
    """400 for bytes that are no UTF-8, for bad percent-encoding and for NUL; 414 for what is too long."""
    query = request.environ.get("QUERY_STRING", "").encode("latin-1")
    if len(query) > settings.max_query_bytes:
        message = f"the query string is longer than {settings.max_query_bytes} bytes"
        raise LimitError("max_query_bytes", settings.max_query_bytes, message)
    if query.count(b"&") >= settings.max_parameters:
        raise LimitError("max_parameters", settings.max_parameters, f"more than {settings.max_parameters} parameters")
    if BAD_ESCAPE.search(query):
        raise BadRequest("the query string has a '%' that is not followed by two hexadecimal digits")
    _refuse_undecodable("query string", unquote_to_bytes(query))
    _refuse_undecodable("path", request.environ.get("PATH_INFO", "").encode("latin-1"))


def complete_headers(response: Response) -> Response:
    """What every answer says, errors included."""
    if "Vary" in response.headers:
        response.vary.update(VARY.split(", "))
    else:
        response.headers["Vary"] = VARY
    return response


def answer_not_modified(unchanged: NotModified) -> Response:
    """304 with the headers that the full answer would have."""
    return unchanged.reading.finish(Response(status=304))


def _refuse_undecodable(part: str, raw: bytes) -> None:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"the {part} is not UTF-8 at byte {error.start}") from error
    if "\x00" in text:
        raise BadRequest(f"the {part} contains a NUL character")
