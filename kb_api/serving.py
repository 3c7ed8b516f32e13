"""Serving the application with granian.

Rule: what the server needs to be told stands here; the application does not know which server runs it.
"""

import gc
from functools import cache
from threading import Thread
from typing import NamedTuple

from granian.constants import Interfaces, Loops, TaskImpl
from granian.log import LogLevels

from kb_api import create_app
from kb_api.answers import warm_up
from kb_api.caching import AnswerStore, CachedApplication, watch_revision
from kb_api.database import Database
from kb_api.entrance import Entrance
from kb_api.listening import Server
from kb_api.logs import configure_logs, describe_logs_of_workers
from kb_api.settings import Settings, read_settings
from kb_api.sharing import shared_folder
from kb_api.views.gate import Gate

BACKPRESSURE = 2_048
"""Connections that a worker serves at a time; the others wait in the kernel's queue. One costs some kilobytes; and one
that is open takes its place while it is idle, too."""


class Parts(NamedTuple):
    """What a request goes through, in this order; behind them is the Flask application."""

    gate: Gate
    cached: CachedApplication
    database: Database
    settings: Settings


def run_server(*, host: str, port: int, workers: int) -> None:
    """Serve until told to stop."""
    logs = describe_logs_of_workers(read_settings().log_level)
    server = Server(
        "kb_api.serving:load_app",
        factory=True,
        address=host,
        port=port,
        workers=workers,
        interface=Interfaces.RSGI,
        loop=Loops.uvloop,
        task_impl=TaskImpl.asyncio,
        backpressure=BACKPRESSURE,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=logs,
        respawn_failed_workers=True,
    )
    with shared_folder():
        # Made before the workers are: they inherit it, and begin, at the start and after HUP, without making it.
        make_app()
        server.serve()


def load_app() -> Entrance:
    """What each worker calls to get the application, which serves at once and reads meanwhile what it will need."""
    parts = make_app()
    parts.gate.journal.write_together()
    Thread(target=_warm_up, args=(parts.database,), name="warm-up", daemon=True).start()
    return Entrance(parts.gate, parts.cached, parts.settings)


@cache
def make_app() -> Parts:
    """The parts of the application, and its database, still unasked."""
    settings = read_settings()
    configure_logs(settings.log_level)
    app = create_app(settings)
    gate: Gate = app.extensions["kb_gate"]
    database: Database = app.extensions["kb_database"]
    store = AnswerStore(settings.cache_max_bytes)
    cached = CachedApplication(gate.application, lambda: watch_revision(database), store)
    gate.put_in_front(cached)
    gc.freeze()
    return Parts(gate, cached, database, settings)


def _warm_up(database: Database) -> None:
    """Read what answers need."""
    warm_up(database)
    gc.freeze()
