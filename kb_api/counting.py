"""Counts that the processes of one host share: a table in a file of memory, no service beside ours.

Rule: the table has a fixed size and is never waited for long; whoever floods it with addresses is forgotten first.
"""

import fcntl
import mmap
import os
import secrets
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import NamedTuple

from kb_api.rates import Rate

SLOTS = 65_536
"""How many clients are told apart at a time: 1.5 MB of memory; a guess, far above what one host serves in a minute."""
PROBES = 8
"""How many slots a client may stand in: with a table half full, all eight are taken once in 256 times."""
SALT = struct.Struct("16s")
SLOT = struct.Struct("<QdQ")
"""Who, when the window ends by the clock of the host, and how many requests it has seen."""

_in_this_process = Lock()
"""The lock of a file excludes other processes, not other threads; this excludes those."""


class Standing(NamedTuple):
    """How a client stands in its window."""

    allowed: bool
    remaining: int
    reset_seconds: float


class SharedCounts:
    """How often each client has asked in its window, which begins with its first request."""

    def __init__(self, path: Path | None, rate: Rate) -> None:
        """Open the table, and make it when it is not there; without a path it is this process's alone.

        Raises ``OSError`` when there is no room for it.
        """
        self.rate = rate
        size = SALT.size + SLOTS * SLOT.size
        self._file = _open_file(path)
        with self._alone():
            if os.fstat(self._file).st_size < size:
                # Reserved now: memory that is missing later would end the process at a write.
                os.posix_fallocate(self._file, 0, size)
                os.pwrite(self._file, secrets.token_bytes(SALT.size), 0)
        self._table = mmap.mmap(self._file, size)
        (self._salt,) = SALT.unpack_from(self._table, 0)

    def take(self, client: str) -> Standing:
        """Count one request of the client and say how it stands; what is above the limit is not counted."""
        now = time.monotonic()
        with self._alone():
            offset, ends, count = self._find(client, now)
            allowed = count < self.rate.requests
            if allowed:
                count += 1
                SLOT.pack_into(self._table, offset, self._key(client), ends, count)
        return Standing(allowed, self.rate.requests - count, ends - now)

    def give_back(self, client: str) -> Standing:
        """Take one request of the client out of the count: it turned out to cost nothing."""
        now = time.monotonic()
        with self._alone():
            offset, ends, count = self._find(client, now)
            if count:
                count -= 1
                SLOT.pack_into(self._table, offset, self._key(client), ends, count)
        return Standing(True, self.rate.requests - count, ends - now)

    def peek(self, client: str) -> Standing:
        """How the client stands, without counting."""
        now = time.monotonic()
        with self._alone():
            _, ends, count = self._find(client, now)
        return Standing(count < self.rate.requests, self.rate.requests - count, ends - now)

    def _find(self, client: str, now: float) -> tuple[int, float, int]:
        """The client's slot and what it says; else a free one, else that whose window ends first."""
        key = self._key(client)
        best_offset, best_ends = -1, float("inf")
        for probe in range(PROBES):
            offset = SALT.size + (key + probe) % SLOTS * SLOT.size
            found, ends, count = SLOT.unpack_from(self._table, offset)
            # A window that ends later than one begun now is from before the host was started again.
            is_running = now < ends <= now + self.rate.seconds
            if is_running and found == key:
                return offset, ends, count
            ends = ends if is_running else 0.0
            if ends < best_ends:
                best_offset, best_ends = offset, ends
        return best_offset, now + self.rate.seconds, 0

    def _key(self, client: str) -> int:
        """A number for the client that nobody outside can predict, so that nobody can crowd another out."""
        return int.from_bytes(blake2b(client.encode(), digest_size=8, key=self._salt).digest(), "little")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with _in_this_process:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)


def _open_file(path: Path | None) -> int:
    if path is None:
        with TemporaryFile() as stream:
            return os.dup(stream.fileno())
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
