"""kb_api: an evidence-checked knowledge base about magnesium deficiency, served as a REST API."""

import gc

# Nothing that is imported becomes garbage, and looking for some takes a sixth of a start (measured).
gc.disable()

from collections.abc import Callable  # noqa: E402 - as above.
from importlib.metadata import PackageNotFoundError, version  # noqa: E402
from typing import Any  # noqa: E402

from flask import Flask  # noqa: E402

try:
    __version__ = version("kb-api")
except PackageNotFoundError:  # A checkout that is not installed.
    __version__ = "0.0.0"


class Application(Flask):
    """The framework, told what it would otherwise ask of every function at every request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is: none of ours is a coroutine."""
        return func


def create_app(settings: "Settings | None" = None) -> Flask:
    """Join the parts into a WSGI application; touches no database."""
    settings = settings or read_settings()
    app = Application(__name__, static_folder=None)
    app.config.update(
        API_TITLE="kb_api: magnesium deficiency, evidence-checked",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={},
        PROPAGATE_EXCEPTIONS=False,
    )
    app.url_map.strict_slashes = False
    # The router would answer doubled slashes with a redirect to an address made of the Host header.
    app.url_map.merge_slashes = False
    app.extensions["kb_settings"] = settings
    app.extensions["kb_database"] = Database(
        settings.database_url, replica_url=settings.read_database_url, deadline_seconds=settings.max_statement_seconds
    )
    app.extensions["kb_shelf"] = Shelf()
    app.extensions["kb_api"] = register_views(app, settings)
    return app


from kb_api.database import Database  # noqa: E402 - below the version, which the views report.
from kb_api.settings import Settings, read_settings  # noqa: E402
from kb_api.views import register_views  # noqa: E402
from kb_api.views.shelf import Shelf  # noqa: E402

gc.enable()
