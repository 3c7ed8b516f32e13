"""Patterns of questions: which words must stand in one, in any order.

Rule: what the patterns are is content; here they are only read and matched. A pattern is a line of parts; "a|b" is met
by a or b, "word*" by any word that begins so, "=word" by exactly this one, another word by every form with its stem
when that is long enough to be sure, and "!word" forbids.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb_api.search.text import split_words, stem_both

APOSTROPHES = str.maketrans("", "", "'’‘`´")


STEM_MIN_LENGTH = 5
"""Shorter stems are shared by strangers: "taken" and "take" in the other language, "farligt" and "far"."""


@dataclass(frozen=True)
class Asked:
    """The words of a question, folded, in order, and where each word and stem stands."""

    folded: tuple[str, ...]
    places: dict[str, list[int]]


@dataclass(frozen=True)
class Part:
    """One place of a pattern: the stems, the whole words (``=word``) and the beginnings that meet it."""

    words: frozenset[str]
    beginnings: tuple[str, ...]


@dataclass(frozen=True)
class Pattern:
    """Parts that must all be met, each by a word of its own, and parts that must not be."""

    line: str
    needed: tuple[Part, ...]
    forbidden: tuple[Part, ...]

    def fits(self, asked: Asked) -> bool:
        meeting = []
        for part in self.needed:
            places = _find_places(part, asked)
            if not places:
                return False
            meeting.append(places)
        return _assign(meeting, frozenset()) and not any(_find_places(part, asked) for part in self.forbidden)


def read_asked(text: str, mended: Sequence[str] = ()) -> Asked:
    """The words of a text, those with a hyphen also in one, then the mended ones."""
    plain = text.translate(APOSTROPHES)
    joined = re.sub(r"(?<=\w)-(?=\w)", "", plain) if "-" in plain else ""
    folded = [*(word.folded for word in split_words(plain)), *(word.folded for word in split_words(joined)), *mended]
    places: dict[str, list[int]] = {}
    for place, word in enumerate(folded):
        for stem in {f"={word}", *stem_both(word)}:
            places.setdefault(stem, []).append(place)
    return Asked(tuple(folded), places)


@lru_cache(maxsize=2_048)
def read_pattern(line: str) -> Pattern:
    """A pattern from its line. Raises ``ValueError`` for one that every question would fit."""
    parts = line.translate(APOSTROPHES).split()
    needed = tuple(_read_part(part) for part in parts if not part.startswith("!"))
    if not needed:
        raise ValueError(f"the pattern '{line}' asks for no word")
    return Pattern(line, needed, tuple(_read_part(part[1:]) for part in parts if part.startswith("!")))


def _read_part(text: str) -> Part:
    found: set[str] = set()
    beginnings: list[str] = []
    for alternative in text.split("|"):
        words = split_words(alternative.replace("-", ""))
        if len(words) != 1:
            raise ValueError(f"'{alternative}' in the pattern part '{text}' is not one word")
        folded = words[0].folded
        if alternative.endswith("*"):
            beginnings.append(folded)
        else:
            found.add(f"={folded}")
        if not alternative.startswith("=") and not alternative.endswith("*"):
            found |= {stem for stem in stem_both(folded) if len(stem) >= STEM_MIN_LENGTH}
    return Part(frozenset(found), tuple(beginnings))


def _find_places(part: Part, asked: Asked) -> list[int]:
    """The places of the words that meet a part."""
    places = [place for word in part.words & asked.places.keys() for place in asked.places[word]]
    for beginning in part.beginnings:
        places += [place for place, folded in enumerate(asked.folded) if folded.startswith(beginning)]
    return places


def _assign(meeting: Sequence[Sequence[int]], taken: frozenset[int]) -> bool:
    """Whether every part can have a word of its own; patterns have few parts, so trying is quick."""
    if not meeting:
        return True
    return any(_assign(meeting[1:], taken | {place}) for place in meeting[0] if place not in taken)
