"""A load at a rate, whatever the answers: requests begin when they are due, not when others have ended.

Rule: one thread for all connections, so that the load itself takes little of the machine that it measures.
"""

import asyncio
import itertools
import os
import time
from collections.abc import Iterator

from tests.faults.client import LOST, NOT_CONNECTED, Answered

TIMEOUT_SECONDS = 10.0


def keep_busy(port: int, *, clients: int, seconds: float) -> list[Answered]:
    """So many clients, each asking again as soon as it was answered: what the service can do."""

    async def run() -> list[Answered]:
        load, ends = _Load(port), time.monotonic() + seconds

        async def ask_on() -> None:
            while time.monotonic() < ends:
                await load.ask()

        await asyncio.gather(*(ask_on() for _ in range(clients)))
        return load.answers

    return asyncio.run(run())


def ask_at(port: int, *, rate: float, seconds: float) -> list[Answered]:
    """So many requests a second."""

    async def run() -> list[Answered]:
        load, began = _Load(port), time.monotonic()
        asked = []
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(began + number / rate - time.monotonic(), 0))
            asked.append(asyncio.create_task(load.ask()))
        await asyncio.gather(*asked)
        return load.answers

    return asyncio.run(run())


class _Load:
    def __init__(self, port: int) -> None:
        self.answers: list[Answered] = []
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._questions = _ask_anew()

    async def ask(self) -> None:
        began = time.monotonic()
        status, headers = await self._try()
        self.answers.append(Answered(status, headers, began=began, seconds=time.monotonic() - began))

    async def _try(self) -> tuple[int, dict[str, str]]:
        try:
            pair = self._idle.pop() if self._idle else await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            return NOT_CONNECTED, {}
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                status, headers = await self._exchange(*pair)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            pair[1].close()
            return LOST, {}
        self._idle.append(pair)
        return status, headers

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[int, dict[str, str]]:
        writer.write(f"GET {next(self._questions)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        await reader.readexactly(int(headers.get("content-length", "0")))
        return int(head[0].split()[1]), headers


def _ask_anew() -> Iterator[str]:
    """Questions that no cache knows."""
    mark = os.urandom(3).hex()
    for number in itertools.count():
        yield f"/v1/search?q=magnesium+sleep+{mark}{number}&limit=20"
