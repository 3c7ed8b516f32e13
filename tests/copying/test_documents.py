"""Everything in one document, over HTTP and from the command line; and back into an empty database."""

import os
import subprocess
import sys
from collections.abc import Iterator
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from rdflib import RDF, Graph, URIRef

from kb_api import create_app
from kb_api.copying import EXPORTERS, import_entries, parse_entries
from kb_api.database import Database
from kb_api.editing import Write, apply_writes
from kb_api.errors import ConflictError, InvalidInputError
from kb_api.migrating import migrate
from kb_api.settings import Settings
from kb_api.vocabulary import Kind, Operation
from tests.linked_data.reading import BASE, read_json_ld
from tests.support.contract import assert_problem
from tests.support.filling import PATIENT
from tests.support.postgres import PostgresServer

FORMS = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "jsonld": "application/ld+json",
    "turtle": "text/turtle",
}
PAGES = [
    "/v1/signs?limit=200",
    "/v1/mechanisms?limit=200",
    "/v1/forms?limit=200",
    "/v1/foods?limit=200",
    "/v1/populations?limit=200",
    "/v1/claims?limit=200&include=references",
    "/v1/references?limit=200",
    "/v1/health-claims?limit=200",
    "/v1/safety?limit=200",
    "/v1/intakes?limit=200",
    "/v1/sections?limit=200",
    "/v1/passages?limit=200",
    "/v1/changes",
    "/v1/revisions",
    "/v1/search?q=cramps",
    "/v1/mechanisms/third",
    "/v1/mechanisms/second",
    "/v1/mechanisms/first",
    "/v1/mechanisms/third/history",
    "/v1/graph?around=sign:fatigue",
]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_server: PostgresServer
) -> Iterator[Database]:
    """A database with tables and nothing in them, on each engine."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}" if is_sqlite else postgres_server.create_database("empty")
    database = Database(url)
    migrate(database)
    yield database
    database.dispose()
    postgres_server.drop_database("empty")


@pytest.fixture
def eventful_database(fresh_database: Database) -> Database:
    """The seed with a history: things added, revised, renamed and retracted."""
    mechanism = {"slug": "first", "name": {"en": "First"}, "summary": {"en": "s"}, "aliases": {"sv": [], "en": []}}
    mechanism |= {"xrefs": []}
    with fresh_database.write() as session:
        new = [
            Write(Operation.CREATE, Kind.MECHANISM, slug, {**mechanism, "slug": slug}) for slug in ("first", "second")
        ]
        apply_writes(session, new, author="Åsa Ö", message="add: \u2028 & two")
        session.commit()
    with fresh_database.write() as session:
        renamed = Write(Operation.UPDATE, Kind.MECHANISM, "second", {**mechanism, "slug": "third"})
        apply_writes(session, [renamed], author="test", message="rename")
        session.commit()
    with fresh_database.write() as session:
        retracted = Write(Operation.RETRACT, Kind.MECHANISM, "first", reason="a duplicate", successor="third")
        apply_writes(session, [retracted], author="test", message="retract")
        session.commit()
    with fresh_database.write() as session:
        revised = {**mechanism, "slug": "third", "name": {"sv": "Tredje", "en": "Third"}}
        apply_writes(session, [Write(Operation.UPDATE, Kind.MECHANISM, "third", revised)], author="t", message="revise")
        session.commit()
    return fresh_database


@pytest.mark.parametrize("form", ["json", "ndjson"])
@pytest.mark.only_on("sqlite", reason="the target is on each engine")
def test_an_import_is_an_equal_knowledge_base(eventful_database: Database, empty_database: Database, form: str) -> None:
    document = write_document(eventful_database, form)

    read_document(empty_database, document)

    assert write_document(empty_database, form) == document
    before, after = make_client(eventful_database), make_client(empty_database)
    assert [page for page in PAGES if answer(before, page) != answer(after, page)] == []


@pytest.mark.parametrize("form", FORMS)
def test_an_export_has_everything_and_a_name(client: FlaskClient, loaded_database: Database, form: str) -> None:
    response = client.get(f"/v1/export?format={form}", buffered=True)

    assert response.mimetype == FORMS[form]
    assert response.data == write_document(loaded_database, form)
    extension = {"turtle": "ttl"}.get(form, form)
    assert response.headers["Content-Disposition"] == f'attachment; filename="kb-api-revision-1.{extension}"'
    assert response.headers["KB-Revision"] == "1"


@pytest.mark.parametrize(("form", "media_type"), FORMS.items())
def test_an_export_is_asked_for_by_header_too_and_not_sent_twice(
    client: FlaskClient, form: str, media_type: str
) -> None:
    by_header = client.get("/v1/export", headers={"Accept": media_type}, buffered=True)
    by_address = client.get(f"/v1/export?format={form}", buffered=True)

    assert by_header.data == by_address.data
    again = client.get("/v1/export", headers={"Accept": media_type, "If-None-Match": by_header.headers["ETag"]})
    assert again.status_code == 304


def test_forms_of_an_export_have_their_own_etags(client: FlaskClient) -> None:
    etags = {client.head(f"/v1/export?format={form}").headers["ETag"] for form in FORMS}

    assert len(etags) == len(FORMS)


def test_an_export_is_streamed(client: FlaskClient) -> None:
    response = client.get("/v1/export?format=ndjson")

    assert response.is_streamed
    assert "Content-Length" not in response.headers
    response.close()


def test_what_stands_is_marked(client: FlaskClient) -> None:
    lines = [orjson.loads(line) for line in client.get("/v1/export?format=ndjson", buffered=True).data.splitlines()]

    current = [line for line in lines if line["entry"] == "change" and line["current"]]
    counts = client.get("/v1/status").get_json()["counts"]
    assert len(current) == sum(counts.values())


@pytest.mark.only_on("sqlite", reason="the document is the same on both engines")
def test_an_export_of_linked_data_is_the_same_triples_in_both_forms(client: FlaskClient) -> None:
    turtle = Graph().parse(data=client.get("/v1/export?format=turtle", buffered=True).data, format="turtle")
    json_ld = read_json_ld(client.get("/v1/export?format=jsonld", buffered=True).get_json())

    # Graphs of this size are compared by what has a name: to match 5 000 parts without one takes minutes.
    assert len(turtle) == len(json_ld)
    assert named(turtle) == named(json_ld)
    signs = set(turtle.subjects(RDF.type, URIRef(f"{BASE}/vocab#Sign")))
    assert len(signs) == 11


def test_a_third_export_at_once_waits(client: FlaskClient) -> None:
    under_way = [client.get("/v1/export?format=ndjson") for _ in range(2)]

    refused = client.get("/v1/export?format=ndjson")

    assert_problem(refused, 503)
    assert refused.headers["Retry-After"]
    for response in under_way:
        response.close()
    assert client.get("/v1/export?format=ndjson", buffered=True).status_code == 200


@pytest.mark.parametrize("query", ["format=xml", "format=csl"])
def test_an_unknown_form_names_those_that_exist(client: FlaskClient, query: str) -> None:
    assert assert_problem(client.get(f"/v1/export?{query}"), 406)["available"] == list(FORMS)


def test_an_import_wants_an_empty_database(loaded_database: Database, fresh_database: Database) -> None:
    with pytest.raises(ConflictError, match="not empty"):
        read_document(fresh_database, write_document(loaded_database, "ndjson"))


@pytest.mark.only_on("sqlite", reason="entries are judged before they reach a database")
@pytest.mark.parametrize(
    ("line", "change", "message"),
    [
        (0, {"version": 2}, "version"),
        (0, {"changes": 9_999}, "not whole"),
        (0, {"entry": "tail"}, "export of kb-api"),
        (2, {"kind": "spell"}, "kind"),
        (2, {"operation": "update"}, "does not stand"),
        (2, {"revision": 7}, "revision 7"),
        (2, {"slug": "another"}, "slug"),
        (2, {"record": {"slug": "muscle-cramps"}}, "Missing data"),
        (2, {"extra": 1}, "Unknown field"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    loaded_database: Database, tmp_path: Path, line: int, change: dict[str, Any], message: str
) -> None:
    lines = write_document(loaded_database, "ndjson").splitlines()
    lines[line] = orjson.dumps(orjson.loads(lines[line]) | change)
    database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    migrate(database)

    with pytest.raises(InvalidInputError, match=message):
        read_document(database, b"\n".join(lines))

    assert b'"revision":0' in write_document(database, "ndjson")


@pytest.mark.only_on("sqlite", reason="entries are judged before they reach a database")
@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_half_a_document_is_refused(loaded_database: Database, tmp_path: Path, form: str) -> None:
    document = write_document(loaded_database, form)
    database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    migrate(database)

    with pytest.raises(InvalidInputError, match="not"):
        read_document(database, document[: len(document) // 2])


@pytest.mark.only_on("sqlite", reason="the command is the same on both engines")
@pytest.mark.parametrize("name", ["base.json", "base.ndjson"])
def test_the_command_line_does_the_same(
    loaded_database: Database, fresh_database_url: str, tmp_path: Path, name: str
) -> None:
    file, target = tmp_path / name, f"sqlite:///{tmp_path / 'new.sqlite3'}"

    exported = run_command("export", str(file), url=fresh_database_url)
    imported = run_command("import", str(file), url=target)
    printed = run_command("export", "-", "--format", "ndjson", url=target)

    assert file.read_bytes() == write_document(loaded_database, name.partition(".")[2])
    assert b"exported revision 1" in exported.stderr
    assert b"changes: " in imported.stderr
    assert b"at revision 1" in imported.stdout
    assert printed.stdout == write_document(loaded_database, "ndjson")


@pytest.mark.only_on("sqlite", reason="the command is the same on both engines")
def test_the_command_line_reads_from_a_pipe(loaded_database: Database, tmp_path: Path) -> None:
    document = write_document(loaded_database, "json")

    imported = run_command("import", "-", url=f"sqlite:///{tmp_path / 'new.sqlite3'}", stdin=document)

    assert imported.returncode == 0
    assert b"at revision 1" in imported.stdout


@pytest.mark.only_on("sqlite", reason="the command is the same on both engines")
def test_the_command_line_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "wrong.json").write_text("[1, 2]")

    refused = run_command("import", str(tmp_path / "wrong.json"), url=f"sqlite:///{tmp_path / 'new.sqlite3'}")

    assert refused.returncode == 1
    assert b"Traceback" not in refused.stderr
    assert b"export of kb-api" in refused.stderr


def write_document(database: Database, form: str) -> bytes:
    with database.read() as session:
        return b"".join(EXPORTERS[form](session, BASE))


def read_document(database: Database, document: bytes) -> None:
    with database.write() as session:
        entries = parse_entries(BufferedReader(BytesIO(document)))  # type: ignore[arg-type] # A raw stream in memory.
        import_entries(session, entries, progress=lambda *_: None)
        session.commit()


def make_client(database: Database) -> FlaskClient:
    return create_app(Settings(database_url=database.url, **PATIENT)).test_client()


def answer(client: FlaskClient, address: str) -> tuple[int, Any]:
    """Status and body of an answer; a cursor holds a key of the database and is no content."""
    response = client.get(f"{address}{'&' if '?' in address else '?'}lang=all")
    body = response.get_json()
    body.get("links", {}).pop("next", None)
    return response.status_code, body


def named(graph: Graph) -> set[tuple[Any, ...]]:
    return {triple for triple in graph if not any(type(part).__name__ == "BNode" for part in triple)}


def run_command(*arguments: str, url: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    environ = os.environ | {"KB_API_DATABASE_URL": url, "KB_API_PUBLIC_URL": BASE}
    command = [sys.executable, "-m", "kb_api.cli", *arguments]
    return subprocess.run(command, env=environ, capture_output=True, check=False, input=stdin)
