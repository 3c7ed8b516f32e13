"""Loading is one revision or none; exporting gives the files back byte for byte."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from kb_api.database import Database
from kb_api.editing import Write, apply_writes
from kb_api.errors import KnowledgeBaseError
from kb_api.folders import find_folder
from kb_api.models import Change, Clock, Thing
from kb_api.seeding import check_seed, export_seed, load_records
from kb_api.vocabulary import Kind, Operation


def test_loading_the_seed_is_revision_1(loaded_database: Database) -> None:
    with loaded_database.read() as session:
        revisions = set(session.execute(select(Thing.revision)).scalars())
        clock = session.execute(select(Clock.revision)).scalar()

    assert revisions == {1}
    assert clock == 1


def test_every_thing_has_its_change_on_record(loaded_database: Database) -> None:
    with loaded_database.read() as session:
        things = session.execute(select(func.count()).select_from(Thing)).scalar()
        changes = session.execute(select(func.count()).select_from(Change)).scalar()

    assert things == changes


def test_loading_the_same_files_again_is_no_revision(fresh_database: Database) -> None:
    records, _ = check_seed(find_folder("seed"))

    with fresh_database.write() as session:
        outcome = load_records(session, records, author="seed", message="again")
        session.commit()

    assert outcome.revision is None
    assert outcome.changes == []


def test_load_then_export_gives_back_the_files_byte_for_byte(loaded_database: Database, tmp_path: Path) -> None:
    with loaded_database.read() as session:
        names = export_seed(session, tmp_path)

    seed = find_folder("seed")
    committed = {
        path.relative_to(seed).as_posix() for path in [*seed.glob("*.yaml"), *(seed / "claims").glob("*.yaml")]
    }
    assert set(names) == committed
    for name in names:
        assert (tmp_path / name).read_bytes() == (seed / name).read_bytes(), name


def test_a_revised_record_is_a_revision_of_that_thing_alone(fresh_database: Database) -> None:
    records, _ = check_seed(find_folder("seed"))
    record = next(record for _, record in records if record["slug"] == "fatigue")
    record["summary"]["en"] = "Tiredness that rest does not mend."

    with fresh_database.write() as session:
        outcome = load_records(session, records, author="seed", message="one word")
        session.commit()

    assert outcome.revision == 2
    assert [(change.slug, change.fields) for change in outcome.changes] == [("fatigue", ["summary"])]
    with fresh_database.read() as session:
        query = select(Thing.slug).where(Thing.revision == 2)
        assert session.execute(query).scalars().all() == ["fatigue"]


def test_a_load_that_fails_leaves_what_was_there(fresh_database: Database) -> None:
    record = {
        "slug": "new-mechanism",
        "name": {"en": "New", "sv": "Ny"},
        "summary": {"en": "New.", "sv": "Ny."},
        "aliases": {"sv": [], "en": []},
        "parent": "nowhere",
        "xrefs": [],
    }
    write = Write(Operation.CREATE, Kind.MECHANISM, "new-mechanism", record)

    with fresh_database.write() as session, pytest.raises(KnowledgeBaseError, match="nowhere"):
        apply_writes(session, [write], author="test", message="fails")

    with fresh_database.read() as session:
        assert session.execute(select(Clock.revision)).scalar() == 1
        assert session.execute(select(Thing.id).where(Thing.slug == "new-mechanism")).first() is None
