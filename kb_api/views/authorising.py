"""Who may do what: decided by the address and the method alone, before a body is read or a thing is looked for.

Rule: an operation that needs a key carries ``@needs(scope)``, its outermost decorator; every other is open to all and
looks at no key.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request
from flask_smorest import Api

from kb_api.editing.keys import Editor, recognise
from kb_api.errors import ForbiddenError, UnauthenticatedError
from kb_api.views.reading import database
from kb_api.vocabulary import Scope

SCHEME = "ApiKey"
"""The name of the security scheme in the OpenAPI document."""

View = TypeVar("View", bound=Callable[..., Any])


def needs(scope: Scope) -> Callable[[View], View]:
    """Mark an operation as one for keys of this scope, also in the OpenAPI document."""

    def mark(view: View) -> View:
        view.needed_scope = scope  # type: ignore[attr-defined]
        documented = view.__dict__.setdefault("_apidoc", {})
        manual = documented.setdefault("manual_doc", {})
        manual |= {"security": [{SCHEME: []}], "x-scope": str(scope)}
        manual["responses"] = {**manual.get("responses", {}), **refusals("401", "403")}
        return view

    return mark


def refusals(*statuses: str) -> dict[str, dict[str, str]]:
    """Problems of an operation for the OpenAPI document; what each means is said there once."""
    return {status: {"description": "A problem."} for status in statuses}


def describe_keys(api: Api) -> None:
    """Tell the OpenAPI document how a key is sent."""
    api.spec.components.security_scheme(
        SCHEME,
        {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "kbk_…",
            "description": "A key from `kb-api keys create`. `x-scope` of an operation says which scope it needs.",
        },
    )


def register_authorising(app: Flask) -> None:
    """Judge every request before anything else reads it; tell caches that what a key holder sees is private."""
    app.before_request(authorise)
    app.after_request(keep_private)


def authorise() -> None:
    """401 without a key that holds, 403 with one that does not allow this."""
    scope = _needed_scope()
    if scope is None:
        return
    editor = _recognise()
    if not editor.scope.allows(scope):
        raise ForbiddenError(f"this needs a key with the scope '{scope}'; yours is for '{editor.scope}'", scope)
    g.editor = editor


def keep_private(response: Response) -> Response:
    """What was asked with a key is stored by nobody."""
    if "Authorization" in request.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def current_editor() -> Editor:
    """Who makes this request; there is always one in an operation with ``needs``."""
    editor: Editor = g.editor
    return editor


def _needed_scope() -> Scope | None:
    view = current_app.view_functions.get(request.endpoint or "")
    view_class = getattr(view, "view_class", None)
    method = getattr(view_class, request.method.lower(), None)
    return getattr(method, "needed_scope", None)


def _recognise() -> Editor:
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    if not key.strip():
        raise UnauthenticatedError("this needs a key: send 'Authorization: Bearer kbk_…'")
    if kind.lower() != "bearer":
        raise UnauthenticatedError("the key must be sent as 'Authorization: Bearer kbk_…'")
    with database().read(from_primary=True) as session:
        return recognise(session, key.strip())
