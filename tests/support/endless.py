"""An application for the server that sends a long stream and writes down how much of it it has made."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kb_api.entrance import Head, send_as_it_comes

CHUNK = b"x" * 100_000
CHUNKS = 1_000


def make_chunks() -> Iterator[bytes]:
    with Path(os.environ["MADE"]).open("wb", buffering=0) as made:
        for _ in range(CHUNKS):
            made.write(b".")
            yield CHUNK


def answer(protocol: Any) -> None:
    head = Head()
    head("200 OK", [("Content-Type", "text/plain")])
    send_as_it_comes(protocol, head, make_chunks())


async def application(_scope: Any, protocol: Any) -> None:
    await asyncio.get_running_loop().run_in_executor(None, answer, protocol)
