"""The index follows the content, whichever way it is written."""

from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from kb_api.database import Database
from kb_api.editing import Write, apply_writes, read_standing
from kb_api.models import SearchEntry, SearchName, SearchTerm, SearchTotal, SearchWord, Thing
from kb_api.search import candidates, find, rebuild_index
from kb_api.search.documents import SEARCHED_KINDS
from kb_api.vocabulary import Kind, Language, Operation

TABLES = (SearchEntry, SearchName, SearchTerm, SearchWord, SearchTotal)


def read_tables(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the index, in one order."""
    return {
        model.__tablename__: sorted((tuple(row) for row in session.execute(select(model.__table__))), key=repr)
        for model in TABLES
    }


def change_claim(session: Session, slug: str, **changes: Any) -> None:
    record = read_standing(session, [(Kind.CLAIM, slug)])[Kind.CLAIM, slug].record or {}
    write = Write(Operation.UPDATE, Kind.CLAIM, slug, record | changes)
    apply_writes(session, [write], author="test", message="change")


def retract_claim(session: Session, slug: str) -> None:
    write = Write(Operation.RETRACT, Kind.CLAIM, slug, reason="test")
    apply_writes(session, [write], author="test", message="retract")


def copy_entry(session: Session, slug: str, key: int) -> None:
    """Index a thing once more, under another key and a slug that says which."""
    thing = session.execute(select(Thing.__table__).where(Thing.slug == slug)).one()
    entry = session.execute(select(SearchEntry.__table__).where(SearchEntry.thing_id == thing.id)).one()
    session.execute(insert(Thing.__table__), [thing._asdict() | {"id": key, "slug": str(key)}])
    session.execute(insert(SearchEntry.__table__), [entry._asdict() | {"thing_id": key}])


def test_every_living_thing_of_the_searched_kinds_is_indexed(loaded_database: Database) -> None:
    with loaded_database.read() as session:
        living = select(Thing.id).where(Thing.kind.in_(SEARCHED_KINDS), Thing.retracted_in.is_(None))

        assert set(session.execute(living).scalars()) == set(session.execute(select(SearchEntry.thing_id)).scalars())


def test_a_changed_index_equals_a_rebuilt_one(fresh_database: Database) -> None:
    with fresh_database.write() as session:
        change_claim(session, "gaba", text={"sv": "Zebran sover.", "en": "The zebra sleeps."})
        retract_claim(session, "food-magnesium-diarrhoea")
        changed = read_tables(session)

        rebuild_index(session)

        assert read_tables(session) == changed


def test_a_rebuilt_index_holds_every_entry_once(fresh_database: Database) -> None:
    with fresh_database.write() as session:
        before = read_tables(session)

        indexed = rebuild_index(session)

        assert indexed == len(before["search_entry"])
        assert read_tables(session) == before


def test_a_new_text_is_found_and_the_old_one_is_not(fresh_database: Database) -> None:
    with fresh_database.write() as session:
        change_claim(session, "gaba", text={"sv": "Zebran sover.", "en": "The zebra sleeps."})
        session.commit()

    with fresh_database.read() as session:
        assert find(session, "zebra").hits[0].slug == "gaba"


def test_a_retracted_thing_is_no_longer_found(fresh_database: Database) -> None:
    with fresh_database.write() as session:
        retract_claim(session, "food-magnesium-diarrhoea")
        session.commit()

    with fresh_database.read() as session:
        found = [hit.slug for hit in find(session, "osmotic diarrhoea ordinary food", limit=50).hits]
        assert "food-magnesium-diarrhoea" not in found


def test_what_is_rolled_back_leaves_the_index_as_it_was(fresh_database: Database) -> None:
    with fresh_database.read() as session:
        before = read_tables(session)

    with fresh_database.write() as session:
        change_claim(session, "gaba", text={"sv": "Zebran sover.", "en": "The zebra sleeps."})
        session.rollback()

    with fresh_database.read() as session:
        assert read_tables(session) == before
        assert not [hit for hit in find(session, "zebra", lang=Language.EN).hits if hit.slug == "gaba"]


@pytest.mark.parametrize("most", [1, 2, 5, 6, 7])
def test_the_first_entries_are_ranked_however_far_apart_they_are(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(candidates, "CANDIDATES_MAX", most)
    with fresh_database.write() as session:
        change_claim(session, "gaba", text={"sv": "Zebran sover.", "en": "The zebra sleeps."})
        for key in (3_000_000, 500_000, 100_000, 30_000, 10_000):
            copy_entry(session, "gaba", key)
        session.commit()

    with fresh_database.read() as session:
        result = find(session, "zebra", kinds=[Kind.CLAIM])
        assert [hit.slug for hit in result.hits] == ["gaba", "10000", "30000", "100000", "500000", "3000000"][:most]
        assert result.candidates_cut == (most < 6)


@pytest.mark.only_on("sqlite", reason="PostgreSQL keeps no pieces")
def test_many_changes_leave_the_full_text_table_in_few_pieces(fresh_database: Database) -> None:
    for number in range(20):
        with fresh_database.write() as session:
            change_claim(session, "gaba", text={"sv": f"Zebra {number}.", "en": f"Zebra {number}."})
            session.commit()

    with fresh_database.read() as session:
        pieces = session.execute(text("SELECT count(DISTINCT segid) FROM search_fts_idx")).scalar_one()
        assert pieces <= 7


@pytest.mark.only_on("sqlite", reason="PostgreSQL has an index over the entries themselves")
def test_the_full_text_table_is_consistent_with_the_entries(fresh_database: Database) -> None:
    with fresh_database.write() as session:
        change_claim(session, "gaba", text={"sv": "Zebran sover.", "en": "The zebra sleeps."})

        session.execute(text("INSERT INTO search_fts(search_fts, rank) VALUES ('integrity-check', 1)"))
