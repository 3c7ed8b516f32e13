"""Few work at a time, some wait in line, and who would wait in vain is sent away."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

import pytest

from kb_api import lanes
from kb_api.lanes import Crowded, Lane, Threads

pytestmark = pytest.mark.only_on("sqlite", reason="no database takes part in it")


class Work:
    """Something that takes until it is told to end."""

    def __init__(self) -> None:
        self.end = threading.Event()
        self.begun = 0

    def __call__(self) -> str:
        self.begun += 1
        self.end.wait(60)
        return "done"


@pytest.fixture
def work() -> Iterator[Work]:
    work = Work()
    yield work
    work.end.set()


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is sent away for having waited too long, however busy the machine is."""
    monkeypatch.setattr(lanes, "PATIENCE_SECONDS", 60)


async def begin(run: Callable[[], Awaitable[Any]], number: int = 1) -> list[asyncio.Future[Any]]:
    """So many runs, each as far as it gets without waiting."""
    runs = [asyncio.ensure_future(run()) for _ in range(number)]
    await asyncio.sleep(0)
    return runs


async def wait_until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.01)


# --- Threads ---


class Panic(BaseException):
    """What no ``except Exception`` sees."""


def test_there_are_as_many_threads_as_allowed_and_they_outlive_every_fault() -> None:
    names = set()

    def do(number: int) -> int:
        names.add(threading.get_ident())
        if number % 2:
            raise Panic
        return number

    async def run() -> list[object]:
        threads = Threads(3)
        return await asyncio.gather(*(threads.run(partial(do, number)) for number in range(60)), return_exceptions=True)

    results = asyncio.run(run())

    assert [result for result in results if isinstance(result, int)] == list(range(0, 60, 2))
    assert sum(isinstance(result, Panic) for result in results) == 30
    assert 1 <= len(names) <= 3


def test_who_was_busy_last_is_busy_first() -> None:
    async def run() -> set[int]:
        threads, gate = Threads(4), threading.Barrier(4)
        await asyncio.gather(*(threads.run(partial(gate.wait, 60)) for _ in range(4)))
        return {await threads.run(threading.get_ident) for _ in range(40)}

    assert len(asyncio.run(run())) == 1


# --- Lanes ---


@pytest.mark.usefixtures("patience")
def test_those_in_line_have_their_turn_one_after_the_other_in_one_thread() -> None:
    began: list[tuple[int, int]] = []

    async def run() -> None:
        lane = Lane(1, waiting=40)
        await asyncio.gather(
            *(lane.run(lambda number=number: began.append((number, threading.get_ident()))) for number in range(30))
        )

    asyncio.run(run())

    assert [number for number, _ in began] == list(range(30))
    assert len({thread for _, thread in began}) == 1


@pytest.mark.usefixtures("patience")
def test_one_too_many_is_sent_away_at_once(work: Work) -> None:
    async def run() -> None:
        lane = Lane(1, waiting=2)
        runs = await begin(partial(lane.run, work), 3)
        assert not lane.has_room
        with pytest.raises(Crowded):
            await lane.run(work)
        work.end.set()
        assert await asyncio.gather(*runs) == ["done"] * 3
        assert lane.has_room

    asyncio.run(run())

    assert work.begun == 3


def test_a_place_is_free_again_when_its_job_has_ended() -> None:
    async def run() -> list[int]:
        lane = Lane(2, waiting=0)
        return [await lane.run(partial(int, number)) for number in range(20)]

    assert asyncio.run(run()) == list(range(20))


@pytest.mark.usefixtures("patience")
def test_who_would_wait_in_vain_is_sent_away_at_once(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "LATEST_SHARE", 1)

    async def run() -> None:
        lane = Lane(1, waiting=40)
        await lane.run(partial(time.sleep, 2 * lanes.LIKELY_SECONDS))
        runs = await begin(partial(lane.run, work), 2)
        with pytest.raises(Crowded):
            await lane.run(work)
        work.end.set()
        await asyncio.gather(*runs)

    asyncio.run(run())


def test_who_has_waited_in_vain_is_sent_away_and_never_begins(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "LONG_AT_ONCE", 0)

    async def run() -> None:
        lane = Lane(1, waiting=40)
        first, *others = await begin(partial(lane.run, work), 5)
        assert all(isinstance(end, Crowded) for end in await asyncio.gather(*others, return_exceptions=True))
        work.end.set()
        assert await first == "done"

    asyncio.run(run())

    assert work.begun == 1


@pytest.mark.usefixtures("patience")
def test_who_takes_long_keeps_few_from_working(work: Work) -> None:
    async def run() -> None:
        lane = Lane(1, waiting=40)
        runs = await begin(partial(lane.run, work), lanes.LONG_AT_ONCE)
        assert await lane.run(lambda: "beside them") == "beside them"
        work.end.set()
        await asyncio.gather(*runs, return_exceptions=True)

    asyncio.run(run())


def test_so_many_may_take_long_and_no_more(work: Work) -> None:
    async def run() -> None:
        lane, runs = Lane(1, waiting=40), []

        async def ask_on_until_begun(number: int) -> None:
            async with asyncio.timeout(60):
                while work.begun < number:
                    runs.extend(await begin(partial(lane.run, work)))
                    await asyncio.sleep(0.05)

        await ask_on_until_begun(lanes.LONG_AT_ONCE + 1)
        (last,) = await begin(partial(lane.run, work))
        assert isinstance((await asyncio.gather(last, return_exceptions=True))[0], Crowded)
        work.end.set()
        await asyncio.gather(*runs, return_exceptions=True)

    asyncio.run(run())

    assert work.begun == lanes.LONG_AT_ONCE + 1


@pytest.mark.usefixtures("patience")
def test_after_long_jobs_one_works_at_a_time_as_before(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "LIKELY_SECONDS", 60)
    at_once, most = 0, 0
    lock = threading.Lock()

    def count() -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.001)
        with lock:
            at_once -= 1

    async def run() -> None:
        lane = Lane(1, waiting=40)
        runs = await begin(partial(lane.run, work), 2)
        await wait_until(lambda: work.begun == 2)
        work.end.set()
        await asyncio.gather(*runs)
        await asyncio.gather(*(lane.run(count) for _ in range(40)))

    asyncio.run(run())

    assert most == 1
