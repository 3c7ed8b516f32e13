"""The entrance, asked over the wire: bodies take no thread, headers mean one thing, streams are whole."""

import asyncio
import gzip
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb_api import lanes
from kb_api.caching import AnswerStore, CachedApplication, watch_revision
from kb_api.entrance import ARRIVING_MAX_BYTES, OTHERS, READERS_WAITING, READING, WRITING, Entrance
from kb_api.settings import Settings
from kb_api.views.export import EXPORTS_AT_ONCE
from tests.support.contract import PROBLEM_KEYS
from tests.support.endless import CHUNK, CHUNKS
from tests.support.rsgi import Protocol
from tests.support.rsgi import ask as ask_entrance
from tests.support.serving import Served, find_free_port, serve

QUESTION = json.dumps({"question": "Does magnesium help against cramps?", "lang": "en"}).encode()
PATH = "/v1/forms?limit=3"
LIMITS = {"max_body_bytes": "5000", "max_body_seconds": "3"}


@pytest.fixture(scope="module")
def served(read_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    log = tmp_path_factory.mktemp("entrance") / "log"
    with serve(read_url, log, workers=1, max_statement_seconds="30", **LIMITS) as served:
        yield served


@pytest.fixture
def connection(served: Served) -> Iterator[HTTPConnection]:
    connection = HTTPConnection(served.host, served.port, timeout=30)
    yield connection
    connection.close()


def send(served: Served, *lines: str, body: bytes = b"") -> socket.socket:
    """A request as it is written here, on a connection of its own."""
    sent = socket.create_connection((served.host, served.port), timeout=30)
    sent.sendall("\r\n".join([*lines, "Host: localhost", "", ""]).encode("latin-1") + body)
    return sent


def read(sent: socket.socket) -> HTTPResponse:
    response = HTTPResponse(sent)
    response.begin()
    return response


def read_problem(sent: socket.socket) -> dict[str, object]:
    response = read(sent)
    body: dict[str, object] = json.loads(response.read())
    assert body.keys() >= PROBLEM_KEYS
    assert body["status"] == response.status
    sent.close()
    return body


# --- Bodies ---


def test_bodies_on_their_way_take_no_thread(served: Served, connection: HTTPConnection) -> None:
    length = f"Content-Length: {len(QUESTION)}"
    slow = [send(served, "POST /v1/answers HTTP/1.1", length, body=QUESTION[:5]) for _ in range(WRITING + OTHERS + 10)]

    connection.request("POST", "/v1/answers", QUESTION, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()

    assert answer.status == 200
    for each in slow:
        each.close()


def test_a_body_that_never_comes_is_refused_with_the_limit(served: Served) -> None:
    sent = send(served, "POST /v1/answers HTTP/1.1", f"Content-Length: {len(QUESTION)}", body=QUESTION[:5])

    problem = read_problem(sent)

    assert problem["status"] == 408
    assert problem["limit"] == {"name": "max_body_seconds", "maximum": 3.0}


def test_a_body_that_is_said_to_be_too_long_is_not_waited_for(served: Served) -> None:
    problem = read_problem(send(served, "POST /v1/answers HTTP/1.1", "Content-Length: 5001"))

    assert problem["limit"] == {"name": "max_body_bytes", "maximum": 5000}


def test_a_body_in_pieces_is_read_until_it_is_too_long(served: Served) -> None:
    piece = b"3e8\r\n" + b" " * 1_000 + b"\r\n"
    sent = send(served, "POST /v1/answers HTTP/1.1", "Transfer-Encoding: chunked", body=piece * 6)

    assert read_problem(sent)["status"] == 413


def test_a_body_in_pieces_is_one_body(served: Served) -> None:
    pieces = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (QUESTION[:9], QUESTION[9:])) + b"0\r\n\r\n"
    lines = ("POST /v1/answers HTTP/1.1", "Content-Type: application/json", "Transfer-Encoding: chunked")

    assert read(send(served, *lines, body=pieces)).status == 200


@pytest.mark.only_on("sqlite", reason="no database takes part in it")
def test_bodies_on_their_way_do_not_fill_the_memory(read_url: str, tmp_path: Path) -> None:
    part = ARRIVING_MAX_BYTES // 4
    lines = ("POST /v1/answers HTTP/1.1", f"Content-Length: {2 * part}")
    with serve(read_url, tmp_path / "log", workers=1, max_body_bytes=str(2 * part)) as served:
        coming = [send(served, *lines, body=b" " * (part + 1)) for _ in range(4)]

        answered, _, _ = select.select(coming, [], [], 60)

        assert [read_problem(each)["status"] for each in answered] == [503]
        for each in coming:
            each.close()


def test_health_does_not_wait_for_the_numbers(served: Served, connection: HTTPConnection) -> None:
    asked = [send(served, "GET /metrics HTTP/1.1") for _ in range(40)]

    connection.request("GET", "/healthz")
    status = connection.getresponse().status
    answered, _, _ = select.select(asked, [], [], 0)

    assert status == 200
    assert len(answered) < len(asked) / 2
    for each in asked:
        each.close()


# --- Headers ---


def test_a_header_with_an_underscore_is_another_header(served: Served) -> None:
    answer = read(send(served, f"GET {PATH} HTTP/1.1", "Accept_Language: sv"))

    assert answer.headers["Content-Language"] == "en"


def test_a_header_that_comes_twice_is_one_list(served: Served) -> None:
    etag = read(send(served, f"GET {PATH} HTTP/1.1")).headers["ETag"]

    answer = read(send(served, f"GET {PATH} HTTP/1.1", 'If-None-Match: "other"', f"If-None-Match: {etag}"))

    assert answer.status == 304


def test_a_header_that_cannot_be_read_is_not_overlooked(served: Served) -> None:
    with socket.create_connection((served.host, served.port), timeout=30) as sent:
        sent.sendall(f"GET {PATH} HTTP/1.1\r\nHost: \xe5\xe4\xf6\r\n\r\n".encode("latin-1"))

        assert read_problem(sent)["status"] == 400


def test_head_says_how_long_the_answer_would_be(connection: HTTPConnection) -> None:
    connection.request("GET", PATH)
    length = len(connection.getresponse().read())

    connection.request("HEAD", PATH)
    answer = connection.getresponse()

    assert answer.headers["Content-Length"] == str(length)
    assert answer.read() == b""


# --- Streams ---


@pytest.mark.parametrize("form", ["application/json", "application/x-ndjson", "text/turtle"])
def test_an_export_is_whole(client: FlaskClient, connection: HTTPConnection, form: str) -> None:
    expected = client.get("/v1/export", headers={"Accept": form})

    connection.request("GET", "/v1/export", headers={"Accept": form})
    answer = connection.getresponse()

    assert (answer.status, answer.headers["Content-Type"]) == (expected.status_code, expected.content_type)
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert answer.read() == expected.data


def test_who_leaves_in_the_middle_of_an_export_frees_its_place(served: Served, connection: HTTPConnection) -> None:
    for _ in range(2 * EXPORTS_AT_ONCE):
        sent = send(served, "GET /v1/export HTTP/1.1")
        sent.recv(100)
        sent.close()

    assert 200 in (ask_for_export(connection) for _ in range(300))


def ask_for_export(connection: HTTPConnection) -> int:
    connection.request("GET", "/v1/export")
    answer = connection.getresponse()
    answer.read()
    if answer.status == 503:
        time.sleep(0.2)
    return answer.status


@pytest.fixture
def endless(tmp_path: Path) -> Iterator[tuple[socket.socket, Path]]:
    """A client of a server that sends a long stream, and the file that tells how much of it was made."""
    made, port = tmp_path / "made", find_free_port()
    command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--loop", "uvloop", "--task-impl", "asyncio"]
    command += ["--port", str(port), "tests.support.endless:application"]
    with subprocess.Popen(command, env={**os.environ, "MADE": str(made)}, stdout=subprocess.DEVNULL) as process:
        yield connect(port), made
        process.terminate()


def connect(port: int) -> socket.socket:
    for _ in range(200):
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=30)
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


@pytest.mark.only_on("sqlite", reason="no database takes part in it")
def test_what_is_not_read_is_not_made(endless: tuple[socket.socket, Path]) -> None:
    client, made = endless
    client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    client.recv(1_000)
    time.sleep(1)

    assert made.stat().st_size < CHUNKS / 4
    received = sum(iter(lambda: len(client.recv(1_000_000)), 0))

    assert received >= CHUNKS * len(CHUNK)
    client.close()


# --- The cache ---


def test_an_answer_is_the_same_in_every_encoding_however_often_it_is_asked_for(connection: HTTPConnection) -> None:
    plain = ask(connection, "identity")

    for encoding, decode in (("gzip", gzip.decompress), ("br", brotli.decompress)):
        assert [decode(ask(connection, encoding)) for _ in range(3)] == [plain] * 3


def ask(connection: HTTPConnection, encoding: str) -> bytes:
    connection.request("GET", "/v1/claims?limit=20", headers={"Accept-Encoding": encoding})
    answer = connection.getresponse()
    assert answer.headers.get("Content-Encoding", "identity") == encoding
    return answer.read()


# --- Turns ---


class Slow:
    """The application, which answers only when it is told to, except about the process; it notes what it is asked."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self.asked: list[str] = []
        self.go_on = threading.Event()
        self.fault: Exception | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.asked.append(path)
        if path.startswith("/v1/"):
            self.go_on.wait(60)
        if self.fault:
            raise self.fault
        answer: Iterable[bytes] = self._application(environ, start_response)
        return answer


@pytest.fixture
def slow(fresh_app: Flask) -> Iterator[Slow]:
    slow = Slow(fresh_app.extensions["kb_gate"].application)
    yield slow
    slow.go_on.set()


@pytest.fixture
def entrance(fresh_app: Flask, slow: Slow, monkeypatch: pytest.MonkeyPatch) -> Entrance:
    """The entrance as a worker has it, but patient: however busy the machine is, only places count."""
    monkeypatch.setattr(lanes, "LIKELY_SECONDS", 60)
    monkeypatch.setattr(lanes, "PATIENCE_SECONDS", 60)
    gate, database = fresh_app.extensions["kb_gate"], fresh_app.extensions["kb_database"]
    gate.application = slow
    cached = CachedApplication(slow, lambda: watch_revision(database), AnswerStore(1_000_000))
    gate.put_in_front(cached)
    return Entrance(gate, cached, Settings())


async def begin(entrance: Entrance, slow: Slow, *requests: tuple[str, str]) -> list[asyncio.Future[Protocol]]:
    """These requests, as far as they get while the application is slow."""
    begun = [asyncio.ensure_future(ask_entrance(entrance, address, method)) for method, address in requests]
    async with asyncio.timeout(60):
        while not slow.asked:
            await asyncio.sleep(0.01)
    return begun


def test_many_who_ask_for_the_same_at_once_cost_one_question(entrance: Entrance, slow: Slow) -> None:
    async def run() -> list[Protocol]:
        number = 2 * READERS_WAITING
        begun = await begin(entrance, slow, *[("GET", "/v1/signs?limit=2")] * number)
        slow.go_on.set()
        return await asyncio.gather(*begun)

    answers = asyncio.run(run())

    assert len(slow.asked) == 1
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1


def test_many_who_ask_for_what_nobody_may_keep_are_each_told(entrance: Entrance, slow: Slow) -> None:
    slow.go_on.set()

    async def run() -> list[Protocol]:
        return await asyncio.gather(*(ask_entrance(entrance, "/v1/signs/nothing") for _ in range(10)))

    assert [answer.status for answer in asyncio.run(run())] == [404] * 10


def test_an_application_that_fails_leaves_nobody_waiting(entrance: Entrance, slow: Slow) -> None:
    slow.fault = RuntimeError("no")
    slow.go_on.set()

    async def run() -> list[Protocol]:
        return await asyncio.gather(*(ask_entrance(entrance, "/v1/signs") for _ in range(3)))

    assert [answer.status for answer in asyncio.run(run())] == [500] * 3


def test_reads_for_which_there_is_no_place_are_refused_while_writes_and_machines_go_on(
    entrance: Entrance, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "LONG_AT_ONCE", 0)
    reads = [("GET", f"/v1/signs?limit={number}") for number in range(1, READING + READERS_WAITING + 1)]

    async def run() -> tuple[list[Protocol], list[Protocol], Protocol]:
        begun = await begin(entrance, slow, *reads)
        refused = [await ask_entrance(entrance, "/v1/forms"), await ask_entrance(entrance, "/v1/answers", "POST")]
        begun += [asyncio.ensure_future(ask_entrance(entrance, "/v1/signs/fatigue", "DELETE"))]
        async with asyncio.timeout(60):
            while "/v1/signs/fatigue" not in slow.asked:
                await asyncio.sleep(0.01)
        health = await ask_entrance(entrance, "/healthz")
        slow.go_on.set()
        return await asyncio.gather(*begun), refused, health

    answered, refused, health = asyncio.run(run())

    for answer in refused:
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "1"
        assert json.loads(answer.body).keys() >= PROBLEM_KEYS
    assert health.status == 200
    assert [answer.status for answer in answered] == [200] * len(reads) + [401]


def test_one_write_too_many_is_refused(entrance: Entrance, slow: Slow) -> None:
    async def run() -> Protocol:
        begun = await begin(entrance, slow, *[("DELETE", f"/v1/signs/{number}") for number in range(WRITING)])
        answer = await ask_entrance(entrance, "/v1/signs/one-more", "DELETE")
        slow.go_on.set()
        await asyncio.gather(*begun)
        return answer

    assert asyncio.run(run()).status == 503
