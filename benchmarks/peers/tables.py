"""The tables as SQLAlchemy's ORM has them, and the three questions with eager loading; for three of the apps."""

import os
from typing import Any

from sqlalchemy import JSON, ForeignKey, create_engine, func, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    joinedload,
    mapped_column,
    relationship,
    selectinload,
    sessionmaker,
)
from wordings import SaysClaim, SaysNote, SaysPassage, SaysReference, SaysSign, SaysThing

engine = create_engine(os.environ["BENCH_DATABASE_URL"])
open_session = sessionmaker(engine)


class Base(DeclarativeBase):
    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012 - SQLAlchemy's way


class Thing(SaysThing, Base):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    slug: Mapped[str]
    name: Mapped[dict[str, Any]]
    revision: Mapped[int]


class Sign(SaysSign, Base):
    __tablename__ = "sign"
    thing_id: Mapped[int] = mapped_column(ForeignKey("thing.id"), primary_key=True)
    position: Mapped[int]
    body_system: Mapped[str]
    summary: Mapped[dict[str, Any] | None]
    aliases: Mapped[dict[str, Any]]
    xrefs: Mapped[list[Any]]
    thing: Mapped[Thing] = relationship()


class Reference(SaysReference, Base):
    __tablename__ = "reference"
    thing_id: Mapped[int] = mapped_column(ForeignKey("thing.id"), primary_key=True)
    csl_type: Mapped[str]
    authors: Mapped[list[Any]]
    et_al: Mapped[bool]
    container_title: Mapped[str | None]
    publisher: Mapped[str | None]
    issued: Mapped[str]
    volume: Mapped[str | None]
    issue: Mapped[str | None]
    page: Mapped[str | None]
    article_number: Mapped[str | None]
    doi: Mapped[str | None]
    pmid: Mapped[str | None]
    pmcid: Mapped[str | None]
    source_url: Mapped[str]
    study_type: Mapped[str]
    sample: Mapped[dict[str, Any] | None]
    finding: Mapped[dict[str, Any] | None]
    funding: Mapped[dict[str, Any] | None]
    note: Mapped[dict[str, Any] | None]
    verification: Mapped[dict[str, Any]]
    thing: Mapped[Thing] = relationship()


class ClaimLink(Base):
    __tablename__ = "claim_link"
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.thing_id"), primary_key=True)
    thing_id: Mapped[int] = mapped_column(ForeignKey("thing.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    thing: Mapped[Thing] = relationship()


class Evidence(SaysNote, Base):
    __tablename__ = "evidence"
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.thing_id"), primary_key=True)
    reference_id: Mapped[int] = mapped_column(ForeignKey("reference.thing_id"), primary_key=True)
    stance: Mapped[str]
    note: Mapped[dict[str, Any]]
    position: Mapped[int]
    reference: Mapped[Reference] = relationship()


class Passage(SaysPassage, Base):
    __tablename__ = "passage"
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.thing_id"), primary_key=True)
    section: Mapped[int] = mapped_column(primary_key=True)
    sentence: Mapped[int] = mapped_column(primary_key=True)
    says: Mapped[dict[str, Any]]
    verdict: Mapped[str]


class Claim(SaysClaim, Base):
    __tablename__ = "claim"
    thing_id: Mapped[int] = mapped_column(ForeignKey("thing.id"), primary_key=True)
    subject: Mapped[str]
    claim_type: Mapped[str]
    exposure: Mapped[str]
    effect: Mapped[str]
    effect_on: Mapped[dict[str, Any] | None]
    certainty: Mapped[str]
    certainty_reason: Mapped[dict[str, Any]]
    evidence_status: Mapped[str]
    note: Mapped[dict[str, Any] | None]
    supports: Mapped[int]
    mixed: Mapped[int]
    refutes: Mapped[int]
    background: Mapped[int]
    thing: Mapped[Thing] = relationship()
    links: Mapped[list[ClaimLink]] = relationship(order_by=ClaimLink.position)
    evidence: Mapped[list[Evidence]] = relationship(order_by=Evidence.position)
    passages: Mapped[list[Passage]] = relationship(order_by=(Passage.section, Passage.sentence))


def load_claims(session: Session, limit: int) -> tuple[list[Claim], int]:
    """A page of claims with their links, and how many claims there are."""
    query = (
        select(Claim)
        .order_by(Claim.thing_id)
        .limit(limit)
        .options(joinedload(Claim.thing), selectinload(Claim.links).joinedload(ClaimLink.thing))
    )
    total = session.execute(select(func.count()).select_from(Claim)).scalar_one()
    return list(session.scalars(query)), total


def load_references(session: Session, slug: str) -> list[Reference]:
    """The references of one claim."""
    query = (
        select(Reference)
        .join(Evidence, Evidence.reference_id == Reference.thing_id)
        .join(Thing, Thing.id == Evidence.claim_id)
        .where(Thing.kind == "claim", Thing.slug == slug)
        .order_by(Evidence.position)
        .options(joinedload(Reference.thing))
    )
    return list(session.scalars(query))


def load_signs(session: Session, mechanism: str) -> tuple[list[Sign], list[Claim], list[Reference]]:
    """The signs that share a claim with a mechanism, those claims, and their references."""
    claims = list(
        session.scalars(
            select(Claim)
            .join(ClaimLink, ClaimLink.claim_id == Claim.thing_id)
            .join(Thing, Thing.id == ClaimLink.thing_id)
            .where(Thing.kind == "mechanism", Thing.slug == mechanism)
            .order_by(Claim.thing_id)
            .options(
                joinedload(Claim.thing),
                selectinload(Claim.links).joinedload(ClaimLink.thing),
                selectinload(Claim.evidence).joinedload(Evidence.reference).joinedload(Reference.thing),
                selectinload(Claim.passages),
            )
        ).unique()
    )
    sign_ids = {link.thing_id for claim in claims for link in claim.links if link.thing.kind == "sign"}
    signs = select(Sign).where(Sign.thing_id.in_(sign_ids)).order_by(Sign.position).options(joinedload(Sign.thing))
    about_signs = [claim for claim in claims if any(link.thing_id in sign_ids for link in claim.links)]
    references = {piece.reference_id: piece.reference for claim in about_signs for piece in claim.evidence}
    return list(session.scalars(signs)), about_signs, list(references.values())
