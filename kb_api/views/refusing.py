"""The refusal of a request for which there is no place.

Rule: it is made without the application: under a load that cannot be taken, what a refusal costs is what counts.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import orjson

from kb_api.views.asking import Environ

RETRY_AFTER_SECONDS = 1
REFUSALS_REMEMBERED = 256


def refuse(environ: Environ, start_response: Any) -> Iterable[bytes]:
    """503, as a WSGI application."""
    headers, body = _write_refusal(environ["PATH_INFO"])
    start_response("503 Service Unavailable", headers)
    return [body]


@lru_cache(REFUSALS_REMEMBERED)
def _write_refusal(path: str) -> tuple[list[tuple[str, str]], bytes]:
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
