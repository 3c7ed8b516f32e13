"""What a driver raises → what a caller can do about it.

Rule: a fault of the storage becomes a ``StorageError`` here, at the edge of every session; what is a fault of ours
(a broken constraint, a wrong statement) flies on as it is.
"""

import logging

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from kb_api.database.deadlines import NO_ANSWER
from kb_api.errors import OutOfSpaceError, OverdueError, StorageError

FULL = {"SQLITE_FULL", "SQLITE_IOERR_WRITE_FULL"}
"""SQLite's names for a disk that has no room."""

UNUSABLE = ("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_PROTOCOL")
"""Beginnings of SQLite's names for a file that cannot be used now; the statement itself is sound."""

DISK_FULL, QUERY_CANCELED, READ_ONLY, UNDEFINED_TABLE = "53100", "57014", "25006", "42P01"
"""PostgreSQL's, from https://www.postgresql.org/docs/current/errcodes-appendix.html."""

log = logging.getLogger(__name__)


def storage_fault(error: Exception) -> StorageError | None:
    """The domain error for a fault of the storage; ``None`` when it is none."""
    if isinstance(error, PoolTimeoutError):
        return StorageError("the database is busy; try again in a moment")
    if not isinstance(error, DBAPIError):
        return None
    log.warning("the database cannot do it: %s", describe(error))
    if _is_full(error.orig):
        return OutOfSpaceError("there is no room to store it; nothing was changed, reading goes on")
    if _lacks_tables(error.orig):
        return StorageError("the database has no tables, or old ones: run 'kb-api migrate'")
    if _took_too_long(error.orig):
        return OverdueError("the database needed too long for it; ask for less, or try again in a moment")
    if _is_passing(error):
        return StorageError("the database cannot do it now; nothing was changed, try again in a moment")
    return None


def is_outage(error: Exception) -> bool:
    """Whether the database cannot be reached at all, so that asking again at once is no use."""
    return isinstance(error, DBAPIError) and (error.connection_invalidated or _never_connected(error))


def describe(error: DBAPIError) -> str:
    """Class and code of the driver's error, for the log: no statement, no value."""
    original = error.orig
    code = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
    return f"{type(original).__name__} ({code})" if code else type(original).__name__


def _is_full(original: BaseException | None) -> bool:
    return _sqlstate(original) == DISK_FULL or getattr(original, "sqlite_errorname", "") in FULL


def _took_too_long(original: BaseException | None) -> bool:
    """The statement was ended because its time was up, by SQLite, PostgreSQL or the connection."""
    return _sqlstate(original) == QUERY_CANCELED or str(original) in {"interrupted", NO_ANSWER}


def _is_passing(error: DBAPIError) -> bool:
    """Every operational error; a connection that is gone; a server that has become a replica; a file out of order."""
    if isinstance(error, OperationalError | InterfaceError) and not _is_ours(error.orig):
        return True
    name = getattr(error.orig, "sqlite_errorname", None) or ""
    is_replica = _sqlstate(error.orig) == READ_ONLY
    return error.connection_invalidated or is_replica or name.startswith(UNUSABLE)


def _is_ours(original: BaseException | None) -> bool:
    """SQLite calls a wrong statement an operational error too."""
    return getattr(original, "sqlite_errorname", None) == "SQLITE_ERROR"


def _lacks_tables(original: BaseException | None) -> bool:
    return _sqlstate(original) == UNDEFINED_TABLE or "no such table" in str(original)


def _never_connected(error: DBAPIError) -> bool:
    """psycopg raises ``OperationalError`` itself, without a code, when no connection comes about or one breaks."""
    return isinstance(error, OperationalError) and _sqlstate(error.orig) is None


def _sqlstate(original: BaseException | None) -> str | None:
    """The code of an error of PostgreSQL, ``None`` when it has none; empty for other databases."""
    return getattr(original, "sqlstate", "")
