"""The words in use: to mend typos, to take Swedish compounds apart, and to find the compounds of a word.

Rule: a vocabulary is a picture of the index at one revision. It is read once a revision for each engine and never
written to.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import TypeAlias

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb_api.models import SearchWord
from kb_api.search.remembering import remember
from kb_api.search.text import fold, stem, stem_both

WORDS_MAX = 20_000
"""The most frequent words kept: bounds memory and the time to compare a typo (a guess; the seed has about 6 000)."""

PART_MIN_LENGTH = 4
"""Shorter parts ("sten", but not "ost") would take apart words that are no compounds."""

COMPOUNDS_MAX = 12
"""Compounds of one word that are searched with it, the most frequent first: keeps the question short."""

MEND_MIN_LENGTH = 4
"""Shorter words have too many neighbours to be mended safely."""

LINKING_LETTERS = ("", "s")
"""What Swedish puts between the parts of a compound."""


Words: TypeAlias = tuple[frozenset[str], frozenset[str]]


class Vocabulary:
    """The words in use, most frequent first, each in its folded form, with how it is best spelled.

    ``extra`` are words in use elsewhere; ``no_targets`` are known, but no typo is mended to one of them.
    """

    def __init__(self, words: Sequence[str], extra: Sequence[str] = (), *, no_targets: Sequence[str] = ()) -> None:
        self.spelled: dict[str, str] = {}
        for word in (*words, *extra, *no_targets):
            self.spelled.setdefault(fold(word), word)
        self._targets = {fold(word) for word in (*words, *extra)}
        self.stems = {either for folded in self.spelled for either in stem_both(folded)}
        self._marked_stems = {stem(word, "sv") for word in (*words, *extra, *no_targets)}
        self.split = lru_cache(maxsize=4_096)(self._split)
        self.mend = lru_cache(maxsize=4_096)(self._mend)

    def knows(self, folded: str) -> bool:
        """Whether the word, or one with the same stem, is in use."""
        return folded in self.spelled or not self.stems.isdisjoint(stem_both(folded))

    def knows_marks(self, spelled: str) -> bool:
        """Whether the word is in use as it is spelled; "lagar" is not when only "låg" is."""
        return stem(spelled, "sv") in self._marked_stems or stem(spelled, "en") in self._marked_stems

    def compounds_of(self, folded: str) -> list[str]:
        """The words in use that have this word, in any inflection, as a part."""
        if len(folded) < PART_MIN_LENGTH:
            return []
        found = dict.fromkeys(word for either in stem_both(folded) for word in self._compounds.get(either, ()))
        return [word for word in found if word != folded][:COMPOUNDS_MAX]

    def _split(self, folded: str) -> tuple[str, ...]:
        """The parts of a compound, two or three words in use; empty when it cannot be taken apart."""
        for end in range(len(folded) - PART_MIN_LENGTH, PART_MIN_LENGTH - 1, -1):
            first, rest = folded[:end], folded[end:]
            if not self._is_part(first):
                continue
            if self.knows(rest):
                return first, rest
            if len(rest) >= 2 * PART_MIN_LENGTH and (parts := self._split(rest)):
                return first, *parts
        return ()

    def _mend(self, folded: str) -> str | None:
        """The nearest word in use, or nothing when none is near enough: one edit in a short word, two in a long one."""
        if len(folded) < MEND_MIN_LENGTH or not folded.isalpha():
            return None
        if len(folded) == MEND_MIN_LENGTH:
            # Too short for a letter to be another: one is missing, doubled or swapped, and the word itself is in use.
            words = [word for word in self._by_initial[folded[0]] if word in self._targets]
            found = [near for near in _nearest(folded, words, 1) if _is_slip(folded, near[0])]
        else:
            edits = 1 if len(folded) < 8 else 2
            found = _nearest(folded, self._by_initial[folded[0]], edits)
        if not found and len(folded) > 5:
            # The first letter may be the wrong one.
            found = _nearest(folded, self._by_second[folded[1]], 1)
        if not found:
            return None
        nearest = min(found, key=lambda near: (near[1], self._rank[self._form_of[near[0]]]))
        return self._form_of[nearest[0]]

    def _is_part(self, folded: str) -> bool:
        return any(
            self.knows(folded[: len(folded) - len(letters)])
            for letters in LINKING_LETTERS
            if folded.endswith(letters) and len(folded) - len(letters) >= PART_MIN_LENGTH
        )

    @cached_property
    def _rank(self) -> dict[str, int]:
        return {word: rank for rank, word in enumerate(self.spelled)}

    @cached_property
    def _form_of(self) -> dict[str, str]:
        """Word or stem → the most frequent word in use."""
        targets = [word for word in self.spelled if word in self._targets]
        forms = {either: word for word in reversed(targets) for either in stem_both(word)}
        return forms | {word: word for word in targets}

    @cached_property
    def _by_initial(self) -> dict[str, list[str]]:
        return self._group(0)

    @cached_property
    def _by_second(self) -> dict[str, list[str]]:
        return self._group(1)

    def _group(self, place: int) -> dict[str, list[str]]:
        """Words and their stems, so that a typo in a form that is not in use finds the form that is."""
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._form_of:
            if len(word) >= MEND_MIN_LENGTH - 1:
                groups[word[place]].append(word)
        return groups

    @cached_property
    def _compounds(self) -> dict[str, list[str]]:
        compounds: defaultdict[str, list[str]] = defaultdict(list)
        for word in self.spelled:
            if len(word) >= 2 * PART_MIN_LENGTH and word.isalpha():
                for part in self.split(word):
                    for either in stem_both(part):
                        compounds[either].append(word)
        return compounds


def _is_slip(typed: str, word: str) -> bool:
    """Whether the same letters were meant: one more, one less, or two swapped."""
    return len(typed) != len(word) or sorted(typed) == sorted(word)


def _nearest(folded: str, words: list[str], edits: int) -> list[tuple[str, float]]:
    """(word, edits) of the words at most so many edits away; swapping two neighbours is one edit."""
    near = [word for word in words if abs(len(word) - len(folded)) <= edits]
    found = extract(folded, near, scorer=OSA.distance, score_cutoff=edits, limit=5)
    return [(word, distance) for word, distance, _ in found]


def read_vocabulary(
    session: Session, extra: frozenset[str] = frozenset(), no_targets: frozenset[str] = frozenset()
) -> Vocabulary:
    """The vocabulary at the session's revision, with ``extra`` words in use elsewhere, and words that are merely known.

    A typo is never mended to one of ``no_targets``, and none of these is taken for a typo.
    """

    def load(missing: list[Words]) -> dict[Words, Vocabulary]:
        query = select(SearchWord.spelled, SearchWord.document_count).order_by(SearchWord.document_count.desc())
        rows = session.execute(query.limit(WORDS_MAX)).all()
        # Sorted here, because databases differ in how they order letters.
        words = [row.spelled for row in sorted(rows, key=lambda row: (-row.document_count, row.spelled))]
        return {pair: Vocabulary(words, sorted(pair[0]), no_targets=sorted(pair[1])) for pair in missing}

    key = extra, no_targets
    return remember(session, "vocabulary", [key], load)[key]
