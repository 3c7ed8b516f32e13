"""Words: from what a person types, or what the content says, to stems that can be compared.

Rule: no database here. Everything is folded before it is stemmed, so that ``ångest`` and ``angest`` become one stem.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from threading import Lock
from typing import NamedTuple

import snowballstemmer

WORD_MAX_LENGTH = 64
"""Longer words are cut: the longest Swedish word in a dictionary has 51 letters."""

SNIPPET_LENGTH = 160
"""Characters of a snippet: about two lines on a telephone."""

WORD = re.compile(r"[^\W_]+")

STEMMERS = {"sv": snowballstemmer.stemmer("swedish"), "en": snowballstemmer.stemmer("english")}
STEMMING = Lock()
"""A stemmer keeps the word it works on in itself, so that only one thread may use it at a time."""

# Folded. Swedish first; "vad" (what) also folds from "vad" (calf of the leg), whose other forms stay searchable.
SWEDISH_STOP_WORDS = """
    och att det i en pa ar som av for med till den har de inte om ett men var jag sig fran vi sa kan man nar skulle hur
    vad eller blir bli mot ska skall vid ut upp ner nu sen dem din ditt dina min mitt mina du han hon er ert era oss mig
    dig honom henne hans hennes deras dess denna detta dessa ej bara aven efter innan under over mellan genom utan
    vilken vilket vilka vem vart varfor dar hade varit vara blev far fick maste borde bor kunde vill ville
    samt dock ju val nog an alla allt nagon nagot nagra ingen inget inga sin sitt sina ha hos
    """
ENGLISH_STOP_WORDS = """
    the a an of to and in is it as for with by be can which or on at are its has been more their they this that these
    those i my me you your he she we our us them his her was were will would should could do does did done have had not
    no from what how why who whom when where there here than then so if but about into over under between through during
    before after up down out off again just only also too very any some such own same am being because while both each
    few other im ive dont doesnt isnt
    """
SWEDISH_WORDS = frozenset(SWEDISH_STOP_WORDS.split()) - frozenset(ENGLISH_STOP_WORDS.split())
ENGLISH_WORDS = frozenset(ENGLISH_STOP_WORDS.split()) - frozenset(SWEDISH_STOP_WORDS.split())
STOP_WORDS = frozenset(SWEDISH_STOP_WORDS.split() + ENGLISH_STOP_WORDS.split())
"""Words that carry no topic, folded; in both languages at once, because a question may be in either."""


class Word(NamedTuple):
    """One word of a text: as typed in lower case, folded, and where it stands."""

    spelled: str
    folded: str
    start: int
    end: int


def normalise(text: str) -> str:
    """NFC with every run of white space one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Lower case without marks: å and ä become a, ö becomes o, é becomes e."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def split_words(text: str) -> list[Word]:
    """Every word of the text, in order."""
    words = []
    for match in WORD.finditer(unicodedata.normalize("NFC", text)):
        spelled = match.group().casefold()[:WORD_MAX_LENGTH]
        if folded := _fold_word(spelled):
            words.append(Word(spelled, folded, match.start(), match.end()))
    return words


@lru_cache(maxsize=65_536)
def _fold_word(spelled: str) -> str:
    """The word folded; empty when nothing of it is left."""
    folded = WORD.search(fold(spelled))
    return folded.group() if folded else ""


def guess_language(text: str) -> str | None:
    """``sv`` or ``en`` by the small words and the letters of a text; nothing when they do not tell."""
    words = [word.folded for word in split_words(text)]
    swedish = sum(word in SWEDISH_WORDS for word in words) + 2 * bool(re.search("[åäö]", text, re.IGNORECASE))
    english = sum(word in ENGLISH_WORDS for word in words)
    return None if swedish == english else ("sv" if swedish > english else "en")


def fold_text(text: str) -> str:
    """The folded words, one space between: the key under which a name is looked up."""
    return " ".join(word.folded for word in split_words(text))


@lru_cache(maxsize=65_536)
def stem(folded: str, language: str) -> str:
    """The stem in ``sv`` or ``en``; a word in another language stays as it is."""
    if language not in STEMMERS or not folded.isalpha():
        return folded
    with STEMMING:
        stemmed: str = STEMMERS[language].stemWord(folded)
    return stemmed


@lru_cache(maxsize=65_536)
def stem_both(folded: str) -> tuple[str, ...]:
    """The distinct stems of a word whose language is not known."""
    return tuple(dict.fromkeys((stem(folded, "sv"), stem(folded, "en"))))


@lru_cache(maxsize=65_536)
def _stem_written(written: str) -> tuple[str, ...]:
    """The stems of one word as it stands in a text, in both languages; of what is no word none."""
    folded = _fold_word(written.casefold()[:WORD_MAX_LENGTH])
    return stem_both(folded) if folded else ()


class StemFinder:
    """Finds some stems in text after text; a word that was looked at once is known."""

    def __init__(self, stems: frozenset[str]) -> None:
        self._stems = stems
        self._known: set[str] = set()
        self._having: dict[str, frozenset[str]] = {}

    def find(self, text: str) -> frozenset[str]:
        """Which of the stems the text has."""
        words = set(WORD.findall(unicodedata.normalize("NFC", text)))
        if unknown := words - self._known:
            self._known |= unknown
            for word in unknown:
                if found := self._stems.intersection(_stem_written(word)):
                    self._having[word] = found
        if self._having.keys().isdisjoint(words):
            return frozenset()
        return frozenset().union(*(self._having[word] for word in words & self._having.keys()))


def stem_text(text: str, language: str) -> list[str]:
    """The stems of a text without stop words; of a text in no known language, those of both languages."""
    stems: list[str] = []
    for word in split_words(text):
        if word.folded in STOP_WORDS or len(word.folded) < 2:
            continue
        stems += [stem(word.folded, language)] if language in ("sv", "en") else stem_both(word.folded)
    return stems


def key_stems(words: Iterable[Word]) -> str:
    """The key under which a whole name is found: its stems in order, Swedish first, stop words left out."""
    return " ".join(stem(word.folded, "sv") for word in words if word.folded not in STOP_WORDS)


def highlight(text: str, stems: frozenset[str]) -> str:
    """A snippet of the text as HTML: escaped, the words with one of these stems in ``<mark>``, cut around the first."""
    text = unicodedata.normalize("NFC", text)
    hits = [word.span() for word in WORD.finditer(text) if not stems.isdisjoint(_stem_written(word.group()))]
    start, end = _window(text, hits[0][0] if hits else 0)
    parts, position = ["…" if start else ""], start
    for first, after in hits:
        if first >= start and after <= end:
            parts += [escape(text[position:first]), "<mark>", escape(text[first:after]), "</mark>"]
            position = after
    return "".join([*parts, escape(text[position:end]), "…" if end < len(text) else ""])


def _window(text: str, hit: int) -> tuple[int, int]:
    """Where the snippet begins and ends, at spaces where there are any near."""
    if len(text) <= SNIPPET_LENGTH:
        return 0, len(text)
    start = max(0, min(hit - SNIPPET_LENGTH // 3, len(text) - SNIPPET_LENGTH))
    end = min(len(text), start + SNIPPET_LENGTH)
    if start:
        start = text.find(" ", start, hit + 1) + 1 or start
    if end < len(text):
        end = max(text.rfind(" ", hit, end), start) or end
    return start, end
