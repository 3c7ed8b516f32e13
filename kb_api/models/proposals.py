"""Proposals: changes that an editor would make, and what others said of them.

Rule: a proposal is no content: it has no revision until it is accepted, and accepting it is an ordinary revision.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, PrimaryKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb_api.models.access import HOLDER_MAX_LENGTH
from kb_api.models.base import Base, one_of, word
from kb_api.vocabulary import ProposalStatus, ProposalStep


class Proposal(Base):
    """Writes that wait for another editor."""

    __tablename__ = "proposal"
    __table_args__ = (
        one_of("status", ProposalStatus),
        CheckConstraint("(status = 'accepted') = (accepted_as IS NOT NULL)", name="accepted_as"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(Integer)
    """Raised by every step; what a reader of the proposal has seen."""
    # Answers: the proposals that wait.
    status: Mapped[ProposalStatus] = mapped_column(String(40), index=True)
    author: Mapped[str] = mapped_column(String(HOLDER_MAX_LENGTH))
    message: Mapped[str] = mapped_column(Text)
    conflict_of_interest: Mapped[str | None] = mapped_column(Text)
    """What the author stated: an interest that readers of the change should know, or that there is none."""
    writes: Mapped[list[Any]]
    """The writes as a changeset says them, every record complete."""
    accepted_as: Mapped[int | None] = mapped_column(ForeignKey("revision.number"))


class ProposalEvent(Base):
    """One step of a proposal: who did what, when, and the words to it. Rows are only added."""

    __tablename__ = "proposal_event"
    __table_args__ = (PrimaryKeyConstraint("proposal", "position"), one_of("step", ProposalStep))

    proposal: Mapped[int] = mapped_column(ForeignKey("proposal.number"))
    position: Mapped[int]
    at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(HOLDER_MAX_LENGTH))
    step: Mapped[ProposalStep] = word()
    comment: Mapped[str | None] = mapped_column(Text)
