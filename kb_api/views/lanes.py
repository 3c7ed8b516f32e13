"""How many requests are worked on at a time: what is too much is refused at once instead of making everybody wait.

Rule: this stands between the response cache and the application; what the cache answers, and what machines ask about
the process itself, never waits here. A thread that waits costs nothing; one that computes takes the interpreter. Nobody
has a place while a body is still on its way: the entrance reads it before.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import Any
from urllib.parse import quote

import orjson

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

READING, READERS_WAITING = 2, 40
"""Requests that read: so many compute, so many at most may wait for them. Each that computes keeps the event loop from
the interpreter for its turn: with four, refusals at ten times the load came after 5 s (measured)."""
READER_WAITS_SECONDS = 0.25
"""Longer, and an answer in half a second is no longer likely (the measure is in ``docs/reliability.md``)."""
LIKELY_SECONDS = 0.2
"""Who would wait longer than this, as the latest turns were, is refused at once: to wait in vain costs a thread."""
LATEST_SHARE = 1 / 16
"""How much the latest turn counts among those before."""
WRITING = 40
"""Requests that write: they wait for each other in the database, at about 10 ms a write within the deadline."""
THREADS = READING + READERS_WAITING + WRITING + 4
"""What a worker needs so that whoever has a place has a thread, and who exports too. Not more: at ten times the load
that it can take, 256 threads that want the interpreter answer later than 72 (p99 1.9 s for 0.9 s, measured)."""

ASKING_BY_POST = ("/v1/answers", "/v1/batch")
"""What reads although its method is POST."""
RETRY_AFTER_SECONDS = 1
REFUSALS_REMEMBERED = 256


class Lanes:
    """WSGI around the application: one lane for what reads, one for what writes."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._reading, self._writing = _Turns(), _Places(WRITING)

    def find_refusal(self, environ: Environ, start_response: Any) -> Iterable[bytes] | None:
        """The refusal that the request would get at this moment, for whoever has nothing to wait for; else ``None``."""
        if not _needs_place(environ) or self._places_for(environ).has_room:
            return None
        return _refuse(environ, start_response)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if not _needs_place(environ):
            return self._application(environ, start_response)
        with self._places_for(environ).taken() as is_taken:
            return self._application(environ, start_response) if is_taken else _refuse(environ, start_response)

    def _places_for(self, environ: Environ) -> "_Places":
        return self._reading if _reads(environ) else self._writing


class _Places:
    """So many requests at a time, and no more."""

    def __init__(self, number: int) -> None:
        self._lock, self._free = Lock(), number

    @property
    def has_room(self) -> bool:
        """Whether one more would be let in now."""
        return self._free > 0

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """A place while the block runs; whether there was one."""
        with self._lock:
            is_taken = self.has_room
            self._free -= is_taken
        try:
            yield is_taken
        finally:
            with self._lock:
                self._free += is_taken


class _Turns(_Places):
    """Places of which few compute at a time, while the others wait for their turn."""

    def __init__(self) -> None:
        super().__init__(READING + READERS_WAITING)
        self._computing = BoundedSemaphore(READING)
        self._turn_seconds = 0.0

    @property
    def has_room(self) -> bool:
        before = READING + READERS_WAITING - self._free
        return self._free > 0 and (before + 1 - READING) * self._turn_seconds / READING <= LIKELY_SECONDS

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """A place, and in it a turn; whether both could be had in time."""
        with super().taken() as is_taken:
            if not is_taken or not self._computing.acquire(timeout=READER_WAITS_SECONDS):
                yield False
                return
            began = monotonic()
            try:
                yield True
            finally:
                self._computing.release()
                self._learn(monotonic() - began)

    def _learn(self, seconds: float) -> None:
        with self._lock:
            self._turn_seconds += (min(seconds, READER_WAITS_SECONDS) - self._turn_seconds) * LATEST_SHARE


def _needs_place(environ: Environ) -> bool:
    path: str = environ["PATH_INFO"]
    return path.startswith("/v1/")


def _reads(environ: Environ) -> bool:
    return environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS") or environ["PATH_INFO"] in ASKING_BY_POST


def _refuse(environ: Environ, start_response: Any) -> Iterable[bytes]:
    headers, body = _write_refusal(environ["PATH_INFO"])
    start_response("503 Service Unavailable", headers)
    return [body]


@lru_cache(REFUSALS_REMEMBERED)
def _write_refusal(path: str) -> tuple[list[tuple[str, str]], bytes]:
    """503, made by hand and kept: under a load that cannot be taken, what a refusal costs is what counts."""
    problem = {
        "type": "/docs/problems#service-unavailable",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "more is asked at the moment than can be answered in time; try again in a moment",
        "instance": quote(path.encode("latin-1"))[:500],
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
    return headers, body
