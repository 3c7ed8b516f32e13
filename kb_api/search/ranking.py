"""How well an entry answers a question: one formula, computed here, so that every database gives the same order.

Rule: no database here. BM25F: the frequency of a term is summed over the fields with their weights, then saturated.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

SATURATION = 2.5
LENGTH_WEIGHT = 0.6
"""Between 0 (length does not matter) and 1; entries are short and much of a length, so less than the usual 0.75."""

UNKNOWN_WEIGHT = 4.0
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


def weigh_terms(terms: Sequence[Term], frequencies: Mapping[str, int], total: int) -> list[float]:
    """The inverse frequency of each term, its tokens taken together."""
    weights = []
    for term in terms:
        together = sum(weight * frequencies.get(token, 0) for token, weight in term.tokens.items())
        rarity = inverse_frequency(min(together, total), total) if together else UNKNOWN_WEIGHT
        weights.append(term.importance * rarity)
    return weights


def score_entry(
    terms: Sequence[Term],
    term_weights: Sequence[float],
    fields: tuple[str, str, str],
    *,
    lengths: Lengths,
    weights: Weights,
) -> list[float]:
    """What each term adds to the score of an entry whose fields are (name stems, body stems, links)."""
    (name, name_length), (body, body_length), (links, _) = (count_tokens(field) for field in fields)
    name_norm, body_norm = _norm(name_length, lengths.name), _norm(body_length, lengths.body)
    parts = []
    for term, term_weight in zip(terms, term_weights, strict=True):
        frequency = 0.0
        for token, weight in term.tokens.items():
            frequency += weight * (
                weights.name * name[token] / name_norm
                + weights.body * body[token] / body_norm
                + weights.link * links[token]
            )
        parts.append(term_weight * frequency * (SATURATION + 1) / (frequency + SATURATION) if frequency else 0.0)
    return parts


@lru_cache(maxsize=4_096)
def count_tokens(field: str) -> tuple[Counter[str], int]:
    """How often each token occurs, and their number; kept, because the same entries are ranked again and again."""
    tokens = field.split()
    return Counter(tokens), len(tokens)


def _norm(length: int, mean: float) -> float:
    """Above 1 for a field with more stems than the mean one."""
    return 1 - LENGTH_WEIGHT + LENGTH_WEIGHT * length / mean if mean else 1.0
