"""A listening socket for each worker's place, and workers that go without dropping anybody.

With one socket for all, the worker that slept last takes nearly everybody (31 of 32 connections that come one by one).
So each place has its own (``SO_REUSEPORT``), among which the kernel spreads connections. They belong to the main
process and outlive the workers: what waits when a worker goes is taken by the next in its place. What a worker took and
has not read from would be reset with it; so before it goes nobody new is let in at its place until it has read what was
sent. Who tries meanwhile is let in at the second try, which TCP makes after a second.

Where there is a worker for each processor, each keeps to its own.
"""

import ctypes
import os
import socket
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from granian.net import SocketSpec  # type: ignore[attr-defined]
from granian.server import MPServer
from granian.server.mp import WorkerProcess

SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27
"""Linux, asm-generic/socket.h; the standard library does not name them."""
NO_NEW_CONNECTIONS = (
    (0x30, 0, 0, 13),  # ldb [13]: the flags of the TCP header
    (0x54, 0, 0, 0x12),  # and #(SYN | ACK)
    (0x15, 0, 1, 0x02),  # jeq #SYN: a new connection
    (0x06, 0, 0, 0),  # ret #0: dropped, as if the network had lost it
    (0x06, 0, 0, 0xFFFFFFFF),  # ret #-1: everything else passes
)
"""A classic BPF program (linux/filter.h): code, jump if true, jump if false, operand."""
QUIET_SECONDS = 0.25
"""For handshakes under way to end, and for the workers to take who is in the queue and to read what was sent."""


class Server(MPServer):
    """Granian with sockets that outlive its workers."""

    _holders: list[Any]
    _listeners: list[socket.socket]
    _ending = False

    def _init_shared_socket(self) -> None:
        # Elsewhere than on Linux the kernel would not spread connections: one socket for all.
        places = self.workers if sys.platform == "linux" else 1
        self._holders = [SocketSpec(self.bind_addr, self.bind_port, self.backlog).build() for _ in range(places)]
        self._listeners = [socket.socket(fileno=holder.get_fd()) for holder in self._holders]
        for listener in self._listeners:
            listener.set_inheritable(True)

    def _spawn_worker(self, idx: int, *args: Any, **options: Any) -> WorkerProcess:
        place = idx % len(self._listeners)
        self._ssp, self._shd, self._sso = None, self._holders[place], self._listeners[place]
        options["callback_loader"] = partial(load_on, choose_processor(idx, self.workers), options["callback_loader"])
        worker = super()._spawn_worker(idx, *args, **options)
        worker.terminate = partial(self._let_go, self._listeners[place], worker.terminate)  # type: ignore[method-assign]
        return worker

    def _let_go(self, listener: socket.socket, terminate: Callable[[], None]) -> None:
        """One worker goes; the others stay, unless all do."""
        if self._ending:
            terminate()
            return
        let_in_nobody(listener)
        time.sleep(QUIET_SECONDS)
        terminate()
        time.sleep(QUIET_SECONDS)
        let_in_everybody(listener)

    def _drop_shared_socket(self) -> None:
        """The first step of the end: all workers still serve."""
        self._ending = True
        for listener in self._listeners:
            let_in_nobody(listener)
        time.sleep(QUIET_SECONDS)
        for listener in self._listeners:
            listener.close()


def choose_processor(idx: int, workers: int) -> int | None:
    """The processor of a worker, when there is a worker for each; else ``None``, and the kernel chooses.

    The threads of a worker hand the interpreter to each other all the time. On one processor the next has what the last
    one had in the cache, and none holds the interpreter while it waits for a processor itself.
    """
    if sys.platform != "linux":
        return None
    processors = sorted(os.sched_getaffinity(0))
    return processors[idx % len(processors)] if workers >= len(processors) else None


def load_on(processor: int | None, load: Callable[[], Any]) -> Any:
    """In a worker, before it has other threads: keep to this processor, and load."""
    if processor is not None:
        with suppress(OSError):
            os.sched_setaffinity(0, {processor})
    return load()


def let_in_nobody(listener: socket.socket) -> None:
    """No new connection reaches this listener, in whichever process it is open; does nothing but on Linux.

    Nor where the system does not allow it, as in some sandboxes: then a few are dropped, which is no reason to end.
    """
    if sys.platform != "linux":
        return
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in NO_NEW_CONNECTIONS))
    # struct sock_fprog: the number of lines, and where they are.
    head = struct.pack("HP", len(NO_NEW_CONNECTIONS), ctypes.addressof(program))
    with suppress(OSError):
        listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, head)


def let_in_everybody(listener: socket.socket) -> None:
    """The end of :func:`let_in_nobody`."""
    if sys.platform != "linux":
        return
    with suppress(OSError):
        listener.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)
