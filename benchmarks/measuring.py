"""Starting servers and measuring what a request costs them.

Rule: the figure is the processor time of the server's whole process tree per request, best of several rounds: what else
runs on the machine can make it longer, never shorter. Times by the clock are only compared within one round.
"""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

CPUCLOCK_SCHED = 2
"""Linux, include/linux/posix-timers.h."""
START_SECONDS = 40.0
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
Headers = dict[str, str]


@dataclass(frozen=True)
class Load:
    """What was measured in one round."""

    requests: int
    cpu_microseconds: float
    """Of the server, per request."""
    latencies_ms: list[float]
    bytes: int
    """Of the last body."""

    def quantile(self, share: float) -> float:
        return sorted(self.latencies_ms)[int(len(self.latencies_ms) * share)]


@dataclass
class Server:
    """A server that is running on a port of its own."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    behind: "Server | None" = None
    """The server that this one passes requests on to: what it does counts as well."""
    first_answer_seconds: float = 0.0
    loads: dict[str, list[Load]] = field(default_factory=dict)

    def measure(
        self,
        label: str,
        paths: Sequence[str],
        *,
        requests: int,
        connections: int = 1,
        headers: Headers | None = None,
        body: bytes | None = None,
        before_each: Callable[[], object] | None = None,
    ) -> None:
        """Ask for the paths in turn and keep what it cost under ``label``; what is done before each does not count."""
        messages = [_message(path, headers or {}, body) for path in paths]
        self.loads.setdefault(label, []).append(_run(self, messages, requests, connections, before_each))

    def best(self, label: str) -> float:
        """Microseconds of processor time a request, of the best round."""
        return min(load.cpu_microseconds for load in self.loads[label])

    def best_quantile(self, label: str, share: float) -> float:
        """Milliseconds, of the best round."""
        return min(load.quantile(share) for load in self.loads[label])

    def get(self, path: str) -> bytes:
        """One whole body. Raises ``RuntimeError`` for any status but 200."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(_message(path, {}))
            status, body = _read_response(connection, bytearray())
        if status != 200:
            raise RuntimeError(f"{self.name} answered {status} to {path}: {body[:300]!r}")
        return body

    @property
    def cpu_seconds(self) -> float:
        """Processor time until now, of every process that has a part in an answer."""
        return _cpu_seconds(self.process.pid) + (self.behind.cpu_seconds if self.behind else 0.0)

    def memory_mb(self) -> list[float]:
        """Proportional set size of each process, in MB, the largest first."""
        return sorted((_pss_mb(pid) for pid in _tree(self.process.pid)), reverse=True)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running(
    name: str, command: Sequence[str | Path], port: int, *, ready: str, folder: Path, **environment: str
) -> Iterator[Server]:
    """The server while the block runs; ``ready`` is the address that tells that it answers."""
    began = time.monotonic()
    with (folder / f"{port}.log").open("wb") as log:
        process = subprocess.Popen(
            [str(part) for part in command], stdout=log, stderr=log, cwd=folder, env={**os.environ, **environment}
        )
        server = Server(name, port, process)
        try:
            while not _answers(server, ready):
                if process.poll() is not None or time.monotonic() - began > START_SECONDS:
                    raise RuntimeError(f"{name} did not start: see {log.name}")
                time.sleep(0.01)
            server.first_answer_seconds = time.monotonic() - began
            yield server
        finally:
            server.stop()


def _answers(server: Server, path: str) -> bool:
    try:
        server.get(path)
    except (OSError, RuntimeError):
        return False
    return True


def _message(path: str, headers: Headers, body: bytes | None = None) -> bytes:
    method = "GET" if body is None else "POST"
    if body is not None:
        headers = {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + (body or b"")


def _run(
    server: Server,
    messages: Sequence[bytes],
    requests: int,
    connections: int,
    before_each: Callable[[], object] | None,
) -> Load:
    """All connections ask at once, then all answers are read: the server always has that many requests at hand."""
    sockets = [socket.create_connection(("127.0.0.1", server.port), timeout=30) for _ in range(connections)]
    buffers = [bytearray() for _ in sockets]
    for each in sockets:
        each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    latencies, size, asked = [], 0, 0
    cpu = server.cpu_seconds
    while asked < requests:
        if before_each is not None:
            before_each()
        began = time.perf_counter()
        for each in sockets:
            each.sendall(messages[asked % len(messages)])
            asked += 1
        for each, buffer in zip(sockets, buffers, strict=True):
            status, body = _read_response(each, buffer)
            if status not in (200, 304):
                raise RuntimeError(f"{server.name} answered {status}: {body[:300]!r}")
            size = len(body)
        latencies.append((time.perf_counter() - began) * 1_000 / connections)
    cpu = server.cpu_seconds - cpu
    for each in sockets:
        each.close()
    return Load(asked, cpu / asked * 1e6, latencies, size)


def _read_response(connection: socket.socket, buffer: bytearray) -> tuple[int, bytes]:
    while (end := buffer.find(b"\r\n\r\n")) < 0:
        buffer += _receive(connection)
    head = bytes(buffer[:end])
    found = LENGTH.search(head)
    status = int(head.split(None, 2)[1])
    length = 0 if status == 304 else int(found.group(1)) if found else -1
    del buffer[: end + 4]
    if length < 0:
        return status, _read_chunked(connection, buffer)
    while len(buffer) < length:
        buffer += _receive(connection)
    body = bytes(buffer[:length])
    del buffer[:length]
    return status, body


def _read_chunked(connection: socket.socket, buffer: bytearray) -> bytes:
    body = bytearray()
    while True:
        while (end := buffer.find(b"\r\n")) < 0:
            buffer += _receive(connection)
        length = int(bytes(buffer[:end]), 16)
        while len(buffer) < end + 2 + length + 2:
            buffer += _receive(connection)
        body += buffer[end + 2 : end + 2 + length]
        del buffer[: end + 2 + length + 2]
        if length == 0:
            return bytes(body)


def _receive(connection: socket.socket) -> bytes:
    received = connection.recv(262_144)
    if not received:
        raise ConnectionError("the server closed the connection")
    return received


def _tree(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            found += _tree(int(child))
    return found


def _cpu_seconds(pid: int) -> float:
    """Of a process and of those that it has started, to the nanosecond."""
    total = 0.0
    for each in _tree(pid):
        # What clock_getcpuclockid(3) gives for another process; the standard library has it for threads only.
        with suppress(OSError):
            total += time.clock_gettime(~each << 3 | CPUCLOCK_SCHED)
    return total


def _pss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
