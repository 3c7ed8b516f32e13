"""The entries that contain a question's terms: the only place that asks the full-text index, on either database.

Rule: a bounded number of entries is ever ranked, and who asks is told when there were more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import (
    CTE,
    CompoundSelect,
    Integer,
    Select,
    bindparam,
    cast,
    column,
    exists,
    select,
    table,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from kb_api.models import SearchEntry, SearchTerm, SearchTotal
from kb_api.models.search import SEARCH_FTS, SEARCH_PART, SEARCH_PARTS
from kb_api.search.index import kind_token
from kb_api.search.ranking import Lengths, Term
from kb_api.search.remembering import remember
from kb_api.vocabulary import Kind

CANDIDATES_MAX = 500
"""Entries ranked for one question in a base of up to ``LARGE_BASE`` entries: about 5 ms of a processor."""

LARGE_BASE = 20_000
CANDIDATES_MAX_IN_LARGE_BASE = 100
"""Where a word may be in 100 000 entries, any number that can be ranked while one types is a sample: 100 take 1 ms."""

CHUNK = 500
"""Entries read with one statement, well below the 32 766 parameters that SQLite takes."""


AnySelect: TypeAlias = Select[*tuple[Any, ...]]
"""A ``Select`` of any columns."""

Entry: TypeAlias = tuple[int, str, str, str, str]
"""(key of the thing, kind, name stems, body stems, links): what ranking needs of an entry."""

FTS = table(SEARCH_FTS, column("rowid"))

ENTRY_COLUMNS = (
    SearchEntry.thing_id,
    SearchEntry.kind,
    SearchEntry.name_stems,
    SearchEntry.body_stems,
    SearchEntry.links,
)

# Built once, because building one costs as much as the database needs to answer it.
FREQUENCIES = select(SearchTerm.term, SearchTerm.document_count).where(
    SearchTerm.term.in_(bindparam("tokens", expanding=True))
)
TOTALS = select(SearchTotal.document_count, SearchTotal.name_length, SearchTotal.body_length)
ENTRIES = select(*ENTRY_COLUMNS).where(SearchEntry.thing_id.in_(bindparam("keys", expanding=True)))


@dataclass(frozen=True)
class Statistics:
    """How many entries there are, and how long they are."""

    document_count: int
    lengths: Lengths

    @property
    def candidates_max(self) -> int:
        """Entries ranked for one question."""
        return CANDIDATES_MAX if self.document_count <= LARGE_BASE else CANDIDATES_MAX_IN_LARGE_BASE


def read_frequencies(session: Session, terms: Iterable[Term]) -> dict[str, int]:
    """Token → in how many things it occurs."""

    def load(missing: list[str]) -> dict[str, int]:
        found = {row.term: row.document_count for row in session.execute(FREQUENCIES, {"tokens": missing})}
        return dict.fromkeys(missing, 0) | found

    return remember(session, "frequencies", sorted({token for term in terms for token in term.tokens}), load)


def read_statistics(session: Session) -> Statistics:
    """Over all kinds: a question's words are as rare as they are in the whole base."""
    return remember(session, "statistics", [None], lambda _: {None: _load_statistics(session)})[None]


def _load_statistics(session: Session) -> Statistics:
    rows = session.execute(TOTALS).all()
    total = sum(row.document_count for row in rows)
    name_length, body_length = sum(row.name_length for row in rows), sum(row.body_length for row in rows)
    return Statistics(total, Lengths(name_length / max(total, 1), body_length / max(total, 1)))


def find_candidates(
    session: Session,
    terms: Sequence[Term],
    frequencies: Mapping[str, int],
    statistics: Statistics,
    kinds: Sequence[Kind] = (),
) -> tuple[list[Entry], bool]:
    """The entries to rank, and whether there were more.

    Those with every term come first, then those with the rarest, so that a cut loses the least telling ones.
    """
    wanted = [[token for token in term.tokens if frequencies.get(token)] for term in terms]
    groups = sorted((group for group in wanted if group), key=lambda group: sum(frequencies[token] for token in group))
    if not groups:
        return [], False
    found: dict[int, Entry] = {}
    steps = [groups, *([group] for group in groups)] if len(groups) > 1 else [groups]
    most = statistics.candidates_max
    if sum(frequencies[token] for group in groups for token in group) <= most:
        steps = [[sorted({token for group in groups for token in group})]]
    for step in steps:
        found |= {entry[0]: entry for entry in _match(session, step, kinds, most + 1)}
        if len(found) > most:
            return list(found.values())[:most], True
    return list(found.values()), False


def read_entries(session: Session, thing_ids: Sequence[int]) -> list[Entry]:
    """The entries of these things."""
    return _read(session, ENTRIES, keys=thing_ids[:CHUNK])


def _match(session: Session, groups: Sequence[Sequence[str]], kinds: Sequence[Kind], limit: int) -> list[Entry]:
    """The first entries, in the order of entry, that have one token of each group."""
    restricted = [*groups, [kind_token(kind) for kind in kinds]] if kinds else groups
    if session.get_bind().dialect.name == "postgresql":
        return _read(session, MATCHING_POSTGRESQL, question=_write(restricted, " | ", " & ", "'"), most=limit)
    return _read(session, MATCHING_SQLITE, question=_write(restricted, " OR ", " AND ", '"'), most=limit)


def _read(session: Session, query: AnySelect, **parameters: Any) -> list[Entry]:
    return [(row[0], row[1], row[2], row[3], row[4]) for row in session.execute(query, parameters)]


def _write(groups: Sequence[Sequence[str]], either: str, both: str, mark: str) -> str:
    """One token of each group, in the query language of a database.

    No stem has a quotation mark in it, but one that had would be harmless.
    """
    quoted = ((mark + token.replace(mark, mark * 2) + mark for token in group) for group in groups)
    return both.join(f"({either.join(tokens)})" for tokens in quoted)


def _select_matching_sqlite() -> AnySelect:
    """The question for the full-text table, which gives its entries one by one in the order of their keys."""
    query = select(*ENTRY_COLUMNS).join(FTS, FTS.c.rowid == SearchEntry.thing_id)
    # What was typed is only ever in the bound value, each token quoted.
    return query.where(text("search_fts MATCH :question")).order_by(FTS.c.rowid).limit(bindparam("most"))


def _select_matching_postgresql() -> AnySelect:
    """The question for the indexes, one after another until there are enough.

    Each in a step of its own: told of the limit, PostgreSQL would go through the rows one by one until it is met, which
    for a rare word is all of them.
    """
    most = bindparam("most", type_=Integer)
    matching = SearchEntry.document.op("@@")(cast(bindparam("question"), TSQUERY))
    parts: list[CTE] = []
    for part in SEARCH_PARTS:
        query = select(SearchEntry.thing_id).where(matching, text(f"{SEARCH_PART} = {part}"))
        if parts:
            query = query.where(~exists(_unite(parts).offset(most - 1)))
        parts.append(query.cte(f"part_{part}").prefix_with("MATERIALIZED"))
    matched = _unite(parts).subquery()
    first = select(matched.c.thing_id).order_by(matched.c.thing_id).limit(most)
    return select(*ENTRY_COLUMNS).where(SearchEntry.thing_id.in_(first)).order_by(SearchEntry.thing_id)


def _unite(parts: Sequence[CTE]) -> CompoundSelect[int]:
    return union_all(*(select(part.c.thing_id) for part in parts))


MATCHING_SQLITE = _select_matching_sqlite()
MATCHING_POSTGRESQL = _select_matching_postgresql()
