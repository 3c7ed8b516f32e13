"""The entries that contain a question's terms: the only place that asks the full-text index, on either database.

Rule: at most ``CANDIDATES_MAX`` entries are ever ranked, and who asks is told when there were more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from kb_api.models import SearchEntry, SearchTerm, SearchTotal
from kb_api.models.search import SEARCH_FTS
from kb_api.search.index import kind_token
from kb_api.search.ranking import Lengths, Term
from kb_api.vocabulary import Kind

CANDIDATES_MAX = 1_000
"""Entries ranked for one question: bounds its time, whatever the size of the base."""


CHUNK = 500
"""Entries read with one statement, well below the 32 766 parameters that SQLite takes."""


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
) -> tuple[list[int], bool]:
    """The keys of the entries to rank, and whether there were more.

    Those with every term come first, then those with the rarest, so that a cut loses the least telling ones.
    """
    wanted = [[token for token in term.tokens if frequencies.get(token)] for term in terms]
    groups = sorted((group for group in wanted if group), key=lambda group: sum(frequencies[token] for token in group))
    if not groups:
        return [], False
    found: dict[int, None] = {}
    steps = [groups, *([group] for group in groups)] if len(groups) > 1 else [groups]
    if sum(frequencies[token] for group in groups for token in group) <= CANDIDATES_MAX:
        steps = [[sorted({token for group in groups for token in group})]]
    for step in steps:
        found |= dict.fromkeys(_match(session, step, kinds))
        if len(found) > CANDIDATES_MAX:
            return list(found)[:CANDIDATES_MAX], True
    return list(found), False


def _match(session: Session, groups: Sequence[Sequence[str]], kinds: Sequence[Kind]) -> list[int]:
    """The entries that have one token of each group, in the order of entry, one more than the most that are ranked."""
    restricted = [*groups, [kind_token(kind) for kind in kinds]] if kinds else groups
    return [row[0] for row in session.execute(select_matching(session, restricted))]


def select_matching(session: Session, groups: Sequence[Sequence[str]]) -> Select[Any]:
    """The question in the language of the session's database; each token is quoted."""
    if session.get_bind().dialect.name == "postgresql":
        question = " & ".join(f"({' | '.join(_quote(token, chr(39)) for token in group)})" for group in groups)
        matching: ColumnElement[bool] = SearchEntry.document.op("@@")(cast(question, TSQUERY))
        query: Select[Any] = select(SearchEntry.thing_id).where(matching).order_by(SearchEntry.thing_id)
    else:
        question = " AND ".join(f"({' OR '.join(_quote(token, chr(34)) for token in group)})" for group in groups)
        # What was typed is only ever in the bound value.
        query = (
            select(literal_column("rowid"))
            .select_from(text(SEARCH_FTS))
            .where(text("search_fts MATCH :question"))
            .order_by(literal_column("rowid"))
            .params(question=question)
        )
    return query.limit(CANDIDATES_MAX + 1)


def _quote(token: str, mark: str) -> str:
    """The token as a string of the query language. No stem has a mark in it, but one that had would be harmless."""
    return mark + token.replace(mark, mark * 2) + mark
