"""How the service holds when the content grows, and what it costs to bring it in."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from pathlib import Path

from sqlalchemy import func, insert, select

from benchmarks.content import load_seed, sqlite_url
from benchmarks.reporting import Figure
from benchmarks.searching import grow_searchable, measure_searching
from benchmarks.serving import CLAIM, serve
from kb_api.database import Database
from kb_api.folders import find_folder
from kb_api.migrating import migrate
from kb_api.models import Change, Claim, ClaimLink, Evidence, Passage, Thing
from kb_api.seeding import check_seed, load_records
from kb_api.views.paging import write_cursor
from kb_api.vocabulary import Kind
from tests.support.postgres import QUICK, PostgresServer

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
SMALL = 1_000
REQUESTS, ROUNDS, P99 = 200, 3, 0.99
KEYS = (Thing.id, Claim.thing_id, ClaimLink.claim_id, Evidence.claim_id, Passage.claim_id, Change.thing_id)
"""The tables that a claim's rows stand in, by the column that says whose they are."""
QUESTIONS = {
    "filtered list": (
        ["/v1/signs?mechanism=nmda-receptor", "/v1/claims?mechanism=nmda-receptor", "/v1/claims?certainty=low"],
        2.0,
    ),
    "references of a claim": ([f"/v1/claims/{CLAIM}/references"], 4.0),
}
"""Question → addresses, and how much slower its p99 may get."""
KEYSET_TARGET = 1.5
KEYS_A_CLAIM = 2
"""In grown content claims stand at every second or third key: so far apart, every tenth is within the list."""


def measure_growth(folder: Path, *, claims: int, engine: str) -> list[Figure]:
    """p99 over HTTP, without the cache, of a large base against that of a small one; and searching in the large one."""
    with ExitStack() as stack:
        server = stack.enter_context(_postgres()) if engine == "postgresql" else None
        sizes, servers = [], []
        for wanted in (SMALL, claims):
            url = server.create_database(f"grown_{wanted}") if server else sqlite_url(folder, f"grown-{wanted}")
            database = load_seed(url)
            stack.callback(database.dispose)
            sizes.append(grow_searchable(database, wanted))
            servers.append(stack.enter_context(serve(folder, url, KB_API_CACHE_MAX_BYTES="0")))
        keyset = [_deep_pages(size) for size in sizes]
        for _ in range(ROUNDS):
            for each, pages in zip(servers, keyset, strict=True):
                for name, (addresses, _target) in QUESTIONS.items():
                    each.measure(name, addresses, requests=REQUESTS)
                each.measure("keyset page", pages, requests=REQUESTS)
        targets = {name: target for name, (_, target) in QUESTIONS.items()} | {"keyset page": KEYSET_TARGET}
        small, large = servers
        searching = measure_searching(database, size=sizes[1], engine=NAMES[engine])
        return [
            Figure(
                f"{NAMES[engine]}, {name}: p99 at {sizes[1]} claims against {sizes[0]}",
                large.best_quantile(name, P99) / small.best_quantile(name, P99),
                "×",
                at_most=target,
            )
            for name, target in targets.items()
        ] + searching


def measure_import(folder: Path, *, claims: int) -> list[Figure]:
    """Checking, writing and indexing claims as one revision, against inserting the same rows and nothing else."""
    records, _ = check_seed(find_folder("seed"))
    own = [record for kind, record in records if kind is Kind.CLAIM]
    copies = [deepcopy(own[number % len(own)]) for number in range(claims)]
    for number, record in enumerate(copies):
        record["slug"] = f"copy-{number}"
    database = load_seed(sqlite_url(folder, "imported"))
    with database.write() as session:
        last = session.execute(select(func.max(Thing.id))).scalar_one()
        began = time.process_time()
        load_records(session, [(Kind.CLAIM, record) for record in copies], author="bench", message="claims")
        session.commit()
    seconds = time.process_time() - began
    raw = _insert_again(database, sqlite_url(folder, "raw"), after=last)
    database.dispose()
    return [
        Figure(f"import of {claims} claims, a claim", seconds / claims * 1e6, "µs"),
        Figure("import: times the raw insert of the same rows", seconds / raw, "×", at_most=8),
    ]


def _insert_again(source: Database, url: str, *, after: int) -> float:
    """Seconds of processor time to insert the rows of the claims after this key into empty tables."""
    target = Database(url)
    migrate(target)
    with source.read() as session:
        rows = {
            key.class_.__table__: [
                dict(row._mapping) for row in session.execute(key.class_.__table__.select().where(key > after))
            ]
            for key in KEYS
        }
    with target.write() as session:
        session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        began = time.process_time()
        for table, own in rows.items():
            session.execute(insert(table), own)
        seconds = time.process_time() - began
        session.rollback()
    target.dispose()
    return seconds


@contextmanager
def _postgres() -> Iterator[PostgresServer]:
    server = PostgresServer({**QUICK, "shared_buffers": "512MB", "jit": "off"})
    try:
        yield server
    finally:
        server.remove()


def _deep_pages(claims: int) -> list[str]:
    """Pages of 50 claims that begin at every tenth of the list, as the cursors of its own pages say."""
    keys = [claims * KEYS_A_CLAIM * tenth // 10 for tenth in range(9)]
    return [f"/v1/claims?cursor={write_cursor('entered', [key], key)}" for key in keys]
