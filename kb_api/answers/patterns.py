"""Patterns of questions: which words must stand in one, in any order.

Rule: what the patterns are is content; here they are only read and matched. A pattern is a line of parts; "a|b" is met
by a or b, "word*" by any word that begins so, "=word" by exactly this one, another word by every form with its stem,
and "!word" forbids.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb_api.search.text import split_words, stem_both

APOSTROPHES = str.maketrans("", "", "'’‘`´")


@dataclass(frozen=True)
class Asked:
    """The words of a question: folded, with all their stems, in order."""

    words: tuple[frozenset[str], ...]
    folded: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """One place of a pattern: the stems, and the beginnings, that meet it."""

    stems: frozenset[str]
    beginnings: tuple[str, ...]
    exact: frozenset[str]


@dataclass(frozen=True)
class Pattern:
    """Parts that must all be met, each by a word of its own, and parts that must not be."""

    line: str
    needed: tuple[Part, ...]
    forbidden: tuple[Part, ...]

    def fits(self, asked: Asked) -> bool:
        if any(_meeting(part, asked) for part in self.forbidden):
            return False
        return _assign([_meeting(part, asked) for part in self.needed], frozenset())


def read_asked(text: str, mended: Sequence[str] = ()) -> Asked:
    """The words of a text, those with a hyphen also in one, then the mended ones."""
    plain = text.translate(APOSTROPHES)
    joined = re.sub(r"(?<=\w)-(?=\w)", "", plain) if "-" in plain else ""
    folded = [*(word.folded for word in split_words(plain)), *(word.folded for word in split_words(joined)), *mended]
    return Asked(tuple(frozenset((word, *stem_both(word))) for word in folded), tuple(folded))


@lru_cache(maxsize=2_048)
def read_pattern(line: str) -> Pattern:
    """A pattern from its line. Raises ``ValueError`` for one that every question would fit."""
    parts = line.translate(APOSTROPHES).split()
    needed = tuple(_read_part(part) for part in parts if not part.startswith("!"))
    if not needed:
        raise ValueError(f"the pattern '{line}' asks for no word")
    return Pattern(line, needed, tuple(_read_part(part[1:]) for part in parts if part.startswith("!")))


def _read_part(text: str) -> Part:
    stems: set[str] = set()
    beginnings: list[str] = []
    exact: set[str] = set()
    for alternative in text.split("|"):
        words = split_words(alternative.replace("-", ""))
        if len(words) != 1:
            raise ValueError(f"'{alternative}' in the pattern part '{text}' is not one word")
        if alternative.endswith("*"):
            beginnings.append(words[0].folded)
        elif alternative.startswith("="):
            exact.add(words[0].folded)
        else:
            stems |= {words[0].folded, *stem_both(words[0].folded)}
    return Part(frozenset(stems), tuple(beginnings), frozenset(exact))


def _meeting(part: Part, asked: Asked) -> list[int]:
    """The places of the words that meet a part."""
    return [
        place
        for place, (stems, folded) in enumerate(zip(asked.words, asked.folded, strict=True))
        if folded in part.exact
        or not part.stems.isdisjoint(stems)
        or (part.beginnings and folded.startswith(part.beginnings))
    ]


def _assign(meeting: Sequence[Sequence[int]], taken: frozenset[int]) -> bool:
    """Whether every part can have a word of its own; patterns have few parts, so trying is quick."""
    if not meeting:
        return True
    return any(_assign(meeting[1:], taken | {place}) for place in meeting[0] if place not in taken)
