"""Things as JSON, kept for as long as their revision stands: most answers show things that others have shown before.

Rule: what stands here is what ``get_summaries`` and ``get_details`` say of a thing, to the byte; a reader of another
revision than the latest neither takes nor adds.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import NamedTuple

import orjson

from kb_api.shapes.links import Shape
from kb_api.shapes.words import Words
from kb_api.vocabulary import Kind

MAX_BYTES = 8_000_000
"""Twice what the shipped content takes in both languages."""
OVERHEAD_BYTES = 400
"""What a kept thing takes beside its text."""


class Kept(NamedTuple):
    """One thing as JSON, and what it says to the answer that shows it."""

    json: orjson.Fragment
    size: int
    notices: Sequence[Shape]
    fallbacks: Sequence[dict[str, str]]


class Section(NamedTuple):
    """Which things, in which form and language, stand together."""

    kind: Kind
    is_detail: bool
    language: str


GetShapes = Callable[[Sequence[int], Words], Iterable[Shape]]
"""The things with these keys, in their order, shaped one after another."""


class Shelf:
    """The latest revision's things; bounded in bytes, safe for threads."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes, self._size = max_bytes, 0
        self._revision = 0
        self._things: OrderedDict[tuple[Section, int], Kept] = OrderedDict()
        self._lock = Lock()

    def find(self, revision: int, section: Section, ids: Sequence[int], get_shapes: GetShapes) -> list[Kept]:
        """The things with these keys, in their order; those that do not stand here yet are asked for."""
        found = self._take(revision, section, ids)
        if missing := [thing_id for thing_id in ids if thing_id not in found]:
            made = _render(missing, section.language, get_shapes)
            self._add(revision, section, made)
            found |= made
        return [found[thing_id] for thing_id in ids if thing_id in found]

    def _take(self, revision: int, section: Section, ids: Sequence[int]) -> dict[int, Kept]:
        with self._lock:
            if revision > self._revision:
                self._things.clear()
                self._revision, self._size = revision, 0
            if revision != self._revision:
                return {}
            found = {}
            for thing_id in ids:
                if (kept := self._things.get((section, thing_id))) is not None:
                    self._things.move_to_end((section, thing_id))
                    found[thing_id] = kept
            return found

    def _add(self, revision: int, section: Section, made: dict[int, Kept]) -> None:
        with self._lock:
            if revision != self._revision:
                return
            for thing_id, kept in made.items():
                before = self._things.pop((section, thing_id), None)
                self._things[section, thing_id] = kept
                self._size += kept.size - (before.size if before else 0)
            while self._size > self._max_bytes:
                self._size -= self._things.popitem(last=False)[1].size


def _render(ids: Sequence[int], language: str, get_shapes: GetShapes) -> dict[int, Kept]:
    words, made = Words(language), {}
    for thing_id, shape in zip(ids, get_shapes(ids, words), strict=True):
        json = orjson.dumps(shape)
        # What was noted since the thing before belongs to this one.
        fallbacks, words.fallbacks = words.fallbacks, []
        made[thing_id] = Kept(orjson.Fragment(json), len(json) + OVERHEAD_BYTES, shape.get("notices", ()), fallbacks)
    return made
