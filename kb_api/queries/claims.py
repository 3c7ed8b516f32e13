"""Questions about claims, their links, their evidence and their passages."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from kb_api.models import Claim, ClaimLink, Evidence, Notice, Passage, Reference, Section, Thing
from kb_api.queries.concepts import Ids, Values
from kb_api.queries.ordering import THING_COLUMNS, AnySelect, Ordering
from kb_api.queries.references import NoticeReference
from kb_api.vocabulary import CONCEPT_KINDS, Kind

SectionThing = aliased(Thing, name="section_thing")
LEADING_LINK = aliased(ClaimLink, name="leading_link")
CLAIM_COLUMNS = (*THING_COLUMNS, *Claim.__table__.c)
CLAIM_FIELDS = ("claim_type", "exposure", "effect", "certainty", "evidence_status", "subject")
"""The fields of a claim that it can be filtered by."""


def select_claims(ids: Ids | None = None, values: Values | None = None) -> AnySelect:
    """The claims that name any of each kind's things and have any of each field's values."""
    query = select(*CLAIM_COLUMNS).join_from(Claim, Thing, Thing.id == Claim.thing_id)
    for condition in claim_conditions(Claim.thing_id, ids or {}):
        query = query.where(condition)
    for field, wanted in (values or {}).items():
        query = query.where(_has_value(field, wanted))
    return query


def select_claims_about(concept_ids: Sequence[int], ids: Ids, values: Values) -> AnySelect:
    """The claims that name one concept and meet the other filters, by way of its links.

    The links of one concept stand in the order of claims: a page is there at once, however rare the concept is.
    """
    query = select_claims(ids, values).join(LEADING_LINK, LEADING_LINK.claim_id == Claim.thing_id)
    # A claim can name a concept in two roles.
    return query.where(LEADING_LINK.thing_id.in_(concept_ids)).distinct()


def claim_conditions(claim_id: Any, ids: Ids) -> list[Any]:
    """What must hold of the claim with this key for it to name any of each kind's things."""
    # Aliases, because the claim's key may itself come from these tables.
    link, piece = aliased(ClaimLink), aliased(Evidence)
    conditions = []
    for kind, wanted in ids.items():
        if kind is Kind.REFERENCE:
            condition = exists().where(piece.claim_id == claim_id, piece.reference_id.in_(wanted))
        elif kind in CONCEPT_KINDS:
            condition = exists().where(link.claim_id == claim_id, link.thing_id.in_(wanted))
        else:
            condition = claim_id.in_(wanted)
        conditions.append(condition)
    return conditions


def select_claims_of_concepts(concept_ids: Sequence[int], ids: Ids, at_most: int) -> AnySelect:
    """The keys of the claims that name one of the concepts and, with filters, made one of them match."""
    query = select(ClaimLink.claim_id).where(ClaimLink.thing_id.in_(concept_ids)).distinct()
    matches = [
        condition for kind, wanted in ids.items() for condition in claim_conditions(ClaimLink.claim_id, {kind: wanted})
    ]
    if matches:
        matched = matches[0]
        for condition in matches[1:]:
            matched = matched | condition
        query = query.where(matched)
    return query.order_by(ClaimLink.claim_id).limit(at_most)


def select_claims_of_references(reference_ids: Sequence[int], ids: Ids, at_most: int) -> AnySelect:
    """The keys of the claims that cite one of the references and meet every filter."""
    query = select(Evidence.claim_id).where(Evidence.reference_id.in_(reference_ids)).distinct()
    for condition in claim_conditions(Evidence.claim_id, ids):
        query = query.where(condition)
    return query.order_by(Evidence.claim_id).limit(at_most)


def select_links(claim_ids: Sequence[int]) -> AnySelect:
    """The links of the claims, each claim's in its own order."""
    return (
        select(ClaimLink.claim_id, ClaimLink.role, Thing.id, Thing.kind, Thing.slug, Thing.name)
        .join(Thing, Thing.id == ClaimLink.thing_id)
        .where(ClaimLink.claim_id.in_(claim_ids))
        .order_by(ClaimLink.claim_id, ClaimLink.position, ClaimLink.role)
    )


def select_evidence(claim_ids: Sequence[int], stances: Sequence[str] = ()) -> AnySelect:
    """The evidence of the claims with the references' names, each claim's in its own order."""
    query = (
        select(
            Evidence.claim_id,
            Evidence.reference_id,
            Evidence.stance,
            Evidence.note,
            Reference.study_type,
            Thing.kind,
            Thing.slug,
            Thing.name,
        )
        .join(Reference, Reference.thing_id == Evidence.reference_id)
        .join(Thing, Thing.id == Evidence.reference_id)
        .where(Evidence.claim_id.in_(claim_ids))
        .order_by(Evidence.claim_id, Evidence.position, Evidence.reference_id)
    )
    return query.where(Evidence.stance.in_(stances)) if stances else query


def select_passages_of_claims(claim_ids: Sequence[int]) -> AnySelect:
    """The passages of the claims, each claim's in the article's order."""
    return (
        select(Passage.claim_id, Passage.section, Passage.sentence, Passage.says, Passage.verdict)
        .where(Passage.claim_id.in_(claim_ids))
        .order_by(Passage.claim_id, Passage.section, Passage.sentence)
    )


def select_notices_of_claims(claim_ids: Sequence[int]) -> AnySelect:
    """The notices on the references that the claims cite."""
    return (
        select(
            Evidence.claim_id,
            Notice.notice_type,
            Notice.text,
            Notice.verification,
            Thing.slug,
            Thing.name,
            NoticeReference.slug.label("notice_slug"),
            NoticeReference.name.label("notice_name"),
        )
        .join(Notice, Notice.reference_id == Evidence.reference_id)
        .join(Thing, Thing.id == Evidence.reference_id)
        .outerjoin(NoticeReference, NoticeReference.id == Notice.notice_reference_id)
        .where(Evidence.claim_id.in_(claim_ids))
        .order_by(Evidence.claim_id, Evidence.position, Notice.position)
    )


def select_passages(ids: Ids | None = None, values: Values | None = None) -> AnySelect:
    """The passages of the article with their claims."""
    query = (
        select(
            *THING_COLUMNS,
            Passage.section,
            Passage.sentence,
            Passage.says,
            Passage.verdict,
            SectionThing.name.label("heading"),
        )
        .join_from(Passage, Thing, Thing.id == Passage.claim_id)
        .outerjoin(Section, Section.number == Passage.section)
        .outerjoin(SectionThing, SectionThing.id == Section.thing_id)
    )
    for condition in claim_conditions(Passage.claim_id, ids or {}):
        query = query.where(condition)
    for field, wanted in (values or {}).items():
        query = query.where(getattr(Passage, field).in_(wanted))
    return query


def order_claims() -> Ordering:
    """By which fields claims can be sorted; without a wish they come in the order of entry."""
    return {"entered": Claim.thing_id, "slug": Thing.slug, "revision": Thing.revision}


def order_passages() -> Ordering:
    """By which fields passages can be sorted; the article's own order first."""
    place = Passage.section * PLACES + Passage.sentence
    # A claim has several passages: its key alone would not tell them apart.
    return {"sentence": place, "revision": (Thing.revision, place)}


PLACES = 1_001
"""One more than the highest number a sentence can have, so that section and sentence make one number."""


def _has_value(field: str, wanted: Sequence[str]) -> Any:
    if field == "stance":
        return exists().where(Evidence.claim_id == Claim.thing_id, Evidence.stance.in_(wanted))
    if field == "verdict":
        return exists().where(Passage.claim_id == Claim.thing_id, Passage.verdict.in_(wanted))
    return getattr(Claim, field).in_(wanted)
