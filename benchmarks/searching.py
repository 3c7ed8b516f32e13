"""Search and type-ahead in a base of up to a million claims.

Asked on one connection, without HTTP and without the cache of answers; each question five times, the best counts.
The figure is processor time, ours and on PostgreSQL the server's too, because it holds on a busy machine.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from benchmarks.content import NUMBERS, grow
from benchmarks.reporting import Figure
from kb_api.database import Database
from kb_api.models import SearchEntry, SearchTerm, SearchTotal, SearchWord, Thing
from kb_api.search import find, suggest
from kb_api.search.index import is_worth_keeping, merge_index
from kb_api.search.text import split_words
from kb_api.vocabulary import Kind

COLUMNS = "kind, texts, name_stems, body_stems, links, name_length, body_length, document"
RARE_SHARE = 0.07
STEP = 25
"""Every so many of the rare words is asked; of the common ones, all."""
P99 = 0.99
ROUNDS = 5

Ask = Callable[[Session, str], object]
Clock = Callable[[], float]


def measure_searching(database: Database, *, size: int, engine: str) -> list[Figure]:
    """p99 of a word, of a rare one, and of the beginnings of words, in a base of so many claims."""
    with database.read() as session:
        clock = time.process_time if database.is_sqlite else _watch_both(session)
        counts = {row.spelled: row.document_count for row in session.execute(select(SearchWord.__table__))}
        common = sorted(word for word, count in counts.items() if count >= RARE_SHARE * size)
        rare = sorted(counts.keys() - set(common))[::STEP]
        beginnings = sorted({word[:length] for word in rare for length in (2, 3, 4)})
        return [
            Figure(
                f"{engine}, {what}: p99 at {size} claims, processor time",
                _p99(session, ask, asked, clock),
                "ms",
                at_most=target,
            )
            for what, ask, asked, target in (
                ("search of any word", find, [*common, *rare], 15),
                ("search of a word in fewer than 7 % of claims", find, rare, 4),
                ("suggest", suggest, beginnings, 4),
            )
        ]


def grow_searchable(database: Database, claims: int) -> int:
    """Copy the seed's claims, and what the index has of them: an entry is made of its own claim alone."""
    with database.read() as session:
        step = session.execute(select(func.max(Thing.id))).scalar_one()
        own = session.execute(
            select(SearchEntry.name_stems, SearchEntry.body_stems, SearchEntry.links, SearchEntry.texts).where(
                SearchEntry.kind == Kind.CLAIM
            )
        ).all()
    size = grow(database, claims)
    copies = size // len(own) - 1
    terms = Counter(term for row in own for term in set(" ".join(row[:3]).split()))
    words = Counter(word for row in own for word in _list_words(row.texts))
    with database.write() as session:
        session.execute(
            text(
                f"INSERT INTO search_entry (thing_id, {COLUMNS}) {NUMBERS} "  # noqa: S608 - our own words
                f"SELECT thing_id + :step * n, {COLUMNS} FROM numbers CROSS JOIN search_entry "
                "WHERE kind = 'claim' AND thing_id <= :step"
            ),
            {"step": step, "copies": copies},
        )
        for column, counts in ((SearchTerm.term, terms), (SearchWord.spelled, words)):
            count = column.class_.document_count
            for value, number in counts.items():
                session.execute(
                    update(column.class_).where(column == value).values(document_count=count + number * copies)
                )
        totals = (SearchTotal.document_count, SearchTotal.name_length, SearchTotal.body_length)
        session.execute(
            update(SearchTotal)
            .where(SearchTotal.kind == Kind.CLAIM)
            .values({total: total * (copies + 1) for total in totals})
        )
        merge_index(session)
        session.commit()
    with database.writing_engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        # What PostgreSQL does by itself within a minute.
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")
    return size


def _watch_both(session: Session) -> Clock:
    """Seconds of processor time of this process and of the server's that serves it."""
    process = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    used = Path(f"/proc/{process}/schedstat")
    return lambda: time.process_time() + int(used.read_text().split()[0]) / 1e9


def _list_words(texts: Sequence[Sequence[str]]) -> set[str]:
    return {word.spelled for _, _, said in texts for word in split_words(said) if is_worth_keeping(word)}


def _p99(session: Session, ask: Ask, asked: Sequence[str], clock: Clock) -> float:
    times = sorted(min(_time(session, ask, word, clock) for _ in range(ROUNDS)) for word in asked)
    return times[int(P99 * (len(times) - 1))] * 1_000


def _time(session: Session, ask: Ask, word: str, clock: Clock) -> float:
    began = clock()
    ask(session, word)
    return clock() - began
