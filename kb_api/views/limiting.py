"""How often a client may ask.

Rule: what reaches the application is counted before it costs anything; what the response cache answers never comes
here, and a 304 is given back.
"""

from math import ceil
from pathlib import Path

from flask import Flask, request

from kb_api.counting import SharedCounts
from kb_api.errors import LimitError
from kb_api.settings import Settings
from kb_api.views.asking import Note, read_note

NUMBERS = "/metrics"
EXEMPT = {"/healthz", "/readyz", NUMBERS}
"""What machines ask on a schedule: a limit would get a living process restarted."""
FILES = "/explorer/"
"""Where the explorer's files are: one page needs two dozen of them, and they cost nothing."""
COUNTS_FILE = "rate-limit"
POLICY = "client"
"""The name of our only policy in the ``RateLimit`` headers (draft-ietf-httpapi-ratelimit-headers)."""

Headers = list[tuple[str, str]]


class RateLimit:
    """The limit of the settings, and how everybody stands."""

    def __init__(self, settings: Settings) -> None:
        folder, self.rate = settings.runtime_folder, settings.rate
        path = Path(folder) / COUNTS_FILE if folder else None
        self._counts = SharedCounts(path, self.rate) if self.rate else None

    def register(self, app: Flask) -> None:
        """Count what reaches the application, and refuse what is too many."""
        if self._counts is not None:
            app.before_request(self.take)

    def take(self) -> None:
        """Count this request; raises ``LimitError`` when the client has none left."""
        if self._counts is None or self.rate is None or _is_exempt():
            return
        note = read_note()
        note.standing = self._counts.take(note.client)
        if not note.standing.allowed:
            wait = max(1, ceil(note.standing.reset_seconds))
            policy = f"{self.rate.requests} requests in {self.rate.seconds} s"
            raise LimitError("rate_limit", policy, f"more than {policy}: ask again in {wait} s", retry_after=wait)

    def settle(self, note: Note, path: str, status: int) -> Headers:
        """Give back what cost nothing, and say how the client stands."""
        if self._counts is None or self.rate is None or path in EXEMPT or path.startswith(FILES):
            return []
        if note.standing is None:
            standing = self._counts.peek(note.client)
        elif status == 304 and note.standing.allowed:
            standing = self._counts.give_back(note.client)
        else:
            standing = note.standing
        reset = max(0, ceil(standing.reset_seconds))
        return [
            ("RateLimit-Policy", f'"{POLICY}";q={self.rate.requests};w={self.rate.seconds}'),
            ("RateLimit", f'"{POLICY}";r={standing.remaining};t={reset}'),
        ]


def _is_exempt() -> bool:
    """A browser asks the preflight by itself, and could not show its user a refusal."""
    is_preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    return is_preflight or request.path in EXEMPT or request.path.startswith(FILES)
