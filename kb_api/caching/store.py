"""The answers of one revision, and the last known ones of earlier revisions; bounded in bytes.

Rule: an answer proves itself before it can push out another that has: a new one comes on probation, the second time it
is asked for it is kept. A flood of addresses that are each asked once can therefore only push out one another.
"""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

from kb_api.caching.answers import Answer

PROBATION_SHARE = 0.2
LAST_KNOWN_SHARE = 0.2
"""For answers of earlier revisions, given out marked while the database is away: a guess."""
LARGEST_SHARE = 1 / 16
"""An answer that would take more than this share is not kept: it would push out too many others."""


class AnswerStore:
    """Answers by key; safe for threads. Only ``find_last`` gives out one of another revision."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.revision: int | None = None
        self._lock = Lock()
        self._probation = _Segment(int(max_bytes * PROBATION_SHARE))
        self._last_known = _Segment(int(max_bytes * LAST_KNOWN_SHARE))
        self._kept = _Segment(max_bytes - self._probation.max_bytes - self._last_known.max_bytes)

    @property
    def size_bytes(self) -> int:
        return self._probation.size_bytes + self._kept.size_bytes + self._last_known.size_bytes

    def __len__(self) -> int:
        return len(self._probation.answers) + len(self._kept.answers)

    def find(self, revision: int, key: Hashable) -> Answer | None:
        """The answer to this key in this revision; what was kept from another revision is dropped."""
        with self._lock:
            if revision != self.revision:
                self._begin(revision)
                return None
            answer = self._kept.touch(key)
            if answer is None and (answer := self._probation.take(key)) is not None:
                self._demote(self._kept.add(key, answer))
            return answer

    def find_last(self, key: Hashable) -> Answer | None:
        """The last known answer to this key, of whatever revision: for when nobody can tell which one stands."""
        with self._lock:
            segments = (self._kept, self._probation, self._last_known)
            return next((segment.answers[key] for segment in segments if key in segment.answers), None)

    def add(self, key: Hashable, answer: Answer) -> None:
        """Keep an answer, if it is of the current revision and not too large."""
        with self._lock:
            fits = answer.size_bytes <= self.max_bytes * LARGEST_SHARE
            if fits and answer.revision == self.revision and key not in self._kept.answers:
                self._probation.add(key, answer)

    def _begin(self, revision: int) -> None:
        self.revision = revision
        for segment in (self._probation, self._kept):
            for key, answer in segment.answers.items():
                self._last_known.add(key, answer)
        self._probation.clear()
        self._kept.clear()

    def _demote(self, pushed_out: list[tuple[Hashable, Answer]]) -> None:
        for key, answer in pushed_out:
            self._probation.add(key, answer)


class _Segment:
    """Answers in the order of their last use, at most so many bytes."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes, self.size_bytes = max_bytes, 0
        self.answers: OrderedDict[Hashable, Answer] = OrderedDict()

    def touch(self, key: Hashable) -> Answer | None:
        answer = self.answers.get(key)
        if answer is not None:
            self.answers.move_to_end(key)
        return answer

    def take(self, key: Hashable) -> Answer | None:
        answer = self.answers.pop(key, None)
        if answer is not None:
            self.size_bytes -= answer.size_bytes
        return answer

    def add(self, key: Hashable, answer: Answer) -> list[tuple[Hashable, Answer]]:
        """Add an answer and return what had to give way, the longest unused first."""
        self.take(key)
        self.answers[key] = answer
        self.size_bytes += answer.size_bytes
        pushed_out = []
        while self.size_bytes > self.max_bytes:
            oldest = next(iter(self.answers))
            pushed_out.append((oldest, self.answers[oldest]))
            self.take(oldest)
        return pushed_out

    def clear(self) -> None:
        self.answers.clear()
        self.size_bytes = 0
