"""What the service tells of itself: a line in the log for each request, and numbers for Prometheus.

Rule: only closed sets leave here (routes, methods, statuses, names of limits): never a path, a query, a body, a key or
an address of a person.
"""

import logging
import os
from pathlib import Path

from flask import Flask, Response, current_app, request
from flask.views import MethodView
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector

from kb_api.logs import log_fields
from kb_api.settings import Settings
from kb_api.views.asking import Note
from kb_api.views.blueprint import Blueprint

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
ROUTE_HEADER = "KB-Route"
UNMATCHED = "unmatched"
"""The route of a request for an address that is not there."""
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
"""Seconds: around the 10 ms that a page should take and the 3 s after which we give up."""

log = logging.getLogger("kb_api.requests")


class Metrics:
    """The numbers of this process; with a shared folder, those of every process of the host."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        disable_created_metrics()  # type: ignore[no-untyped-call]
        if folder is not None:
            # The library decides when it is imported, the service when it is made: so it is told again.
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
            values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
        self.registry = registry = CollectorRegistry()
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._last_revision: str | None = None
        labels = ["method", "route", "status"]
        self.requests = Counter("kb_api_requests", "Requests answered.", labels, registry=registry)
        self.seconds = Histogram(
            "kb_api_request_seconds", "Time to answer.", ["route"], buckets=BUCKETS, registry=registry
        )
        self.refused = Counter("kb_api_refused", "Requests above a limit.", ["limit"], registry=registry)
        self.revision = Gauge(
            "kb_api_revision", "The revision last served.", multiprocess_mode="mostrecent", registry=registry
        )

    def count(
        self, method: str, route: str, status: int, seconds: float, *, limit: str | None, revision: str | None
    ) -> None:
        """Count one answer."""
        requests, durations = self._find_series(name_method(method), route, status)
        requests.inc()
        durations.observe(seconds)
        if limit:
            self.refused.labels(limit).inc()
        if revision != self._last_revision and (number := _number(revision)) is not None:
            self.revision.set(number)
            self._last_revision = revision

    def _find_series(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        """The numbers of these labels; the library's own look-up costs more than an answer from the cache."""
        found = self._series.get((method, route, status))
        if found is None:
            found = self.requests.labels(method, route, status), self.seconds.labels(route)
            self._series[method, route, status] = found
        return found

    def write(self) -> bytes:
        """The numbers as Prometheus reads them."""
        if self.folder is None:
            return generate_latest(self.registry)
        gathered = CollectorRegistry()
        MultiProcessCollector(gathered, path=str(self.folder))  # type: ignore[no-untyped-call]
        return generate_latest(gathered)


def register_observing(app: Flask, settings: Settings) -> None:
    """Keep numbers, and tell the gate which route each answer came from."""
    folder = Path(settings.runtime_folder) / "metrics" if settings.runtime_folder else None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    app.extensions["kb_metrics"] = Metrics(folder)
    app.after_request(name_route)


def name_route(response: Response) -> Response:
    """The route travels with the answer, also into the cache and out again; the gate takes it off."""
    response.headers[ROUTE_HEADER] = request.url_rule.rule if request.url_rule else UNMATCHED
    return response


def log_request(note: Note, method: str, route: str, status: int, seconds: float, *, revision: str | None) -> None:
    """One line, from closed sets and numbers only."""
    line = {
        "request_id": note.request_id,
        "revision": _number(revision),
        "method": name_method(method),
        "route": route,
        "status": status,
        "milliseconds": round(seconds * 1_000, 2),
    }
    if note.limit:
        line["limit"] = note.limit
    log_fields(log, logging.ERROR if status >= 500 else logging.INFO, "request", line)


def name_method(method: str) -> str:
    """A method as a closed set."""
    return method if method in METHODS else "other"


def _number(revision: str | None) -> int | None:
    return int(revision) if revision and revision.isdigit() else None


blueprint = Blueprint("metrics", __name__, url_prefix="", description="For machines: numbers.")


@blueprint.route("/metrics", endpoint="get_metrics")
class MetricsPage(MethodView):
    @blueprint.response(200, {"type": "string"}, content_type="text/plain")
    def get(self) -> Response:
        """Get the numbers of the service

        For Prometheus, by route: of every process of this host together.
        """
        metrics: Metrics = current_app.extensions["kb_metrics"]
        response = Response(metrics.write(), content_type=CONTENT_TYPE_LATEST)
        response.headers["Cache-Control"] = "no-store"
        return response
