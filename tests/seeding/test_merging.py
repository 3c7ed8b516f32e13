"""Files and editors change the same records: what is kept, what is overwritten, what must be settled."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kb_api.database import Database
from kb_api.editing import Outcome, Write, apply_writes, read_standing
from kb_api.seeding import ClashError, Preference, check_seed, export_seed, load_records
from kb_api.vocabulary import Kind, Operation
from tests.editing.factories import create, make_claim, make_mechanism, make_sign, retract, revise

Load = Callable[..., Outcome]


@pytest.fixture
def load(fresh_database: Database) -> Load:
    def load_files(*records: tuple[Kind, dict], preference: Preference = Preference.NEITHER) -> Outcome:
        with fresh_database.write() as session:
            outcome = load_records(session, records, author="seed", message="load", preference=preference)
            session.commit()
            return outcome

    return load_files


@pytest.fixture
def edit(fresh_database: Database) -> Load:
    def apply_and_commit(*writes: Write) -> Outcome:
        with fresh_database.write() as session:
            outcome = apply_writes(session, writes, author="ann", message="edit")
            session.commit()
            return outcome

    return apply_and_commit


def position(database: Database, slug: str = "itching") -> int:
    with database.read() as session:
        record = read_standing(session, [(Kind.SIGN, slug)])[Kind.SIGN, slug].record
        assert record is not None
        return record["position"]


def test_what_only_the_files_changed_is_revised(load: Load, fresh_database: Database) -> None:
    load((Kind.SIGN, make_sign()))

    load((Kind.SIGN, make_sign(position=91)))

    assert position(fresh_database) == 91


def test_what_only_an_editor_changed_is_kept(load: Load, edit: Load, fresh_database: Database) -> None:
    load((Kind.SIGN, make_sign()))
    edit(revise(Kind.SIGN, "itching", make_sign(position=92)))

    outcome = load((Kind.SIGN, make_sign()))

    assert outcome.revision is None
    assert position(fresh_database) == 92


def test_what_both_changed_stops_the_load_and_is_named(load: Load, edit: Load, fresh_database: Database) -> None:
    load((Kind.SIGN, make_sign()))
    edit(revise(Kind.SIGN, "itching", make_sign(position=92)))

    with pytest.raises(ClashError, match=r"sign 'itching' was edited.*position would be overwritten"):
        load((Kind.SIGN, make_sign(position=91)), (Kind.MECHANISM, make_mechanism()))

    with fresh_database.read() as session:
        assert read_standing(session, [(Kind.MECHANISM, "a-pathway")]) == {}
    assert position(fresh_database) == 92


@pytest.mark.parametrize(("preference", "stands"), [(Preference.THEIRS, 91), (Preference.OURS, 92)])
def test_a_preference_settles_it_once(
    load: Load, edit: Load, fresh_database: Database, preference: Preference, stands: int
) -> None:
    load((Kind.SIGN, make_sign()))
    edit(revise(Kind.SIGN, "itching", make_sign(position=92)))

    load((Kind.SIGN, make_sign(position=91)), preference=preference)

    assert position(fresh_database) == stands
    assert load((Kind.SIGN, make_sign(position=91))).revision is None


def test_what_both_changed_to_the_same_is_no_clash(load: Load, edit: Load) -> None:
    load((Kind.SIGN, make_sign()))
    edit(revise(Kind.SIGN, "itching", make_sign(position=92)))

    assert load((Kind.SIGN, make_sign(position=92))).revision is None


def test_a_later_edit_is_kept_when_the_export_was_loaded_between(
    load: Load, edit: Load, fresh_database: Database
) -> None:
    load((Kind.SIGN, make_sign()))
    edit(revise(Kind.SIGN, "itching", make_sign(position=92)))
    load((Kind.SIGN, make_sign(position=92)))
    edit(revise(Kind.SIGN, "itching", make_sign(position=93)))

    load((Kind.SIGN, make_sign(position=92)))

    assert position(fresh_database) == 93


def test_what_an_editor_retracted_stays_so(load: Load, edit: Load) -> None:
    load((Kind.SIGN, make_sign()))
    edit(retract(Kind.SIGN, "itching"))

    assert load((Kind.SIGN, make_sign())).revision is None
    assert load((Kind.SIGN, make_sign(position=91)), preference=Preference.OURS).revision is None
    with pytest.raises(ClashError, match="take it out of the files"):
        load((Kind.SIGN, make_sign(position=93)), preference=Preference.THEIRS)


def test_what_an_editor_renamed_keeps_its_new_slug(load: Load, edit: Load, fresh_database: Database) -> None:
    load((Kind.SIGN, make_sign()))
    edit(revise(Kind.SIGN, "itching", make_sign("pruritus")))

    assert load((Kind.SIGN, make_sign())).revision is None
    with pytest.raises(ClashError, match="rename it in the files"):
        load((Kind.SIGN, make_sign(position=93)), preference=Preference.THEIRS)


def test_what_an_editor_made_is_not_overwritten_by_a_file_of_the_same_slug(load: Load, edit: Load) -> None:
    edit(create(Kind.SIGN, make_sign()))

    with pytest.raises(ClashError):
        load((Kind.SIGN, make_sign(position=91)))


def test_an_export_of_edited_content_is_a_sound_seed_that_changes_nothing(
    edit: Load, fresh_database: Database, tmp_path: Path
) -> None:
    with fresh_database.read() as session:
        standing = read_standing(session, [(Kind.CLAIM, "supplement-cramps")])[Kind.CLAIM, "supplement-cramps"]
    linked = make_claim(links=[{"kind": "sign", "slug": "fatigue", "role": "about"}])
    edit(
        Write(Operation.UPDATE, Kind.CLAIM, standing.slug, {**(standing.record or {}), "certainty": "very_low"}),
        create(Kind.CLAIM, linked),
    )

    with fresh_database.read() as session:
        export_seed(session, tmp_path)
    records, problems = check_seed(tmp_path)

    assert problems == []
    with fresh_database.write() as session:
        assert load_records(session, records, author="seed", message="load").revision is None
