"""The entries that contain a question's terms: the only place that asks the full-text index, on either database.

Rule: at most ``CANDIDATES_MAX`` entries are ever ranked, and who asks is told when there were more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Select, cast, column, func, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from kb_api.models import SearchEntry, SearchTerm, SearchTotal
from kb_api.models.search import SEARCH_FTS
from kb_api.search.index import kind_token
from kb_api.search.ranking import Lengths, Term
from kb_api.vocabulary import Kind

CANDIDATES_MAX = 500
"""Entries ranked for one question: bounds its time, whatever the size of the base, at about 5 ms of a processor."""


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


@dataclass(frozen=True)
class Statistics:
    """How many entries there are of the kinds asked for, and how long they are."""

    document_count: int
    lengths: Lengths


def read_frequencies(session: Session, terms: Iterable[Term]) -> dict[str, int]:
    """Token → in how many things it occurs."""
    tokens = {token for term in terms for token in term.tokens}
    query = select(SearchTerm.term, SearchTerm.document_count).where(SearchTerm.term.in_(tokens))
    return {row.term: row.document_count for row in session.execute(query)}


def read_statistics(session: Session) -> Statistics:
    """Over all kinds: a question's words are as rare as they are in the whole base."""
    columns = (SearchTotal.document_count, SearchTotal.name_length, SearchTotal.body_length)
    sums = session.execute(select(*(func.coalesce(func.sum(column), 0) for column in columns))).one()
    count = max(int(sums[0]), 1)
    return Statistics(int(sums[0]), Lengths(float(sums[1]) / count, float(sums[2]) / count))


def find_candidates(
    session: Session, terms: Sequence[Term], frequencies: dict[str, int], kinds: Sequence[Kind]
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
    if sum(frequencies[token] for group in groups for token in group) <= CANDIDATES_MAX:
        steps = [[sorted({token for group in groups for token in group})]]
    for step in steps:
        found |= {row[0]: row for row in _match(session, step, kinds)}
        if len(found) > CANDIDATES_MAX:
            return list(found.values())[:CANDIDATES_MAX], True
    return list(found.values()), False


def read_entries(session: Session, thing_ids: Sequence[int]) -> list[Entry]:
    """The entries of these things."""
    query = select(*ENTRY_COLUMNS).where(SearchEntry.thing_id.in_(thing_ids[:CHUNK]))
    return [(row[0], row[1], row[2], row[3], row[4]) for row in session.execute(query)]


def _match(session: Session, groups: Sequence[Sequence[str]], kinds: Sequence[Kind]) -> list[Entry]:
    """The entries that have one token of each group, in the order of entry, one more than the most that are ranked."""
    restricted = [*groups, [kind_token(kind) for kind in kinds]] if kinds else groups
    return [(row[0], row[1], row[2], row[3], row[4]) for row in session.execute(select_matching(session, restricted))]


def select_matching(session: Session, groups: Sequence[Sequence[str]]) -> AnySelect:
    """The question in the language of the session's database; each token is quoted."""
    query: AnySelect = select(*ENTRY_COLUMNS)
    if session.get_bind().dialect.name == "postgresql":
        question = " & ".join(f"({' | '.join(_quote(token, chr(39)) for token in group)})" for group in groups)
        query = query.where(SearchEntry.document.op("@@")(cast(question, TSQUERY))).order_by(SearchEntry.thing_id)
    else:
        question = " AND ".join(f"({' OR '.join(_quote(token, chr(34)) for token in group)})" for group in groups)
        # What was typed is only ever in the bound value.
        matching = text("search_fts MATCH :question").bindparams(question=question)
        query = query.join(FTS, FTS.c.rowid == SearchEntry.thing_id).where(matching).order_by(FTS.c.rowid)
    return query.limit(CANDIDATES_MAX + 1)


def _quote(token: str, mark: str) -> str:
    """The token as a string of the query language. No stem has a mark in it, but one that had would be harmless."""
    return mark + token.replace(mark, mark * 2) + mark
