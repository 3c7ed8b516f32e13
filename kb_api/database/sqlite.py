"""What SQLite needs to be told, and which of its versions may write from several processes.

Rule: everything that only SQLite has stands here.
"""

import sqlite3
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, create_engine, event

from kb_api.database.deadlines import is_over, remaining_seconds
from kb_api.errors import SettingsError

try:
    import pysqlite3
except ImportError:  # No wheel for this platform: the interpreter's own library.
    pysqlite3 = None

BUSY_TIMEOUT_MS = 5_000
"""How long a writer waits for the write lock: a guess, well above the longest write (a seed load, about 1 s)."""

STEPS_BETWEEN_CHECKS = 20_000
"""Steps of SQLite's machine, about a millisecond, after which a statement is asked whether its time is up."""

FIRST_WITH_RESET_BUG = (3, 7, 0)
FIRST_WITHOUT_RESET_BUG = (3, 51, 3)
MENDED_BRANCHES = {(3, 44): 6, (3, 50): 7}
"""From https://sqlite.org/wal.html#walresetbug: the branches that got the correction, and from which patch on."""


def sqlite_library() -> ModuleType:
    """The newest SQLite at hand: the one in the ``pysqlite3`` wheel, else the interpreter's."""
    return pysqlite3 or sqlite3


def has_reset_bug(version: tuple[int, ...] | None = None) -> bool:
    """Whether this version can lose what it wrote when two processes reset the write-ahead log at the same time."""
    version = version or sqlite_library().sqlite_version_info
    if version[:2] in MENDED_BRANCHES:
        return version[2] < MENDED_BRANCHES[version[0], version[1]]
    return FIRST_WITH_RESET_BUG <= version < FIRST_WITHOUT_RESET_BUG


def check_processes(processes: int) -> str | None:
    """A warning about the SQLite library at hand, or ``None``. Raises ``SettingsError`` for several processes on one
    with the bug."""
    if not has_reset_bug():
        return None
    version = sqlite_library().sqlite_version
    cure = "install pysqlite3 (pip install 'pysqlite3>=0.6'), which brings a newer one, or use PostgreSQL"
    if processes > 1:
        raise SettingsError(
            f"SQLite {version} can lose what several processes write (the WAL-reset bug, corrected in 3.51.3): {cure}, "
            "or serve with one worker"
        )
    return f"SQLite {version} has the WAL-reset bug: let no second process write, 'kb-api seed load' included; {cure}"


def create_sqlite_engine(url: str, *, writing: bool, **options: Any) -> Engine:
    """An engine whose transactions begin with a snapshot or, to write, with the write lock."""
    engine = create_engine(url, module=sqlite_library(), **options)
    _configure_connections(engine)

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Any) -> None:
        if writing:
            _wait_for_lock(connection)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            # Touches no file and cannot fail, so it goes to the driver by the shortest way: every read begins here.
            connection.connection.driver_connection.execute("BEGIN")

    return engine


def _configure_connections(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself; ours begin explicitly.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            # FULL: with NORMAL a power cut loses acknowledged writes.
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.set_progress_handler(is_over, STEPS_BETWEEN_CHECKS)


def _wait_for_lock(connection: Any) -> None:
    """Wait for the write lock as long as the deadline allows."""
    seconds = remaining_seconds()
    milliseconds = BUSY_TIMEOUT_MS if seconds is None else int(seconds * 1_000)
    connection.exec_driver_sql(f"PRAGMA busy_timeout={milliseconds}")
