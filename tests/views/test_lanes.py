"""What is too much at a time is refused at once, in the shape of any error."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson
import pytest
from werkzeug.test import Client, create_environ

from kb_api.views import lanes
from kb_api.views.lanes import Lanes
from tests.support.contract import PROBLEM_KEYS


class Busy:
    """An application that answers nothing until it is told to."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.begun = threading.Semaphore(0)

    def __call__(self, _environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.begun.release()
        self.go_on.wait(60)
        start_response("200 OK", [])
        return [b""]


@pytest.fixture
def busy() -> Iterator[Busy]:
    application = Busy()
    yield application
    application.go_on.set()


def occupy(application: Lanes, busy: Busy, number: int, method: str) -> None:
    """So many requests that do not end, and the application is at work on each."""
    for _ in range(number):
        threading.Thread(target=lambda: Client(application).open("/v1/signs", method=method), daemon=True).start()
        assert busy.begun.acquire(timeout=60)


def test_a_read_that_cannot_be_computed_soon_is_refused(busy: Busy) -> None:
    application = Lanes(busy)
    occupy(application, busy, lanes.READING, "GET")

    response = Client(application).get("/v1/claims?limit=1")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"
    assert response.get_json().keys() >= PROBLEM_KEYS


def test_who_would_wait_in_vain_is_refused_at_once(busy: Busy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "READING", 1)
    monkeypatch.setattr(lanes, "LATEST_SHARE", 1)
    application, read = Lanes(busy), create_environ("/v1/signs")
    occupy(application, busy, 1, "GET")
    assert application.find_refusal(read, lambda *_: None) is None
    time.sleep(2 * lanes.LIKELY_SECONDS)
    busy.go_on.set()
    while application._reading._free <= lanes.READERS_WAITING:
        time.sleep(0.01)
    busy.go_on.clear()

    occupy(application, busy, 1, "GET")

    assert application.find_refusal(read, lambda *_: None) is not None


def test_writes_and_reads_do_not_wait_for_each_other(busy: Busy) -> None:
    application = Lanes(busy)
    occupy(application, busy, lanes.WRITING, "POST")

    occupy(application, busy, 1, "GET")


def test_one_write_too_many_is_refused(busy: Busy) -> None:
    application = Lanes(busy)
    occupy(application, busy, lanes.WRITING, "POST")

    assert Client(application).put("/v1/claims/x").status_code == 503


def test_a_question_by_post_is_a_read(busy: Busy) -> None:
    application = Lanes(busy)
    occupy(application, busy, lanes.READING, "GET")

    assert Client(application).post("/v1/answers").status_code == 503


def test_health_is_never_refused(busy: Busy) -> None:
    application = Lanes(busy)
    occupy(application, busy, lanes.READING, "GET")
    busy.go_on.set()

    assert Client(application).get("/healthz").status_code == 200


def test_a_place_is_free_again_when_its_request_has_ended(busy: Busy) -> None:
    application = Lanes(busy)
    busy.go_on.set()

    statuses = {Client(application).post("/v1/claims").status_code for _ in range(lanes.WRITING * 2)}

    assert statuses == {200}


def test_who_would_be_refused_is_told_so_without_waiting(busy: Busy) -> None:
    application, said = Lanes(busy), []
    assert application.find_refusal(create_environ("/v1/claims", method="POST"), None) is None
    occupy(application, busy, lanes.WRITING, "POST")

    assert application.find_refusal(create_environ("/v1/signs"), None) is None
    assert application.find_refusal(create_environ("/healthz", method="POST"), None) is None
    refusal = application.find_refusal(
        create_environ("/v1/claims", method="POST"), lambda status, _headers: said.append(status)
    )

    assert said == ["503 Service Unavailable"]
    assert orjson.loads(b"".join(refusal or ())).keys() >= PROBLEM_KEYS
