"""The search index: what ranking needs of each thing, the words in use, and how often each stem occurs.

Rule: everything here is derived. It is written only by ``kb_api.search``, in the transaction that changes the content,
and can be rebuilt from nothing; the tables are equal either way.
"""

from typing import Any

from sqlalchemy import DDL, ForeignKey, Index, PrimaryKeyConstraint, String, Text, event, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from kb_api.models.base import Base, BigId, word
from kb_api.vocabulary import Kind

TERM_MAX_LENGTH = 160
"""Room for the longest token: the one for a linked thing, made of its kind and slug."""

SEARCH_FTS = "search_fts"
"""The full-text table of SQLite; PostgreSQL has GIN indexes over the same stems instead."""

SEARCH_PARTS = range(6)
SEARCH_PART = "width_bucket(thing_id, '{4096,16384,65536,262144,1048576}'::bigint[])"
"""Which of PostgreSQL's indexes an entry is in. Such an index gives all its matches and in no order; as each holds four
times as many keys as the one before, the first matches are found among a few."""

SQLITE_DDL = (
    "CREATE VIRTUAL TABLE search_fts "
    "USING fts5(document, content='search_entry', content_rowid='thing_id', detail=none)",
    "CREATE TRIGGER search_entry_inserted AFTER INSERT ON search_entry BEGIN "
    "INSERT INTO search_fts(rowid, document) VALUES (new.thing_id, new.document); END",
    "CREATE TRIGGER search_entry_deleted AFTER DELETE ON search_entry BEGIN "
    "INSERT INTO search_fts(search_fts, rowid, document) VALUES ('delete', old.thing_id, old.document); END",
)
"""What SQLite needs beside the tables. Rows are only inserted and deleted, never updated, so two triggers suffice."""


class SearchEntry(Base):
    """One searchable thing: its texts for the snippet, its stems for matching and ranking."""

    __tablename__ = "search_entry"
    __table_args__ = (
        # Answer: the things that contain these stems (PostgreSQL; SQLite asks its full-text table).
        *(
            Index(
                f"ix_search_entry_document_{part}",
                "document",
                postgresql_using="gin",
                postgresql_where=text(f"{SEARCH_PART} = {part}"),
            ).ddl_if(dialect="postgresql")
            for part in SEARCH_PARTS
        ),
    )

    thing_id: Mapped[int] = mapped_column(BigId, ForeignKey("thing.id"), primary_key=True, autoincrement=False)
    kind: Mapped[Kind] = word()
    texts: Mapped[list[Any]]
    """``[field, language, text]`` in the order in which a snippet is looked for."""
    name_stems: Mapped[str] = mapped_column(Text)
    body_stems: Mapped[str] = mapped_column(Text)
    links: Mapped[str] = mapped_column(Text)
    """The tokens of the kind and of every thing that this one names."""
    name_length: Mapped[int]
    body_length: Mapped[int]
    document: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))
    """Every distinct stem and link token once: what is matched."""


class SearchName(Base):
    """A name or alias of a thing, once for each word it can be begun at."""

    __tablename__ = "search_name"
    __table_args__ = (
        PrimaryKeyConstraint("thing_id", "position"),
        # Answers: which things are called exactly this.
        Index("ix_search_name_stem_key", "stem_key"),
        # Answers: which names go on like this, for type-ahead.
        Index("ix_search_name_prefix_key", "prefix_key"),
    )

    thing_id: Mapped[int] = mapped_column(BigId, ForeignKey("thing.id"))
    position: Mapped[int]
    kind: Mapped[Kind] = word()
    field: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(Text)
    stem_key: Mapped[str | None] = mapped_column(String(200))
    """The stems of the whole label; only in the row that begins at its first word."""
    prefix_key: Mapped[str] = mapped_column(String(200, collation="C").with_variant(String(200), "sqlite"))
    """The folded label from this word on."""


class SearchTerm(Base):
    """A stem and in how many things it occurs."""

    __tablename__ = "search_term"

    term: Mapped[str] = mapped_column(String(TERM_MAX_LENGTH), primary_key=True)
    document_count: Mapped[int]


class SearchWord(Base):
    """A word as it is spelled and in how many things: for mending typos and splitting compounds."""

    __tablename__ = "search_word"

    spelled: Mapped[str] = mapped_column(String(TERM_MAX_LENGTH), primary_key=True)
    document_count: Mapped[int]


class SearchTotal(Base):
    """How many things of a kind are indexed, and how long they are together."""

    __tablename__ = "search_total"

    kind: Mapped[Kind] = mapped_column(String(40), primary_key=True)
    document_count: Mapped[int]
    name_length: Mapped[int]
    body_length: Mapped[int]


SEARCH_TABLES = [model.__table__ for model in (SearchEntry, SearchName, SearchTerm, SearchWord, SearchTotal)]
"""The index, whole."""

for _statement in SQLITE_DDL:
    _ddl = DDL(_statement)  # type: ignore[no-untyped-call] # SQLAlchemy leaves it untyped.
    event.listen(SearchEntry.__table__, "after_create", _ddl.execute_if(dialect="sqlite"))
