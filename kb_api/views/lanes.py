"""How many requests are worked on at a time: what is too much is refused at once instead of making everybody wait.

Rule: this stands between the response cache and the application; what the cache answers, and what machines ask about
the process itself, never waits here. A thread that waits costs nothing; one that computes takes the interpreter. Nobody
has a place while a question that anybody may send is still on its way; a write is read when its key has been judged.
"""

from collections.abc import Callable, Iterable
from io import BytesIO
from threading import BoundedSemaphore, Lock
from typing import Any
from urllib.parse import quote

import orjson

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

READING, READERS_WAITING = 4, 24
"""Requests that read: so many compute, so many may wait for them."""
READER_WAITS_SECONDS = 0.25
"""Longer, and an answer in half a second is no longer likely (the measure is in ``docs/reliability.md``)."""
WRITING = 40
"""Requests that write: they wait for each other in the database, at about 10 ms a write within the deadline."""
ARRIVING = 32
"""Questions whose body is still on its way, each in a thread of its own; one more is refused at once."""
THREADS = 4 + READING + READERS_WAITING + WRITING + ARRIVING
"""What a worker needs so that a request about the process itself always finds a thread. Not more: at ten times the load
that it can take, 256 threads that want the interpreter answer later than 72 (p99 1.9 s for 0.9 s, measured)."""

ASKING_BY_POST = ("/v1/answers", "/v1/batch")
"""What reads although its method is POST."""
RETRY_AFTER_SECONDS = 1


class Lanes:
    """WSGI around the application: one lane for what reads, one for what writes."""

    def __init__(self, application: Application, *, max_body_bytes: int) -> None:
        self._application, self._max_body_bytes = application, max_body_bytes
        self._computing = BoundedSemaphore(READING)
        self._reading = _Places(READING + READERS_WAITING)
        self._writing = _Places(WRITING)
        self._arriving = _Places(ARRIVING)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith("/v1/"):
            return self._application(environ, start_response)
        if environ["PATH_INFO"] in ASKING_BY_POST and not self._read_body(environ):
            return _refuse(environ, start_response)
        is_read = _reads(environ)
        places = self._reading if is_read else self._writing
        if not places.take():
            return _refuse(environ, start_response)
        try:
            if not is_read:
                return self._application(environ, start_response)
            if not self._computing.acquire(timeout=READER_WAITS_SECONDS):
                return _refuse(environ, start_response)
            try:
                return self._application(environ, start_response)
            finally:
                self._computing.release()
        finally:
            places.leave()

    def _read_body(self, environ: Environ) -> bool:
        """Wait until the body has come; whether there was a place to wait in.

        One that is too long is not read: the application says so.
        """
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > self._max_body_bytes:
            return True
        if not self._arriving.take():
            return False
        try:
            environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(length) or self._max_body_bytes + 1))
        finally:
            self._arriving.leave()
        return True


class _Places:
    """So many requests at a time, and no more."""

    def __init__(self, number: int) -> None:
        self._lock, self._free = Lock(), number

    def take(self) -> bool:
        with self._lock:
            if self._free == 0:
                return False
            self._free -= 1
            return True

    def leave(self) -> None:
        with self._lock:
            self._free += 1


def _reads(environ: Environ) -> bool:
    return environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS") or environ["PATH_INFO"] in ASKING_BY_POST


def _refuse(environ: Environ, start_response: Any) -> Iterable[bytes]:
    """503, made by hand: under a load that cannot be taken, what a refusal costs is what counts."""
    problem = {
        "type": "/docs/problems#service-unavailable",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "more is asked at the moment than can be answered in time; try again in a moment",
        "instance": quote(environ["PATH_INFO"].encode("latin-1"))[:500],
    }
    body = orjson.dumps(problem)
    headers = [
        ("Content-Type", "application/problem+json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("Retry-After", str(RETRY_AFTER_SECONDS)),
        ("Access-Control-Allow-Origin", "*"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response("503 Service Unavailable", headers)
    return [body]
