"""Questions about references and the notices on them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from kb_api.models import Evidence, LinkCount, Notice, Reference, Thing
from kb_api.queries.concepts import Ids, Values
from kb_api.queries.ordering import THING_COLUMNS, AnySelect, Ordering
from kb_api.vocabulary import CONCEPT_KINDS, Kind

NoticeReference = aliased(Thing, name="notice_reference")


def select_references(ids: Ids | None = None, values: Values | None = None) -> AnySelect:
    """The references that are evidence for any of each kind's things; claim and stance speak of one evidence."""
    query = select(*THING_COLUMNS, *Reference.__table__.c).join_from(Reference, Thing, Thing.id == Reference.thing_id)
    remaining = dict(values or {})
    stances, claims = remaining.pop("stance", None), (ids or {}).get(Kind.CLAIM)
    if stances is not None or claims is not None:
        query = query.where(_is_evidence(claims, stances))
    for kind, wanted in (ids or {}).items():
        if kind in CONCEPT_KINDS:
            query = query.where(_is_evidence_about(wanted))
    for field, wanted in remaining.items():
        query = query.where(getattr(Reference, field).in_(wanted))
    return query


def select_references_of_claims(claim_ids: Sequence[int], stances: Sequence[str] = ()) -> AnySelect:
    """The keys of the references that the claims cite, in the order of slugs."""
    cited = select(Evidence.reference_id).where(Evidence.claim_id.in_(claim_ids))
    if stances:
        cited = cited.where(Evidence.stance.in_(stances))
    return select(Thing.id).where(Thing.id.in_(cited)).order_by(Thing.slug)


def select_notices(reference_ids: Sequence[int]) -> AnySelect:
    """The notices on the references, each reference's in its own order."""
    return (
        select(
            Notice.reference_id,
            Notice.notice_type,
            Notice.text,
            Notice.verification,
            Thing.slug,
            Thing.name,
            NoticeReference.slug.label("notice_slug"),
            NoticeReference.name.label("notice_name"),
        )
        .join(Thing, Thing.id == Notice.reference_id)
        .outerjoin(NoticeReference, NoticeReference.id == Notice.notice_reference_id)
        .where(Notice.reference_id.in_(reference_ids))
        .order_by(Notice.reference_id, Notice.position)
    )


def order_references() -> Ordering:
    """By which fields references can be sorted."""
    return {
        "slug": Thing.slug,
        "issued": Reference.issued,
        "revision": Thing.revision,
        "study_type": Reference.study_type,
    }


def _is_evidence(claim_ids: Sequence[int] | None, stances: Sequence[str] | None) -> Any:
    conditions = [Evidence.reference_id == Reference.thing_id]
    if claim_ids is not None:
        conditions.append(Evidence.claim_id.in_(claim_ids))
    if stances is not None:
        conditions.append(Evidence.stance.in_(stances))
    return exists().where(*conditions)


def _is_evidence_about(thing_ids: Sequence[int]) -> Any:
    joined = aliased(LinkCount)
    return exists().where(joined.other_id == Reference.thing_id, joined.thing_id.in_(thing_ids))
