"""One listening socket for all workers, and workers that go without dropping anybody.

Granian gives each worker on Linux a socket of its own (``SO_REUSEPORT``): what waits in the queue of a worker that goes
is reset, and so is a connection that it took and has not read from. Here all take from one queue, and before a worker
goes nobody new is let in until it has read what was sent. Who tries meanwhile is let in at the second try, which TCP
makes after a second.
"""

import ctypes
import socket
import struct
import sys
import time
from collections.abc import Callable
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
    """Granian with one socket for all its workers."""

    _listener: socket.socket
    _ending = False

    def _init_shared_socket(self) -> None:
        holder = SocketSpec(self.bind_addr, self.bind_port, self.backlog).build()
        self._shd: Any = holder
        self._ssp, self._sfd = None, holder.get_fd()
        self._listener = self._sso = socket.socket(fileno=self._sfd)
        self._listener.set_inheritable(True)

    def _spawn_worker(self, *args: Any, **options: Any) -> WorkerProcess:
        worker = super()._spawn_worker(*args, **options)
        worker.terminate = partial(self._let_go, worker.terminate)  # type: ignore[method-assign]
        return worker

    def _let_go(self, terminate: Callable[[], None]) -> None:
        """One worker goes; the others stay, unless all do."""
        if self._ending:
            terminate()
            return
        let_in_nobody(self._listener)
        time.sleep(QUIET_SECONDS)
        terminate()
        time.sleep(QUIET_SECONDS)
        let_in_everybody(self._listener)

    def _drop_shared_socket(self) -> None:
        """The first step of the end: all workers still serve."""
        self._ending = True
        let_in_nobody(self._listener)
        time.sleep(QUIET_SECONDS)
        super()._drop_shared_socket()  # type: ignore[no-untyped-call]


def let_in_nobody(listener: socket.socket) -> None:
    """No new connection reaches this listener, in whichever process it is open; does nothing but on Linux."""
    if sys.platform != "linux":
        return
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in NO_NEW_CONNECTIONS))
    # struct sock_fprog: the number of lines, and where they are.
    head = struct.pack("HP", len(NO_NEW_CONNECTIONS), ctypes.addressof(program))
    listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, head)


def let_in_everybody(listener: socket.socket) -> None:
    """The end of :func:`let_in_nobody`."""
    if sys.platform == "linux":
        listener.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)
