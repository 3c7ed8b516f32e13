"""Every thing has one row in ``thing``: its kind, slug, name and revision; its kind's table holds the rest.

Rule: what all kinds share is a column of ``thing``; a tombstone is a ``thing`` without a row in its kind's table, so
that no query about living things needs to exclude the retracted ones.
"""

from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb_api.models.base import Base, BigId, Wording, one_of, word
from kb_api.vocabulary import SLUG_MAX_LENGTH, BodySystem, Kind


class Thing(Base):
    """What every thing has. ``name`` is the text of a claim and the original title of a reference."""

    __tablename__ = "thing"
    __table_args__ = (
        # Answers: the thing with this slug; a page of a kind in the order of slugs.
        UniqueConstraint("kind", "slug"),
        one_of("kind", Kind),
        CheckConstraint("(retracted_in IS NULL) = (retraction_reason IS NULL)", name="retraction"),
        # Answers: a page of a kind, latest change first.
        Index("ix_thing_kind_revision_id", "kind", "revision", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    kind: Mapped[Kind] = word()
    slug: Mapped[str] = mapped_column(String(SLUG_MAX_LENGTH))
    name: Mapped[Wording]
    revision: Mapped[int] = mapped_column(ForeignKey("revision.number"))
    """The revision in which it last changed; a writer's version."""
    retracted_in: Mapped[int | None] = mapped_column(ForeignKey("revision.number"))
    retraction_reason: Mapped[str | None] = mapped_column(Text)
    successor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("thing.id"))


class ThingMixin:
    """The key of a kind's table: the thing it details."""

    thing_id: Mapped[int] = mapped_column(BigId, ForeignKey("thing.id"), primary_key=True, autoincrement=False)


class ConceptMixin(ThingMixin):
    """What signs, mechanisms, forms, foods and populations share beyond ``thing``."""

    summary: Mapped[Wording | None]
    aliases: Mapped[dict[str, Any]]
    """Names that people use, by language: ``{"sv": [...], "en": [...]}``."""


class Sign(ConceptMixin, Base):
    __tablename__ = "sign"
    __table_args__ = (CheckConstraint("position > 0", name="position"), one_of("body_system", BodySystem))

    position: Mapped[int] = mapped_column(unique=True)
    """The place in the article's order."""
    body_system: Mapped[BodySystem] = word()
    xrefs: Mapped[list[Any]]
    health_claims_verdict: Mapped[dict[str, Any] | None]


class Mechanism(ConceptMixin, Base):
    __tablename__ = "mechanism"

    # Answers: the mechanisms below this one.
    parent_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("thing.id"), index=True)
    xrefs: Mapped[list[Any]]


class Form(ConceptMixin, Base):
    __tablename__ = "form"
    __table_args__ = (
        CheckConstraint("molar_mass_g_per_mol > 0", name="molar_mass"),
        CheckConstraint("elemental_magnesium_percent > 0 AND elemental_magnesium_percent <= 100", name="share"),
    )

    compound: Mapped[Wording]
    formula: Mapped[str] = mapped_column(String(80))
    molar_mass_g_per_mol: Mapped[float] = mapped_column(Float)
    elemental_magnesium_percent: Mapped[float] = mapped_column(Float)
    variants: Mapped[list[Any]]
    brand_names: Mapped[list[Any]]
    market_status: Mapped[dict[str, Any] | None]
    health_claims_verdict: Mapped[dict[str, Any] | None]
    xrefs: Mapped[list[Any]]


class Food(ConceptMixin, Base):
    __tablename__ = "food"
    __table_args__ = (CheckConstraint("magnesium_mg_per_100g >= 0", name="magnesium"),)

    # Answers: the foods of a group.
    group_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("thing.id"), index=True)
    in_article: Mapped[bool]
    magnesium_mg_per_100g: Mapped[float | None] = mapped_column(Float)
    measurements: Mapped[list[Any]]


class Population(ConceptMixin, Base):
    __tablename__ = "population"

    at_risk_listed_by_ods: Mapped[bool | None]


class Section(ThingMixin, Base):
    """A section of the article: how many sentences it has, and which of them state nothing."""

    __tablename__ = "section"
    __table_args__ = (
        CheckConstraint("number >= 0", name="number"),
        CheckConstraint("sentence_count > 0", name="sentence_count"),
    )

    number: Mapped[int] = mapped_column(unique=True)
    sentence_count: Mapped[int]
    unclaimed: Mapped[list[Any]]
