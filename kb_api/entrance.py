"""The entrance: each request comes to the server's event loop, is answered there from memory, or goes to a thread.

Rule: the event loop waits for nothing but a body that is on its way; whatever may have to wait for the database, for a
place or for a reader has a thread. Nothing here knows what an answer says.

It speaks RSGI to the server (https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md) and WSGI
(PEP 3333) to the gate.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from typing import Any, TypeVar

from werkzeug.exceptions import ServiceUnavailable

from kb_api.caching import CachedApplication
from kb_api.errors import LimitError
from kb_api.settings import Settings
from kb_api.views.asking import NOTE, Environ
from kb_api.views.gate import Gate
from kb_api.views.lanes import THREADS, Lanes
from kb_api.views.limiting import EXEMPT, NUMBERS

MACHINE_THREADS = 4
"""For what machines ask about the process itself, which never waits behind others."""
READER_SECONDS = 5.0
"""How long the server may take to begin reading a stream."""
READER_PAUSE_SECONDS = 0.005
WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
ARRIVING_MAX_BYTES = 64_000_000
"""What bodies on their way may take of a worker's memory, together."""
NAMES_REMEMBERED = 1_024
ADDRESSES_REMEMBERED = 4_096
"""Of the server and of those who are connected to it."""
UNREADABLE = "?"

BASE: Environ = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    # Not of PEP 3333; Werkzeug then reads bodies that do not say their length.
    "wsgi.input_terminated": True,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}


class Head:
    """What an application says before its body: WSGI's ``start_response``."""

    status = 500
    headers: list[tuple[str, str]] = []  # noqa: RUF012 - replaced, never changed.

    def __call__(self, status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        self.status, self.headers = int(status[:3]), headers

    @property
    def announces_length(self) -> bool:
        return any(name.lower() == "content-length" for name, _ in self.headers)


class Entrance:
    """An RSGI application in front of the gate."""

    def __init__(self, gate: Gate, cached: CachedApplication, lanes: Lanes, settings: Settings) -> None:
        self._gate, self._cached, self._lanes = gate, cached, lanes
        self._settings = settings
        self._clock = SharedClock(cached)
        self._arriving_bytes = 0
        # Numbers wait until every worker has written its own: in a thread of theirs, so that health does not.
        self._machines, self._numbers, self._others = Threads(MACHINE_THREADS), Threads(1), Threads(THREADS)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        environ, head = read_environ(scope), Head()
        chunks = self._gate.find(self._cached.find_at_hand, environ, head)
        if chunks is None:
            chunks = await self._find(environ, head)
        if chunks is not None:
            _send(protocol, head, b"".join(chunks))
            return
        if _has_body(environ) and not await self._read_body(environ, protocol):
            return
        await self._threads_for(environ["PATH_INFO"]).run(partial(self._answer, environ, protocol))

    def _threads_for(self, path: str) -> "Threads":
        if path == NUMBERS:
            return self._numbers
        return self._machines if path in EXEMPT else self._others

    async def _find(self, environ: Environ, head: Head) -> Iterable[bytes] | None:
        """An answer that no thread need be had for, which is also that there is none to be had."""
        chunks = None
        if self._cached.knows(environ):
            find_standing = partial(self._cached.find_standing, await self._clock.current())
            chunks = self._gate.find(find_standing, environ, head)
        if chunks is None and not self._cached.is_being_asked(environ):
            chunks = self._gate.find(self._lanes.find_refusal, environ, head)
        return chunks

    async def _read_body(self, environ: Environ, protocol: Any) -> bool:
        """Put the body, when it has come, where WSGI has it; whether there is still somebody to answer.

        What is too long is not read to its end: the application says so.
        """
        settings, said, body = self._settings, environ.get("CONTENT_LENGTH", ""), bytearray()
        length = int(said) if said.isdigit() else 0
        if length > settings.max_body_bytes:
            return True
        try:
            async with asyncio.timeout(settings.max_body_seconds):
                async for chunk in protocol:
                    body += chunk
                    self._arriving_bytes += len(chunk)
                    if self._arriving_bytes > ARRIVING_MAX_BYTES:
                        environ[NOTE].refusal = ServiceUnavailable("too much is on its way; try again", retry_after=1)
                        return True
                    if len(body) > settings.max_body_bytes:
                        break
        except TimeoutError:
            message = f"the body was on its way for more than {settings.max_body_seconds:g} seconds"
            environ[NOTE].refusal = LimitError("max_body_seconds", settings.max_body_seconds, message)
            return True
        finally:
            self._arriving_bytes -= len(body)
        environ["wsgi.input"] = BytesIO(body)
        return len(body) >= length

    def _answer(self, environ: Environ, protocol: Any) -> None:
        head = Head()
        chunks = self._gate(environ, head)
        try:
            if head.status == 200 and environ["REQUEST_METHOD"] != "HEAD" and not head.announces_length:
                send_as_it_comes(protocol, head, chunks)
            else:
                _send(protocol, head, b"".join(chunks))
        finally:
            if hasattr(chunks, "close"):
                chunks.close()


Job = Callable[[], None]
Result = TypeVar("Result")


class SharedClock:
    """Asks which revision stands, once for all who wait.

    An answer is only for those who came before it was asked for, so that none of them learns an old revision.
    """

    def __init__(self, cached: CachedApplication) -> None:
        self._cached = cached
        self._thread = Threads(1)
        self._turn = asyncio.Lock()
        self._next: asyncio.Future[int | None] | None = None

    async def current(self) -> int | None:
        """The revision that stands now; ``None`` when the database cannot tell."""
        if self._next is None:
            self._next = asyncio.ensure_future(self._ask())
        return await asyncio.shield(self._next)

    async def _ask(self) -> int | None:
        async with self._turn:
            self._next = None
            return await self._thread.run(self._cached.current_revision)


class Threads:
    """So many threads at most, made when they are wanted; who was busy last is busy first.

    The standard library's executor gives work to the thread that has rested longest, whose memory is in no processor's
    cache any more: an answer took a tenth more (measured).
    """

    def __init__(self, most: int) -> None:
        self._most, self._number = most, 0
        self._lock = Lock()
        self._resting: list[SimpleQueue[Job]] = []
        self._left: SimpleQueue[Job] = SimpleQueue()

    async def run(self, function: Callable[[], Result]) -> Result:
        """What the function returns or raises, in a thread; it waits for one when all are busy."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[Result] = loop.create_future()

        def job() -> None:
            try:
                settle = partial(_settle, ended, result=function())
            except BaseException as error:  # The server's panics are no Exception; the thread outlives them, too.
                settle = partial(_settle, ended, error=error)
            loop.call_soon_threadsafe(settle)

        with self._lock:
            if self._resting:
                self._resting.pop().put(job)
            elif self._number < self._most:
                self._number += 1
                Thread(target=self._work, args=(job,), daemon=True).start()
            else:
                self._left.put(job)
        return await ended

    def _work(self, job: Job) -> None:
        mine: SimpleQueue[Job] = SimpleQueue()
        while True:
            job()
            with self._lock:
                if self._left.empty():
                    self._resting.append(mine)
                else:
                    mine.put(self._left.get_nowait())
            job = mine.get()


def _settle(ended: asyncio.Future[Any], *, result: Any = None, error: BaseException | None = None) -> None:
    if ended.cancelled():
        return
    if error is None:
        ended.set_result(result)
    else:
        ended.set_exception(error)


def read_environ(scope: Any) -> Environ:
    """The request as WSGI has it, with an empty body."""
    path = scope.path
    environ: Environ = {
        **BASE,
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": path if path.isascii() else path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "REMOTE_ADDR": _split_address(scope.client)[0],
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(),
    }
    environ["SERVER_NAME"], environ["SERVER_PORT"] = _split_address(scope.server)
    said = 0
    for name, value in scope.headers.items():
        variable = _name_variable(name)
        if variable not in environ:
            said += 1
            environ[variable] = value
        else:
            environ[variable] += ("; " if name == "cookie" else ",") + value
    if said != len(scope.headers):
        # The server leaves out values that are not ASCII; but that there is a key, say, must not be overlooked.
        for name in scope.headers.keys():  # noqa: SIM118 - not a dictionary.
            environ.setdefault(_name_variable(name), UNREADABLE)
    if "HTTP_HOST" not in environ and scope.authority:
        environ["HTTP_HOST"] = scope.authority  # HTTP/2 has no header for it.
    return environ


@lru_cache(NAMES_REMEMBERED)
def _name_variable(header: str) -> str:
    """The variable of a header. One that is written with ``_`` must not pass for one with ``-``."""
    if header in ("content-type", "content-length"):
        return header.upper().replace("-", "_")
    return "HTTP_" + (header if "_" in header else header.upper().replace("-", "_"))


@lru_cache(ADDRESSES_REMEMBERED)
def _split_address(address: str) -> tuple[str, str]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), port


def _has_body(environ: Environ) -> bool:
    if environ["REQUEST_METHOD"] not in WITHOUT_BODY:
        return True
    return environ.get("CONTENT_LENGTH", "0") != "0" or "HTTP_TRANSFER_ENCODING" in environ


def _send(protocol: Any, head: Head, body: bytes) -> None:
    if body:
        protocol.response_bytes(head.status, head.headers, body)
    else:
        protocol.response_empty(head.status, head.headers)


def send_as_it_comes(protocol: Any, head: Head, chunks: Iterable[bytes]) -> None:
    """Through a pipe, which the server reads as fast as the client does: what is not yet read is not made either.

    What the server offers for streams takes all that it is given into memory.
    """
    with TemporaryDirectory(prefix="kb-api-") as folder:
        path = Path(folder) / "answer"
        os.mkfifo(path, 0o600)
        protocol.response_file(head.status, head.headers, str(path))
        pipe = _open_when_read(path)
    if pipe is None:
        return
    try:
        with os.fdopen(pipe, "wb", buffering=0) as stream:
            for chunk in chunks:
                stream.write(chunk)
    except BrokenPipeError:
        return  # The client has gone.


def _open_when_read(path: Path) -> int | None:
    """The pipe for writing once somebody reads it; ``None`` when nobody does."""
    until = time.monotonic() + READER_SECONDS
    while time.monotonic() < until:
        try:
            pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(READER_PAUSE_SECONDS)
        else:
            os.set_blocking(pipe, True)
            return pipe
    return None
