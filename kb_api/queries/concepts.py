"""Questions about signs, mechanisms, forms, foods and populations.

Rule: ``select_*`` only builds a ``Select``; two things are linked when one claim names both.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from kb_api.models import TABLES, ClaimLink, Food, LinkCount, Mechanism, Thing
from kb_api.queries.ordering import THING_COLUMNS, AnySelect, Ordering
from kb_api.vocabulary import CONCEPT_KINDS, Joint, Kind

Ids = Mapping[Kind, Sequence[int]]
"""What to filter by: any of the keys of each kind, all of the kinds."""

Values = Mapping[str, Sequence[Any]]
"""Field → the values of which any will do."""

Parent = aliased(Thing, name="parent")


def select_concepts(kind: Kind, ids: Ids | None = None, values: Values | None = None) -> AnySelect:
    """The concepts of a kind that are linked to any of each kind's things; each link may be by another claim.

    Of its own kind, a food has only its group.
    """
    query = _select_with_parent(kind)
    for other, other_ids in (ids or {}).items():
        query = query.where(Food.group_id.in_(other_ids) if other is kind else _is_linked(other, other_ids))
    for field, wanted in (values or {}).items():
        query = query.where(TABLES[kind].__table__.c[field].in_(wanted))
    return query


def select_linked(thing_id: int, limit: int) -> AnySelect:
    """What a concept is linked to, the most frequent first: kind, slug, name, role and how many claims say so."""
    return (
        select(Thing.kind, Thing.slug, Thing.name, LinkCount.joint.label("role"), LinkCount.claims)
        .join(LinkCount, LinkCount.other_id == Thing.id)
        .where(LinkCount.thing_id == thing_id, LinkCount.joint.not_in([Joint.ITSELF, Joint.EVIDENCE]))
        .order_by(LinkCount.claims.desc(), Thing.kind, Thing.slug, LinkCount.joint)
        .limit(limit)
    )


def select_concepts_of_claims(claim_ids: Sequence[int], kind: Kind) -> AnySelect:
    """The keys of the concepts of a kind that the claims name, in the order of slugs."""
    linked = select(ClaimLink.thing_id).where(ClaimLink.claim_id.in_(claim_ids))
    return select(Thing.id).where(Thing.kind == kind, Thing.id.in_(linked)).order_by(Thing.slug)


def select_counts(thing_id: int) -> AnySelect:
    """How many claims name a concept, and how many references those claims have."""
    joined = LinkCount.thing_id == thing_id
    claims = select(func.coalesce(func.sum(LinkCount.claims), 0)).where(joined, LinkCount.joint == Joint.ITSELF)
    references = select(func.count()).select_from(LinkCount).where(joined, LinkCount.joint == Joint.EVIDENCE)
    return select(claims.scalar_subquery().label("claims"), references.scalar_subquery().label("references"))


def order_concepts(kind: Kind) -> Ordering:
    """By which fields a list of concepts can be sorted; the first is the default."""
    columns: dict[str, Any] = {"slug": Thing.slug, "name": Thing.name, "revision": Thing.revision}
    match kind:
        case Kind.SIGN:
            columns = {"position": TABLES[kind].position, **columns}
        case Kind.FORM:
            columns["elemental_magnesium_percent"] = TABLES[kind].elemental_magnesium_percent
        case Kind.FOOD:
            columns["magnesium_mg_per_100g"] = func.coalesce(Food.magnesium_mg_per_100g, -1.0)
    return columns


def _select_with_parent(kind: Kind) -> AnySelect:
    table = TABLES[kind]
    query = select(*THING_COLUMNS, *table.__table__.c).join_from(table, Thing, Thing.id == table.thing_id)
    above = {Kind.MECHANISM: Mechanism.parent_id, Kind.FOOD: Food.group_id}.get(kind)
    if above is None:
        return query
    parent = (Parent.slug.label("parent_slug"), Parent.name.label("parent_name"))
    return query.add_columns(*parent).outerjoin(Parent, Parent.id == above)


def _is_linked(other: Kind, other_ids: Sequence[int]) -> Any:
    """Whether some claim names the concept at hand and one of the others."""
    if other is Kind.CLAIM:
        link = aliased(ClaimLink)
        return exists().where(link.thing_id == Thing.id, link.claim_id.in_(other_ids))
    joined = aliased(LinkCount)
    return exists().where(joined.thing_id == Thing.id, joined.other_id.in_(other_ids))


FILTER_KINDS = (*CONCEPT_KINDS, Kind.REFERENCE, Kind.CLAIM)
"""The kinds that every list of concepts can be filtered by, its own excepted."""
