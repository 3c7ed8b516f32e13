"""A load at a rate, whatever the answers: requests begin when they are due, not when others have ended.

Rule: one thread for all connections, no task for each request, and no more read of an answer than is asked of it, so
that the load takes little of the machine that it measures.
"""

import asyncio
import itertools
import os
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import cast

import uvloop

from tests.faults.client import LOST, NOT_CONNECTED, Answered

TIMEOUT_SECONDS = 10.0
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
STATUS = slice(9, 12)
"""Where the status stands in ``HTTP/1.1 200 OK``."""
TICK_SECONDS = 0.01
"""How often requests that are due are sent: to wake up for each would take more of the machine than to send it."""
ROUND_SECONDS = 0.05
"""How often one looks whether everything has been answered."""


def keep_busy(port: int, *, clients: int, seconds: float) -> list[Answered]:
    """So many clients, each asking again as soon as it was answered: what the service can do."""

    async def run(load: "_Load") -> None:
        ends = time.monotonic() + seconds

        def ask_on() -> None:
            if time.monotonic() < ends:
                load.ask(then=ask_on)

        for _ in range(clients):
            ask_on()
        await asyncio.sleep(seconds)

    return _run(port, run)


def ask_at(port: int, *, rate: float, seconds: float) -> list[Answered]:
    """So many requests a second."""

    async def run(load: "_Load") -> None:
        began, asked = time.monotonic(), 0
        while asked < int(rate * seconds):
            due = min((time.monotonic() - began) * rate, rate * seconds)
            while asked < int(due):
                load.ask()
                asked += 1
            await asyncio.sleep(TICK_SECONDS)

    return _run(port, run)


def _run(port: int, ask: Callable[["_Load"], Awaitable[None]]) -> list[Answered]:
    load = _Load(port)

    async def run() -> None:
        await ask(load)
        await load.wait_for_the_rest()

    uvloop.run(run())
    return load.answers


class _Load:
    """Asks over connections that are kept, as many as it needs."""

    def __init__(self, port: int) -> None:
        self.answers: list[Answered] = []
        self._port = port
        self._idle: list[_Connection] = []
        self._busy: set[_Connection] = set()
        self._connecting: set[asyncio.Task[None]] = set()
        self._questions = _ask_anew()

    def ask(self, then: Callable[[], None] = lambda: None) -> None:
        """One request more; ``then`` is called when it has its answer."""
        question, began = next(self._questions), time.monotonic()
        if self._idle:
            self._ask_over(self._idle.pop(), question, began, then)
            return
        task = asyncio.ensure_future(self._connect_and_ask(question, began, then))
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)

    async def wait_for_the_rest(self) -> None:
        """Until every request has its answer, or too long has passed."""
        ends = time.monotonic() + TIMEOUT_SECONDS
        while (self._busy or self._connecting) and time.monotonic() < ends:
            await asyncio.sleep(ROUND_SECONDS)
        for connection in list(self._busy):
            connection.give_up()

    async def _connect_and_ask(self, question: str, began: float, then: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(_Connection, "127.0.0.1", self._port)
        except OSError:
            self._note(NOT_CONNECTED, began, then)
        else:
            self._ask_over(connection, question, began, then)

    def _ask_over(self, connection: "_Connection", question: str, began: float, then: Callable[[], None]) -> None:
        def settle(status: int) -> None:
            self._busy.discard(connection)
            if status != LOST:
                self._idle.append(connection)
            self._note(status, began, then)

        self._busy.add(connection)
        connection.ask(question, settle)

    def _note(self, status: int, began: float, then: Callable[[], None]) -> None:
        seconds = time.monotonic() - began
        self.answers.append(Answered(status if seconds < TIMEOUT_SECONDS else LOST, began=began, seconds=seconds))
        then()


class _Connection(asyncio.Protocol):
    """One connection, which is asked one question at a time."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._settle: Callable[[int], None] | None = None

    def ask(self, path: str, settle: Callable[[int], None]) -> None:
        """``settle`` is called with the status once the answer is there as a whole."""
        self._settle = settle
        if self._transport.is_closing():
            self.give_up()
        else:
            self._transport.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())

    def give_up(self) -> None:
        """Wait no longer."""
        self._transport.close()
        self._end(LOST)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        length = LENGTH.search(self._received, 0, end)
        if len(self._received) >= end + 4 + int(length[1] if length else 0):
            status = int(self._received[STATUS])
            self._received.clear()
            self._end(status)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(LOST)

    def _end(self, status: int) -> None:
        settle, self._settle = self._settle, None
        if settle is not None:
            settle(status)


def _ask_anew() -> Iterator[str]:
    """Questions that no cache knows."""
    mark = os.urandom(3).hex()
    for number in itertools.count():
        yield f"/v1/search?q=magnesium+sleep+{mark}{number}&limit=20"
