"""A load at a rate, whatever the answers: requests begin when they are due, not when others have ended.

Rule: one thread for all connections, and no more read of an answer than is asked of it, so that the load itself takes
little of the machine that it measures.
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


def keep_busy(port: int, *, clients: int, seconds: float) -> list[Answered]:
    """So many clients, each asking again as soon as it was answered: what the service can do."""

    async def run(load: "_Load") -> None:
        ends = time.monotonic() + seconds

        async def ask_on() -> None:
            while time.monotonic() < ends:
                await load.ask()

        await asyncio.gather(*(ask_on() for _ in range(clients)))

    return _run(port, run)


def ask_at(port: int, *, rate: float, seconds: float) -> list[Answered]:
    """So many requests a second."""

    async def run(load: "_Load") -> None:
        began, asked = time.monotonic(), []
        for number in range(int(rate * seconds)):
            if (early := began + number / rate - time.monotonic()) > 0:
                await asyncio.sleep(early)
            asked.append(asyncio.ensure_future(load.ask()))
        await asyncio.gather(*asked)

    return _run(port, run)


def _run(port: int, ask: Callable[["_Load"], Awaitable[None]]) -> list[Answered]:
    load = _Load(port)

    async def run() -> None:
        await ask(load)

    uvloop.run(run())
    return load.answers


class _Load:
    """Asks over connections that are kept, as many as it needs."""

    def __init__(self, port: int) -> None:
        self.answers: list[Answered] = []
        self._port = port
        self._idle: list[_Connection] = []
        self._questions = _ask_anew()

    async def ask(self) -> None:
        began = time.monotonic()
        status = await self._try()
        self.answers.append(Answered(status, began=began, seconds=time.monotonic() - began))

    async def _try(self) -> int:
        loop = asyncio.get_running_loop()
        try:
            connection = (
                self._idle.pop()
                if self._idle
                else (await loop.create_connection(_Connection, "127.0.0.1", self._port))[1]
            )
        except OSError:
            return NOT_CONNECTED
        answered = connection.ask(next(self._questions))
        given_up = loop.call_later(TIMEOUT_SECONDS, connection.close)
        status = await answered
        given_up.cancel()
        if status != LOST:
            self._idle.append(connection)
        return status


class _Connection(asyncio.Protocol):
    """One connection, which is asked one question at a time."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._answered: asyncio.Future[int] | None = None

    def ask(self, path: str) -> "asyncio.Future[int]":
        """The status, once the answer is there as a whole."""
        self._answered = asyncio.get_running_loop().create_future()
        if self._transport.is_closing():
            self._settle(LOST)
        self._transport.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        return self._answered

    def close(self) -> None:
        self._transport.close()

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
            self._settle(status)

    def connection_lost(self, exc: Exception | None) -> None:
        self._settle(LOST)

    def _settle(self, status: int) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(status)


def _ask_anew() -> Iterator[str]:
    """Questions that no cache knows."""
    mark = os.urandom(3).hex()
    for number in itertools.count():
        yield f"/v1/search?q=magnesium+sleep+{mark}{number}&limit=20"
