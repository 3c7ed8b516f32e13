"""Asking the questions and counting what came back.

Rule: a question counts as answered or refused by what the pack says; a hit counts only when it is answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import yaml

from kb_api.answers import answer_question
from kb_api.database import Database
from kb_api.vocabulary import Language

QUESTIONS = Path(__file__).parent / "questions.yaml"
RANKED = 10
"""Claims asked for: as far down as the reciprocal rank looks."""

Question = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What became of one question."""

    question: Question
    answered: bool
    found: list[str]
    """The slugs of the claims, best first; of a refusal its reason."""
    cpu_ms: float

    @property
    def rank(self) -> int | None:
        """The place of the first right claim of an answered question."""
        wanted = self.question.get("claims", [])
        places = [place for place, slug in enumerate(self.found, start=1) if slug in wanted]
        return places[0] if self.answered and places else None

    @property
    def is_right(self) -> bool:
        """Answered with a right claim among the first three, or refused for a right reason."""
        if "claims" in self.question:
            return self.rank is not None and self.rank <= 3
        return self.is_refused_rightly

    @property
    def is_refused_rightly(self) -> bool:
        wanted = self.question.get("refused", [])
        if self.answered or not wanted:
            return False
        return self.found[0] in wanted or (wanted == ["any"] and self.found[0] != "emergency")


def read_questions() -> list[Question]:
    questions: list[Question] = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    return questions


def ask(database: Database, questions: Sequence[Question], *, by_meaning: bool = False) -> list[Outcome]:
    """Ask each question twice and time the second, when what a running service remembers is at hand."""
    outcomes = []
    with database.read() as session:
        for question in questions:
            language = Language(question["lang"])
            options: dict[str, Any] = {"lang": language, "limit": RANKED, "by_meaning": by_meaning}
            answer_question(session, question["question"], **options)
            began = process_time()
            pack = answer_question(session, question["question"], **options)
            cpu_ms = (process_time() - began) * 1_000
            found = [claim["slug"] for claim in pack["claims"]] if pack["answered"] else [pack["reason"]]
            outcomes.append(Outcome(question, pack["answered"], found, cpu_ms))
    return outcomes


def summarise(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """The figures of these outcomes; rates are between 0 and 1."""
    answerable = [outcome for outcome in outcomes if "claims" in outcome.question]
    refusable = [outcome for outcome in outcomes if "refused" in outcome.question]
    emergencies = [outcome for outcome in refusable if outcome.question["refused"] == ["emergency"]]
    others = [outcome for outcome in outcomes if outcome.question.get("refused") != ["emergency"]]
    ranks = [outcome.rank for outcome in answerable]
    times = sorted(outcome.cpu_ms for outcome in outcomes)
    return {
        "questions": len(outcomes),
        "hit_at_1": _share(rank == 1 for rank in ranks),
        "hit_at_3": _share(rank is not None and rank <= 3 for rank in ranks),
        "mrr": sum(1 / rank for rank in ranks if rank) / len(ranks),
        "abstention_f1": _abstention_f1(answerable, refusable),
        "wrongly_refused": _share(not outcome.answered for outcome in answerable),
        "emergencies_caught": _share(outcome.is_refused_rightly for outcome in emergencies),
        "false_alarms": _share(outcome.found == ["emergency"] for outcome in others),
        "reason_right": _share(outcome.is_refused_rightly for outcome in refusable),
        "cpu_ms_median": median(times),
        "cpu_ms_p95": times[int(0.95 * (len(times) - 1))],
    }


def _abstention_f1(answerable: Sequence[Outcome], refusable: Sequence[Outcome]) -> float:
    """The harmonic mean of: how many refusals are right, and how many that should be refused are."""
    right = sum(not outcome.answered for outcome in refusable)
    wrong = sum(not outcome.answered for outcome in answerable)
    missed = len(refusable) - right
    return 2 * right / (2 * right + wrong + missed)


def _share(flags: Any) -> float:
    counted = list(flags)
    return sum(counted) / len(counted)
