"""Clients that say exactly what became of each request, and many of them at once."""

import http.client
import itertools
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

_numbers = itertools.count(1)
LOST = 0
"""The status of a request that was sent and never answered."""
NOT_CONNECTED = -1
"""The status of a request that nobody took: it was never sent."""


@dataclass(frozen=True)
class Answered:
    """What became of one request."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    began: float = 0.0
    seconds: float = 0.0
    slug: str = ""
    error: str = ""

    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


class Client:
    """One connection, kept alive; opened anew when it was closed between two requests."""

    def __init__(self, port: int, *, timeout: float, key: str = "") -> None:
        self._port, self._timeout, self._key = port, timeout, key
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str, **headers: str) -> Answered:
        """One read."""
        return self.ask("GET", path, headers=headers)

    def add_mechanism(self, *, text: str = "x") -> Answered:
        """One write that is one revision; the answer says which slug was sent."""
        slug = f"fault-{os.getpid()}-{next(_numbers)}"
        record = {"slug": slug, "name": {"en": slug}, "summary": {"en": text}, "aliases": {}, "xrefs": []}
        answer = self.ask("POST", "/v1/mechanisms", body=record)
        return Answered(**{**answer.__dict__, "slug": slug})

    def ask(self, method: str, path: str, *, body: Any = None, headers: dict[str, str] | None = None) -> Answered:
        """One request. A connection that the server closed while it lay idle is opened anew: nothing was lost."""
        sent = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        if self._key:
            sent["Authorization"] = f"Bearer {self._key}"
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        began = time.monotonic()
        answer = self._try(method, path, content, sent)
        return Answered(**{**answer.__dict__, "began": began, "seconds": time.monotonic() - began})

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _try(self, method: str, path: str, content: bytes | None, headers: dict[str, str]) -> Answered:
        is_fresh = self._connection is None
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._timeout)
                self._connection.connect()
        except OSError as error:
            self.close()
            return Answered(NOT_CONNECTED, error=type(error).__name__)
        try:
            self._connection.request(method, path, body=content, headers=headers)
            response = self._connection.getresponse()
            data = response.read()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError) as error:
            self.close()
            # A kept connection may be closed at any time between two requests (RFC 9112, 9.5): ask again, once.
            return Answered(LOST, error=type(error).__name__) if is_fresh else self._try(method, path, content, headers)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            return Answered(LOST, error=type(error).__name__)
        if response.will_close:
            self.close()
        return Answered(response.status, {name.lower(): value for name, value in response.getheaders()}, data)


class Crowd:
    """Clients that ask until they are told to stop."""

    def __init__(self) -> None:
        self.answers: list[Answered] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def add(
        self, number: int, make_client: Callable[[], Client], ask: Callable[[Client], Answered], *, pause: float = 0.0
    ) -> None:
        """So many clients more, each asking this again and again."""

        def run() -> None:
            client = make_client()
            while not self._stop.is_set():
                answer = ask(client)
                with self._lock:
                    self.answers.append(answer)
                if answer.status in (NOT_CONNECTED, LOST):
                    time.sleep(0.02)
                if pause:
                    time.sleep(pause)
            client.close()

        for _ in range(number):
            self._threads.append(threading.Thread(target=run, daemon=True))

    def run(self, seconds: float) -> list[Answered]:
        """Let them ask for so long; everything that became of it."""
        self.start()
        time.sleep(seconds)
        return self.stop()

    def start(self) -> None:
        """Let them begin."""
        for thread in self._threads:
            thread.start()

    def wait_for(self, number: int, *, status: int, seconds: float) -> None:
        """Until so many were answered so, or for so long."""
        ends = time.monotonic() + seconds
        while sum(answer.status == status for answer in list(self.answers)) < number and time.monotonic() < ends:
            time.sleep(0.02)

    def stop(self) -> list[Answered]:
        """Let each end its request; everything that became of them."""
        self._stop.set()
        for thread in self._threads:
            thread.join(30)
        return self.answers


def count_statuses(answers: Sequence[Answered]) -> dict[int, int]:
    """Status → how many."""
    return dict(sorted(Counter(answer.status for answer in answers).items()))


def percentile(answers: Sequence[Answered], share: float) -> float:
    """The time within which this share of the answers came, in seconds; 0 for none."""
    times = sorted(answer.seconds for answer in answers)
    return times[min(int(share * len(times)), len(times) - 1)] if times else 0.0
