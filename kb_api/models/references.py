"""References and the notices on them.

Rule: a DOI is stored in lower case and without a prefix, so that one publication is one row.
"""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, PrimaryKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb_api.models.base import Base, BigId, Wording, one_of, word
from kb_api.models.things import ThingMixin
from kb_api.vocabulary import CslType, NoticeType, StudyType


class Reference(ThingMixin, Base):
    """A publication or an authority's page; its title, in the original, is the thing's name."""

    __tablename__ = "reference"
    __table_args__ = (
        one_of("csl_type", CslType),
        one_of("study_type", StudyType),
        CheckConstraint("doi = lower(doi)", name="doi_lower_case"),
    )

    csl_type: Mapped[CslType] = word()
    authors: Mapped[list[Any]]
    et_al: Mapped[bool]
    container_title: Mapped[str | None] = mapped_column(Text)
    publisher: Mapped[str | None] = mapped_column(Text)
    issued: Mapped[str] = mapped_column(String(10))
    volume: Mapped[str | None] = mapped_column(String(40))
    issue: Mapped[str | None] = mapped_column(String(40))
    page: Mapped[str | None] = mapped_column(String(40))
    article_number: Mapped[str | None] = mapped_column(String(40))
    # The three answer: the reference with this identifier.
    doi: Mapped[str | None] = mapped_column(String(200), unique=True)
    pmid: Mapped[str | None] = mapped_column(String(12), unique=True)
    pmcid: Mapped[str | None] = mapped_column(String(16), unique=True)
    source_url: Mapped[str] = mapped_column(Text)
    # Answers: a page of one study type.
    study_type: Mapped[StudyType] = mapped_column(String(40), index=True)
    sample: Mapped[Wording | None]
    finding: Mapped[Wording | None]
    funding: Mapped[Wording | None]
    cited_in_article: Mapped[int | None]
    note: Mapped[Wording | None]
    verification: Mapped[dict[str, Any]]


class Notice(Base):
    """An erratum, a retraction or another warning on a reference."""

    __tablename__ = "notice"
    __table_args__ = (PrimaryKeyConstraint("reference_id", "position"), one_of("notice_type", NoticeType))

    reference_id: Mapped[int] = mapped_column(BigId, ForeignKey("thing.id"))
    position: Mapped[int]
    notice_type: Mapped[NoticeType] = word()
    text: Mapped[Wording]
    # Answers: what a corrigendum corrects.
    notice_reference_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("thing.id"), index=True)
    verification: Mapped[dict[str, Any]]
