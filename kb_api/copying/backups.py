"""Backups: one file that holds the whole base and restores into either engine.

Rule: a backup is a SQLite file, whatever database it is of, so that it can be opened, checked and restored anywhere.
A plain copy of the database's own file is no backup: it can miss what stands in the write-ahead log, or be torn.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from sqlalchemy import insert, make_url, update
from sqlalchemy.orm import Session

from kb_api.copying.rows import Progress, copy_database, copy_rows, empty_tables, read_revision
from kb_api.database import Database, sqlite_library
from kb_api.errors import ConflictError, StorageError
from kb_api.migrating import migrate
from kb_api.models import Clock, Revision


def write_backup(database: Database, file: Path, *, progress: Progress) -> int:
    """Write what stands at one revision, while others write on; the revision. The file appears whole or not at all."""
    with TemporaryDirectory(dir=file.parent, prefix=f".{file.name}-") as folder:
        unfinished = Path(folder) / "backup.sqlite3"
        if database.is_sqlite:
            _vacuum_into(database, unfinished)
        else:
            _copy_into(database, unfinished, progress)
        revision = check_backup(unfinished)
        _sync(unfinished)
        unfinished.replace(file)
    _sync(file.parent)
    return revision


def restore_backup(file: Path, database: Database, *, replace: bool, progress: Progress) -> int:
    """Put a backup in the place of what stands; the revision it then has.

    One transaction, seen by running processes at their next request. The clock never goes back: where the database is
    further than the backup, the restoration is a revision of its own, so that no cache takes old answers for new ones.
    """
    with _opened_copy(file) as backup:
        migrate(database)
        with backup.read() as reading, database.write() as writing:
            standing = read_revision(writing)
            if standing and not replace:
                raise ConflictError("the database is not empty: '--replace' puts the backup in its place")
            empty_tables(writing)
            copy_rows(reading, writing, progress=progress)
            if standing >= read_revision(writing):
                _note_restoration(writing, standing + 1, read_revision(writing))
            revision = read_revision(writing)
            writing.commit()
    return revision


def check_backup(file: Path) -> int:
    """The revision of a sound backup. Raises ``StorageError`` when the file is none, or damaged."""
    if not file.is_file():
        raise StorageError(f"there is no file '{file}'")
    library = sqlite_library()
    # Nothing may be written beside a backup: it may lie on a disk that cannot be written.
    connection = library.connect(f"file:{quote(str(file.resolve()))}?mode=ro&immutable=1", uri=True)
    try:
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
        revision: int = connection.execute("SELECT revision FROM clock").fetchone()[0]
    except library.DatabaseError as error:
        raise StorageError(f"'{file}' is no backup, or a damaged one: {error}") from error
    finally:
        connection.close()
    if found != "ok" or broken is not None:
        raise StorageError(
            f"'{file}' is damaged: {found if found != 'ok' else 'rows refer to rows that are not there'}"
        )
    return revision


def _vacuum_into(database: Database, file: Path) -> None:
    """SQLite's own copy of one snapshot; writers go on meanwhile."""
    connection = sqlite_library().connect(make_url(database.url).database)
    try:
        connection.execute("VACUUM INTO ?", (str(file),))
    except sqlite_library().OperationalError as error:
        raise StorageError(f"the backup cannot be written: {error}") from error
    finally:
        connection.close()


def _copy_into(database: Database, file: Path, progress: Progress) -> None:
    target = Database(f"sqlite:///{file}")
    copy_database(database, target, progress=progress)
    target.dispose()
    connection = sqlite_library().connect(file)
    # One file, without a log beside it.
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()


@contextmanager
def _opened_copy(file: Path) -> Iterator[Database]:
    """A copy of a backup, brought to the tables of this version; the backup itself is not touched."""
    check_backup(file)
    with TemporaryDirectory(prefix="kb-api-restore-") as folder:
        copied = Path(folder) / "backup.sqlite3"
        shutil.copy(file, copied)
        database = Database(f"sqlite:///{copied}")
        migrate(database)
        yield database
        database.dispose()


def _note_restoration(session: Session, number: int, restored: int) -> None:
    from_revision = f"restored from a backup of revision {restored}"
    values = {"number": number, "at": datetime.now(UTC), "author": "restore", "message": from_revision}
    session.execute(insert(Revision).values(values))
    session.execute(update(Clock).values(revision=number))


def _sync(path: Path) -> None:
    """Wait until the disk has it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
