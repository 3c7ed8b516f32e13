"""The real server, started as an operator starts it, on a free port."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

START_SECONDS = 120
"""How long a start may take on a machine that does much else at the same time."""


class Served(NamedTuple):
    """A server that answers."""

    host: str
    port: int
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


@contextmanager
def serve(database_url: str, log: Path, *, workers: int = 2, **settings: str) -> Iterator[Served]:
    """``kb-api serve`` with these settings (``rate_limit="5/minute"``) until the block ends."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KB_API_")}
    environment |= {"KB_API_DATABASE_URL": database_url}
    environment |= {f"KB_API_{name.upper()}": value for name, value in settings.items()}
    port = find_free_port()
    command = [sys.executable, "-m", "kb_api.cli", "serve", "--port", str(port), "--workers", str(workers)]
    with log.open("wb") as stream:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=stream)
    served = Served("127.0.0.1", port, log, process)
    try:
        _wait_until_ready(served)
        yield served
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def find_free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_ready(served: Served) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urlopen(f"{served.url}/readyz", timeout=2):  # noqa: S310 - the address is ours.
                return
        except (URLError, OSError):
            time.sleep(0.05)
        if served.process.poll() is not None:
            break
    raise AssertionError(f"the server did not start:\n{served.log.read_text()[-3000:]}")
