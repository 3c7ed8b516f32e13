"""The entries that contain a question's terms: the only place that asks the full-text index, on either database.

Rule: a bounded number of entries is ever ranked, and who asks is told when there were more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Select, bindparam, cast, column, func, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from kb_api.models import SearchEntry, SearchTerm, SearchTotal
from kb_api.models.search import SEARCH_FTS
from kb_api.search.index import kind_token
from kb_api.search.ranking import Lengths, Term
from kb_api.vocabulary import Kind

CANDIDATES_MAX = 500
"""Entries ranked for one question in a base of up to ``LARGE_BASE`` entries: about 5 ms of a processor."""

LARGE_BASE = 20_000
CANDIDATES_MAX_IN_LARGE_BASE = 100
"""Where a word may be in 100 000 entries, any number that can be ranked while one types is a sample: 100 take 1 ms."""

RANGE_WORTHWHILE = 2_000
"""Matches that PostgreSQL fetches and sorts in about 4 ms; of more it looks only at the first keys."""

RANGE_SLACKS = (1.25, 8.0)
"""How many times the wanted number of matches is expected in the keys that are looked at, at first and then: words
stand unevenly."""

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
TOTALS = select(SearchTotal.kind, SearchTotal.document_count, SearchTotal.name_length, SearchTotal.body_length)


@dataclass(frozen=True)
class Statistics:
    """How many entries there are, in all and of each kind, and how long they are."""

    document_count: int
    lengths: Lengths
    kind_counts: Mapping[str, int]

    @property
    def candidates_max(self) -> int:
        """Entries ranked for one question."""
        return CANDIDATES_MAX if self.document_count <= LARGE_BASE else CANDIDATES_MAX_IN_LARGE_BASE


def read_frequencies(session: Session, terms: Iterable[Term]) -> dict[str, int]:
    """Token → in how many things it occurs."""
    tokens = sorted({token for term in terms for token in term.tokens})
    return {row.term: row.document_count for row in session.execute(FREQUENCIES, {"tokens": tokens})}


def read_statistics(session: Session) -> Statistics:
    """Over all kinds: a question's words are as rare as they are in the whole base."""
    rows = session.execute(TOTALS).all()
    counts = {str(row.kind): row.document_count for row in rows}
    total = sum(counts.values())
    lengths = (sum(row.name_length for row in rows), sum(row.body_length for row in rows))
    return Statistics(total, Lengths(lengths[0] / max(total, 1), lengths[1] / max(total, 1)), counts)


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
        expected = _expect(step, frequencies, statistics, kinds)
        found |= {row[0]: row for row in _match(session, step, kinds, most + 1, expected)}
        if len(found) > most:
            return list(found.values())[:most], True
    return list(found.values()), False


def read_entries(session: Session, thing_ids: Sequence[int]) -> list[Entry]:
    """The entries of these things."""
    query = select(*ENTRY_COLUMNS).where(SearchEntry.thing_id.in_(thing_ids[:CHUNK]))
    return [(row[0], row[1], row[2], row[3], row[4]) for row in session.execute(query)]


def _expect(
    groups: Sequence[Sequence[str]], frequencies: Mapping[str, int], statistics: Statistics, kinds: Sequence[Kind]
) -> float:
    """About how many entries have one token of each group: as if each were its commonest token, and independent."""
    total = max(statistics.document_count, 1)
    expected = float(sum(statistics.kind_counts.get(str(kind), 0) for kind in kinds) if kinds else total)
    for group in groups:
        expected *= min(1.0, max(frequencies[token] for token in group) / total)
    return expected


def _match(
    session: Session, groups: Sequence[Sequence[str]], kinds: Sequence[Kind], limit: int, expected: float
) -> list[Entry]:
    """The first entries, in the order of entry, that have one token of each group."""
    restricted = [*groups, [kind_token(kind) for kind in kinds]] if kinds else groups
    if session.get_bind().dialect.name != "postgresql":
        return _read(session, select_matching_sqlite(restricted, limit))
    if expected > RANGE_WORTHWHILE:
        last = session.execute(select(func.max(SearchEntry.thing_id))).scalar_one()
        for slack in RANGE_SLACKS:
            up_to = int(last * slack * limit / expected)
            found = _read(session, select_matching_postgresql(restricted, limit, up_to=up_to))
            if len(found) == limit:
                return found
    return _read(session, select_matching_postgresql(restricted, limit))


def select_matching_sqlite(groups: Sequence[Sequence[str]], limit: int) -> AnySelect:
    """The question for the full-text table, which gives its entries one by one in the order of their keys."""
    # What was typed is only ever in the bound value, each token quoted.
    matching = text("search_fts MATCH :question").bindparams(question=_write(groups, " OR ", " AND ", '"'))
    query = select(*ENTRY_COLUMNS).join(FTS, FTS.c.rowid == SearchEntry.thing_id)
    return query.where(matching).order_by(FTS.c.rowid).limit(limit)


def select_matching_postgresql(groups: Sequence[Sequence[str]], limit: int, *, up_to: int | None = None) -> AnySelect:
    """The question for the index, or for the rows of the first keys where that is quicker.

    Matched in a step of its own: told of the limit, PostgreSQL would go through the rows one by one until it is met,
    which for a rare word is all of them.
    """
    question = cast(_write(groups, " | ", " & ", "'"), TSQUERY)
    matched = select(SearchEntry.thing_id).where(SearchEntry.document.op("@@")(question))
    if up_to is not None:
        matched = matched.where(SearchEntry.thing_id <= up_to)
    keys = matched.cte("matched").prefix_with("MATERIALIZED")
    first = select(keys.c.thing_id).order_by(keys.c.thing_id).limit(limit)
    return select(*ENTRY_COLUMNS).where(SearchEntry.thing_id.in_(first)).order_by(SearchEntry.thing_id)


def _read(session: Session, query: AnySelect) -> list[Entry]:
    return [(row[0], row[1], row[2], row[3], row[4]) for row in session.execute(query)]


def _write(groups: Sequence[Sequence[str]], either: str, both: str, mark: str) -> str:
    """One token of each group, in the query language of a database.

    No stem has a quotation mark in it, but one that had would be harmless.
    """
    quoted = ((mark + token.replace(mark, mark * 2) + mark for token in group) for group in groups)
    return both.join(f"({either.join(tokens)})" for tokens in quoted)
