"""What a person typed → the terms to look for: stems, mended words, the parts of compounds, and compounds of words.

Rule: nothing that was typed reaches the database except as a stem made here, and every stem is quoted there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kb_api.search.lay_language import LayLanguage
from kb_api.search.ranking import Term
from kb_api.search.spelling import Vocabulary
from kb_api.search.text import STOP_WORDS, Word, fold_text, split_words, stem_both

COMPOUND_WEIGHT = 0.6
"""How fully a compound counts as a word it contains: "muskelkramp" for "kramp"."""

PART_WEIGHT = 0.9
"""How fully its parts count as a compound that is not in use itself."""

PLAIN_IMPORTANCE = 0.25
"""What a word that carries little of a topic counts."""

UNMARKED_IMPORTANCE = 0.6
"""What a word counts that is in use only with other marks: "somn" may be sömn, but "lagar" is seldom låg."""

PHRASE_WORD_IMPORTANCE = 0.4
"""What a word counts on its own when a phrase it is in counts as well."""

MEANING_WEIGHT = 0.5
"""How fully the words that a lay word stands for count as it."""

TERMS_MAX = 32
"""Terms of one question; a longer one is cut."""


@dataclass(frozen=True)
class TypedWord:
    """A word of the question with what became of it."""

    word: Word
    folded: str
    """After mending."""
    mended: str | None
    known: bool


def read_words(text: str, vocabulary: Vocabulary) -> list[TypedWord]:
    """The words that carry a topic, mended where they are not in use; all words when none carries one."""
    words = split_words(text)
    telling = [word for word in words if not _is_empty(word)] or words
    return [_read_word(word, vocabulary) for word in telling[:TERMS_MAX]]


def make_terms(text: str, words: Sequence[TypedWord], vocabulary: Vocabulary, lay_language: LayLanguage) -> list[Term]:
    """One term a word or lay phrase of the text; a compound that is not in use becomes one term a part."""
    terms: list[Term] = []
    meanings = _find_meanings(words, fold_text(text), lay_language)
    in_phrase = {place for places in meanings if len(places) > 1 for place in places}
    for place, word in enumerate(words):
        importance = PHRASE_WORD_IMPORTANCE if place in in_phrase else 1.0
        meaning = meanings.get((place,), {})
        if not meaning and lay_language.is_plain(word.folded):
            importance = PLAIN_IMPORTANCE
        elif not word.mended and word.known and not vocabulary.knows_marks(word.word.spelled):
            importance = min(importance, UNMARKED_IMPORTANCE)
        terms += _make_word_terms(word, vocabulary, meaning, importance=importance)
    for places, tokens in meanings.items():
        if len(places) > 1:
            typed = " ".join(words[place].folded for place in places)
            terms.append(Term(typed, dict.fromkeys(tokens, MEANING_WEIGHT)))
    return terms


def _find_meanings(
    words: Sequence[TypedWord], folded_text: str, lay_language: LayLanguage
) -> dict[tuple[int, ...], dict[str, None]]:
    """Places of the words of a phrase → the tokens it stands for; two phrases in one place are one."""
    meanings: dict[tuple[int, ...], dict[str, None]] = {}
    for places, phrase in lay_language.find(folded_text, [frozenset(stem_both(word.folded)) for word in words]):
        meanings.setdefault(places, {}).update(dict.fromkeys(phrase.tokens))
    return meanings


def correct_text(text: str, words: Sequence[TypedWord]) -> str | None:
    """The text with its typos mended, or nothing when there was none."""
    if not any(word.mended for word in words):
        return None
    parts, position = [], 0
    for word in words:
        if word.mended:
            parts += [text[position : word.word.start], word.mended]
            position = word.word.end
    return "".join([*parts, text[position:]])


def _is_empty(word: Word) -> bool:
    return word.folded in STOP_WORDS or (len(word.folded) < 2 and not word.folded.isdigit())


def _read_word(word: Word, vocabulary: Vocabulary) -> TypedWord:
    if vocabulary.knows(word.folded) or vocabulary.split(word.folded):
        return TypedWord(word, word.folded, None, known=True)
    nearest = vocabulary.mend(word.folded)
    if nearest is None:
        return TypedWord(word, word.folded, None, known=False)
    return TypedWord(word, nearest, vocabulary.spelled[nearest], known=True)


def _make_word_terms(
    word: TypedWord, vocabulary: Vocabulary, meaning: Iterable[str], *, importance: float
) -> Iterator[Term]:
    is_optional = importance < UNMARKED_IMPORTANCE
    parts = () if meaning or vocabulary.knows(word.folded) else vocabulary.split(word.folded)
    for part in parts:
        yield Term(part, dict.fromkeys(stem_both(part), PART_WEIGHT), importance, is_optional)
    if parts:
        return
    tokens = dict.fromkeys(meaning, MEANING_WEIGHT)
    for compound in vocabulary.compounds_of(word.folded):
        tokens |= dict.fromkeys(stem_both(compound), COMPOUND_WEIGHT)
    tokens |= dict.fromkeys(stem_both(word.folded), 1.0)
    yield Term(word.folded, tokens, importance, is_optional)
