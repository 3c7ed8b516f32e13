"""Search and type-ahead: text → ranked hits, the exact name first.

Rule: whatever is typed is a question, never an error and never a command; ranking is ``ranking.py``'s.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from kb_api.models import SearchEntry, SearchName, Thing
from kb_api.search.candidates import (
    CANDIDATES_MAX,
    Entry,
    find_candidates,
    read_entries,
    read_frequencies,
    read_statistics,
)
from kb_api.search.documents import SEARCHED_KINDS, UNKNOWN_LANGUAGE
from kb_api.search.lay_language import read_lay_language
from kb_api.search.ranking import Lengths, WeighedTerms, Weights
from kb_api.search.spelling import read_vocabulary
from kb_api.search.terms import MEANING_WEIGHT, correct_text, make_terms, read_words
from kb_api.search.text import STOP_WORDS, StemFinder, fold_text, highlight, key_stems, normalise, split_words
from kb_api.vocabulary import PATHS, Kind, Language

WEIGHTS = Weights()
SUGGEST_MIN_LENGTH = 2

EXACT_BONUS = 100.0
"""Above any sum of terms (32 terms of at most about 30), so that the thing with exactly this name comes first."""

LABEL_WORDS_MAX = 4
"""Words of a name looked for inside a longer text; longer names are rare and found by their words."""

SUGGESTIONS_READ_MAX = 1_000
"""Names read before those of one thing are merged; bounds a type-ahead by two letters."""


KIND_ORDER: dict[str, int] = {kind: place for place, kind in enumerate(SEARCHED_KINDS)}

LAST_CHARACTER = "\U0010ffff"
"""Sorts after every character, so that it ends the range of a prefix."""


# Built once, because building one costs as much as the database needs to answer it.
LABELLED = (
    select(SearchName.thing_id, SearchName.stem_key)
    .where(SearchName.stem_key.in_(bindparam("keys", expanding=True)))
    .where(SearchName.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(SearchName.thing_id, SearchName.position)
    .limit(CANDIDATES_MAX)
)
SHOWN = (
    select(Thing.id, Thing.kind, Thing.slug, Thing.name, SearchEntry.texts)
    .join(SearchEntry, SearchEntry.thing_id == Thing.id)
    .where(Thing.id.in_(bindparam("ids", expanding=True)))
)


@dataclass(frozen=True)
class SearchHit:
    """One thing that was found; ``snippet`` is HTML, escaped, with the words found in ``<mark>``."""

    kind: Kind
    slug: str
    name: dict[str, str]
    url: str
    score: float
    field: str
    snippet: str


@dataclass(frozen=True)
class SearchResult:
    """The hits, best first, the text with its typos mended, and whether more entries matched than were ranked."""

    hits: list[SearchHit] = field(default_factory=list)
    corrected: str | None = None
    candidates_cut: bool = False
    total: int = 0
    """How many entries were ranked."""


def find(
    session: Session,
    text: str,
    *,
    kinds: Sequence[Kind] = (),
    lang: Language = Language.EN,
    limit: int = 20,
) -> SearchResult:
    """The things that fit the text best, in both languages; ``lang`` decides only how they are shown."""
    text = normalise(text)
    lay_language = read_lay_language()
    vocabulary = read_vocabulary(session, lay_language.known_words)
    words = read_words(text, vocabulary)
    terms = make_terms(text, words, vocabulary, lay_language)
    corrected = correct_text(text, words)
    frequencies = read_frequencies(session, terms)
    statistics = read_statistics(session)
    entries, cut = find_candidates(session, terms, frequencies, statistics, kinds)
    labelled = find_labelled(session, corrected or text, kinds=kinds)
    weighed = WeighedTerms(terms, frequencies, statistics.document_count)
    known = {entry[0] for entry in entries}
    if others := [thing_id for thing_id in labelled if thing_id not in known]:
        entries += read_entries(session, others)
    scored = [(_score(entry, weighed, statistics.lengths, labelled), entry) for entry in entries]
    stems = Stems(
        frozenset(token for term in terms for token, weight in term.tokens.items() if weight > MEANING_WEIGHT),
        frozenset(token for term in terms for token in term.tokens),
    )
    hits = _show(session, sorted(scored, key=_find_order)[:limit], stems, lang=lang)
    return SearchResult(hits, corrected, cut, len(scored))


def suggest(
    session: Session,
    prefix: str,
    *,
    kinds: Sequence[Kind] = (),
    lang: Language = Language.EN,
    limit: int = 10,
) -> SearchResult:
    """The things with a name, or a word in one, that begins like this; fewer than two letters suggest nothing."""
    key = fold_text(prefix)
    if len(key) < SUGGEST_MIN_LENGTH:
        return SearchResult()
    name = SearchName
    query = (
        select(name.thing_id, name.kind, name.field, name.label, name.prefix_key, name.stem_key, Thing.slug, Thing.name)
        .join(Thing, Thing.id == name.thing_id)
        .where(name.prefix_key >= key, name.prefix_key < key + LAST_CHARACTER)
        .order_by(name.prefix_key, name.thing_id, name.position)
        .limit(SUGGESTIONS_READ_MAX)
    )
    if kinds:
        query = query.where(name.kind.in_(kinds))
    typed = normalise(prefix).casefold()
    best: dict[int, tuple[float, Any]] = {}
    for row in session.execute(query):
        score = _score_name(row, key, typed, lang)
        if row.thing_id not in best or score > best[row.thing_id][0]:
            best[row.thing_id] = score, row
    ranked = sorted(best.values(), key=lambda found: (-found[0], KIND_ORDER[found[1].kind], found[1].slug))
    return SearchResult([_suggest_hit(row, score, key) for score, row in ranked[:limit]])


@dataclass(frozen=True)
class Stems:
    """What may be marked in a snippet: the words that were typed and their compounds, or all that they mean."""

    typed: frozenset[str]
    meant: frozenset[str]


@dataclass(frozen=True)
class FoundLabel:
    """A whole name or alias of a thing that stands in a text."""

    stems: frozenset[str]
    is_whole: bool
    """Whether it is all of the text."""


def find_labelled(session: Session, text: str, *, kinds: Sequence[Kind] = ()) -> dict[int, FoundLabel]:
    """The things whose whole name or alias stands in the text, by key; of several labels the longest."""
    words = [word for word in split_words(text) if word.folded not in STOP_WORDS]
    whole = key_stems(words)
    keys = {
        key_stems(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(start + LABEL_WORDS_MAX, len(words)) + 1)
    } | {whole}
    wanted = {"keys": sorted(keys - {""}), "kinds": list(kinds or SEARCHED_KINDS)}
    found: dict[int, FoundLabel] = {}
    for row in session.execute(LABELLED, wanted):
        label = FoundLabel(frozenset(row.stem_key.split()), row.stem_key == whole)
        if row.thing_id not in found or len(label.stems) > len(found[row.thing_id].stems):
            found[row.thing_id] = label
    return found


def _score(entry: Entry, terms: WeighedTerms, lengths: Lengths, labelled: Mapping[int, FoundLabel]) -> float:
    thing_id, _, name, body, links = entry
    score, _ = terms.score(name, body, links, lengths=lengths, weights=WEIGHTS)
    if label := labelled.get(thing_id):
        score += EXACT_BONUS if label.is_whole else terms.weigh(label.stems)
    return score


def _find_order(scored: tuple[float, Entry]) -> tuple[float, int, int]:
    """The best first; of equals in the order of kinds, then of entry, so that the order is always unique."""
    score, entry = scored
    return -round(score, 6), KIND_ORDER[entry[1]], entry[0]


def _show(session: Session, best: Sequence[tuple[float, Entry]], stems: Stems, *, lang: Language) -> list[SearchHit]:
    """The best as hits."""
    if not best:
        return []
    rows = {row.id: row for row in session.execute(SHOWN, {"ids": [entry[0] for _, entry in best]})}
    finder = StemFinder(stems.meant)
    return [_hit(rows[entry[0]], score, stems, finder, lang) for score, entry in best]


def _hit(row: Any, score: float, stems: Stems, finder: StemFinder, lang: Language) -> SearchHit:
    kind = Kind(row.kind)
    field_name, text, found = _choose_text(row.texts, stems, finder, lang)
    return SearchHit(
        kind=kind,
        slug=row.slug,
        name=row.name,
        url=f"{PATHS[kind]}/{row.slug}",
        score=round(score, 3),
        field=field_name,
        snippet=highlight(text, found),
    )


def _choose_text(
    texts: Sequence[Sequence[str]], stems: Stems, finder: StemFinder, lang: Language
) -> tuple[str, str, frozenset[str]]:
    """(field, text, stems to mark): what was typed rather than what it means, in the caller's language if any."""
    own = [text for text in texts if text[1] in (lang, UNKNOWN_LANGUAGE)]
    find_in = cache(finder.find)
    for wanted in (stems.typed, stems.meant):
        for among in (own, texts):
            counts = [len(find_in(text[2]) & wanted) for text in among]
            if any(counts):
                field_name, _, text = among[counts.index(max(counts))]
                return field_name, text, wanted
    return texts[0][0], texts[0][2], stems.typed


def _score_name(row: Any, key: str, typed: str, lang: Language) -> float:
    """Better when the name begins so, is a name and not an alias, has the very letters, and is mostly typed already."""
    label: str = row.label
    begins, is_name = row.stem_key is not None, bool(row.field == "name")
    in_language: bool = label == row.name.get(lang)
    to_the_letter = typed in label.casefold()
    share = len(key) / max(len(label), 1)
    return round(share + 1.0 * begins + 0.5 * is_name + 0.25 * in_language + 0.5 * to_the_letter, 3)


def _suggest_hit(row: Any, score: float, key: str) -> SearchHit:
    kind = Kind(row.kind)
    return SearchHit(
        kind=kind,
        slug=row.slug,
        name=row.name,
        url=f"{PATHS[kind]}/{row.slug}",
        score=score,
        field=row.field,
        snippet=_mark_prefix(row.label, key),
    )


def _mark_prefix(label: str, key: str) -> str:
    """The label as HTML, the words that were begun in ``<mark>``."""
    words = split_words(label)
    typed_words = key.count(" ") + 1
    for number, word in enumerate(words):
        if " ".join(later.folded for later in words[number:]).startswith(key):
            end = words[min(number + typed_words, len(words)) - 1].end
            marked = f"<mark>{escape(label[word.start : end])}</mark>"
            return f"{escape(label[: word.start])}{marked}{escape(label[end:])}"
    return escape(label)
