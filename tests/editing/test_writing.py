"""The one writer: what a batch may do, and what it refuses."""

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb_api.database import Database
from kb_api.editing import Outcome, Write, apply_writes, read_standing
from kb_api.errors import ConflictError, GoneError, InvalidInputError, MovedError, NotFoundError, StaleVersionError
from kb_api.models import Change, ClaimLink, Clock, Revision, Thing
from kb_api.schemas.records import RECORDS
from kb_api.vocabulary import Kind
from tests.editing.factories import (
    create,
    link,
    make_claim,
    make_food,
    make_health_claim,
    make_mechanism,
    make_reference,
    make_sign,
    retract,
    revise,
)

Apply = Callable[..., Outcome]


@pytest.fixture
def apply(fresh_database: Database) -> Apply:
    """Apply writes as one revision and commit."""

    def apply_and_commit(*writes: Write) -> Outcome:
        with fresh_database.write() as session:
            outcome = apply_writes(session, writes, author="tester", message="a test")
            session.commit()
            return outcome

    return apply_and_commit


def stands(database: Database, kind: Kind, slug: str) -> dict:
    with database.read() as session:
        record = read_standing(session, [(kind, slug)])[kind, slug].record
        assert record is not None
        return record


def pointers(faults: Sequence) -> list[str | None]:
    return [fault.pointer for fault in faults]


def test_a_batch_is_one_revision_with_one_change_a_thing(apply: Apply, fresh_database: Database) -> None:
    outcome = apply(create(Kind.SIGN, make_sign()), create(Kind.MECHANISM, make_mechanism()))

    assert [change.slug for change in outcome.changes] == ["itching", "a-pathway"]
    with fresh_database.read() as session:
        assert session.execute(select(Clock.revision)).scalar_one() == outcome.revision
        assert session.execute(select(func.max(Revision.number))).scalar_one() == outcome.revision


def test_what_changes_nothing_is_no_revision(apply: Apply) -> None:
    apply(create(Kind.SIGN, make_sign()))

    assert apply(revise(Kind.SIGN, "itching", make_sign())).revision is None


def test_a_stale_version_is_refused(apply: Apply) -> None:
    outcome = apply(create(Kind.SIGN, make_sign()))
    apply(revise(Kind.SIGN, "itching", make_sign(position=91), expected_revision=outcome.revision))

    with pytest.raises(StaleVersionError):
        apply(revise(Kind.SIGN, "itching", make_sign(position=92), expected_revision=outcome.revision))


def test_a_rename_takes_the_links_along(apply: Apply, fresh_database: Database) -> None:
    apply(
        create(Kind.SIGN, make_sign()),
        create(Kind.CLAIM, make_claim(links=[link(Kind.SIGN, "itching")])),
    )

    apply(revise(Kind.SIGN, "itching", make_sign("pruritus")))

    assert stands(fresh_database, Kind.CLAIM, "made-up-claim")["links"] == [link(Kind.SIGN, "pruritus")]


def test_a_rename_and_a_revision_of_what_names_it_go_together(apply: Apply, fresh_database: Database) -> None:
    claim = make_claim(links=[link(Kind.SIGN, "itching")])
    apply(create(Kind.SIGN, make_sign()), create(Kind.CLAIM, claim))

    apply(
        revise(Kind.SIGN, "itching", make_sign("pruritus")),
        revise(Kind.CLAIM, "made-up-claim", claim | {"certainty": "high"}),
    )

    standing = stands(fresh_database, Kind.CLAIM, "made-up-claim")
    assert (standing["certainty"], standing["links"][0]["slug"]) == ("high", "pruritus")


def test_two_renames_in_one_claim_go_together(apply: Apply, fresh_database: Database) -> None:
    links = [link(Kind.SIGN, "itching"), link(Kind.MECHANISM, "a-pathway", "via")]
    apply(
        create(Kind.SIGN, make_sign()),
        create(Kind.MECHANISM, make_mechanism()),
        create(Kind.CLAIM, make_claim(links=links)),
    )

    outcome = apply(
        revise(Kind.SIGN, "itching", make_sign("pruritus")),
        revise(Kind.MECHANISM, "a-pathway", make_mechanism("the-pathway")),
    )

    slugs = [named["slug"] for named in stands(fresh_database, Kind.CLAIM, "made-up-claim")["links"]]
    assert slugs == ["pruritus", "the-pathway"]
    assert [change.slug for change in outcome.changes].count("made-up-claim") == 1


def test_a_rename_and_a_retraction_of_what_names_it_go_together(apply: Apply) -> None:
    apply(create(Kind.SIGN, make_sign()), create(Kind.CLAIM, make_claim(links=[link(Kind.SIGN, "itching")])))

    outcome = apply(
        revise(Kind.SIGN, "itching", make_sign("pruritus")),
        retract(Kind.CLAIM, "made-up-claim"),
    )

    assert [str(change.operation) for change in outcome.changes] == ["rename", "retract"]


def test_a_slug_is_given_once_in_a_batch(apply: Apply) -> None:
    apply(create(Kind.SIGN, make_sign()))

    with pytest.raises(ConflictError):
        apply(
            revise(Kind.SIGN, "itching", make_sign("pruritus")),
            create(Kind.SIGN, make_sign("pruritus", position=91)),
        )


def test_a_former_slug_is_never_given_again(apply: Apply) -> None:
    apply(create(Kind.SIGN, make_sign()))
    apply(revise(Kind.SIGN, "itching", make_sign("pruritus")))

    with pytest.raises(ConflictError):
        apply(create(Kind.SIGN, make_sign(position=91)))
    with pytest.raises(MovedError):
        apply(revise(Kind.SIGN, "itching", make_sign(position=92)))


def test_a_retracted_thing_cannot_be_written(apply: Apply) -> None:
    apply(create(Kind.SIGN, make_sign()))
    apply(retract(Kind.SIGN, "itching"))

    with pytest.raises(GoneError):
        apply(revise(Kind.SIGN, "itching", make_sign(position=91)))
    with pytest.raises(ConflictError):
        apply(create(Kind.SIGN, make_sign()))


@pytest.mark.parametrize("successor", ["itching", "burning", "unheard-of"])
def test_a_successor_stands(apply: Apply, successor: str) -> None:
    apply(create(Kind.SIGN, make_sign()), create(Kind.SIGN, make_sign("burning", position=91)))

    with pytest.raises(InvalidInputError) as refused:
        apply(
            retract(Kind.SIGN, "itching", successor=successor, pointer="/writes/0"),
            retract(Kind.SIGN, "burning", pointer="/writes/1"),
        )

    assert pointers(refused.value.faults) == ["/writes/0/successor"]


def test_what_still_names_a_retracted_thing_is_named(apply: Apply) -> None:
    apply(create(Kind.SIGN, make_sign()), create(Kind.CLAIM, make_claim(links=[link(Kind.SIGN, "itching")])))

    with pytest.raises(ConflictError, match="claims/made-up-claim"):
        apply(retract(Kind.SIGN, "itching"))


def test_a_retraction_and_its_settlement_go_together(apply: Apply, fresh_database: Database) -> None:
    apply(create(Kind.SIGN, make_sign()), create(Kind.CLAIM, make_claim(links=[link(Kind.SIGN, "itching")])))

    apply(retract(Kind.SIGN, "itching"), revise(Kind.CLAIM, "made-up-claim", make_claim()))

    with fresh_database.read() as session:
        query = select(func.count()).select_from(ClaimLink).join(Thing, Thing.id == ClaimLink.claim_id)
        assert session.execute(query.where(Thing.slug == "made-up-claim")).scalar_one() == 0


def test_a_write_that_names_what_the_batch_retracts_is_refused(apply: Apply) -> None:
    apply(create(Kind.SIGN, make_sign()))

    with pytest.raises(InvalidInputError):
        apply(retract(Kind.SIGN, "itching"), create(Kind.CLAIM, make_claim(links=[link(Kind.SIGN, "itching")])))


def test_faults_point_into_the_changeset(apply: Apply) -> None:
    write = Write(*_create_parts(make_claim(links=[link(Kind.SIGN, "unheard-of")])), pointer="/writes/3/record")

    with pytest.raises(InvalidInputError) as refused:
        apply(write)

    assert pointers(refused.value.faults) == ["/writes/3/record/links/0/slug"]


def _create_parts(record: dict) -> tuple:
    write = create(Kind.CLAIM, record)
    return write.operation, write.kind, write.slug, write.record


def test_an_identifier_belongs_to_one_reference(apply: Apply) -> None:
    apply(create(Kind.REFERENCE, make_reference(doi="10.1234/one")))

    with pytest.raises(ConflictError, match="nobody-2020"):
        apply(create(Kind.REFERENCE, make_reference("other-2021", doi="10.1234/one")))


def test_a_position_belongs_to_one_sign(apply: Apply) -> None:
    with pytest.raises(ConflictError, match="position"):
        apply(create(Kind.SIGN, make_sign(position=1)))


def test_two_signs_change_places(apply: Apply, fresh_database: Database) -> None:
    apply(create(Kind.SIGN, make_sign(position=90)), create(Kind.SIGN, make_sign("burning", position=91)))

    apply(
        revise(Kind.SIGN, "itching", make_sign(position=91)),
        revise(Kind.SIGN, "burning", make_sign("burning", position=90)),
    )

    assert stands(fresh_database, Kind.SIGN, "burning")["position"] == 90


def test_an_identifier_passes_from_a_retracted_reference(apply: Apply) -> None:
    apply(create(Kind.REFERENCE, make_reference(doi="10.1234/one")))

    outcome = apply(
        create(Kind.REFERENCE, make_reference("merged-2020", doi="10.1234/one")),
        retract(Kind.REFERENCE, "nobody-2020", successor="merged-2020"),
    )

    assert outcome.revision is not None


def test_a_mechanism_is_not_below_itself(apply: Apply) -> None:
    apply(
        create(Kind.MECHANISM, make_mechanism()),
        create(Kind.MECHANISM, make_mechanism("b-pathway", parent="a-pathway")),
    )

    with pytest.raises(InvalidInputError) as refused:
        apply(revise(Kind.MECHANISM, "a-pathway", make_mechanism(parent="b-pathway")))

    assert pointers(refused.value.faults) == ["/parent"]


def test_a_food_is_not_in_itself(apply: Apply) -> None:
    with pytest.raises(InvalidInputError):
        apply(create(Kind.FOOD, make_food(group="a-food")))


def test_a_wording_touches_a_sign_once() -> None:
    touched = {"slug": "fatigue", "fit": "direct", "why": {"en": "x"}}

    assert "signs" in RECORDS[Kind.HEALTH_CLAIM].validate(make_health_claim(signs=[touched, touched]))
    assert "claims" in RECORDS[Kind.HEALTH_CLAIM].validate(make_health_claim(claims=["a", "a"]))


def test_every_change_holds_the_whole_record(apply: Apply, fresh_database: Database) -> None:
    outcome = apply(create(Kind.SIGN, make_sign()))

    with fresh_database.read() as session:
        change = session.scalars(select(Change).where(Change.revision == outcome.revision)).one()
    assert change.record == make_sign()


def test_nothing_is_written_when_one_write_is_refused(apply: Apply, fresh_database: Database) -> None:
    before = _count(fresh_database)

    with pytest.raises(NotFoundError):
        apply(create(Kind.SIGN, make_sign()), revise(Kind.MECHANISM, "unheard-of", make_mechanism()))

    assert _count(fresh_database) == before


def _count(database: Database) -> tuple:
    def count(session: Session) -> tuple:
        return tuple(session.execute(select(func.count()).select_from(table)).scalar_one() for table in (Thing, Change))

    with database.read() as session:
        return count(session)
