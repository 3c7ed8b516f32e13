"""A database with the seed in it."""

from kb_api.database import Database
from kb_api.folders import find_folder
from kb_api.migrating import migrate
from kb_api.seeding import check_seed, load_records

PATIENT = {"max_statement_seconds": 60.0}
"""Settings under which no test fails because the machine is busy; the deadline has tests of its own."""


def fill_from_seed(url: str) -> None:
    """Make the tables and load the seed as revision 1."""
    database = Database(url)
    migrate(database)
    records, problems = check_seed(find_folder("seed"))
    assert problems == []
    with database.write() as session:
        load_records(session, records, author="seed", message="load seed")
        session.commit()
    database.dispose()
