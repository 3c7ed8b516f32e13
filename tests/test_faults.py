"""A short round of every fault; ``make faults`` does the whole, on both engines, and shows that each check can fail."""

import os
import shutil

import pytest

from tests.faults.rows import ROWS, Row

QUICK_ROWS = [pytest.param(row, engine, id=f"{row.name}, {engine}") for row in ROWS for engine in row.engines]
NEED_STRACE = ("power cut", "I/O error at the n-th call")
CROWDED = "× the load"
"""What a machine can take, while it runs other tests, says nothing: these are measured by ``make faults`` alone."""


@pytest.mark.parametrize(("row", "faulty_engine"), [p for p in QUICK_ROWS if CROWDED not in p.values[0].name])
def test_what_must_hold_holds(row: Row, faulty_engine: str) -> None:
    if row.needs_root and os.geteuid() != 0:
        pytest.skip("needs root, to mount a small disk")
    if row.name in NEED_STRACE and shutil.which("strace") is None:
        pytest.skip("needs strace: apt-get install strace")

    verdict = row.run(faulty_engine, quick=True)

    assert verdict.holds, verdict.figures


@pytest.mark.parametrize("row", [ROWS[0], ROWS[2]], ids=lambda row: row.name)
def test_a_broken_build_does_not_pass(row: Row) -> None:
    verdict = row.run(row.engines[0], quick=True, broken=row.broken)

    assert not verdict.holds, verdict.figures
