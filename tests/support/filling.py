"""A database with the seed in it.

Rule: each process reads and checks the seed once, and makes one SQLite file of it that all others are copies of.
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from kb_api.database import Database
from kb_api.folders import find_folder
from kb_api.migrating import migrate
from kb_api.seeding import check_seed, load_records
from kb_api.seeding.files import Record
from kb_api.vocabulary import Kind

PATIENT = {"max_statement_seconds": 60.0}
"""Settings under which no test fails because the machine is busy; the deadline has tests of its own."""

SQLITE = "sqlite:///"


def fill_from_seed(url: str) -> None:
    """Make the tables and load the seed as revision 1."""
    if url.startswith(SQLITE):
        Path(url.removeprefix(SQLITE)).write_bytes(_make_file())
    else:
        _fill(url)


@cache
def _make_file() -> bytes:
    """A SQLite file with the seed."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "kb.sqlite3"
        _fill(f"{SQLITE}{file}")
        return file.read_bytes()


def _fill(url: str) -> None:
    database = Database(url)
    migrate(database)
    with database.write() as session:
        load_records(session, _read_seed(), author="seed", message="load seed")
        session.commit()
    database.dispose()


@cache
def _read_seed() -> list[tuple[Kind, Record]]:
    records, problems = check_seed(find_folder("seed"))
    assert problems == []
    return records
