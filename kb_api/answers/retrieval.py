"""The claims that speak of a question, best first, and how well the best decoy does.

Rule: claims and decoys are scored by the same formula with the same counts, so that their scores can be compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb_api.answers.content import AnswerContent, Decoy
from kb_api.models import Claim, Thing
from kb_api.search.candidates import Entry, Statistics, find_candidates, read_frequencies, read_statistics
from kb_api.search.finding import find_labelled
from kb_api.search.index import link_token
from kb_api.search.ranking import Lengths, Term, WeighedTerms, Weights
from kb_api.search.remembering import remember
from kb_api.search.terms import PART_WEIGHT, PLAIN_IMPORTANCE
from kb_api.vocabulary import CONCEPT_KINDS, Exposure, Kind

CLAIM_WEIGHTS = Weights(name=1.6, body=0.5, link=0.6)
DECOY_WEIGHTS = Weights(name=1.6, body=0.35, link=0.0)
NAMED_MAX = 8
"""Things that one question can name."""

NAMED_IMPORTANCE = 0.4
"""What it counts that a claim names a thing which the question names; its words count already."""

COVERAGE_SHARE = 0.3
"""How much of a claim's score hangs on the share of the question that it speaks of."""

NO_LENGTHS = Lengths(0.0, 0.0)
PASSAGE_FACTOR = 1.1
"""A claim that the article itself makes is a little more likely to be what a reader of the article asks about."""

OTHER_EXPOSURE_FACTOR = 0.8
"""What a claim's score is worth that speaks of another exposure than the question: of a deficiency, say, when it asks
what supplements do. Set on the development half of the questions."""


@dataclass(frozen=True)
class RankedClaim:
    """A claim with its score and the share of the question that it speaks of."""

    thing_id: int
    score: float
    coverage: float


@dataclass(frozen=True)
class Retrieval:
    """What was found for a question."""

    claims: list[RankedClaim]
    decoy: Decoy | None
    decoy_score: float
    decoy_coverage: float
    candidates_cut: bool
    telling_count: int
    """Terms that carry a topic."""


def retrieve(
    session: Session, terms: Sequence[Term], content: AnswerContent, supposed: frozenset[Exposure] = frozenset()
) -> Retrieval:
    """Rank the claims, those with a supposed exposure first among equals, and find the decoy that does best."""
    frequencies = read_frequencies(session, terms)
    statistics = read_statistics(session)
    together = {
        token: frequencies.get(token, 0) + content.decoy_counts.get(token, 0) for term in terms for token in term.tokens
    }
    total = statistics.document_count + len(content.decoys)
    entries, cut = find_candidates(session, terms, frequencies, statistics, [Kind.CLAIM])
    others = _find_others(session, entries, supposed)
    claims = _rank(WeighedTerms(terms, together, total), entries, statistics, others)
    # A word inside a lay phrase is no sign of another topic: a "charley horse" is no horse.
    alone = [term for term in terms if not term.is_optional or term.importance == PLAIN_IMPORTANCE]
    decoy, decoy_score, decoy_coverage = _best_decoy(WeighedTerms(alone, together, total), content)
    telling_count = sum(not term.is_optional for term in terms)
    return Retrieval(claims, decoy, decoy_score, decoy_coverage, cut, telling_count)


def find_named(session: Session, question: str) -> list[Term]:
    """One term for each thing that the question calls by a name or alias: met by every claim that names the thing."""
    labelled = find_labelled(session, question, kinds=[*CONCEPT_KINDS, Kind.REFERENCE])
    query = select(Thing.id, Thing.kind, Thing.slug).where(Thing.id.in_(list(labelled)[:NAMED_MAX]))
    # A title of one word ("Magnesium") is said without meaning the publication.
    named = [row for row in session.execute(query) if row.kind != Kind.REFERENCE or len(labelled[row.id].stems) > 1]
    tokens = sorted(link_token(Kind(row.kind), row.slug) for row in named)
    return [Term(token, {token: 1.0}, NAMED_IMPORTANCE, is_optional=True) for token in tokens]


def _find_others(session: Session, entries: Sequence[Entry], supposed: frozenset[Exposure]) -> frozenset[int]:
    """The claims with another exposure than the supposed ones; none when nothing is supposed."""
    if not supposed:
        return frozenset()

    def load(missing: list[int]) -> dict[int, Exposure]:
        query = select(Claim.thing_id, Claim.exposure).where(Claim.thing_id.in_(missing))
        return {row.thing_id: Exposure(row.exposure) for row in session.execute(query)}

    exposures = remember(session, "exposures", [entry[0] for entry in entries], load)
    return frozenset(thing_id for thing_id, exposure in exposures.items() if exposure not in supposed)


def _rank(
    terms: WeighedTerms, entries: Sequence[Entry], statistics: Statistics, others: frozenset[int]
) -> list[RankedClaim]:
    ranked = []
    for thing_id, _, name, body, links in entries:
        score, coverage = terms.score(name, body, links, lengths=statistics.lengths, weights=CLAIM_WEIGHTS)
        score *= (PASSAGE_FACTOR if body else 1.0) * (1 - COVERAGE_SHARE + COVERAGE_SHARE * coverage)
        score *= OTHER_EXPOSURE_FACTOR if thing_id in others else 1.0
        ranked.append(RankedClaim(thing_id, score, coverage))
    return sorted(ranked, key=lambda claim: (-round(claim.score, 6), claim.thing_id))


def _best_decoy(terms: WeighedTerms, content: AnswerContent) -> tuple[Decoy | None, float, float]:
    """The decoy with the highest score, and its share of the question.

    Its length does not matter, because an editor may list any number of names.
    """
    best: Decoy | None = None
    best_score, best_coverage = 0.0, 0.0
    for decoy in _find_named_decoys(terms, content):
        fields = decoy.name_stems, decoy.body_stems, ""
        score, coverage = terms.score(*fields, lengths=NO_LENGTHS, weights=DECOY_WEIGHTS)
        if score > best_score:
            best, best_score, best_coverage = decoy, score, coverage
    return best, best_score, best_coverage


def _find_named_decoys(terms: WeighedTerms, content: AnswerContent) -> list[Decoy]:
    """The decoys one of whose names stands in the question whole.

    The words around a subject are met by half of all questions: they only count with a name of it.
    """
    tokens = {token for term in terms.terms for token, weight in term.tokens.items() if weight >= PART_WEIGHT}
    named: dict[int, Decoy] = {}
    for token in sorted(tokens & content.decoy_phrases.keys()):
        for phrase, decoy in content.decoy_phrases[token]:
            if all(not word.isdisjoint(tokens) for word in phrase):
                named[id(decoy)] = decoy
    return list(named.values())
