"""The headers that protect whoever reads an answer: every policy stands here, once.

Rule: an answer that is no page may do nothing in a browser; a page may use what this service itself serves.
"""

from flask import Flask, Response

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


def register_headers(app: Flask, settings: Settings) -> None:
    """Give every answer its policy, errors included."""
    is_secure = settings.public_url.lower().startswith("https://")

    def protect(response: Response) -> Response:
        if response.status_code == 304:
            return response  # The headers of the answer that the client holds still stand.
        is_page = response.mimetype == "text/html"
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY if is_page else DATA_POLICY)
        for name, value in (HEADERS | (PAGE_HEADERS if is_page else {})).items():
            response.headers.setdefault(name, value)
        if is_secure:
            response.headers.setdefault("Strict-Transport-Security", TRANSPORT)
        return response

    app.after_request(protect)
