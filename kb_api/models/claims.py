"""Claims, their links, their evidence, and where the article says them.

Rule: a claim is the only thing that ties a sign to a mechanism; there is no shorter way between two things.
"""

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from kb_api.models.base import Base, BigId, Wording, one_of, word
from kb_api.models.things import ThingMixin
from kb_api.vocabulary import (
    Certainty,
    ClaimType,
    Effect,
    EvidenceStatus,
    Exposure,
    Joint,
    Role,
    Stance,
    Verdict,
)


class Claim(ThingMixin, Base):
    """One atomic statement; its text is the thing's name. The four counts are its stored balance."""

    __tablename__ = "claim"
    __table_args__ = (
        one_of("claim_type", ClaimType),
        one_of("exposure", Exposure),
        one_of("effect", Effect),
        one_of("certainty", Certainty),
        one_of("evidence_status", EvidenceStatus),
        CheckConstraint("(evidence_status <> 'none_gathered') OR (looked_at IS NOT NULL)", name="looked_at"),
        CheckConstraint("(evidence_status <> 'derived') OR (derivation IS NOT NULL)", name="derivation"),
        # Each answers: a page of the claims with one value, in the order of entry.
        Index("ix_claim_claim_type_thing_id", "claim_type", "thing_id"),
        Index("ix_claim_exposure_thing_id", "exposure", "thing_id"),
        Index("ix_claim_effect_thing_id", "effect", "thing_id"),
        Index("ix_claim_certainty_thing_id", "certainty", "thing_id"),
    )

    subject: Mapped[str] = mapped_column(String(80))
    """The subject under which editors keep it: the name of its seed file."""
    claim_type: Mapped[ClaimType] = word()
    exposure: Mapped[Exposure] = word()
    effect: Mapped[Effect] = word()
    effect_on: Mapped[Wording | None]
    certainty: Mapped[Certainty] = word()
    certainty_reason: Mapped[Wording]
    evidence_status: Mapped[EvidenceStatus] = word()
    looked_at: Mapped[Wording | None]
    derivation: Mapped[Wording | None]
    conflicts: Mapped[Wording | None]
    note: Mapped[Wording | None]
    reviewed_on: Mapped[str | None] = mapped_column(String(10))
    supports: Mapped[int]
    mixed: Mapped[int]
    refutes: Mapped[int]
    background: Mapped[int]


class ClaimLink(Base):
    """A claim names a thing in a role."""

    __tablename__ = "claim_link"
    __table_args__ = (
        PrimaryKeyConstraint("claim_id", "thing_id", "role"),
        one_of("role", Role),
        # Answers: the claims about a thing, a page at a time.
        Index("ix_claim_link_thing_id_claim_id", "thing_id", "claim_id"),
    )

    claim_id: Mapped[int] = mapped_column(BigId, ForeignKey("claim.thing_id"))
    thing_id: Mapped[int] = mapped_column(BigId, ForeignKey("thing.id"))
    role: Mapped[Role] = word()
    position: Mapped[int]


class Evidence(Base):
    """How one reference stands towards one claim."""

    __tablename__ = "evidence"
    __table_args__ = (
        PrimaryKeyConstraint("claim_id", "reference_id"),
        one_of("stance", Stance),
        # Answers: the claims that cite a reference.
        Index("ix_evidence_reference_id_claim_id_stance", "reference_id", "claim_id", "stance"),
        # Answers: the claims with evidence of one stance.
        Index("ix_evidence_stance_claim_id", "stance", "claim_id"),
    )

    claim_id: Mapped[int] = mapped_column(BigId, ForeignKey("claim.thing_id"))
    reference_id: Mapped[int] = mapped_column(BigId, ForeignKey("reference.thing_id"))
    stance: Mapped[Stance] = word()
    note: Mapped[Wording]
    position: Mapped[int]


class LinkCount(Base):
    """How many claims join a concept with another thing; derived from links and evidence, with every write."""

    __tablename__ = "link_count"
    __table_args__ = (
        # Answers: what a concept is joined with, and whether two things are joined at all.
        PrimaryKeyConstraint("thing_id", "other_id", "joint"),
        one_of("joint", Joint),
        CheckConstraint("claims > 0", name="claims"),
        # Answers: the concepts that a thing is joined with.
        Index("ix_link_count_other_id_thing_id", "other_id", "thing_id"),
    )

    thing_id: Mapped[int] = mapped_column(BigId, ForeignKey("thing.id"))
    other_id: Mapped[int] = mapped_column(BigId, ForeignKey("thing.id"))
    joint: Mapped[Joint] = word()
    claims: Mapped[int]


class Passage(Base):
    """What the article says of a claim in one sentence, and the verdict on it."""

    __tablename__ = "passage"
    __table_args__ = (
        PrimaryKeyConstraint("claim_id", "section", "sentence"),
        one_of("verdict", Verdict),
        CheckConstraint("section >= 0 AND sentence > 0", name="place"),
        # Answers: the article from its first sentence on.
        Index("ix_passage_section_sentence_claim_id", "section", "sentence", "claim_id"),
        # Answers: the sentences, and the claims, with one verdict.
        Index("ix_passage_verdict_claim_id", "verdict", "claim_id"),
    )

    claim_id: Mapped[int] = mapped_column(BigId, ForeignKey("claim.thing_id"))
    section: Mapped[int]
    sentence: Mapped[int]
    says: Mapped[Wording]
    verdict: Mapped[Verdict] = word()
