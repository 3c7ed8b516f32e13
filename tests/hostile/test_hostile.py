"""Whatever is sent, the server answers below 500, tells nothing of its inside, and goes on."""

import json
import re
import socket
from collections.abc import Iterator
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import pytest

from tests.hostile.catalogue import make_catalogue
from tests.support.contract import PROBLEM_KEYS
from tests.support.filling import fill_from_seed
from tests.support.serving import Served, serve

CATALOGUE = make_catalogue()
SILENCE_SECONDS = 20.0
"""The longest that any answer may take: the first answer of a process reads its styles."""
PATIENCE_SECONDS = 0.5
"""How long a client that sent half a request waits before it leaves."""
UNANSWERED = {name for name in CATALOGUE if name.startswith("slow:")} | {
    "framing: nothing but line ends",
    "framing: the preface of HTTP/2",
}
"""What is no whole request of HTTP/1, and so gets no answer."""
REFUSED = [name for name in CATALOGUE if name.startswith(("traversal:", "sql: ")) and "cursor Wy" not in name]
"""What asks for something that is not there, and must be told so."""
LEAKS = re.compile(
    rb"Traceback|site-packages|sqlalchemy|sqlite3?\.|psycopg|OperationalError|ProgrammingError|no such (?:table|column)"
    rb"|syntax error|root:x:0|kb_api/|\.py\b|werkzeug|granian\.",
    re.IGNORECASE,
)


class Answer(NamedTuple):
    """What came back, or nothing."""

    status: int | None
    headers: dict[str, str]
    body: bytes


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("hostile")
    url = f"sqlite:///{folder / 'secret-folder.sqlite3'}"
    fill_from_seed(url)
    with serve(url, folder / "log") as served:
        yield served


def test_there_are_at_least_two_hundred() -> None:
    assert len(CATALOGUE) >= 200


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_hostile_request_gets_an_ordinary_answer(served: Served, name: str) -> None:
    seconds = PATIENCE_SECONDS if name in UNANSWERED else SILENCE_SECONDS

    answer = send(served, CATALOGUE[name], seconds)

    assert (answer.status is None) == (name in UNANSWERED), answer
    assert answer.status is None or answer.status < 500, answer
    assert answer.status is None or answer.status >= 400 or name not in REFUSED, answer
    assert_nothing_leaks(answer, served.log)
    assert_same_shape(answer)


def test_afterwards_the_server_answers_as_before(served: Served) -> None:
    with urlopen(f"{served.url}/v1/signs") as response:  # noqa: S310 - the address is ours.
        body = json.load(response)

    assert body["meta"]["total"] == 11
    assert body["meta"]["revision"] == 1


def test_the_log_has_one_line_of_json_an_event_and_no_error(served: Served) -> None:
    lines = [json.loads(line) for line in served.log.read_text().splitlines()]

    assert [line for line in lines if line["level"] in {"error", "critical"}] == []
    assert {line["event"] for line in lines if line["logger"] == "kb_api.requests"} == {"request"}
    assert "forged" not in {line["event"] for line in lines}
    assert all(
        line["method"] in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"}
        for line in lines
        if line["event"] == "request"
    )


def send(served: Served, request: bytes, seconds: float = SILENCE_SECONDS) -> Answer:
    """Send the bytes as they are and read until the other side closes, or is silent."""
    with socket.create_connection((served.host, served.port), timeout=seconds) as connection:
        received = b""
        try:
            connection.sendall(request)
            while chunk := connection.recv(65_536):
                received += chunk
        except (TimeoutError, ConnectionError):
            pass
    return read_answer(received)


def read_answer(received: bytes) -> Answer:
    """The first answer in what came back; bytes of HTTP/2 are none."""
    head, _, body = received.partition(b"\r\n\r\n")
    status_line, _, fields = head.partition(b"\r\n")
    found = re.fullmatch(rb"HTTP/1\.[01] (\d{3})[^\r\n]*", status_line)
    if found is None:
        return Answer(None, {}, received)
    parsed = BytesHeaderParser().parsebytes(fields + b"\r\n\r\n")
    return Answer(int(found[1]), {name.lower(): value for name, value in parsed.items()}, body)


def assert_nothing_leaks(answer: Answer, log: Path) -> None:
    assert not LEAKS.search(answer.body), answer.body[:1_000]
    assert str(log.parent).encode() not in answer.body
    assert b"secret-folder" not in answer.body
    assert "set-cookie" not in answer.headers
    assert "x-b" not in answer.headers


def assert_same_shape(answer: Answer) -> None:
    """An error of ours is problem+json; one of the server below us has no body at all."""
    if answer.status is None or answer.status < 400:
        return
    if "x-request-id" not in answer.headers:
        assert answer.body == b"", answer
        return
    assert answer.headers["content-type"] == "application/problem+json"
    if answer.body:
        problem = json.loads(answer.body)
        assert problem.keys() >= PROBLEM_KEYS
        assert problem["status"] == answer.status
