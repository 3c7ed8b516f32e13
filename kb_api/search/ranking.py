"""How well an entry answers a question: one formula, computed here, so that every database gives the same order.

Rule: no database here. BM25F: the frequency of a term is summed over the fields with their weights, then saturated.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

SATURATION = 2.5
LENGTH_WEIGHT = 0.6
"""Between 0 (length does not matter) and 1; entries are short and much of a length, so less than the usual 0.75."""

UNKNOWN_WEIGHT = 3.0
"""What a word tells that nothing contains: less than a rare one, because it may be any word of the language."""

NAME_WEIGHT = 2.0
BODY_WEIGHT = 0.7
LINK_WEIGHT = 1.5
"""Weights of the fields; set on the calibration questions of ``benchmarks/answers``."""


@dataclass(frozen=True)
class Term:
    """One word or phrase of a question with everything that counts as it: token → how fully it counts."""

    typed: str
    tokens: Mapping[str, float]
    importance: float = 1.0
    """What it counts beside the others: words that carry little of a topic count for less."""
    is_optional: bool = False
    """Whether an entry without it lacks nothing: a longer phrase speaks for it, or it carries little of a topic."""


@dataclass(frozen=True)
class Lengths:
    """The mean lengths of the fields, in stems."""

    name: float
    body: float


@dataclass(frozen=True)
class Weights:
    """What each field counts."""

    name: float = NAME_WEIGHT
    body: float = BODY_WEIGHT
    link: float = LINK_WEIGHT


def inverse_frequency(document_count: float, total: int) -> float:
    """How much a term tells: near 0 when every entry has it."""
    return math.log(1 + (max(total - document_count, 0) + 0.5) / (document_count + 0.5))


class WeighedTerms:
    """The terms of one question, each with its weight, ready to score entry after entry."""

    def __init__(self, terms: Sequence[Term], frequencies: Mapping[str, int], total: int) -> None:
        self.terms = terms
        self.weights = [term.importance * _weigh(term, frequencies, total) for term in terms]
        self._needed = sum(weight for term, weight in zip(terms, self.weights, strict=True) if not term.is_optional)
        self._places: dict[str, list[tuple[int, float]]] = {}
        for place, term in enumerate(terms):
            for token, weight in term.tokens.items():
                self._places.setdefault(token, []).append((place, weight))
        self._wanted = frozenset(self._places)

    def weigh(self, tokens: frozenset[str]) -> float:
        """What the terms that have one of these tokens weigh together."""
        pairs = zip(self.terms, self.weights, strict=True)
        return sum(weight for term, weight in pairs if not tokens.isdisjoint(term.tokens))

    def score(self, name: str, body: str, links: str, *, lengths: Lengths, weights: Weights) -> tuple[float, float]:
        """(score, share of the question) of an entry with these fields, each a text of stems."""
        frequencies = [0.0] * len(self.terms)
        self._count(frequencies, name, lengths.name, weights.name)
        self._count(frequencies, body, lengths.body, weights.body)
        self._count(frequencies, links, 0.0, weights.link)
        score = met = 0.0
        for place, frequency in enumerate(frequencies):
            if frequency:
                score += self.weights[place] * frequency * (SATURATION + 1) / (frequency + SATURATION)
                met += 0.0 if self.terms[place].is_optional else self.weights[place]
        return score, met / self._needed if self._needed else 0.0

    def _count(self, frequencies: list[float], field: str, mean_length: float, field_weight: float) -> None:
        """Add what a field has of each term."""
        tokens, distinct = split_field(field)
        if self._wanted.isdisjoint(distinct):
            return
        factor = field_weight / _norm(len(tokens), mean_length)
        for token in self._wanted & distinct:
            share = factor * tokens.count(token)
            for place, weight in self._places[token]:
                frequencies[place] += share * weight


@lru_cache(maxsize=4_096)
def split_field(field: str) -> tuple[list[str], frozenset[str]]:
    """The tokens of a field, and which there are; kept, because in a small base the same entries are ranked again."""
    tokens = field.split()
    return tokens, frozenset(tokens)


def _weigh(term: Term, frequencies: Mapping[str, int], total: int) -> float:
    """The inverse frequency of a term, its tokens taken together."""
    together = sum(weight * frequencies.get(token, 0) for token, weight in term.tokens.items())
    return inverse_frequency(min(together, total), total) if together else UNKNOWN_WEIGHT


def _norm(length: int, mean: float) -> float:
    """Above 1 for a field with more stems than the mean one."""
    return 1 - LENGTH_WEIGHT + LENGTH_WEIGHT * length / mean if mean else 1.0
