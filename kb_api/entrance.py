"""The entrance: each request comes to the server's event loop, is answered there from memory, or goes to a thread.

Rule: whatever may have to wait for the database or for a reader has a thread; who waits for a body, for a turn or for
an answer that is being made already has none. Nothing here knows what an answer says.

It speaks RSGI to the server (https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md) and WSGI
(PEP 3333) to the gate.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from werkzeug.exceptions import ServiceUnavailable

from kb_api.caching import CachedApplication, Key, read_key
from kb_api.errors import LimitError
from kb_api.lanes import Crowded, Lane, Threads
from kb_api.settings import Settings
from kb_api.views.asking import NOTE, Environ
from kb_api.views.gate import Gate
from kb_api.views.limiting import EXEMPT, NUMBERS
from kb_api.views.refusing import refuse

READING, READERS_WAITING = 1, 40
"""Requests that read: so many compute, so many at most may wait for them. A second that computes would only take the
interpreter from the first: under three and ten times the load a fifth less was served by two (measured)."""
WRITING = 40
"""Requests that write: they wait for each other in the database, at about 10 ms a write within the deadline."""
MACHINES = 4
"""For what machines ask about the process itself, which never waits behind others."""
OTHERS = 16
"""For pages, files and streams on their way."""
ASKING_BY_POST = ("/v1/answers", "/v1/batch")
"""What reads although its method is POST."""
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

    def __init__(self, gate: Gate, cached: CachedApplication, settings: Settings) -> None:
        self._gate, self._cached, self._settings = gate, cached, settings
        self._clock = SharedClock(cached)
        self._arriving_bytes = 0
        self._coming: dict[Key, asyncio.Future[None]] = {}
        self._reading, self._writing = Lane(READING, waiting=READERS_WAITING), Lane(WRITING, waiting=0)
        # Numbers wait until every worker has written its own: in a thread of theirs, so that health does not.
        self._machines, self._numbers, self._others = Threads(MACHINES), Threads(1), Threads(OTHERS)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        environ, head = read_environ(scope), Head()
        self._gate.admit(environ)
        key = read_key(environ)
        chunks = None if key is None else self._find_at_hand(key, environ, head)
        if chunks is None:
            chunks = await self._find(key, environ, head)
        if chunks is not None:
            _send(protocol, head, b"".join(chunks))
        elif not _has_body(environ) or await self._read_body(environ, protocol):
            await self._work(key, environ, protocol)

    async def _find(self, key: Key | None, environ: Environ, head: Head) -> Iterable[bytes] | None:
        """An answer that nobody has to work on, which is also that nobody can; else ``None``."""
        chunks = None
        if key is not None:
            chunks = await self._find_standing(key, environ, head)
            if chunks is None and (coming := self._coming.get(key)):
                await asyncio.shield(coming)
                chunks = self._find_at_hand(key, environ, head)
                if chunks is None:
                    chunks = await self._find_standing(key, environ, head)
        if chunks is None and not self._threads_for(environ).has_room:
            chunks = self._gate.pass_on(refuse, environ, head)
        return chunks

    def _find_at_hand(self, key: Key, environ: Environ, head: Head) -> Iterable[bytes] | None:
        return self._gate.find(partial(self._cached.find_at_hand, key), environ, head)

    async def _find_standing(self, key: Key, environ: Environ, head: Head) -> Iterable[bytes] | None:
        """The answer that is kept, when only the database can tell whether it stands."""
        if not self._cached.knows(key):
            return None
        revision = await self._clock.current()
        return self._gate.find(partial(self._cached.find_standing, revision, key), environ, head)

    async def _work(self, key: Key | None, environ: Environ, protocol: Any) -> None:
        """Have it answered in a thread."""
        try:
            with self._announced(key):
                stream = await self._threads_for(environ).run(partial(self._answer, environ, protocol))
        except Crowded:
            head = Head()
            _send(protocol, head, b"".join(self._gate.pass_on(refuse, environ, head)))
        else:
            if stream is not None:
                await self._others.run(stream)

    @contextmanager
    def _announced(self, key: Key | None) -> Iterator[None]:
        """Who asks for the same meanwhile waits for this answer, whatever comes of it."""
        if key is None or key in self._coming:
            yield
            return
        coming = self._coming[key] = asyncio.get_running_loop().create_future()
        try:
            yield
        finally:
            del self._coming[key]
            coming.set_result(None)

    def _threads_for(self, environ: Environ) -> Threads:
        path: str = environ["PATH_INFO"]
        if path.startswith("/v1/"):
            reads = environ["REQUEST_METHOD"] in WITHOUT_BODY or path in ASKING_BY_POST
            return self._reading if reads else self._writing
        if path == NUMBERS:
            return self._numbers
        return self._machines if path in EXEMPT else self._others

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

    def _answer(self, environ: Environ, protocol: Any) -> Callable[[], None] | None:
        """Answer; what is left to do when the answer is a stream."""
        head = Head()
        chunks = self._gate(environ, head)
        if head.status == 200 and environ["REQUEST_METHOD"] != "HEAD" and not head.announces_length:
            return partial(send_as_it_comes, protocol, head, chunks)
        try:
            _send(protocol, head, b"".join(chunks))
        finally:
            _close(chunks)
        return None


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
    try:
        with TemporaryDirectory(prefix="kb-api-") as folder:
            path = Path(folder) / "answer"
            os.mkfifo(path, 0o600)
            protocol.response_file(head.status, head.headers, str(path))
            pipe = _open_when_read(path)
        if pipe is None:
            return
        with os.fdopen(pipe, "wb", buffering=0) as stream:
            for chunk in chunks:
                stream.write(chunk)
    except BrokenPipeError:
        return  # The client has gone.
    finally:
        _close(chunks)


def _close(chunks: Iterable[bytes]) -> None:
    if hasattr(chunks, "close"):
        chunks.close()


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
