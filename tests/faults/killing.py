"""Processes that are killed, and processes that are told to go."""

import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kb_api.database import Database
from kb_api.editing.link_counts import rebuild_link_counts
from kb_api.models import DERIVED_TABLES, Change, Clock, Revision, Thing
from kb_api.search import rebuild_index
from tests.faults.client import LOST, NOT_CONNECTED, Answered, Client, Crowd, count_statuses, percentile
from tests.faults.place import Place, Verdict

WRITERS = 16
RESTART_SECONDS = 2.0
WRITE_SECONDS = 1.0
PATIENT_TRIES, PAUSE_SECONDS = 50, 0.2
BEGINNING_SECONDS = 3.0
"""In which a service that has just begun still reads what it needs: told apart, but a 5xx counts in them too."""


def check_killed_while_writing(place: Place) -> Verdict:
    """kill -9 of all processes under 16 writers: nothing acknowledged is lost, everything agrees, back within 2 s."""
    url, rounds = place.make_database(), 2 if place.quick else 20
    service = place.make_service(url)
    acknowledged: list[str] = []
    starts: list[float] = []
    with service:
        key = service.make_key()
        for _ in range(rounds):
            crowd = Crowd()
            crowd.add(WRITERS, lambda: service.client(key=key, timeout=5), lambda client: client.add_mechanism())
            crowd.start()
            crowd.wait_for(WRITERS, status=201, seconds=60)
            time.sleep(random.uniform(0.0, 0.8))  # noqa: S311 - any moment will do.
            service.kill()
            acknowledged += [answer.slug for answer in crowd.stop() if answer.status == 201]
            starts.append(service.start())
    missing, faults = find_damage(url, acknowledged)
    figures = (
        f"{rounds} kills, {len(acknowledged)} acknowledged, {missing} lost, "
        f"{'; '.join(faults) or 'everything agrees'}, serving again after at most {max(starts):.1f} s"
    )
    return Verdict(not missing and not faults, figures, in_time=max(starts) <= RESTART_SECONDS)


def check_told_to_go(place: Place) -> Verdict:
    """HUP and TERM under load drop no request: none is sent and never answered."""
    service = place.make_service()
    with service:
        key = service.make_key()
        crowd = Crowd()
        crowd.add(6, service.client, lambda client: client.get("/v1/signs?limit=5"))
        crowd.add(2, lambda: service.client(key=key), lambda client: client.add_mechanism())
        # Without keeping connections: each of these is taken anew.
        crowd.add(6, service.client, lambda client: _get_and_close(client, "/v1/claims?limit=2"))
        # There is always a long answer under way.
        crowd.add(2, service.client, lambda client: _get_and_close(client, "/v1/export?format=ndjson"))
        crowd.start()
        time.sleep(1)
        for _ in range(1 if place.quick else 3):
            service.hang_up()
            time.sleep(9)
        ended = service.terminate()
        answers = crowd.stop()
    taken = [answer for answer in answers if answer.status != NOT_CONNECTED]
    lost = sum(answer.status == LOST for answer in taken)
    refused = [answer for answer in taken if answer.status >= 500]
    # On a machine with too much to do some are told to come again, HUP or not.
    failed = sum("retry-after" not in answer.headers for answer in refused)
    figures = (
        f"{len(taken)} requests over {1 if place.quick else 3} × HUP and TERM: {lost} dropped, {len(refused)} × 5xx"
    )
    return Verdict(ended and not lost and not failed, figures, in_time=not refused)


def check_seen_by_all(place: Place) -> Verdict:
    """A write through one worker is seen by every other at its next request."""
    workers, rounds = 4, 20 if place.quick else 150
    service = place.make_service(workers=workers)
    behind = 0
    with service:
        key = service.make_key()
        writer = service.client(key=key)
        readers = [service.client() for _ in range(workers * 3)]
        for reader in readers:
            reader.get("/v1/mechanisms?limit=1")
        for _ in range(rounds):
            revision = _ask_until_told(writer.add_mechanism)
            seen = [_ask_until_told(partial(reader.get, "/v1/mechanisms?limit=1")) for reader in readers]
            behind += sum(number < revision for number in seen)
    reads = f"{rounds * len(readers)} reads over {len(readers)} connections to {workers} workers"
    figures = f"{rounds} writes, {reads}: {behind} behind"
    return Verdict(not behind, figures)


def _ask_until_told(ask: Callable[[], Answered]) -> int:
    """The revision that is told; who is refused, or told that nobody could ask whether the answer still stands, asks
    again: both happen where the machine has too much to do."""
    for _ in range(PATIENT_TRIES):
        answer = ask()
        if "kb-revision" in answer.headers and "kb-stale" not in answer.headers:
            return int(answer.headers["kb-revision"])
        time.sleep(PAUSE_SECONDS)
    raise RuntimeError(f"no revision was told in {PATIENT_TRIES} tries; the last answer was {answer.status}")


def check_many_writers(place: Place) -> Verdict:
    """32 writers: no 5xx, and 99 of 100 within a second."""
    service, writers = place.make_service(), 8 if place.quick else 32
    with service:
        key = service.make_key()
        crowd = Crowd()
        crowd.add(writers, lambda: service.client(key=key), lambda client: client.add_mechanism())
        began = time.monotonic()
        answers = crowd.run(BEGINNING_SECONDS + (3 if place.quick else 15))
    slow = percentile([answer for answer in answers if answer.began >= began + BEGINNING_SECONDS], 0.99)
    at_first = max(answer.seconds for answer in answers if answer.began < began + BEGINNING_SECONDS)
    refused = sum(answer.status >= 500 or answer.status < 1 for answer in answers)
    figures = (
        f"{writers} writers, {len(answers)} writes, statuses {count_statuses(answers)}, p99 {slow * 1000:.0f} ms; "
        f"at most {at_first * 1000:.0f} ms in the first {BEGINNING_SECONDS:.0f} s of the service"
    )
    return Verdict(not refused, figures, in_time=slow <= WRITE_SECONDS)


def find_damage(url: str, acknowledged: list[str]) -> tuple[int, list[str]]:
    """How many acknowledged things are not there, and everything that does not agree with everything else."""
    database = Database(url)
    faults = []
    with database.write() as session:
        slugs = set(session.execute(select(Thing.slug)).scalars())
        clock = session.execute(select(Clock.revision)).scalar_one()
        revisions = session.execute(select(func.max(Revision.number))).scalar_one()
        if clock != revisions:
            faults.append(f"the clock says {clock}, the record {revisions}")
        unrecorded = (
            select(func.count())
            .select_from(Thing)
            .where(
                ~select(Change.revision).where(Change.thing_id == Thing.id, Change.revision == Thing.revision).exists()
            )
        )
        if count := session.execute(unrecorded).scalar_one():
            faults.append(f"{count} things without their record")
        numbers = session.execute(select(func.count()).select_from(Revision)).scalar_one()
        if numbers != clock:
            faults.append(f"{clock - numbers} revisions are missing in the feed")
        before = _read_derived(session)
        rebuild_index(session)
        rebuild_link_counts(session)
        after = _read_derived(session)
        faults += [f"{name} is not that of the content" for name, rows in before.items() if rows != after[name]]
        session.rollback()
    if database.is_sqlite:
        faults += _check_file(database)
    database.dispose()
    return sum(slug not in slugs for slug in acknowledged), faults


def _check_file(database: Database) -> list[str]:
    with database.read() as session:
        found = session.execute(text("PRAGMA integrity_check")).scalar()
        broken = session.execute(text("PRAGMA foreign_key_check")).all()
    with database.write() as session:
        session.execute(text("INSERT INTO search_fts(search_fts, rank) VALUES ('integrity-check', 1)"))
        session.rollback()
    return [*([] if found == "ok" else [str(found)]), *(["a broken reference"] if broken else [])]


def _read_derived(session: Session) -> dict[str, list[tuple[object, ...]]]:
    return {
        table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
        for table in DERIVED_TABLES
    }


def _get_and_close(client: Client, path: str) -> Answered:
    answer = client.get(path)
    client.close()
    return answer


def sqlite_path(url: str) -> Path:
    """The file of a SQLite address."""
    return Path(url.removeprefix("sqlite:///"))
