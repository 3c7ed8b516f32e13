"""Disks that are full, that fail, that lose their power; backups and migrations in the middle of it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from kb_api.copying import restore_backup
from kb_api.copying.rows import record_tables
from kb_api.database import Database
from kb_api.errors import KnowledgeBaseError
from kb_api.migrating import migrate
from tests.check_migrations import check as check_migrations
from tests.check_migrations import find_drift
from tests.copying.test_rows import read_rows
from tests.faults.client import Answered, Client, Crowd, count_statuses
from tests.faults.killing import find_damage, sqlite_path
from tests.faults.place import Place, Verdict
from tests.faults.service import Service

RETURN_SECONDS = 1.0
PATIENCE_SECONDS = 30.0
REFUSALS = (503, 507)


def check_full_disk(place: Place) -> Verdict:
    """Writes are refused while there is no room, reads go on, and writing begins again by itself."""
    disk = place.folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(disk)], check=True)
    try:
        ballast = disk / "ballast"
        shutil.copy(sqlite_path(place.make_database()), disk / "kb.sqlite3")
        room = os.statvfs(disk)
        ballast.write_bytes(b"x" * max(room.f_bavail * room.f_frsize - 1_500_000, 0))
        with place.make_service(f"sqlite:///{disk / 'kb.sqlite3'}") as service:
            return _fill_and_free(place, service, ballast)
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def _fill_and_free(place: Place, service: Service, ballast: Path) -> Verdict:
    client, reader = service.client(key=service.make_key()), service.client()
    written = [client.add_mechanism(text="x" * 3_000) for _ in range(10)]
    while written[-1].status == 201 and len(written) < 2_000:
        written.append(client.add_mechanism(text="x" * 3_000))
    refused = [client.add_mechanism(text="x" * 3_000) for _ in range(20)]
    reads = [reader.get(f"/v1/claims?limit={number + 1}") for number in range(20)]
    ballast.unlink()
    back, after = _write_again(client)
    acknowledged = [answer.slug for answer in [*written, after] if answer.status == 201]
    missing, faults = find_damage(service.database_url, acknowledged)
    failed_reads = sum(read.status != 200 for read in reads)
    agreement = "; ".join(faults) or "everything agrees"
    figures = (
        f"{len(acknowledged)} acknowledged, {missing} lost, {agreement}; while full: writes "
        f"{count_statuses(refused)}, {failed_reads} of {len(reads)} reads failed; writing again {back:.2f} s after"
    )
    good = all(_is_refusal(answer) for answer in refused)
    is_back = after.status == 201
    holds = good and is_back and not failed_reads and not missing and not faults
    return Verdict(holds, figures, in_time=back <= RETURN_SECONDS)


def check_failing_disk(place: Place) -> Verdict:
    """An I/O error at the n-th call: refused, not lost, and writing goes on when the disk does."""
    rounds = 2 if place.quick else 12
    worst, lost, wrong, failed_reads, is_back = 0.0, 0, 0, 0, True
    failed: list[Answered] = []
    for number in range(rounds):
        # Counted for each thread; the start needs some of them, and the disk fails only afterwards.
        call, first, many = (("fdatasync", 6 + number, 12), ("pwrite64", 60 + 7 * number, 40))[number % 2]
        fault = f"inject={call}:error=EIO:when={first}..{first + many}"
        before = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", fault)
        with place.make_service(workers=1, before=before) as service:
            client, reader = service.client(key=service.make_key()), service.client()
            written = [client.add_mechanism() for _ in range(80)]
            failed += [answer for answer in written if answer.status != 201]
            failed_reads += sum(reader.get(f"/v1/claims?limit={size}").status != 200 for size in range(1, 10))
            back, after = _write_again(client)
            worst, is_back = max(worst, back), is_back and after.status == 201
            acknowledged = [answer.slug for answer in [*written, after] if answer.status == 201]
            missing, faults = find_damage(service.database_url, acknowledged)
            lost, wrong = lost + missing, wrong + len(faults)
    figures = (
        f"{rounds} disks: {len(failed)} writes failed {count_statuses(failed)}, {lost} acknowledged lost, {wrong} "
        f"disagreements, {failed_reads} reads failed, writing again at most {worst:.2f} s after"
    )
    good = bool(failed) and all(_is_refusal(answer) for answer in failed)
    holds = good and is_back and not lost and not wrong and not failed_reads
    return Verdict(holds, figures, in_time=worst <= RETURN_SECONDS)


def check_backups(place: Place) -> Verdict:
    """Every backup taken while others write restores, and holds one revision, whole."""
    rounds, sound, differing, lacking = 4 if place.quick else 13, 0, 0, 0
    with place.make_service() as service:
        key = service.make_key()
        crowd = Crowd()
        crowd.add(3, lambda: service.client(key=key), lambda client: client.add_mechanism())
        crowd.start()
        for number in range(rounds):
            file = place.folder / f"backup{number}"
            if number == rounds - 1:
                # The last write of all stands in the log alone, however long the backup takes to begin.
                crowd.stop()
                crowd.answers.append(service.client(key=key).add_mechanism())
            before = [answer.slug for answer in list(crowd.answers) if answer.status == 201]
            if not _run_command(service.database_url, place.broken, "backup", str(file)):
                continue
            restored = Database(f"sqlite:///{place.folder / f'restored{number}.sqlite3'}")
            with suppress(KnowledgeBaseError):
                restore_backup(file, restored, replace=False, progress=lambda *_: None)
                missing, faults = find_damage(restored.url, before)
                sound, lacking = sound + (not faults), lacking + bool(missing)
                differing += _differs(restored, service.database_url)
            restored.dispose()
        written = sum(answer.status == 201 for answer in crowd.answers)
    figures = (
        f"{rounds} backups during and after {written} writes: {sound} restored and sound, {differing} differ from what "
        f"stood, {lacking} lack what was acknowledged before"
    )
    return Verdict(sound == rounds and not differing and not lacking and written > 0, figures)


def _differs(restored: Database, url: str) -> bool:
    """Whether the record of a restored base is another than the original's up to the same revision."""
    original = Database(url)
    wanted = [table for table in record_tables() if table.name in ("revision", "change")]
    rows = [read_rows(database, wanted) for database in (restored, original)]
    original.dispose()
    return any(rows[0][name] != rows[1][name][: len(rows[0][name])] for name in rows[0])


def check_killed_migrations(place: Place) -> Verdict:
    """A migration that is killed after any of its statements leaves what was there, and the second run succeeds."""
    killed, kept, rounds = 0, 0, 0
    failed: list[str] = []
    for statements in range(1, 4 if place.quick else 60):
        url = place.make_database()
        before = _read_kept(url)
        # Down to the first and up again: both are migrations, and each is killed on its way.
        kills = [_kill_migration(url, place.broken, target, statements=statements) for target in ("0001", "head")]
        if not any(kills):
            break
        killed, rounds = killed + sum(kills), rounds + 1
        failed += _migrate_again(url)
        kept += _read_kept(url) == before
    empty = place.folder / "empty.sqlite3"
    traces = check_migrations(place.server.create_database("fresh") if place.server else f"sqlite:///{empty}")
    figures = (
        f"{killed} migrations killed half-way: {len(failed)} second runs failed, content changed in {rounds - kept}; "
        f"a downgrade leaves {len(traces)} traces"
    )
    return Verdict(killed > 0 and not failed and kept == rounds and not traces, figures)


KEPT = ("thing", "revision", "change", "claim", "evidence")
"""Tables of the first migration: going down to it must not touch them."""


def _migrate_again(url: str) -> list[str]:
    """Why the second run failed, or left other tables than those of the models."""
    database = Database(url)
    try:
        migrate(database)
        return find_drift(database)
    except Exception as error:
        return [type(error).__name__]
    finally:
        database.dispose()


def _read_kept(url: str) -> dict[str, list[object]]:
    database = Database(url)
    rows = read_rows(database, [table for table in record_tables() if table.name in KEPT])
    database.dispose()
    return rows


def _kill_migration(url: str, broken: str, target: str, *, statements: int) -> bool:
    """Whether it was killed before it ended."""
    process = _start_command(url, broken, "migrate", "--to", target, KB_FAULTS_DIE_AFTER=str(statements))
    return process.wait(60) == -signal.SIGKILL


def check_power_cut(place: Place) -> Verdict:
    """What the disk holds after a cut at any moment has every acknowledged write, and is sound."""
    from tests.faults.powercut import cut_power  # noqa: PLC0415 - it is long, and only this check needs it.

    return cut_power(place)


def _write_again(client: Client) -> tuple[float, Answered]:
    """How long it takes until a write succeeds."""
    began = time.monotonic()
    while True:
        answer = client.add_mechanism()
        if answer.status == 201 or time.monotonic() - began > PATIENCE_SECONDS:
            return time.monotonic() - began, answer
        time.sleep(0.02)


def _is_refusal(answer: Answered) -> bool:
    return answer.status in REFUSALS and "retry-after" in answer.headers


def _run_command(url: str, broken: str, *arguments: str) -> bool:
    return _start_command(url, broken, *arguments).wait(60) == 0


def _start_command(url: str, broken: str, *arguments: str, **more: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "KB_API_DATABASE_URL": url, "KB_FAULTS_BROKEN": broken, **more}
    command = [sys.executable, "-m", "tests.faults.broken", *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
