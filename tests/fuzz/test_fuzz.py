"""The short run: a few generated requests for every operation."""

from pathlib import Path

from tests.fuzz.running import fuzz


def test_generated_requests_find_no_fault(tmp_path: Path) -> None:
    outcome = fuzz(tmp_path, examples=3, phases="examples,fuzzing")

    assert outcome.is_clean, outcome.report[-8_000:]
    assert outcome.cases > 300
    assert outcome.errors == []
