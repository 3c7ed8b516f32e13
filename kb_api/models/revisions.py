"""The one clock: revisions, what each changed, and where renamed things went.

Rule: rows of a revision are only added. Nothing else in the database has a clock of its own.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb_api.models.base import Base, BigId, one_of, word
from kb_api.vocabulary import SLUG_MAX_LENGTH, Kind, Operation


class Clock(Base):
    """One row: the number of the last revision. Every writer raises it first, so that writers form one line."""

    __tablename__ = "clock"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"), CheckConstraint("revision >= 0", name="revision"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(Integer)


class Revision(Base):
    """One committed change of the knowledge base: when, who, why."""

    __tablename__ = "revision"
    __table_args__ = (CheckConstraint("number > 0", name="number"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(Text)


class Change(Base):
    """What one revision did to one thing, with the whole record as it stood afterwards."""

    __tablename__ = "change"
    __table_args__ = (
        PrimaryKeyConstraint("revision", "position"),
        one_of("operation", Operation),
        # Answers: the history of one thing, and how it stood at a revision.
        Index("ix_change_thing_id_revision", "thing_id", "revision"),
    )

    revision: Mapped[int] = mapped_column(ForeignKey("revision.number"))
    position: Mapped[int]
    thing_id: Mapped[int] = mapped_column(BigId, ForeignKey("thing.id"))
    kind: Mapped[Kind] = word()
    slug: Mapped[str] = mapped_column(String(SLUG_MAX_LENGTH))
    operation: Mapped[Operation] = word()
    fields: Mapped[list[Any]]
    record: Mapped[dict[str, Any] | None]
    """The record after the change; of a retraction: its reason and successor."""


class FormerSlug(Base):
    """A slug that a thing once had; it answers 308 for ever and is never given out again."""

    __tablename__ = "former_slug"
    __table_args__ = (PrimaryKeyConstraint("kind", "slug"),)

    kind: Mapped[Kind] = word()
    slug: Mapped[str] = mapped_column(String(SLUG_MAX_LENGTH))
    # Answers: which slugs a thing has had.
    thing_id: Mapped[int] = mapped_column(BigId, ForeignKey("thing.id"), index=True)


class LoadedRecord(Base):
    """What a seed load last brought for a thing: tells what editors have changed since, and what the files have."""

    __tablename__ = "loaded_record"

    thing_id: Mapped[int] = mapped_column(BigId, ForeignKey("thing.id"), primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(ForeignKey("revision.number"))
    """The revision as of which it was loaded."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the record in the file."""
