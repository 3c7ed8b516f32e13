"""Eight editors at one claim, over HTTP, on a server of two processes: every acknowledged edit is there in the end."""

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from kb_api.database import Database
from kb_api.editing import apply_writes
from kb_api.editing.keys import create_key
from kb_api.vocabulary import Kind, Scope
from tests.editing.factories import create, make_claim, make_mechanism, make_reference, wording
from tests.support.serving import Served, serve

EDITORS, EDITS = 8, 25
CLAIMS = ["first-claim", "second-claim", "third-claim"]
"""One a round."""
PAUSE_MAX_SECONDS = 0.4
"""Before the next try. More than half of the tries are refused nevertheless."""


def test_no_acknowledged_edit_is_lost(fresh_database: Database, fresh_database_url: str, tmp_path: Path) -> None:
    keys = {claim: prepare(fresh_database, claim) for claim in CLAIMS}

    with serve(fresh_database_url, tmp_path / "log") as served:
        rounds = {claim: edit_together(served, claim, keys[claim]) for claim in CLAIMS}
        records = {claim: read(served, f"/v1/claims/{claim}/record")["data"] for claim in CLAIMS}
        histories = [read(served, f"/v1/claims/{claim}/history?limit=10") for claim in CLAIMS]

    assert [len(marks) for marks in rounds.values()] == [EDITORS * EDITS] * len(CLAIMS)
    assert {claim: find_marks(record) for claim, record in records.items()} == rounds
    # Every edit is a change of its own, after the one that made the claim.
    assert [history["meta"]["total"] for history in histories] == [EDITORS * EDITS + 1] * len(CLAIMS)


def prepare(database: Database, claim: str) -> list[str]:
    """The claim, everything that the edits will name, and a key for each editor."""
    names = [name_mark(claim, editor, edit) for editor in range(EDITORS) for edit in range(EDITS)]
    with database.write() as session:
        writes = [create(Kind.CLAIM, make_claim(claim, evidence_status="derived", derivation=wording("computed")))]
        writes += [create(Kind.MECHANISM, make_mechanism(name)) for name in names if name.startswith("m")]
        writes += [create(Kind.REFERENCE, make_reference(name)) for name in names if name.startswith("r")]
        apply_writes(session, writes, author="test", message="prepare")
        keys = [create_key(session, holder=f"editor {place}", scope=Scope.EDITOR) for place in range(EDITORS)]
        session.commit()
    return keys


def name_mark(claim: str, editor: int, edit: int) -> str:
    """What an edit leaves: a note, a mechanism or a reference, by its first letter."""
    return f"{'nmr'[edit % 3]}-{claim}-{editor}-{edit}"


def edit_together(served: Served, claim: str, keys: list[str]) -> set[str]:
    """All editors at once; the marks of every acknowledged edit."""
    with ThreadPoolExecutor(EDITORS) as editors:
        marks = editors.map(lambda place: edit_often(served, claim, place, keys[place]), range(EDITORS))
        return {mark for of_one in marks for mark in of_one}


def edit_often(served: Served, claim: str, editor: int, key: str) -> list[str]:
    """Make every edit, again and again until it is acknowledged, and return the marks that they left."""
    connection = HTTPConnection(served.host, served.port, timeout=60)
    marks = []
    for edit in range(EDITS):
        mark = name_mark(claim, editor, edit)
        while not try_edit(connection, f"/v1/claims/{claim}", key, mark):
            time.sleep(random.uniform(0, PAUSE_MAX_SECONDS))  # noqa: S311 - editors do not all try again at once.
        marks.append(mark)
    return marks


def try_edit(connection: HTTPConnection, path: str, key: str, mark: str) -> bool:
    """Read the record, change one part of it, send that part; whether it was acknowledged."""
    status, etag, body = ask(connection, "GET", f"{path}/record", key)
    if status == 503:  # Both processes are busy, and say so.
        return False
    assert status == 200, body
    headers = {"If-Match": etag, "Content-Type": "application/merge-patch+json"}
    status, _, answer = ask(connection, "PATCH", path, key, change(body["data"], mark), headers)
    assert status in {200, 412, 503}, answer
    return status == 200


def change(record: dict[str, Any], mark: str) -> dict[str, Any]:
    """The one part: the note, a link, or a piece of evidence."""
    if mark.startswith("m"):
        return {"links": [*record["links"], {"kind": "mechanism", "slug": mark, "role": "via"}]}
    if mark.startswith("r"):
        return {"evidence": [*record["evidence"], {"reference": mark, "stance": "mixed", "note": {"en": mark}}]}
    return {"note": {"en": f"{record.get('note', {'en': ''})['en']} {mark}"}}


def find_marks(record: dict[str, Any]) -> set[str]:
    links = {link["slug"] for link in record["links"]}
    return links | {piece["reference"] for piece in record["evidence"]} | set(record["note"]["en"].split())


def ask(
    connection: HTTPConnection,
    method: str,
    path: str,
    key: str,
    body: Any = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, str, Any]:
    sent = {"Authorization": f"Bearer {key}", **(headers or {})}
    connection.request(method, path, None if body is None else json.dumps(body), sent)
    response = connection.getresponse()
    return response.status, response.headers.get("ETag", ""), json.loads(response.read())


def read(served: Served, path: str) -> Any:
    connection = HTTPConnection(served.host, served.port, timeout=60)
    connection.request("GET", path)
    return json.loads(connection.getresponse().read())
