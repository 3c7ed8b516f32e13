"""Every fault, what must hold, and the broken build that must not pass."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.faults.crowding import SLOW, check_overload, check_slow_clients
from tests.faults.killing import check_killed_while_writing, check_many_writers, check_seen_by_all, check_told_to_go
from tests.faults.library import check_old_library
from tests.faults.outages import FAULTS, check_outage
from tests.faults.place import Place, Verdict, make_place
from tests.faults.storage import (
    check_backups,
    check_failing_disk,
    check_full_disk,
    check_killed_migrations,
    check_power_cut,
)

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = (SQLITE, POSTGRESQL)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    must_hold: str
    engines: tuple[str, ...]
    check: Callable[[Place], Verdict]
    broken: str
    needs_root: bool = False

    def run(self, engine: str, *, quick: bool, broken: str = "") -> Verdict:
        """The verdict; a check that does not come to its end does not hold."""
        try:
            with make_place(engine, quick=quick, broken=broken) as place:
                return self.check(place)
        except Exception as error:
            lines = [line for line in str(error).splitlines() if line.strip()]
            return Verdict(False, f"the check broke off: {type(error).__name__}: {lines[-1][:200] if lines else ''}")


ROWS = [
    Row(
        "kill −9 of all processes under 16 writers",
        "0 acknowledged lost; content, record, feed and index agree; serving again within 2 s",
        BOTH,
        check_killed_while_writing,
        "acknowledge-without-commit",
    ),
    Row("power cut", "0 acknowledged lost, 0 corrupt", (SQLITE,), check_power_cut, "sync-less"),
    Row(
        "SQLite with the WAL-reset bug",
        "the start says so, several processes do not write on it",
        (SQLITE,),
        check_old_library,
        "trust-an-old-library",
    ),
    Row(
        "disk full",
        "503 or 507 with Retry-After, reads go on, back within 1 s without a restart, 0 lost",
        (SQLITE,),
        check_full_disk,
        "let-faults-fly",
        needs_root=True,
    ),
    Row(
        "I/O error at the n-th call",
        "503 or 507 with Retry-After, reads go on, back within 1 s without a restart, 0 lost",
        (SQLITE,),
        check_failing_disk,
        "let-faults-fly",
    ),
    Row("32 writers", "0 × 5xx, p99 within 1 s", BOTH, check_many_writers, "begin-without-lock"),
    *(
        Row(
            f"PostgreSQL {name}",
            "only 503 with Retry-After; known reads go on, marked; health in 100 ms; nothing over 3 s; back within 1 s",
            (POSTGRESQL,),
            partial(check_outage, fault=fault),
            "wait-for-ever" if "frozen" in name else "let-faults-fly",
        )
        for name, fault in FAULTS.items()
    ),
    *(
        Row(
            f"{times}× the load it can take",
            f"{share} of capacity served, p99 within 500 ms, the rest 429 or 503",
            BOTH,
            partial(check_overload, times=times),
            "take-everything",
        )
        for times, share in ((3, "90 %"), (10, "70 %"))
    ),
    *(
        Row(
            f"200 slow clients: {kind}, {'behind the front' if behind_front else 'the service alone'}",
            "an honest client is served every time, p99 within 100 ms",
            (SQLITE,),
            partial(check_slow_clients, kind=kind, behind_front=behind_front),
            "set-too-small-a-front" if behind_front else "serve-one-at-a-time",
        )
        for kind in SLOW
        for behind_front in (False, True)
    ),
    Row("backup while writing", "every backup restores, equal", BOTH, check_backups, "copy-the-file"),
    Row(
        "migration killed half-way",
        "the second run succeeds, nothing lost, a downgrade leaves no trace",
        BOTH,
        check_killed_migrations,
        "migrate-piecemeal",
    ),
    Row("HUP and TERM under load", "no request dropped, no 5xx", (SQLITE,), check_told_to_go, "stop-at-once"),
    Row(
        "a write through one of 4 workers",
        "every worker's next answer has it",
        BOTH,
        check_seen_by_all,
        "forget-to-look",
    ),
]
