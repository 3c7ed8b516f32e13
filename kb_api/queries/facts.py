"""Questions about health claims, safety, intakes and the article's sections."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, exists, or_, select

from kb_api.models import TABLES, Intake, Relation, Safety, Thing
from kb_api.queries.concepts import Ids, Values
from kb_api.queries.ordering import THING_COLUMNS, AnySelect, Ordering
from kb_api.vocabulary import Kind, Language, RelationRole, SafetyType, Sex

URGENCY_ORDER = ("emergency", "urgent", "doctor", "none")


def select_facts(kind: Kind, ids: Ids | None = None, values: Values | None = None) -> AnySelect:
    """The rows of a kind that touch any of each kind's things and have any of each field's values."""
    table = TABLES[kind]
    query = select(*THING_COLUMNS, *table.__table__.c).join_from(table, Thing, Thing.id == table.__table__.c.thing_id)
    for target, wanted in (ids or {}).items():
        query = query.where(
            exists().where(
                Relation.thing_id == Thing.id, Relation.role == RelationRole(target), Relation.target_id.in_(wanted)
            )
        )
    for field, wanted in (values or {}).items():
        query = query.where(_has_value(table, field, wanted))
    return query


def select_relations(thing_ids: Sequence[int]) -> AnySelect:
    """What the things touch, each thing's in its own order."""
    return (
        select(Relation.thing_id, Relation.role, Relation.detail, Thing.kind, Thing.slug, Thing.name)
        .join(Thing, Thing.id == Relation.target_id)
        .where(Relation.thing_id.in_(thing_ids))
        .order_by(Relation.thing_id, Relation.role, Relation.position)
    )


def select_facts_about(target_ids: Sequence[int], kind: Kind) -> AnySelect:
    """The keys of the rows of a kind that touch one of the targets, in the order of slugs."""
    touched = exists().where(Relation.thing_id == Thing.id, Relation.target_id.in_(target_ids))
    return select(Thing.id).where(Thing.kind == kind, Thing.retracted_in.is_(None), touched).order_by(Thing.slug)


def select_red_flags(sign_ids: Sequence[int]) -> AnySelect:
    """The red flags of the signs with the key of their sign."""
    return (
        select(Relation.target_id, *THING_COLUMNS, Safety.urgency, Safety.where_to_turn, Safety.verification)
        .join_from(Relation, Safety, Safety.thing_id == Relation.thing_id)
        .join(Thing, Thing.id == Safety.thing_id)
        .where(
            Relation.target_id.in_(sign_ids),
            Relation.role == RelationRole.SIGN,
            Safety.safety_type == SafetyType.RED_FLAG,
        )
        .order_by(Relation.target_id, Thing.slug)
    )


def order_facts(kind: Kind) -> Ordering:
    """By which fields the rows of a kind can be sorted."""
    columns = {"slug": Thing.slug, "revision": Thing.revision}
    if kind is Kind.SECTION:
        return {"number": TABLES[kind].__table__.c.number, **columns}
    return columns


def _has_value(table: Any, field: str, wanted: Any) -> Any:
    if table is Intake and field == "age":
        return _holds_age(wanted)
    if table is Intake and field == "sex":
        return Intake.sex.in_(wanted) | (Intake.sex == Sex.ANY)
    if table is Intake and field == "authority":
        texts = [Intake.authority[language].as_string() for language in Language]
        return or_(*(text.icontains(part, autoescape=True) for text in texts for part in wanted))
    return table.__table__.c[field].in_(wanted)


MONTH_YEARS = 0.083
"""A month in years, rounded as the ages of the rows are: 11 months are 0.917."""


def _holds_age(age_years: float) -> Any:
    """Whether an intake row is for people of this age; a row without ages is for all.

    "14 to 18 years" ends with the nineteenth birthday, and "7 to 11 months" with the first: a last age is a whole year
    or, for infants, a whole month.
    """
    lasts = case((Intake.age_from_years < 1, MONTH_YEARS), else_=1.0)
    return or_(Intake.age_from_years.is_(None), Intake.age_from_years <= age_years) & or_(
        Intake.age_to_years.is_(None), Intake.age_to_years + lasts > age_years
    )
