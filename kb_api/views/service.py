"""The service itself: what it serves, whether it lives, and its own description."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import yaml
from flask import Response
from flask.views import MethodView
from sqlalchemy import func, select

import kb_api
from kb_api.errors import StorageError
from kb_api.folders import PACKAGE
from kb_api.models import Clock, Revision, Thing
from kb_api.schemas.documents import AnyObject, Condition, Status
from kb_api.views.blueprint import Blueprint
from kb_api.views.reading import database, read_snapshot
from kb_api.vocabulary import PLURALS, Kind

blueprint = Blueprint("service", __name__, url_prefix="/v1", description="The service itself.")


@blueprint.route("/status", endpoint="get_status")
class ServiceStatus(MethodView):
    @blueprint.response(200, Status)
    def get(self) -> Response:
        """Get the status

        Revision, version and how many things of each kind are served.
        """
        with read_snapshot() as session:
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


root = Blueprint("root", __name__, url_prefix="", description="For machines: health, and the description of the API.")


@root.route("/healthz", endpoint="get_health")
class Health(MethodView):
    @root.response(200, Condition)
    def get(self) -> Response:
        """Tell that the process lives

        Nothing else is asked, so that a slow database does not get a living process restarted.
        """
        return _uncached(Response(b'{"status":"ok"}', mimetype="application/json"))


@root.route("/readyz", endpoint="get_readiness")
class Readiness(MethodView):
    @root.response(200, Condition)
    def get(self) -> Response:
        """Tell whether requests can be answered

        The database answers and has content; 503 otherwise.
        """
        with read_snapshot() as session:
            revision = session.execute(select(Clock.revision)).scalar()
        if not revision:
            raise StorageError("the knowledge base is empty: run 'kb-api seed load'")
        body = orjson.dumps({"status": "ready", "revision": revision})
        return _uncached(Response(body, mimetype="application/json"), revision)


@root.route("/openapi.json", endpoint="get_openapi_json")
class OpenApiJson(MethodView):
    @root.response(200, AnyObject)
    def get(self) -> Response:
        """Get this description as JSON

        OpenAPI 3.1.
        """
        return _described("openapi.json", orjson.dumps(read_openapi()), "application/json")


@root.route("/openapi.yaml", endpoint="get_openapi_yaml")
class OpenApiYaml(MethodView):
    @root.response(200, AnyObject, content_type="application/yaml")
    def get(self) -> Response:
        """Get this description as YAML

        OpenAPI 3.1, as it stands in the repository.
        """
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
