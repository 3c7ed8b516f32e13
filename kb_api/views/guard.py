"""What is refused before any view sees it, and what every response carries.

Rule: this judges the bytes of a request, never its meaning.
"""

import re
from urllib.parse import unquote_to_bytes

from flask import Flask, Response, request
from flask_cors import CORS
from werkzeug.exceptions import BadRequest, RequestURITooLarge

from kb_api.views.reading import VARY, NotModified

QUERY_MAX_LENGTH = 16_000
PARAMETERS_MAX = 200
BODY_MAX_BYTES = 1_000_000
"""A record of the greatest size that the schemas accept fits several times over."""
BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
EXPOSED = ["ETag", "Link", "KB-Revision", "Retry-After", "Content-Language", "Location"]


def register_guard(app: Flask) -> None:
    """Refuse malformed addresses; answer 304; add the headers of every response; allow every origin."""
    app.config["MAX_CONTENT_LENGTH"] = BODY_MAX_BYTES
    app.before_request(refuse_malformed)
    app.after_request(complete_headers)
    app.register_error_handler(NotModified, answer_not_modified)
    CORS(app, send_wildcard=True, expose_headers=EXPOSED, max_age=86_400)


def refuse_malformed() -> None:
    """400 for bytes that are no UTF-8, for bad percent-encoding and for NUL; 414 for what is too long."""
    query = request.environ.get("QUERY_STRING", "").encode("latin-1")
    if len(query) > QUERY_MAX_LENGTH:
        raise RequestURITooLarge(f"the query string is longer than {QUERY_MAX_LENGTH} bytes")
    if query.count(b"&") >= PARAMETERS_MAX:
        raise RequestURITooLarge(f"more than {PARAMETERS_MAX} parameters")
    if BAD_ESCAPE.search(query):
        raise BadRequest("the query string has a '%' that is not followed by two hexadecimal digits")
    _refuse_undecodable("query string", unquote_to_bytes(query))
    _refuse_undecodable("path", request.environ.get("PATH_INFO", "").encode("latin-1"))


def complete_headers(response: Response) -> Response:
    """What every answer says, errors included."""
    response.vary.update(VARY.split(", "))
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
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
