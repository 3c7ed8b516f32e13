"""What the service tells of itself: a line in the log for each request, and numbers for Prometheus.

Rule: only closed sets leave here (routes, methods, statuses, names of limits): never a path, a query, a body, a key or
an address of a person.

A worker writes down several answers at a time: to write a line lets go of the interpreter, which others then have, and
both the line and the numbers cost less when many are made at once: a hit a fifth less in all (measured).
"""

import logging
import os
import time
from collections import Counter as Counts
from collections import deque
from collections.abc import Sequence
from multiprocessing.util import Finalize
from pathlib import Path
from threading import Event, Lock, Thread
from typing import NamedTuple

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

from kb_api.logs import Entry, log_together
from kb_api.settings import Settings
from kb_api.views.blueprint import Blueprint

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
ROUTE_HEADER = "KB-Route"
UNMATCHED = "unmatched"
"""The route of a request for an address that is not there."""
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
"""Seconds: around the 10 ms that a page should take and the 3 s after which we give up."""

TOGETHER, TOGETHER_SECONDS = 64, 0.1
"""So many answers are written down at once, and none later than this; what a worker that is killed had still to write
is lost."""

log = logging.getLogger("kb_api.requests")


class Answered(NamedTuple):
    """What is told of one request."""

    request_id: str
    method: str
    route: str
    status: int
    seconds: float
    revision: str | None
    limit: str | None
    """The limit that it was above."""
    at: float
    """Seconds since 1970."""


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
        self._durations: dict[str, Histogram] = {}
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

    def count(self, answers: Sequence[Answered]) -> None:
        """Count these answers."""
        numbers = Counts((name_method(answer.method), answer.route, answer.status) for answer in answers)
        for labels, number in numbers.items():
            self.requests.labels(*labels).inc(number)
        for answer in answers:
            self._find_durations(answer.route).observe(answer.seconds)
            if answer.limit:
                self.refused.labels(answer.limit).inc()
            if answer.revision != self._last_revision and (revision := _number(answer.revision)) is not None:
                self.revision.set(revision)
                self._last_revision = answer.revision

    def _find_durations(self, route: str) -> Histogram:
        """The library's own look-up costs more than the rest."""
        found = self._durations.get(route)
        if found is None:
            found = self._durations[route] = self.seconds.labels(route)
        return found

    def write(self) -> bytes:
        """The numbers as Prometheus reads them."""
        if self.folder is None:
            return generate_latest(self.registry)
        gathered = CollectorRegistry()
        MultiProcessCollector(gathered, path=str(self.folder))  # type: ignore[no-untyped-call]
        return generate_latest(gathered)


class Journal:
    """What was answered, on its way into the log and the numbers: at once, or in a worker several at a time."""

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics
        self._waiting: deque[Answered] = deque()
        self._has_some = Event()
        self._lock = Lock()
        self._writer: Thread | None = None

    def note(self, answer: Answered) -> None:
        """Write this down when it is time."""
        self._waiting.append(answer)
        if self._writer is None or len(self._waiting) >= TOGETHER:
            self.write()
        elif not self._has_some.is_set():
            self._has_some.set()

    def write(self) -> None:
        """Write down what there is."""
        with self._lock:
            answers = []
            while self._waiting:
                answers.append(self._waiting.popleft())
            self.metrics.count(answers)
            log_together(log, "request", map(describe, answers))

    def write_together(self) -> None:
        """From now on several at a time: for a worker, once it has its own process."""
        self._writer = Thread(target=self._write_in_time, name="journal", daemon=True)
        self._writer.start()
        Finalize(self, self.write, exitpriority=0)  # A worker ends without what ``atexit`` would do.

    def write_numbers(self) -> bytes:
        """The numbers as Prometheus reads them, with everything that any worker had answered when they were asked."""
        self.write()
        if self._writer is not None:
            time.sleep(2 * TOGETHER_SECONDS)
        return self.metrics.write()

    def _write_in_time(self) -> None:
        while self._has_some.wait():
            time.sleep(TOGETHER_SECONDS)
            self._has_some.clear()
            self.write()


def register_observing(app: Flask, settings: Settings) -> None:
    """Keep a journal, and tell the gate which route each answer came from."""
    folder = Path(settings.runtime_folder) / "metrics" if settings.runtime_folder else None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    app.extensions["kb_journal"] = Journal(Metrics(folder))
    app.after_request(name_route)


def name_route(response: Response) -> Response:
    """The route travels with the answer, also into the cache and out again; the gate takes it off."""
    response.headers[ROUTE_HEADER] = request.url_rule.rule if request.url_rule else UNMATCHED
    return response


def describe(answer: Answered) -> Entry:
    """One line, from closed sets and numbers only."""
    line = {
        "request_id": answer.request_id,
        "revision": _number(answer.revision),
        "method": name_method(answer.method),
        "route": answer.route,
        "status": answer.status,
        "milliseconds": round(answer.seconds * 1_000, 2),
    }
    if answer.limit:
        line["limit"] = answer.limit
    return Entry(logging.ERROR if answer.status >= 500 else logging.INFO, line, answer.at)


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
        journal: Journal = current_app.extensions["kb_journal"]
        response = Response(journal.write_numbers(), content_type=CONTENT_TYPE_LATEST)
        response.headers["Cache-Control"] = "no-store"
        return response
