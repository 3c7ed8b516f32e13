"""Serving the application with granian.

Rule: what the server needs to be told stands here; the application does not know which server runs it.
"""

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from kb_api import create_app


def run_server(*, host: str, port: int, workers: int) -> None:
    """Serve until told to stop."""
    server = Granian(
        "kb_api.serving:make_app",
        factory=True,
        address=host,
        port=port,
        workers=workers,
        interface=Interfaces.WSGI,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    )
    server.serve()


make_app = create_app
"""What each worker calls to get the application."""
