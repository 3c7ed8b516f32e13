"""The page on security names tests that exist."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
PAGE = (PROJECT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)))


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_a_named_test_exists(file: str, test: str) -> None:
    assert f"\ndef {test}(" in (PROJECT / file).read_text(encoding="utf-8")


def test_every_risk_of_the_top_ten_is_answered() -> None:
    rows = [line for line in PAGE.splitlines() if re.match(r"\| API\d+ ", line)]

    assert len(rows) == 10
    assert all("does not apply" in row or "::test_" in row for row in rows)


def test_every_sentence_has_its_test_or_its_reason() -> None:
    table = PAGE.partition("## OWASP ASVS 5.0")[2].partition("## What is left")[0]
    rows = [line for line in table.splitlines() if re.match(r"\| \d", line)]

    assert len(rows) >= 40
    assert all("does not apply" in row or "::test_" in row for row in rows)
