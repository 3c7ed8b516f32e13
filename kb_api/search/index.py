"""Writing the index: from nothing, or for the things that have just changed.

Rule: both ways end in the same rows, because an entry depends on its own thing alone and the counts are sums over
entries. The caller holds the transaction and commits.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table, TextClause, delete, insert, select, text, update
from sqlalchemy.orm import Session

from kb_api.models import Base, Change, SearchEntry, SearchName, SearchTerm, SearchTotal, SearchWord, Thing
from kb_api.search.documents import SEARCHED_KINDS, FieldText, SearchDocument, make_document
from kb_api.search.text import STOP_WORDS, Word, key_stems, split_words, stem_text
from kb_api.vocabulary import Kind

Row = dict[str, Any]

CHUNK = 500
"""Things handled at a time: bounds the memory of a rebuild and the parameters of a statement."""

MEASURED = ("kind", "texts", "name_stems", "body_stems", "links")
"""The columns of an entry from which what it adds to the counts can be told."""

MERGE = text("INSERT INTO search_fts (search_fts, rank) VALUES ('merge', 64)")
MERGE_ALL = text("INSERT INTO search_fts (search_fts) VALUES ('optimize')")
"""SQLite keeps what each write adds in a piece of its own, and looks for a word in every piece (about 5 µs each): by
itself it lets up to 16 come together. Merging 64 pages leaves at most seven after any number of edits, for 0.1 ms an
edit (measured)."""

KEY_MAX_LENGTH = 200
"""Longer names are found by their beginning."""


def update_index(session: Session, thing_ids: Sequence[int]) -> None:
    """Bring the index of these things up to date within the caller's transaction; the retracted ones leave it."""
    session.flush()
    for chunk in _chunks(sorted(set(thing_ids))):
        counts = _Counts()
        _remove(session, chunk, counts)
        _add(session, chunk, counts)
        counts.write(session)
        _merge(session, MERGE)


def rebuild_index(session: Session) -> int:
    """Empty the index and fill it again; returns how many things it holds."""
    for table in (SearchName, SearchEntry, SearchTerm, SearchWord, SearchTotal):
        session.execute(delete(_table(table)))
    counts = _Counts()
    indexed = 0
    for chunk in _chunks(_living_ids(session)):
        indexed += _add(session, chunk, counts)
    counts.write(session)
    merge_index(session)
    return indexed


def merge_index(session: Session) -> None:
    """Bring what was written bit by bit into one piece, so that a search looks in one place."""
    _merge(session, MERGE_ALL)


def kind_token(kind: Kind) -> str:
    """The token that every entry of a kind has; no stem looks like it in practice, and nothing breaks if one does."""
    return f"zk{kind.value.replace('_', '')}"


def link_token(kind: Kind, slug: str) -> str:
    """The token of every entry that names this thing."""
    return f"zt{kind.value.replace('_', '')}{slug.replace('-', '')}"


@dataclass
class _Counts:
    """By how much the counts change: signed, so that removing and adding one thing cancel out."""

    terms: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)
    name_lengths: Counter[str] = field(default_factory=Counter)
    body_lengths: Counter[str] = field(default_factory=Counter)

    def count(self, entry: Row, sign: int) -> None:
        for token in entry["document"]:
            self.terms[token] += sign
        for word in entry["words"]:
            self.words[word] += sign
        self.documents[entry["kind"]] += sign
        self.name_lengths[entry["kind"]] += sign * entry["name_length"]
        self.body_lengths[entry["kind"]] += sign * entry["body_length"]

    def write(self, session: Session) -> None:
        _write_counts(session, SearchTerm, "term", self.terms)
        _write_counts(session, SearchWord, "spelled", self.words)
        _write_totals(session, self)


def _remove(session: Session, thing_ids: Sequence[int], counts: _Counts) -> None:
    entry = _table(SearchEntry)
    columns = [entry.c[column] for column in MEASURED]
    for row in session.execute(select(*columns).where(entry.c.thing_id.in_(thing_ids))):
        counts.count(_measure(*row), -1)
    session.execute(delete(_table(SearchName)).where(SearchName.thing_id.in_(thing_ids)))
    session.execute(delete(entry).where(entry.c.thing_id.in_(thing_ids)))


def _add(session: Session, thing_ids: Sequence[int], counts: _Counts) -> int:
    query = (
        select(Thing.id, Thing.kind, Change.record)
        .join(Change, (Change.thing_id == Thing.id) & (Change.revision == Thing.revision))
        .where(Thing.id.in_(thing_ids), Thing.retracted_in.is_(None), Thing.kind.in_(SEARCHED_KINDS))
        .order_by(Thing.id)
    )
    entries: list[Row] = []
    names: list[Row] = []
    for row in session.execute(query):
        document = make_document(Kind(row.kind), row.record)
        entry = _make_entry(row.id, document)
        counts.count(
            _measure(entry["kind"], entry["texts"], entry["name_stems"], entry["body_stems"], entry["links"]), 1
        )
        entries.append(entry)
        names += _make_names(row.id, document)
    _insert(session, SearchEntry, entries)
    _insert(session, SearchName, names)
    return len(entries)


def _make_entry(thing_id: int, document: SearchDocument) -> Row:
    texts = [[part.field, part.language, part.text] for part in (*document.names, *document.body)]
    name_stems, body_stems = _stems(document.names), _stems(document.body)
    links = " ".join([kind_token(document.kind), *(link_token(*thing) for thing in document.linked)])
    return {
        "thing_id": thing_id,
        "kind": document.kind,
        "texts": texts,
        "name_stems": " ".join(name_stems),
        "body_stems": " ".join(body_stems),
        "links": links,
        "name_length": len(name_stems),
        "body_length": len(body_stems),
        "document": " ".join(sorted({*name_stems, *body_stems, *links.split()})),
    }


def _measure(kind: Kind, texts: list[Any], name_stems: str, body_stems: str, links: str) -> Row:
    """What an entry adds to the counts; made from stored columns, so that removing takes away what was added."""
    names, body = name_stems.split(), body_stems.split()
    return {
        "kind": str(kind),
        "document": {*names, *body, *links.split()},
        "words": {word.spelled for _, _, text in texts for word in split_words(text) if is_worth_keeping(word)},
        "name_length": len(names),
        "body_length": len(body),
    }


def is_worth_keeping(word: Word) -> bool:
    """Whether a word helps in mending and splitting: not a number, not a letter, not a stop word."""
    return len(word.folded) > 2 and word.folded.isalpha() and word.folded not in STOP_WORDS


def _make_names(thing_id: int, document: SearchDocument) -> list[Row]:
    rows: list[Row] = []
    for label in document.labels:
        words = split_words(label.text)
        starts = [number for number, word in enumerate(words) if number == 0 or word.folded not in STOP_WORDS]
        for start in starts:
            rows.append(
                {
                    "thing_id": thing_id,
                    "position": len(rows),
                    "kind": document.kind,
                    "field": label.field,
                    "label": label.text,
                    "stem_key": key_stems(words)[:KEY_MAX_LENGTH] if start == 0 else None,
                    "prefix_key": " ".join(word.folded for word in words[start:])[:KEY_MAX_LENGTH],
                }
            )
    return rows


def _stems(parts: Iterable[FieldText]) -> list[str]:
    return [stem for part in parts for stem in stem_text(part.text, part.language)]


def _write_counts(session: Session, model: type[SearchTerm | SearchWord], key: str, changes: Counter[str]) -> None:
    table = _table(model)
    changed = {value: change for value, change in changes.items() if change}
    for chunk in _chunks(sorted(changed)):
        query = select(table.c[key], table.c.document_count).where(table.c[key].in_(chunk))
        standing = {row[0]: row[1] for row in session.execute(query)}
        new = [{key: value, "document_count": changed[value]} for value in chunk if value not in standing]
        _insert(session, model, new)
        for value, count in standing.items():
            _write_count(session, table, table.c[key] == value, count + changed[value])


def _write_count(session: Session, table: Any, where: Any, count: int) -> None:
    statement = update(table).where(where).values(document_count=count) if count else delete(table).where(where)
    session.execute(statement)


def _write_totals(session: Session, counts: _Counts) -> None:
    table = _table(SearchTotal)
    standing = {row.kind: row for row in session.execute(select(table))}
    for kind in {*counts.documents}:
        before = standing.get(Kind(kind))
        totals = {
            "document_count": counts.documents[kind] + (before.document_count if before else 0),
            "name_length": counts.name_lengths[kind] + (before.name_length if before else 0),
            "body_length": counts.body_lengths[kind] + (before.body_length if before else 0),
        }
        session.execute(delete(table).where(table.c.kind == kind))
        if totals["document_count"]:
            session.execute(insert(table).values(kind=kind, **totals))


def _living_ids(session: Session) -> list[int]:
    query = select(Thing.id).where(Thing.retracted_in.is_(None), Thing.kind.in_(SEARCHED_KINDS)).order_by(Thing.id)
    return list(session.execute(query).scalars())


def _merge(session: Session, statement: TextClause) -> None:
    if session.get_bind().dialect.name == "sqlite":
        session.execute(statement)


def _insert(session: Session, model: type[Base], rows: list[Row]) -> None:
    if rows:
        session.execute(insert(_table(model)), rows)


def _table(model: type[Base]) -> Table:
    """The table itself: written row-wise, without ORM objects in between."""
    return cast(Table, model.__table__)


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
