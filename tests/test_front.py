"""The recommended front before the real service: what it keeps, for whom, and for how long."""

import json
import re
import threading
import time
from collections.abc import Iterator
from http.client import HTTPMessage
from pathlib import Path
from typing import NamedTuple
from urllib.request import Request, urlopen

import pytest

from kb_api.database import Database
from kb_api.editing.keys import create_key
from kb_api.vocabulary import Scope
from tests.conftest import CopyDatabase
from tests.support.front import front
from tests.support.optional import needs
from tests.support.serving import serve

pytestmark = [needs("nginx"), pytest.mark.only_on("sqlite", reason="the front does not know the database")]
ASKERS = 60
PATIENCE_SECONDS = 20


class Fronted(NamedTuple):
    """A service behind the front."""

    url: str
    service_url: str
    key: str
    log: Path


class Answer(NamedTuple):
    headers: HTTPMessage
    body: bytes


@pytest.fixture(scope="module")
def fronted(copy_database: CopyDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fronted]:
    folder, database = tmp_path_factory.mktemp("fronted"), Database(copy_database())
    with database.write() as session:
        key = create_key(session, holder="ann", scope=Scope.EDITOR)
        session.commit()
    database.dispose()
    with (
        serve(database.url, folder / "log", trusted_proxies="127.0.0.1") as served,
        front(folder, service_port=served.port) as nginx,
    ):
        yield Fronted(f"http://127.0.0.1:{nginx.port}", served.url, key, served.log)


def ask(url: str, *, method: str = "GET", body: object = None, **headers: str) -> Answer:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request(url, method=method, headers=sent, data=None if body is None else json.dumps(body).encode())  # noqa: S310
    with urlopen(request, timeout=PATIENCE_SECONDS) as response:  # noqa: S310 - the address is ours.
        return Answer(response.headers, response.read())


def count_requests(fronted: Fronted, route: str) -> int:
    """How many requests for a route the service has answered."""
    numbers = ask(f"{fronted.service_url}/metrics").body.decode()
    found = re.findall(rf'kb_api_requests_total{{method="GET",route="{route}",status="200"}} ([0-9.]+)', numbers)
    return int(sum(float(number) for number in found))


def test_however_many_ask_at_once_few_reach_the_service(fronted: Fronted) -> None:
    askers = [threading.Thread(target=ask, args=(f"{fronted.url}/v1/claims?limit=50",)) for _ in range(ASKERS)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()

    # One, and one more for each second that a busy machine takes for all of them.
    assert 1 <= count_requests(fronted, "/v1/claims") <= ASKERS / 10


def test_who_names_the_revision_of_a_write_sees_it_at_once_and_all_others_soon(fronted: Fronted) -> None:
    address = f"{fronted.url}/v1/signs/fatigue"
    before = ask(address)
    headers = {
        "Authorization": f"Bearer {fronted.key}",
        "If_Match": before.headers["ETag"],
        "Content_Type": "application/merge-patch+json",
    }
    written = ask(address, method="PATCH", body={"summary": {"en": "Written through the front."}}, **headers)

    at_once = ask(address, KB_Revision=written.headers["KB-Revision"])
    ends = time.monotonic() + PATIENCE_SECONDS
    while (soon := ask(address)).body == before.body and time.monotonic() < ends:
        time.sleep(0.2)

    assert b"Written through the front." in at_once.body
    assert b"Written through the front." in soon.body


def test_what_belongs_to_one_request_is_not_given_to_another(fronted: Fronted) -> None:
    answers = [ask(f"{fronted.url}/v1/mechanisms?limit=1") for _ in range(3)]
    private = [ask(f"{fronted.url}/v1/mechanisms?limit=1", Authorization=f"Bearer {fronted.key}") for _ in range(2)]

    assert len({answer.headers["X-Request-Id"] for answer in [*answers, *private]}) == 5
    assert {answer.body for answer in answers} == {answer.body for answer in private}
    assert {answer.headers["Cache-Control"] for answer in private} == {"no-store"}
    assert ask(f"{fronted.url}/v1/mechanisms?limit=1").headers["Cache-Control"].startswith("public")


def test_client_and_service_call_a_request_the_same(fronted: Fronted) -> None:
    name = ask(f"{fronted.url}/v1/mechanisms?limit=2", Authorization=f"Bearer {fronted.key}").headers["X-Request-Id"]

    ask(f"{fronted.service_url}/metrics")  # Which waits for what every worker has still to write down.
    assert name in {json.loads(line).get("request_id") for line in fronted.log.read_text().splitlines()}


def test_each_language_and_form_is_kept_apart(fronted: Fronted) -> None:
    wishes = [{"Accept_Language": "sv"}, {"Accept_Language": "en"}, {"Accept": "text/turtle"}]
    answers = [ask(f"{fronted.url}/v1/signs/fatigue", **wish) for wish in wishes * 2]

    assert len({answer.body for answer in answers}) == len(wishes)
    assert [answer.body for answer in answers[:3]] == [answer.body for answer in answers[3:]]
