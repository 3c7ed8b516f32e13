"""Facts to act on: regulatory wordings, safety, intakes, and what each of them touches.

Rule: a row here states where it was seen; an unverified row keeps its status.
"""

from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, PrimaryKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb_api.models.base import Base, BigId, Wording, one_of, word
from kb_api.models.things import ThingMixin
from kb_api.vocabulary import (
    AppliesTo,
    Direction,
    HealthClaimStatus,
    Jurisdiction,
    Measure,
    RelationRole,
    SafetyType,
    Sex,
    Urgency,
)


class HealthClaim(ThingMixin, Base):
    """A regulatory wording, or the finding that there is none; its topic is the thing's name."""

    __tablename__ = "health_claim"
    __table_args__ = (one_of("jurisdiction", Jurisdiction), one_of("status", HealthClaimStatus))

    jurisdiction: Mapped[Jurisdiction] = word()
    status: Mapped[HealthClaimStatus] = word()
    wording: Mapped[Wording | None]
    conditions: Mapped[Wording | None]
    legal_act: Mapped[str | None] = mapped_column(Text)
    efsa: Mapped[list[Any]]
    article_section: Mapped[int | None]
    wording_verification: Mapped[dict[str, Any] | None]
    note: Mapped[Wording | None]
    verification: Mapped[dict[str, Any]]


class Safety(ThingMixin, Base):
    """A red flag, an interaction, an adverse effect or a contraindication; its text is the thing's name."""

    __tablename__ = "safety"
    __table_args__ = (
        one_of("safety_type", SafetyType),
        one_of("urgency", Urgency),
        CheckConstraint(f"direction IN ({', '.join(repr(str(value)) for value in Direction)})", name="direction"),
        # Answers: the rows of one type.
        Index("ix_safety_safety_type", "safety_type"),
    )

    safety_type: Mapped[SafetyType] = word()
    urgency: Mapped[Urgency] = word()
    action: Mapped[Wording | None]
    medicine: Mapped[Wording | None]
    direction: Mapped[Direction | None] = word()
    hours_apart_min: Mapped[int | None]
    hours_before: Mapped[int | None]
    hours_after: Mapped[str | None] = mapped_column(String(20))
    listed_by_ods: Mapped[bool | None]
    where_to_turn: Mapped[Wording | None]
    note: Mapped[Wording | None]
    verification: Mapped[dict[str, Any]]


class Intake(ThingMixin, Base):
    """One authority's value for one population; its name is made of measure, population and authority."""

    __tablename__ = "intake"
    __table_args__ = (
        one_of("measure", Measure),
        one_of("sex", Sex),
        one_of("applies_to", AppliesTo),
        CheckConstraint("age_from_years <= age_to_years", name="ages"),
        CheckConstraint("value >= 0", name="value"),
        CheckConstraint("value_low <= value_high", name="range"),
    )

    measure: Mapped[Measure] = word()
    authority: Mapped[Wording]
    population: Mapped[Wording]
    sex: Mapped[Sex] = word()
    age_from_years: Mapped[float | None] = mapped_column(Float)
    age_to_years: Mapped[float | None] = mapped_column(Float)
    value: Mapped[float | None] = mapped_column(Float)
    value_low: Mapped[float | None] = mapped_column(Float)
    value_high: Mapped[float | None] = mapped_column(Float)
    unit: Mapped[str] = mapped_column(String(20))
    applies_to: Mapped[AppliesTo] = word()
    superseded: Mapped[bool]
    text: Mapped[Wording | None]
    note: Mapped[Wording | None]
    verification: Mapped[dict[str, Any]]


class Relation(Base):
    """What a health claim or a safety row touches, and the sources of a population."""

    __tablename__ = "relation"
    __table_args__ = (
        PrimaryKeyConstraint("thing_id", "target_id", "role"),
        one_of("role", RelationRole),
        # Answers: the red flags and the regulatory wordings of a sign.
        Index("ix_relation_target_id_role_thing_id", "target_id", "role", "thing_id"),
    )

    thing_id: Mapped[int] = mapped_column(BigId, ForeignKey("thing.id"))
    target_id: Mapped[int] = mapped_column(BigId, ForeignKey("thing.id"))
    role: Mapped[RelationRole] = word()
    position: Mapped[int]
    detail: Mapped[dict[str, Any] | None]
    """What the relation adds: the fit of a wording to a sign, and why."""
