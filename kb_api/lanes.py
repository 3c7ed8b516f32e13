"""How many requests are worked on at a time: what is too much is refused at once instead of making everybody wait.

Rule: nothing here knows what a request is. Who waits, waits in a line and not in a thread, so that whoever computes
next is the thread that computed last: its memory is in the processor's cache, and no other asks for the interpreter.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import Any, TypeVar

PATIENCE_SECONDS = 0.4
"""Longer, and an answer in half a second is no longer likely (the measure is in ``docs/reliability.md``)."""
LIKELY_SECONDS = 0.2
"""Who would wait longer than this, as the latest turns were, is refused at once."""
LATEST_SHARE = 1 / 16
"""How much the latest turn counts among those before."""
LONG_SECONDS = 0.1
"""Who works for longer has most likely something to wait for, and keeps nobody from working any more."""
LONG_AT_ONCE = 3
"""So many may work on beside those whose turn it is."""
LOOK_SECONDS = 0.05
"""How often a lane looks after those who wait."""

Result = TypeVar("Result")


class Crowded(Exception):  # noqa: N818 - a state, not a fault.
    """There is no place, or it was waited for in vain."""


class Job:
    """Something to do, and what came of it."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self._loop = asyncio.get_running_loop()
        self._function = function
        self._tell: Callable[[], None]
        self.ended: asyncio.Future[Any] = self._loop.create_future()
        self.since = monotonic()
        """When it began to wait, then when it began."""
        self.has_turn = True
        """Whether somebody else can begin when it ends."""

    def do(self) -> None:
        """Do it in this thread."""
        try:
            self._tell = partial(self.settle, self._function())
        except BaseException as error:  # The server's panics are no Exception; the thread outlives them, too.
            self._tell = partial(self.fail, error)

    def tell(self) -> None:
        """Tell whoever awaits it what came of it."""
        self._loop.call_soon_threadsafe(self._tell)

    def settle(self, result: Any) -> None:
        """In the event loop: this is the result."""
        if not self.ended.cancelled():
            self.ended.set_result(result)

    def fail(self, error: BaseException) -> None:
        """In the event loop: there is none."""
        if not self.ended.cancelled():
            self.ended.set_exception(error)


class Threads:
    """So many jobs at a time, each in a thread; the others wait in line.

    Threads are made when they are wanted, and who was busy last is busy first. The standard library's executor gives
    work to the thread that has rested longest, whose memory is in no processor's cache any more: an answer took a tenth
    more (measured).
    """

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._lock = Lock()
        self._resting: list[SimpleQueue[Job]] = []
        self._waiting: deque[Job] = deque()

    @property
    def has_room(self) -> bool:
        """Whether one more would be let in now."""
        return True

    async def run(self, function: Callable[[], Result]) -> Result:
        """What the function returns or raises, in a thread."""
        job = Job(function)
        with self._lock:
            self._waiting.append(job)
            self._begin()
        result: Result = await job.ended
        return result

    def _begin(self) -> None:
        """With the lock: whoever can, begins."""
        while self._waiting and self._free > 0:
            job = self._take()
            if self._resting:
                self._resting.pop().put(job)
            else:
                Thread(target=self._work, args=(job,), daemon=True).start()

    def _take(self) -> Job:
        job = self._waiting.popleft()
        job.since = monotonic()
        self._free -= 1
        return job

    def _end(self, job: Job) -> None:
        """With the lock: this one is done."""
        self._free += job.has_turn

    def _work(self, job: Job | None) -> None:
        mine: SimpleQueue[Job] = SimpleQueue()
        while True:
            done = job or mine.get()
            done.do()
            with self._lock:
                self._end(done)
                # No other thread has to wake up for the next in line.
                job = self._take() if self._waiting and self._free > 0 else None
                if job is None:
                    self._resting.append(mine)
            done.tell()
            del done  # Who rests keeps nothing of it.


class Lane(Threads):
    """Threads for what must be answered soon or not at all."""

    def __init__(self, at_once: int, *, waiting: int) -> None:
        """``waiting``: so many at most wait for their turn."""
        super().__init__(at_once)
        self._at_once, self._places = at_once, waiting
        self._working: list[Job] = []
        self._turn_seconds = 0.0
        self._watch: asyncio.Task[None] | None = None

    @property
    def has_room(self) -> bool:
        """Whether one more would have its turn in time."""
        if self._free > 0:
            return True
        waiting = len(self._waiting)
        return waiting < self._places and waiting * self._turn_seconds / self._at_once <= LIKELY_SECONDS

    async def run(self, function: Callable[[], Result]) -> Result:
        """What the function returns or raises, in a thread.

        Raises:
            Crowded: it has not begun, and will not.
        """
        if not self.has_room:
            raise Crowded
        if self._free <= 0 and self._watch is None:
            self._watch = asyncio.ensure_future(self._look_after())
        return await super().run(function)

    def _take(self) -> Job:
        job = super()._take()
        self._working.append(job)
        return job

    def _end(self, job: Job) -> None:
        super()._end(job)
        self._working.remove(job)
        seconds = min(monotonic() - job.since, PATIENCE_SECONDS)
        self._turn_seconds += (seconds - self._turn_seconds) * LATEST_SHARE

    async def _look_after(self) -> None:
        """While somebody waits: send away who has waited too long, and let others begin beside those who take long."""
        while self._waiting:
            await asyncio.sleep(LOOK_SECONDS)
            with self._lock:
                now, late = monotonic(), []
                while self._waiting and now - self._waiting[0].since > PATIENCE_SECONDS:
                    late.append(self._waiting.popleft())
                for job in self._working:
                    if job.has_turn and now - job.since > LONG_SECONDS and self._long < LONG_AT_ONCE:
                        job.has_turn = False
                        self._free += 1
                self._begin()
            for job in late:
                job.fail(Crowded())
        self._watch = None

    @property
    def _long(self) -> int:
        return sum(not job.has_turn for job in self._working)
