"""The gate: the first that a request meets and the last that an answer passes, the response cache's answers included.

Rule: what belongs to one request only (its id, its client's standing, its line in the log) is done here, so that an
answer can be kept and given to others. It decides nothing about content.
"""

import logging
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from time import perf_counter, time
from typing import Any, NamedTuple

from flask import Flask
from werkzeug.exceptions import BadRequest, HTTPException, MisdirectedRequest

from kb_api.rates import read_networks
from kb_api.settings import Settings
from kb_api.views.asking import NOTE, Environ, Note, write_note
from kb_api.views.headers import Policies
from kb_api.views.limiting import EXEMPT, Headers, RateLimit
from kb_api.views.observing import ROUTE_HEADER, UNMATCHED, Answered, Journal

Application = Callable[[Environ, Any], Iterable[bytes]]
Finder = Callable[[Environ, Any], Iterable[bytes] | None]

HOST = re.compile(r"(?:[a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{0,5})?", re.ASCII | re.IGNORECASE)
HOSTS_REMEMBERED, HEADS_REMEMBERED = 256, 512
"""Of the latest requests and answers: to read them again costs more than an answer from memory should."""
FALLBACK = (
    b'{"type":"/docs/problems#internal-server-error","title":"Internal Server Error","status":500,'
    b'"detail":"an error on our side; it has been logged","instance":""}'
)
"""For a fault outside the application, which could not have answered it."""

log = logging.getLogger(__name__)


class _Head(NamedTuple):
    """What the headers of an answer say, and those that everybody gets who gets the answer."""

    route: str
    revision: str | None
    headers: Headers


class Gate:
    """WSGI around the application and the cache in front of it."""

    def __init__(self, app: Flask, limit: RateLimit, settings: Settings) -> None:
        self.application: Application = app.wsgi_app
        self._limit, self._policies = limit, Policies(settings)
        self._trusted = read_networks(settings.trusted_proxies)
        self._hosts = [host.strip().lower() for host in settings.allowed_hosts.split(",") if host.strip()]
        self.journal: Journal = app.extensions["kb_journal"]
        self._read_head = lru_cache(HEADS_REMEMBERED)(self._read_head_anew)
        self._front: Application = self.application

    def put_in_front(self, front: Application) -> None:
        """Ask this, which asks the application when it must."""
        self._front = front

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        note = environ.get(NOTE) or self.admit(environ)
        start = self._make_start(environ, note, start_response)
        try:
            # What is refused must not be answered by the cache, which looks at no host.
            return (self.application if note.refusal else self._front)(environ, start)
        except Exception:
            log.exception("a fault outside the application")
            start("500 Internal Server Error", [("Content-Type", "application/problem+json")])
            return [FALLBACK]

    def find(self, finder: Finder, environ: Environ, start_response: Any) -> Iterable[bytes] | None:
        """What the finder has for this request, which has been admitted; ``None`` when it has nothing, and when the
        request is refused: then the gate is to be called."""
        note: Note = environ[NOTE]
        return None if note.refusal else finder(environ, self._make_start(environ, note, start_response))

    def pass_on(self, application: Application, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """What this answers to an admitted request, in the place of everything behind the gate."""
        return application(environ, self._make_start(environ, environ[NOTE], start_response))

    def admit(self, environ: Environ) -> Note:
        """Write down who asks, and whether the request is let in."""
        note = environ[NOTE] = write_note(environ, self._trusted)
        note.refusal = self._judge_host(environ)
        return note

    def _make_start(self, environ: Environ, note: Note, start_response: Any) -> Any:
        def start(status: str, headers: Headers, exc_info: Any = None) -> Any:
            completed = self._complete(environ, note, int(status[:3]), headers, perf_counter() - note.began)
            return start_response(status, completed, exc_info) if exc_info else start_response(status, completed)

        return start

    def _complete(self, environ: Environ, note: Note, status: int, headers: Headers, seconds: float) -> Headers:
        """Write it down, and add the headers of this request alone."""
        head = self._read_head(status, tuple(headers))
        method = environ.get("REQUEST_METHOD", "")
        self.journal.note(
            Answered(note.request_id, method, head.route, status, seconds, head.revision, note.limit, time())
        )
        own = ("X-Request-Id", note.request_id), *self._limit.settle(note, environ["PATH_INFO"], status)
        return [*head.headers, *own]

    def _read_head_anew(self, status: int, headers: tuple[tuple[str, str], ...]) -> "_Head":
        said = dict(headers)
        kept = [pair for pair in headers if pair[0] != ROUTE_HEADER]
        policies = self._policies.find(status, said.get("Content-Type", ""))
        kept += [pair for pair in policies if pair[0] not in said]
        return _Head(said.get(ROUTE_HEADER, UNMATCHED), said.get("KB-Revision"), kept)

    def _judge_host(self, environ: Environ) -> HTTPException | None:
        """Why this host is not served; ``None`` when it is."""
        host = environ.get("HTTP_HOST", "")
        if host and not _is_host(host):
            return BadRequest("the request must name one host, in the form that addresses have")
        if not self._hosts or environ.get("PATH_INFO") in EXEMPT:
            return None
        name = re.sub(r":[0-9]*$", "", host.lower()).rstrip(".")
        if any(name == allowed or (allowed.startswith(".") and name.endswith(allowed)) for allowed in self._hosts):
            return None
        return MisdirectedRequest("this service does not answer under that name")


@lru_cache(HOSTS_REMEMBERED)
def _is_host(name: str) -> bool:
    return HOST.fullmatch(name) is not None
