"""Examples of writing for the OpenAPI document: an editor's day, really lived on a copy of the seed.

Rule: each example is a request that was sent and the answer that came; nothing here is made up but the texts of the
things that the editor adds and takes back again.
"""

from copy import deepcopy
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb_api.database import Database
from kb_api.editing.keys import create_key
from kb_api.models import Change, Thing
from kb_api.vocabulary import PATHS, Kind, Scope

Document = dict[str, Any]

ADDED = "an-example"
"""The slug of what the editor adds."""
UNIQUE = {"doi", "pmid", "pmcid"}
"""Keys that no two things may share."""
LISTS_SHOWN = 1
"""How many members of a list an example shows."""
PLACES = {"position": 99, "number": 99}
"""Keys that give a thing a place of its own."""


class Examples:
    """Sends requests as an editor and keeps them, with their answers, in the document."""

    def __init__(self, app: Flask, document: Document) -> None:
        self.client, self.paths = app.test_client(), document["paths"]
        self.database: Database = app.extensions["kb_database"]
        self.keys = [self._create_key("Anna"), self._create_key("Björn")]

    def live(self) -> None:
        """Every kind is added to, changed and taken back from; then a changeset and proposals."""
        for kind in Kind:
            self._write_kind(kind)
        self._write_changeset()
        self._propose()
        self._explain_proposing()

    def _write_kind(self, kind: Kind) -> None:
        path = PATHS[kind]
        record = self._model_record(kind)
        self._send("post", path, record, query="dry_run=true")
        etag = self._send("post", path, record).headers["ETag"]
        one = f"{path}/{{slug}}"
        self._send("put", one, record, slug=ADDED, etag=etag, query="dry_run=true")
        self._send("patch", one, {"slug": ADDED}, slug=ADDED, etag=etag, query="dry_run=true")
        self._send("delete", one, {"reason": "an example"}, slug=ADDED, etag=etag)

    def _write_changeset(self) -> None:
        record = self._model_record(Kind.MECHANISM) | {"slug": f"{ADDED}-too"}
        writes = [{"operation": "create", "kind": "mechanism", "record": record}]
        self._send("post", "/v1/changesets", {"message": "add a mechanism", "writes": writes})

    def _propose(self) -> None:
        """Two proposals: one is spoken of, revised and accepted, the other rejected."""
        record = self._model_record(Kind.MECHANISM)
        for number, slug in enumerate((f"{ADDED}-proposed", f"{ADDED}-refused"), 1):
            writes = [{"operation": "create", "kind": "mechanism", "record": record | {"slug": slug}}]
            body = {"message": "add a mechanism", "writes": writes, "conflict_of_interest": "none"}
            etag = self._send("post", "/v1/proposals", body).headers["ETag"]
            one = f"/v1/proposals/{number}"
            if number == 1:
                self._send("put", "/v1/proposals/{number}", body, address=one, etag=etag)
                self._send(
                    "post", "/v1/proposals/{number}/comments", {"comment": "Which source?"}, address=f"{one}/comments"
                )
                self._decide("acceptance", one, {"comment": "The source holds."})
            else:
                self._decide("rejection", one, {"comment": "There is no source."})
        self._send("get", "/v1/proposals/{number}", None, address="/v1/proposals/1")
        self._send("get", "/v1/proposals", None)

    def _explain_proposing(self) -> None:
        """Under the two-person rule a write is answered by the proposal that it became."""
        proposed = self.paths["/v1/proposals"]["post"]["responses"]["201"]["content"]["application/json"]["example"]
        for described in self.paths.values():
            for operation in described.values():
                for content in operation["responses"].get("202", {}).get("content", {}).values():
                    content.setdefault("example", proposed)

    def _decide(self, decision: str, one: str, body: Document) -> None:
        etag = self.client.get(one, headers=self._headers(self.keys[1])).headers.get("ETag")
        path = f"/v1/proposals/{{number}}/{decision}"
        self._send("post", path, body, address=f"{one}/{decision}", etag=etag, key=self.keys[1])

    def _send(
        self,
        method: str,
        path: str,
        body: Document | None,
        *,
        slug: str = "",
        address: str = "",
        etag: str | None = None,
        query: str = "",
        key: str = "",
    ) -> TestResponse:
        """One request; it and its answer become the operation's examples where they have none."""
        headers = self._headers(key or self.keys[0]) | ({"If-Match": etag} if etag else {})
        sent = deepcopy(body)
        response = self.client.open(
            (address or path.replace("{slug}", slug)) + (f"?{query}" if query else ""),
            method=method,
            json=body,
            headers=headers,
        )
        if response.status_code >= 400:
            raise RuntimeError(f"the example {method} {path} was answered {response.get_data(as_text=True)[:500]}")
        operation = self.paths[path][method]
        for content in operation.get("requestBody", {}).get("content", {}).values():
            content.setdefault("example", shorten(sent))
        answered = operation["responses"].get(str(response.status_code), {})
        for content in answered.get("content", {}).values():
            content.setdefault("example", shorten(response.get_json()))
        return response

    def _model_record(self, kind: Kind) -> Document:
        """A record like the kind's first one, under the slug of an example."""
        query = (
            select(Change.record)
            .join(Thing, (Thing.id == Change.thing_id) & (Thing.revision == Change.revision))
            .where(Thing.kind == kind, Thing.retracted_in.is_(None))
            .order_by(Thing.id)
        )
        with self.database.read() as session:
            record: Document = deepcopy(session.execute(query).scalars().first() or {})
        places = {key: place for key, place in PLACES.items() if key in record}
        return {key: part for key, part in record.items() if key not in UNIQUE} | {"slug": ADDED} | places

    def _create_key(self, holder: str) -> str:
        with self.database.write() as session:
            key = create_key(session, holder=holder, scope=Scope.EDITOR)
            session.commit()
        return key

    @staticmethod
    def _headers(key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {key}"}


MOMENTS = {"at", "revision_at", "created_at"}
"""Keys whose values differ from one generation to the next."""


def shorten(value: Any) -> Any:
    """An answer of which every list shows its first members only, with a moment that stays the same."""
    if isinstance(value, dict):
        return {key: _shorten_part(key, part) for key, part in value.items()}
    if isinstance(value, list):
        return [shorten(part) for part in value[:LISTS_SHOWN]]
    if isinstance(value, str) and value.count("\n") > 12:
        return "\n".join(value.splitlines()[:12])
    return value


def _shorten_part(key: str, part: Any) -> Any:
    if key in MOMENTS and part:
        return "2026-01-01T00:00:00Z"
    if key == "@context":  # The same in every document: its first terms tell what it is like.
        return dict(list(part.items())[:TERMS_SHOWN])
    if key == "@graph":  # The page comes first, then what is on it.
        return [shorten(node) for node in part[: LISTS_SHOWN + 1]]
    return shorten(part)


TERMS_SHOWN = 6
