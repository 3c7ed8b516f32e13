"""Every error as RFC 9457 ``application/problem+json``.

Rule: which status an error becomes is decided here, in one table. Nothing of the inside (stack, SQL, file path) leaves.
"""

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import orjson
from flask import Flask, Response, current_app, request
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from kb_api.errors import (
    ConflictError,
    Fault,
    ForbiddenError,
    GoneError,
    InvalidInputError,
    KnowledgeBaseError,
    LimitError,
    MalformedBodyError,
    MovedError,
    NotAcceptableError,
    NotFoundError,
    OutOfSpaceError,
    OverdueError,
    StaleVersionError,
    StorageError,
    UnauthenticatedError,
    UnconditionalWriteError,
)
from kb_api.shapes.links import url_of
from kb_api.views.asking import read_note
from kb_api.vocabulary import Kind

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 2
"""A guess: longer than a write or a restart of the database takes, short enough for a person to wait."""
DETAIL_MAX_LENGTH = 500
SLUG_PLACE = 3
"""Which part of a path is the slug: ``/v1/signs/fatigue``, split at its slashes."""

log = logging.getLogger(__name__)

STATUSES: dict[type[KnowledgeBaseError], HTTPStatus] = {
    MalformedBodyError: HTTPStatus.BAD_REQUEST,
    InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFoundError: HTTPStatus.NOT_FOUND,
    MovedError: HTTPStatus.PERMANENT_REDIRECT,
    GoneError: HTTPStatus.GONE,
    StaleVersionError: HTTPStatus.PRECONDITION_FAILED,
    ConflictError: HTTPStatus.CONFLICT,
    UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    UnconditionalWriteError: HTTPStatus.PRECONDITION_REQUIRED,
    NotAcceptableError: HTTPStatus.NOT_ACCEPTABLE,
    StorageError: HTTPStatus.SERVICE_UNAVAILABLE,
    OutOfSpaceError: HTTPStatus.INSUFFICIENT_STORAGE,
}
"""Domain error → status."""

LIMIT_STATUSES = {
    "rate_limit": HTTPStatus.TOO_MANY_REQUESTS,
    "max_body_bytes": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "max_body_seconds": HTTPStatus.REQUEST_TIMEOUT,
    "max_query_bytes": HTTPStatus.REQUEST_URI_TOO_LONG,
    "max_parameters": HTTPStatus.REQUEST_URI_TOO_LONG,
    "max_statement_seconds": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Setting → status of a request that is above it; 422 for every other."""


def problem(
    status: int,
    detail: str,
    *,
    faults: Iterable[Fault] = (),
    headers: dict[str, str] | None = None,
    **extensions: Any,
) -> Response:
    """One problem document as a response."""
    body: dict[str, Any] = {
        "type": f"/docs/problems#{HTTPStatus(status).name.lower().replace('_', '-')}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": printable(detail)[:DETAIL_MAX_LENGTH],
        "instance": quote(printable(request.path))[:DETAIL_MAX_LENGTH],
    }
    if errors := [_shape_fault(fault) for fault in faults]:
        body["errors"] = errors
    response = Response(orjson.dumps(body | extensions), status=int(status), mimetype=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    response.headers.update(headers or {})
    return response


def printable(text: str) -> str:
    """Text from outside without what UTF-8 cannot carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


def register_problems(app: Flask) -> None:
    """Turn every error of the application, the framework's own included, into a problem."""
    app.register_error_handler(KnowledgeBaseError, handle_domain_error)
    app.register_error_handler(HTTPException, handle_http_error)
    app.register_error_handler(DBAPIError, handle_database_error)
    app.register_error_handler(Exception, handle_unforeseen)


def handle_domain_error(error: KnowledgeBaseError) -> Response:
    """A domain error with the status of its class and what a client can do about it."""
    if isinstance(error, OverdueError):
        error = _name_limit(error)
    if isinstance(error, LimitError):
        return _answer_limit(error)
    status = STATUSES[type(error)]
    match error:
        case InvalidInputError() | ConflictError() | MalformedBodyError():
            return problem(status, str(error), faults=error.faults)
        case NotFoundError():
            fault = Fault(str(error), parameter="slug", did_you_mean=error.did_you_mean)
            return problem(status, str(error), faults=[fault])
        case MovedError():
            return _answer_moved(error)
        case GoneError():
            successor = error.successor and url_of(Kind(error.kind), error.successor)
            return problem(status, str(error), reason=error.reason, successor=successor)
        case UnauthenticatedError() | ForbiddenError():
            return problem(status, str(error), headers={"WWW-Authenticate": _challenge(error)})
        case UnconditionalWriteError():
            return problem(status, str(error), faults=[Fault(str(error), parameter="If-Match")])
        case NotAcceptableError():
            return problem(status, str(error), available=error.available)
        case StorageError():
            return problem(status, str(error), headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
        case _:
            return problem(status, str(error))


def handle_http_error(error: HTTPException) -> Response:
    """An error of Flask or Werkzeug; ``Allow``, ``Retry-After`` and the like are kept."""
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()  # type: ignore[return-value] # A redirect of the router is not an error.
    kept = {name: value for name, value in error.get_headers() if name not in {"Content-Type", "Content-Length"}}
    detail = "there is nothing at this address" if error.code == HTTPStatus.NOT_FOUND else error.description or ""
    return problem(error.code, detail, headers=kept)


def handle_database_error(error: DBAPIError) -> Response:
    """The database cannot be reached or is too busy: the same request may work later."""
    if not isinstance(error, OperationalError) and not error.connection_invalidated:
        return handle_unforeseen(error)
    log.warning("the database cannot answer: %s", type(error.orig).__name__)
    return handle_domain_error(StorageError("the database cannot answer now; try again in a moment"))


def handle_unforeseen(error: Exception) -> Response:
    """A fault of ours: logged in full, told in one sentence."""
    log.error("unforeseen error", exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "an error on our side; it has been logged")


def _name_limit(error: OverdueError) -> LimitError:
    """The time that is up, as every other limit."""
    seconds = current_app.extensions["kb_settings"].max_statement_seconds
    return LimitError("max_statement_seconds", seconds, str(error), retry_after=RETRY_AFTER_SECONDS)


def _challenge(error: UnauthenticatedError | ForbiddenError) -> str:
    """RFC 6750: what kind of key is asked for, and what was wrong with the one that came."""
    if isinstance(error, ForbiddenError):
        scope = f', scope="{error.needed}"' if error.needed else ""
        return f'Bearer realm="kb_api", error="insufficient_scope"{scope}'
    return 'Bearer realm="kb_api"' + (', error="invalid_token"' if "Authorization" in request.headers else "")


def _answer_limit(error: LimitError) -> Response:
    """What is above a limit, with the limit's name: the setting that an operator would change."""
    read_note().limit = error.name
    status = LIMIT_STATUSES.get(error.name, HTTPStatus.UNPROCESSABLE_ENTITY)
    headers = {"Retry-After": str(error.retry_after_seconds)} if error.retry_after_seconds else {}
    limit = {"name": error.name, "maximum": error.maximum}
    return problem(status, str(error), faults=error.faults, headers=headers, limit=limit)


def _answer_moved(error: MovedError) -> Response:
    """The same request at the new address; a body that names what has moved has no other address to go to."""
    parts = request.path.split("/")
    if len(parts) <= SLUG_PLACE or not parts[SLUG_PLACE].endswith(error.slug):
        fault = Fault(str(error), parameter="slug", did_you_mean=error.new_slug)
        return problem(HTTPStatus.CONFLICT, str(error), faults=[fault])
    # A passage's slug ends with its claim's.
    parts[SLUG_PLACE] = parts[SLUG_PLACE].removesuffix(error.slug) + error.new_slug
    query = request.query_string.decode("ascii", "replace")
    location = "/".join(parts) + (f"?{query}" if query else "")
    return problem(HTTPStatus.PERMANENT_REDIRECT, str(error), headers={"Location": location})


def _shape_fault(fault: Fault) -> dict[str, str]:
    shape = {"parameter": fault.parameter, "pointer": fault.pointer, "message": fault.message}
    shape["did_you_mean"] = fault.did_you_mean
    return {key: printable(value)[:DETAIL_MAX_LENGTH] for key, value in shape.items() if value is not None}
