"""Schemathesis against the real server on a database of its own.

Rule: what counts as a fault is decided in ``schemathesis.toml``; here is only what it is pointed at.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from kb_api.database import Database
from kb_api.editing.keys import create_key
from kb_api.views.service import openapi_file
from kb_api.vocabulary import Scope
from tests.support.filling import fill_from_seed
from tests.support.serving import serve

PROJECT = Path(__file__).resolve().parent.parent.parent
SEED = 20_260_101
"""So that a run can be repeated; the requests are as good as any."""
CASES = re.compile(r"(\d+) generated")
LINE_MAX_LENGTH = 400
"""Of the report: a generated request may have thousands of characters."""


class Outcome(NamedTuple):
    """What a run came to."""

    is_clean: bool
    cases: int
    report: str
    errors: list[str]
    """What the server logged as an error on its side."""


def fuzz(folder: Path, *, examples: int, phases: str, paths: str = "") -> Outcome:
    """Run every check over the operations whose path fits, as somebody who has an administrator's key."""
    url = f"sqlite:///{folder / 'kb.sqlite3'}"
    fill_from_seed(url)
    key = _make_key(url)
    with serve(url, folder / "log", log_level="warning", max_statement_seconds="30") as served:
        # One worker: CPython 3.11 reads source in one thread at a time only, and hypothesis reads its own in each.
        command = [
            *(str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(PROJECT / "schemathesis.toml")),
            *("run", str(openapi_file()), "--url", served.url, "--phases", phases, "--workers", "1", "--no-color"),
            *("--max-examples", str(examples), "--seed", str(SEED), "--header", f"Authorization: Bearer {key}"),
            *(("--include-path-regex", paths) if paths else ()),
        ]
        result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    report = "\n".join(line[:LINE_MAX_LENGTH] for line in (result.stdout + result.stderr).splitlines())
    cases = sum(int(number) for number in CASES.findall(report))
    return Outcome(result.returncode == 0, cases, report, _read_errors(folder / "log"))


def _read_errors(log: Path) -> list[str]:
    return [line for line in log.read_text().splitlines() if "exception" in json.loads(line)]


def _make_key(url: str) -> str:
    database = Database(url)
    with database.write() as session:
        key = create_key(session, holder="fuzz", scope=Scope.ADMIN, expires_at=None)
        session.commit()
    database.dispose()
    return key
