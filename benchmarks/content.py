"""The content that is served while it is measured: the shipped seed, and the same grown to any number of claims.

Rule: grown content is made of copies of the seed's own claims with their links and evidence, so that what is filtered
by stays as frequent as it is.
"""

from copy import deepcopy
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from kb_api.database import Database
from kb_api.editing import Write, apply_writes, read_standing
from kb_api.editing.link_counts import rebuild_link_counts
from kb_api.folders import find_folder
from kb_api.migrating import migrate
from kb_api.models import Claim
from kb_api.seeding import check_seed, load_records
from kb_api.vocabulary import Kind, Operation

SIGN = "fatigue"
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :copies)"
COPIED = {
    "thing": (
        "id, kind, slug, name, revision",
        "thing.id + :step * n, thing.kind, thing.slug || '-' || n, thing.name, thing.revision",
        "thing JOIN claim ON claim.thing_id = thing.id",
        "thing.id",
    ),
    "claim": (
        "thing_id, {columns}",
        "thing_id + :step * n, {columns}",
        "claim",
        "thing_id",
    ),
    "claim_link": (
        "claim_id, thing_id, role, position",
        "claim_id + :step * n, thing_id, role, position",
        "claim_link",
        "claim_id",
    ),
    "evidence": (
        "claim_id, reference_id, stance, note, position",
        "claim_id + :step * n, reference_id, stance, note, position",
        "evidence",
        "claim_id",
    ),
}
"""Table → columns, what stands in them in a copy, where it is copied from, and the key that tells the originals."""


def load_seed(url: str) -> Database:
    """A database with the seed as revision 1."""
    database = Database(url)
    migrate(database)
    records, problems = check_seed(find_folder("seed"))
    assert problems == []
    with database.write() as session:
        load_records(session, records, author="seed", message="load seed")
        session.commit()
    return database


def revise(database: Database) -> int:
    """Give a sign the summary that it has and one word more, as a revision of its own; returns its number."""
    with database.write() as session:
        record = deepcopy(read_standing(session, [(Kind.SIGN, SIGN)])[Kind.SIGN, SIGN].record)
        assert record is not None
        record["summary"]["en"] += " Revised."
        write = Write(Operation.UPDATE, Kind.SIGN, SIGN, record)
        outcome = apply_writes(session, [write], author="bench", message="revise")
        session.commit()
    assert outcome.revision is not None
    return outcome.revision


def grow(database: Database, claims: int) -> int:
    """Copy the seed's claims until there are about so many; returns how many there are."""
    with database.writing_engine.connect() as connection:
        _hurry(connection, is_sqlite=database.is_sqlite)
        own = connection.execute(text("SELECT count(*) FROM claim")).scalar_one()
        step = connection.execute(text("SELECT max(id) FROM thing")).scalar_one()
        copies = max(0, claims // own - 1)
        if copies:
            _copy(connection, step=step, copies=copies)
            with Session(connection) as session:
                rebuild_link_counts(session)
        connection.commit()
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    return int(own * (copies + 1))


def _copy(connection: Connection, *, step: int, copies: int) -> None:
    columns = ", ".join(column.name for column in Claim.__table__.columns if column.name != "thing_id")
    for table, (names, values, source, key) in COPIED.items():
        statement = (
            f"INSERT INTO {table} ({names.format(columns=columns)}) {NUMBERS} "  # noqa: S608 - our own words
            f"SELECT {values.format(columns=columns)} FROM numbers CROSS JOIN {source} WHERE {key} <= :step"
        )
        connection.execute(text(statement), {"step": step, "copies": copies})


def _hurry(connection: Connection, *, is_sqlite: bool) -> None:
    """Leave out what protects content that is not thrown away: the copies refer to what the originals refer to."""
    if not is_sqlite:
        connection.exec_driver_sql("SET session_replication_role = replica")
        return
    driver = connection.connection.driver_connection
    for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-300000"):
        driver.execute(f"PRAGMA {pragma}")


def sqlite_url(folder: Path, name: str) -> str:
    return f"sqlite:///{folder / name}.sqlite3"
