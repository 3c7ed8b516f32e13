"""Whether a question is answered, by which claims, or why not.

Rule: dangers are looked for first, in the whole question; then each part of it is judged on its own, so that one part
that cannot be answered does not silence another.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from kb_api.answers.content import AnswerContent, Reason, read_content
from kb_api.answers.patterns import Asked, read_asked
from kb_api.answers.retrieval import RankedClaim, Retrieval, find_named, retrieve
from kb_api.search.lay_language import read_lay_language
from kb_api.search.spelling import Vocabulary, read_vocabulary
from kb_api.search.terms import TypedWord, correct_text, make_terms, read_words
from kb_api.search.text import normalise
from kb_api.vocabulary import Exposure

COVERAGE_MIN = 0.25
"""The least share of a question that its best claim must speak of; set on the development half of the questions."""

COVERAGE_POWER = 1.0
"""How much the share of the question counts when a claim and a decoy are compared: one that leaves out the subject of
the question loses, however well it fits the rest."""

PART = re.compile(
    r"(?<=[?!.;])\s+|\s+(?=(?:och|and|men|but)\s+(?:hur|vad|när|vilk\w+|kan|ska|bör|får|how|what|when|which|can|should|is|do|does)\b)",
    re.I,
)
"""Where a question falls into parts: after a sentence, or where a second question is joined on."""


@dataclass(frozen=True)
class Unanswered:
    """A part of a question that is not answered, and why."""

    question: str
    reason: Reason
    topic: str | None = None


@dataclass(frozen=True)
class Decision:
    """What becomes of a question. ``related`` are the best claims of a question that is not answered."""

    claims: list[RankedClaim] = field(default_factory=list)
    unanswered: list[Unanswered] = field(default_factory=list)
    related: list[RankedClaim] = field(default_factory=list)
    corrected: str | None = None

    @property
    def answered(self) -> bool:
        return bool(self.claims)


def decide(session: Session, question: str) -> Decision:
    """Judge a question. Reads only; the question is kept nowhere."""
    question = normalise(question)
    content = read_content()
    words = _read(session, question, content)
    if topic := find_emergency(question, words, content):
        return Decision(unanswered=[Unanswered(question, Reason.EMERGENCY, topic)])
    corrected = correct_text(question, words)
    parts = [part for part in PART.split(question) if part.strip()] or [question]
    refused = [(part, find_refusal(part, _read(session, part, content), content)) for part in parts]
    open_parts = [part for part, reason in refused if reason is None]
    unanswered = [Unanswered(part, reason) for part, reason in refused if reason is not None]
    if not open_parts:
        related = _retrieve(session, question, content).claims
        return Decision(unanswered=unanswered, related=related, corrected=corrected)
    retrieval = _retrieve(session, " ".join(open_parts), content)
    reason = judge(retrieval)
    if reason is None:
        return Decision(claims=retrieval.claims, unanswered=unanswered, corrected=corrected)
    topic = retrieval.decoy.topic if retrieval.decoy else None
    unanswered.append(Unanswered(" ".join(open_parts), reason, topic))
    return Decision(unanswered=unanswered, related=retrieval.claims, corrected=corrected)


def find_emergency(question: str, words: Sequence[TypedWord], content: AnswerContent) -> str | None:
    """The first danger that the question tells of."""
    asked = _read_asked(question, words)
    for emergency in content.emergencies:
        if emergency.personal_only and not is_personal(asked, content):
            continue
        if any(pattern.fits(asked) for pattern in emergency.patterns):
            return emergency.topic
    return None


def find_refusal(question: str, words: Sequence[TypedWord], content: AnswerContent) -> Reason | None:
    """The first reason whose pattern the question fits."""
    asked = _read_asked(question, words)
    for refusal in content.refusals:
        if any(pattern.fits(asked) for pattern in refusal.patterns):
            return refusal.reason
    return None


def find_exposures(question: str, words: Sequence[TypedWord], content: AnswerContent) -> frozenset[Exposure]:
    """The exposures that the question supposes; none when it does not tell."""
    asked = _read_asked(question, words)
    for supposition in content.suppositions:
        if any(pattern.fits(asked) for pattern in supposition.patterns):
            return supposition.exposures
    return frozenset()


def is_personal(asked: Asked, content: AnswerContent) -> bool:
    """Whether a question tells of someone, here and now; one that asks about no cause is taken to."""
    words = frozenset(asked.folded)
    return not words.isdisjoint(content.personal_markers) or words.isdisjoint(content.general_markers)


def judge(retrieval: Retrieval) -> Reason | None:
    """Why what was found is no answer, or nothing when it is one."""
    best = retrieval.claims[0] if retrieval.claims else None
    if best is None or not retrieval.telling_count:
        return retrieval.decoy.reason if retrieval.decoy else Reason.OUT_OF_SCOPE
    speaks = best.score * best.coverage**COVERAGE_POWER
    if retrieval.decoy and retrieval.decoy_score * retrieval.decoy_coverage**COVERAGE_POWER > speaks:
        return retrieval.decoy.reason
    return Reason.NO_EVIDENCE if best.coverage < COVERAGE_MIN else None


def _retrieve(session: Session, question: str, content: AnswerContent) -> Retrieval:
    vocabulary = _read_vocabulary(session, content)
    words = read_words(question, vocabulary)
    terms = make_terms(question, words, vocabulary, read_lay_language())
    exposures = find_exposures(question, words, content)
    return retrieve(session, [*terms, *find_named(session, question)], content, exposures)


def _read(session: Session, question: str, content: AnswerContent) -> list[TypedWord]:
    return read_words(question, _read_vocabulary(session, content))


def _read_vocabulary(session: Session, content: AnswerContent) -> Vocabulary:
    return read_vocabulary(session, read_lay_language().known_words, content.known_words)


def _read_asked(question: str, words: Sequence[TypedWord]) -> Asked:
    return read_asked(question, [word.folded for word in words if word.mended])
