"""Who may write, and the answers that a repeated request gets again.

Rule: nothing here is content: no row has a revision, none is exported, and no key is stored from which it could be
told.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Integer, PrimaryKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb_api.models.base import Base, one_of, word
from kb_api.vocabulary import Scope

HOLDER_MAX_LENGTH = 120


class ApiKey(Base):
    """A key that was given out: who holds it and what it allows. Two keys of one holder are one person."""

    __tablename__ = "api_key"
    __table_args__ = (one_of("scope", Scope), CheckConstraint("length(digest) = 64", name="digest"))

    public_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    """The part of the key by which it is found and revoked; no secret."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the secret part. It has 256 random bits, so that a slow hash would protect nothing more."""
    holder: Mapped[str] = mapped_column(String(HOLDER_MAX_LENGTH))
    scope: Mapped[Scope] = word()
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class RememberedAnswer(Base):
    """What a request with an ``Idempotency-Key`` was answered; without a status it is still in flight."""

    __tablename__ = "remembered_answer"
    __table_args__ = (
        PrimaryKeyConstraint("holder", "key"),
        # Answers: which answers are old enough to be forgotten.
        Index("ix_remembered_answer_at", "at"),
    )

    holder: Mapped[str] = mapped_column(String(HOLDER_MAX_LENGTH))
    key: Mapped[str] = mapped_column(String(255))
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of method, address and body."""
    at: Mapped[datetime]
    status: Mapped[int | None] = mapped_column(Integer)
    headers: Mapped[dict[str, Any] | None]
    body: Mapped[str | None] = mapped_column(Text)
