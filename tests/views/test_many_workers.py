"""What several workers do as one: the limit, the numbers, the log."""

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import pytest
from psutil import NoSuchProcess, Process

from kb_api.views.observing import TOGETHER_SECONDS
from tests.support.filling import fill_from_seed
from tests.support.serving import Served, serve

LIMIT = 60
TRIES, PAUSE_SECONDS = 50, 0.1


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("workers")
    url = f"sqlite:///{folder / 'kb.sqlite3'}"
    fill_from_seed(url)
    with serve(url, folder / "log", workers=3, rate_limit=f"{LIMIT}/hour", trusted_proxies="127.0.0.1") as served:
        yield served


def get(served: Served, path: str, client: str, **headers: str) -> Answer:
    """One request on a connection of its own, so that any worker may answer it; who is too busy is asked again."""
    for _ in range(TRIES):
        answer = get_once(served, path, client, **headers)
        if answer.status != 503:
            break
        time.sleep(PAUSE_SECONDS)
    return answer


def get_once(served: Served, path: str, client: str, **headers: str) -> Answer:
    connection = HTTPConnection(served.host, served.port, timeout=30)
    connection.request("GET", path, headers={"X-Forwarded-For": client, **headers})
    response = connection.getresponse()
    answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read().decode())
    connection.close()
    return answer


def get_many(served: Served, paths: list[str], client: str) -> list[Answer]:
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda path: get(served, path, client), paths))


def test_the_limit_is_one_for_all_workers(served: Served) -> None:
    paths = [f"/v1/signs/no-sign-{number}" for number in range(LIMIT + 30)]

    statuses = [answer.status for answer in get_many(served, paths, "198.51.100.1")]

    assert statuses.count(404) == LIMIT
    assert statuses.count(429) == 30


def test_answers_from_the_cache_do_not_count(served: Served) -> None:
    answers = get_many(served, ["/v1/forms?limit=3"] * (2 * LIMIT), "198.51.100.2")

    assert {answer.status for answer in answers} == {200}
    assert int(re.findall(r"r=(\d+)", answers[-1].headers["ratelimit"])[0]) >= LIMIT - 10


def test_every_answer_has_its_own_id_from_the_cache_too(served: Served) -> None:
    answers = get_many(served, ["/v1/forms?limit=3"] * 20, "198.51.100.3")

    assert len({answer.headers["x-request-id"] for answer in answers}) == 20
    assert all("kb-route" not in answer.headers for answer in answers)


def test_the_numbers_are_those_of_all_workers(served: Served) -> None:
    count = re.compile(r'kb_api_requests_total\{method="GET",route="/v1/populations",status="200"\} (\d+)')
    get_many(served, ["/v1/populations?limit=2"] * 30, "198.51.100.4")

    written = get(served, "/metrics", "198.51.100.4").body

    assert [int(number) for number in count.findall(written)] == [30]
    assert "198.51" not in written
    assert "no-sign" not in written


def test_the_log_has_a_line_for_each_request_of_every_worker(served: Served) -> None:
    get_many(served, ["/v1/intakes?limit=2"] * 30, "198.51.100.5")

    wait_for_log(served.log)
    lines = [json.loads(line) for line in served.log.read_text().splitlines()]

    assert len([line for line in lines if line.get("route") == "/v1/intakes"]) == 30
    assert "198.51" not in served.log.read_text()


def wait_for_log(log: Path) -> None:
    """Until nothing was added for a while: workers write several lines at a time."""
    size = -1
    while size != (size := log.stat().st_size):
        time.sleep(10 * TOGETHER_SECONDS)


def test_every_worker_gets_its_share_of_those_who_come_one_by_one(served: Served) -> None:
    connections = [HTTPConnection(served.host, served.port) for _ in range(64)]
    for connection in connections:
        connection.request("GET", "/healthz")
        connection.getresponse().read()

    main = Process(served.process.pid)
    taken = [sum(end.status == "ESTABLISHED" for end in worker.net_connections("tcp")) for worker in main.children()]

    assert sum(taken) >= 64
    assert min(taken) >= 4


@pytest.mark.only_on("sqlite", reason="no database takes part in it")
def test_workers_keep_each_to_a_processor_when_there_is_one_for_each(read_url: str, tmp_path: Path) -> None:
    processors = sorted(os.sched_getaffinity(0))
    with serve(read_url, tmp_path / "log", workers=len(processors)) as served:
        kept = find_processors(served)
        Process(find_workers(served)[0]).kill()
        again = wait_for(lambda: find_processors(served), len(processors))

    assert sorted(kept) == sorted(again) == [[processor] for processor in processors]


@pytest.mark.only_on("sqlite", reason="no database takes part in it")
def test_fewer_workers_than_processors_go_where_there_is_room(read_url: str, tmp_path: Path) -> None:
    with serve(read_url, tmp_path / "log", workers=1) as served:
        assert find_processors(served) == [sorted(os.sched_getaffinity(0))]


def find_workers(served: Served) -> list[int]:
    return sorted(child.pid for child in Process(served.process.pid).children())


def find_processors(served: Served) -> list[list[int]]:
    """What each worker keeps to, with all its threads."""
    found = []
    for worker in find_workers(served):
        (kept,) = {frozenset(os.sched_getaffinity(thread.id)) for thread in Process(worker).threads()}
        found.append(sorted(kept))
    return found


def wait_for(look: Callable[[], list[list[int]]], number: int) -> list[list[int]]:
    """What is found once there are so many, and the latest of them has begun."""
    for _ in range(600):
        with suppress(NoSuchProcess, ProcessLookupError, ValueError):
            if len(found := look()) == number and all(len(kept) == 1 for kept in found):
                return found
        time.sleep(0.1)
    raise AssertionError("a worker did not come back")
