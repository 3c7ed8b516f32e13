"""The service itself: what it serves, whether it lives, and its own description."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import yaml
from flask import Flask, Response
from flask.views import MethodView
from sqlalchemy import func, select, text

import kb_api
from kb_api.errors import StorageError
from kb_api.folders import PACKAGE
from kb_api.models import Clock, Revision, Thing
from kb_api.schemas.documents import Status
from kb_api.views.blueprint import Blueprint
from kb_api.views.reading import database
from kb_api.vocabulary import PLURALS, Kind

blueprint = Blueprint("service", __name__, url_prefix="/v1", description="The service itself.")


@blueprint.route("/status", endpoint="get_status")
class ServiceStatus(MethodView):
    @blueprint.response(200, Status)
    def get(self) -> Response:
        """Get the status

        Revision, version and how many things of each kind are served.
        """
        with database().read() as session:
            revision = session.execute(select(Clock.revision)).scalar_one()
            at = session.execute(select(Revision.at).where(Revision.number == revision)).scalar()
            query = select(Thing.kind, func.count()).where(Thing.retracted_in.is_(None)).group_by(Thing.kind)
            counted = {row[0]: row[1] for row in session.execute(query)}
        body = {
            "status": "ok",
            "version": kb_api.__version__,
            "revision": revision,
            "revision_at": _format_moment(at),
            "counts": {PLURALS[kind]: counted.get(kind, 0) for kind in Kind},
            "database": "sqlite" if database().is_sqlite else "postgresql",
        }
        return _uncached(Response(orjson.dumps(body), mimetype="application/json"), revision)


def register_service(app: Flask) -> None:
    """The addresses at the root that are for machines."""
    app.add_url_rule("/healthz", view_func=answer_health)
    app.add_url_rule("/readyz", view_func=answer_readiness)
    app.add_url_rule("/openapi.json", view_func=answer_openapi_json)
    app.add_url_rule("/openapi.yaml", view_func=answer_openapi_yaml)


def answer_health() -> Response:
    """The process lives; nothing else is asked, so that a slow database does not get it restarted."""
    return _uncached(Response(b'{"status":"ok"}', mimetype="application/json"))


def answer_readiness() -> Response:
    """The database answers and has content."""
    with database().read() as session:
        revision = session.execute(text("SELECT revision FROM clock")).scalar()
    if not revision:
        raise StorageError("the knowledge base is empty: run 'kb-api seed load'")
    body = orjson.dumps({"status": "ready", "revision": revision})
    return _uncached(Response(body, mimetype="application/json"), revision)


def answer_openapi_json() -> Response:
    """The committed description as JSON."""
    return _described(openapi_file().with_suffix(".json").name, orjson.dumps(read_openapi()), "application/json")


def answer_openapi_yaml() -> Response:
    """The committed description as it stands in the repository."""
    return _described("openapi.yaml", openapi_file().read_bytes(), "application/yaml")


def openapi_file() -> Path:
    """The committed description: beside the package in a checkout, inside it in a wheel."""
    beside = PACKAGE.parent / "openapi.yaml"
    return beside if beside.is_file() else PACKAGE / "openapi.yaml"


@cache
def read_openapi() -> dict[str, Any]:
    """The committed description, parsed once a process."""
    with openapi_file().open(encoding="utf-8") as stream:
        described: dict[str, Any] = yaml.load(stream, yaml.CSafeLoader)
    return described


def _described(name: str, body: bytes, mimetype: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.headers["Cache-Control"] = "public, max-age=60"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.add_etag()
    return response


def _uncached(response: Response, revision: int | None = None) -> Response:
    response.headers["Cache-Control"] = "no-store"
    if revision is not None:
        response.headers["KB-Revision"] = str(revision)
    return response


def _format_moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")
