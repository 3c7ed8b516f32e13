"""A short round of every fault, judged by what is counted; ``make faults`` does the whole, with its times, on both
engines, and shows that each check can fail.
"""

import os
from collections.abc import Iterator

import pytest

from tests.faults.rows import ROWS, Row
from tests.support.optional import needs


def is_crowded(row: Row) -> bool:
    """Whether a figure of the row depends on what else the machine does."""
    return any(part in row.name for part in CROWDED)


def find_marks(row: Row) -> Iterator[pytest.MarkDecorator]:
    """What the row cannot be made without."""
    if row.name in NEED_STRACE:
        yield needs("strace")
    if row.needs_root:
        yield pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount a small disk")


NEED_STRACE = ("power cut", "I/O error at the n-th call")
QUICK_ROWS = [
    pytest.param(row, engine, id=f"{row.name}, {engine}", marks=list(find_marks(row)))
    for row in ROWS
    for engine in row.engines
]
CROWDED = ("× the load", "32 writers", "slow clients", "PostgreSQL ")
"""What depends on how busy the machine is says nothing while other tests run: ``make faults`` alone measures these."""


@pytest.mark.parametrize(("row", "faulty_engine"), [p for p in QUICK_ROWS if not is_crowded(p.values[0])])
def test_what_must_hold_holds(row: Row, faulty_engine: str) -> None:
    verdict = row.run(faulty_engine, quick=True)

    assert verdict.holds, verdict.figures


@pytest.mark.parametrize("row", [ROWS[0], ROWS[2]], ids=lambda row: row.name)
def test_a_broken_build_does_not_pass(row: Row) -> None:
    verdict = row.run(row.engines[0], quick=True, broken=row.broken)

    assert not verdict.holds, verdict.figures
