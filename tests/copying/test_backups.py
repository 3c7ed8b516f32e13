import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kb_api.copying import restore_backup, write_backup
from kb_api.copying.backups import check_backup
from kb_api.copying.rows import read_revision, record_tables
from kb_api.database import Database
from kb_api.editing import Write, apply_writes
from kb_api.errors import ConflictError, StorageError
from kb_api.vocabulary import Kind, Operation
from tests.copying.test_rows import ignore, read_rows


def test_a_backup_restores_to_the_same_rows(loaded_database: Database, tmp_path: Path) -> None:
    write_backup(loaded_database, tmp_path / "backup", progress=ignore)
    restored = Database(f"sqlite:///{tmp_path / 'restored.sqlite3'}")

    restore_backup(tmp_path / "backup", restored, replace=False, progress=ignore)

    assert read_rows(restored, record_tables()) == read_rows(loaded_database, record_tables())


def test_a_backup_is_one_file_and_restoring_leaves_it_as_it_is(fresh_database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    write_backup(fresh_database, folder / "backup", progress=ignore)
    before = (folder / "backup").read_bytes()

    restore_backup(folder / "backup", fresh_database, replace=True, progress=ignore)

    assert [file.name for file in folder.iterdir()] == ["backup"]
    assert (folder / "backup").read_bytes() == before


def test_every_backup_taken_while_writing_is_sound(fresh_database: Database, tmp_path: Path) -> None:
    revisions = []
    with writing(fresh_database):
        for number in range(5):
            revisions.append(write_backup(fresh_database, tmp_path / f"backup{number}", progress=ignore))

    checked = [check_backup(tmp_path / f"backup{number}") for number in range(5)]
    assert checked == revisions
    assert revisions[-1] > revisions[0]


def test_a_restoration_replaces_only_when_told_to(fresh_database: Database, tmp_path: Path) -> None:
    write_backup(fresh_database, tmp_path / "backup", progress=ignore)

    with pytest.raises(ConflictError, match="--replace"):
        restore_backup(tmp_path / "backup", fresh_database, replace=False, progress=ignore)


def test_the_clock_never_goes_back(fresh_database: Database, tmp_path: Path) -> None:
    write_backup(fresh_database, tmp_path / "backup", progress=ignore)
    add_mechanism(fresh_database, "later")

    revision = restore_backup(tmp_path / "backup", fresh_database, replace=True, progress=ignore)

    assert revision == 3
    with fresh_database.read() as session:
        assert read_revision(session) == 3


def test_what_came_after_the_backup_is_gone(fresh_database: Database, tmp_path: Path) -> None:
    things = [table for table in record_tables() if table.name == "thing"]
    before = read_rows(fresh_database, things)
    write_backup(fresh_database, tmp_path / "backup", progress=ignore)
    add_mechanism(fresh_database, "later")

    restore_backup(tmp_path / "backup", fresh_database, replace=True, progress=ignore)

    assert read_rows(fresh_database, things) == before


def test_a_damaged_file_is_not_restored(fresh_database: Database, tmp_path: Path) -> None:
    write_backup(fresh_database, tmp_path / "backup", progress=ignore)
    content = bytearray((tmp_path / "backup").read_bytes())
    content[8_192:40_000] = b"x" * (40_000 - 8_192)
    (tmp_path / "backup").write_bytes(content)

    with pytest.raises(StorageError, match="damaged"):
        restore_backup(tmp_path / "backup", fresh_database, replace=True, progress=ignore)


@pytest.mark.only_on("sqlite", reason="only SQLite is a file that someone could copy")
def test_a_plain_copy_of_a_file_in_use_misses_what_was_written(fresh_database: Database, tmp_path: Path) -> None:
    add_mechanism(fresh_database, "later")

    shutil.copy(fresh_database.url.removeprefix("sqlite:///"), tmp_path / "copied")

    assert check_backup(tmp_path / "copied") == 1


@contextmanager
def writing(database: Database) -> Iterator[None]:
    """Another thread adds mechanisms, one a revision, while the block runs."""
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            add_mechanism(database, f"written-{number}")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def add_mechanism(database: Database, slug: str) -> None:
    """One revision that adds one mechanism."""
    record = {"slug": slug, "name": {"en": slug}, "summary": {"en": "s"}, "aliases": {}, "xrefs": []}
    with database.write() as session:
        apply_writes(session, [Write(Operation.CREATE, Kind.MECHANISM, slug, record)], author="t", message="add")
        session.commit()
