"""The headers that protect whoever reads an answer: every policy stands here, once.

Rule: an answer that is no page may do nothing in a browser; a page may use what this service itself serves.
"""

from kb_api.settings import Settings

DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""No inline script or style: text that slipped through an escape has nothing to run with."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    # Public data for every origin; nothing here hangs on a cookie.
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
PAGE_HEADERS = {"Cross-Origin-Opener-Policy": "same-origin"}
TRANSPORT = "max-age=31536000"
"""A year, which is what ASVS asks for at least; told only where the public address is https."""


class Policies:
    """The headers that every answer gets last, errors and answers from memory included."""

    def __init__(self, settings: Settings) -> None:
        is_secure = settings.public_url.lower().startswith("https://")
        always = [*HEADERS.items(), *([("Strict-Transport-Security", TRANSPORT)] if is_secure else [])]
        self._of_data = [("Content-Security-Policy", DATA_POLICY), *always]
        self._of_pages = [("Content-Security-Policy", PAGE_POLICY), *PAGE_HEADERS.items(), *always]

    def find(self, status: int, content_type: str) -> list[tuple[str, str]]:
        """For an answer of this kind; none for a 304: the headers of the answer that the client holds still stand."""
        if status == 304:
            return []
        return self._of_pages if content_type.startswith("text/html") else self._of_data
