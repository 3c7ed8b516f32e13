"""How people say what the knowledge base says in other words: content, kept in ``seed/answers/synonyms.yaml``.

Rule: what means what is decided in that file; here it is only read and matched.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from kb_api.folders import find_folder
from kb_api.search.index import link_token
from kb_api.search.text import STOP_WORDS, fold_text, split_words, stem_both
from kb_api.vocabulary import Kind


@dataclass(frozen=True)
class Phrase:
    """Words that together mean something: the possible stems of each, and the tokens they stand for."""

    words: tuple[frozenset[str], ...]
    tokens: tuple[str, ...]
    verbatim: str
    """All of it, folded, when it must stand so in the text: "what helps" is more than the plain word "helps"."""
    needs_subject: bool
    """Whether it means this only in a text that names the subject: "bread" alone may be about baking."""


class LayLanguage:
    """Every phrase, found by the stem of its first word."""

    def __init__(
        self, groups: Sequence[dict[str, Any]], plain_words: Sequence[str] = (), subjects: Sequence[str] = ()
    ) -> None:
        words: set[str] = set()
        self._phrases: defaultdict[str, list[Phrase]] = defaultdict(list)
        plain = [word for text in plain_words for word in split_words(str(text))]
        self._plain = frozenset(stem for word in plain for stem in stem_both(word.folded))
        self._subjects = tuple(subjects)
        for group in groups:
            tokens = tuple(_read_tokens(group["means"]))
            for phrase in (*group["sv"], *group["en"]):
                words |= self._add(str(phrase), tokens, needs_subject=bool(group.get("needs_subject")))
        self.known_words = frozenset(words | {word.spelled for word in plain})
        """Every word of every phrase: no typos."""

    def is_plain(self, folded: str) -> bool:
        """Whether a word carries little of a topic."""
        return not self._plain.isdisjoint(stem_both(folded))

    def has_phrase(self, text: str) -> bool:
        """Whether a question of just these words, about the subject, would be understood."""
        stems = [frozenset(stem_both(word.folded)) for word in split_words(text) if is_telling(word.folded)]
        return bool(self.find(fold_text(text), [*stems, frozenset(self._subjects)]))

    def find(self, folded_text: str, stems: Sequence[frozenset[str]]) -> list[tuple[tuple[int, ...], Phrase]]:
        """(places, phrase) of the phrases in a question, longest first; a word in one counts in no shorter one.

        ``stems`` are those of the words that may carry a topic, in order.
        """
        names_subject = any(stem.startswith(self._subjects) for word in stems for stem in word)
        begun = (
            phrase
            for phrase in self._begun(stems)
            if phrase.verbatim in f" {folded_text} " and (names_subject or not phrase.needs_subject)
        )
        placed = ((self._place(phrase, stems), phrase) for phrase in begun)
        found = [(places, phrase) for places, phrase in placed if places]
        found.sort(key=lambda match: -len(match[0]))
        taken: dict[int, int] = {}
        kept = []
        for places, phrase in found:
            if all(taken.get(place, len(places)) == len(places) for place in places):
                kept.append((places, phrase))
                taken |= dict.fromkeys(places, len(places))
        return kept

    def _add(self, text: str, tokens: tuple[str, ...], *, needs_subject: bool) -> set[str]:
        words = split_words(text)
        telling = [word for word in words if is_telling(word.folded)]
        if telling:
            stems = tuple(frozenset(stem_both(word.folded)) for word in telling)
            is_small = len(telling) < len(words) and (
                len(telling) == 1
                or all(word.folded.startswith(self._subjects) or self.is_plain(word.folded) for word in telling)
            )
            phrase = Phrase(stems, tokens, f" {fold_text(text)} " if is_small else "", needs_subject)
            for stem in phrase.words[0]:
                self._phrases[stem].append(phrase)
        return {word.spelled for word in telling}

    def _begun(self, stems: Sequence[frozenset[str]]) -> Iterator[Phrase]:
        seen: dict[int, Phrase] = {}
        for word in stems:
            for stem in word:
                for phrase in self._phrases.get(stem, ()):
                    seen.setdefault(id(phrase), phrase)
        return iter(seen.values())

    def _place(self, phrase: Phrase, stems: Sequence[frozenset[str]]) -> tuple[int, ...]:
        """Where its words stand, in any order; nowhere when one is missing."""
        places: list[int] = []
        for word in phrase.words:
            place = next((i for i, typed in enumerate(stems) if i not in places and not word.isdisjoint(typed)), None)
            if place is None:
                return ()
            places.append(place)
        return tuple(sorted(places))


def is_telling(folded: str) -> bool:
    """Whether a word may carry a topic: not a small word, not a letter."""
    return folded not in STOP_WORDS and len(folded) > 1


@lru_cache(maxsize=1)
def read_lay_language() -> LayLanguage:
    """The phrases and plain words that ship with the package."""
    folder = find_folder("seed") / "answers"
    words = read_yaml(folder / "plain_words.yaml")
    return LayLanguage(read_yaml(folder / "synonyms.yaml"), [*words["sv"], *words["en"]], words["subjects"])


def read_yaml(path: Path) -> Any:
    """The content of a YAML file."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _read_tokens(means: Sequence[str]) -> Iterator[str]:
    """The tokens of ``means``: the stems of a word, or the token of ``kind:slug``."""
    for meaning in means:
        kind, _, slug = str(meaning).partition(":")
        if slug:
            yield link_token(Kind(kind), slug)
        else:
            for word in split_words(kind):
                yield from stem_both(word.folded)
