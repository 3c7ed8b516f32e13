"""What the answers are decided by beside the claims: patterns, decoys and messages, kept in ``seed/answers``.

Rule: a judgement about what to refuse, and every word that a person reads, is content; nothing of it is in code.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from kb_api.answers.patterns import Pattern, read_pattern
from kb_api.folders import find_folder
from kb_api.search.lay_language import read_yaml
from kb_api.search.text import STOP_WORDS, Word, split_words, stem_both
from kb_api.vocabulary import Exposure


class Reason(StrEnum):
    """Why a question is not answered."""

    EMERGENCY = "emergency"
    PERSONAL_MEDICAL_ADVICE = "personal_medical_advice"
    DIAGNOSIS_REQUEST = "diagnosis_request"
    DOSE_FOR_VULNERABLE_GROUP = "dose_for_vulnerable_group"
    OUT_OF_SCOPE = "out_of_scope"
    NO_EVIDENCE = "no_evidence"


@dataclass(frozen=True)
class EmergencyTopic:
    """A danger and how people tell of it; ``personal_only`` when the knowledge base has claims on it."""

    topic: str
    patterns: tuple[Pattern, ...]
    personal_only: bool


@dataclass(frozen=True)
class Refusal:
    """Questions that are refused for a reason, whatever claims there are."""

    reason: Reason
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True)
class Supposition:
    """What a question in such words supposes about magnesium, as the exposures of the claims that speak of it."""

    exposures: frozenset[Exposure]
    patterns: tuple[Pattern, ...]


DecoyPhrase: TypeAlias = tuple[frozenset[str], ...]
"""A name of a decoy: the possible stems of each of its words."""


@dataclass(frozen=True)
class Decoy:
    """A neighbouring topic as a document: its own words, and those that people use with it."""

    reason: Reason
    topic: str
    name_stems: str
    body_stems: str
    phrases: tuple[DecoyPhrase, ...]
    """Its names. One must stand in a question whole."""


@dataclass(frozen=True, eq=False)
class AnswerContent:
    """Everything in ``seed/answers`` but the lay language."""

    emergencies: tuple[EmergencyTopic, ...]
    personal_markers: frozenset[str]
    general_markers: frozenset[str]
    refusals: tuple[Refusal, ...]
    suppositions: tuple[Supposition, ...]
    decoys: tuple[Decoy, ...]
    decoy_phrases: dict[str, list[tuple[DecoyPhrase, Decoy]]]
    """Stem → the names that begin with it."""
    decoy_counts: dict[str, int]
    """Token → in how many decoys it occurs."""
    messages: dict[str, Any]
    known_words: frozenset[str]
    """Every word of the decoys, so that none of them is taken for a typo."""


@lru_cache(maxsize=1)
def read_content() -> AnswerContent:
    """The content that ships with the package."""
    return load_content(find_folder("seed") / "answers")


def load_content(folder: Path) -> AnswerContent:
    """The content of a folder. A missing file or a broken pattern is an error at once, not a question let through."""
    names = ("emergencies", "markers", "refusals", "exposures", "decoys", "messages")
    emergencies, markers, refusals, suppositions, decoys, messages = (
        read_yaml(folder / f"{name}.yaml") for name in names
    )
    made = [decoy for group in decoys for decoy in _read_decoys(group)]
    counts: dict[str, int] = {}
    for decoy in made:
        for token in {*decoy.name_stems.split(), *decoy.body_stems.split()}:
            counts[token] = counts.get(token, 0) + 1
    return AnswerContent(
        emergencies=tuple(
            EmergencyTopic(group["topic"], _read_patterns(group), bool(group.get("personal_only")))
            for group in emergencies
        ),
        personal_markers=_read_markers(markers["personal"]),
        general_markers=_read_markers(markers["general"]),
        refusals=tuple(Refusal(Reason(group["reason"]), _read_patterns(group)) for group in refusals),
        suppositions=tuple(
            Supposition(frozenset(map(Exposure, group["exposures"])), _read_patterns(group)) for group in suppositions
        ),
        decoys=tuple(made),
        decoy_phrases=_index_phrases(made),
        decoy_counts=counts,
        messages=messages,
        known_words=frozenset(
            word.spelled
            for group in decoys
            for subject in group["subjects"]
            for text in (*subject.values(), *group["around"].values())
            for word in split_words(text)
        ),
    )


def _read_patterns(group: dict[str, Any]) -> tuple[Pattern, ...]:
    return tuple(read_pattern(line) for line in group["patterns"])


def _read_markers(markers: dict[str, list[str]]) -> frozenset[str]:
    return frozenset(word.folded for words in markers.values() for text in words for word in split_words(str(text)))


def _read_decoys(group: dict[str, Any]) -> Iterator[Decoy]:
    body = " ".join(_stems(" ".join(group["around"].values())))
    for subject in group["subjects"]:
        names = [name for text in subject.values() for name in text.split("/")]
        stems = " ".join(stem for name in names for stem in _stems(name))
        phrases = tuple(phrase for name in names if (phrase := _read_phrase(name)))
        yield Decoy(Reason(group["reason"]), group["topic"], stems, body, phrases)


def _index_phrases(decoys: Sequence[Decoy]) -> dict[str, list[tuple[DecoyPhrase, Decoy]]]:
    phrases: defaultdict[str, list[tuple[DecoyPhrase, Decoy]]] = defaultdict(list)
    for decoy in decoys:
        for phrase in decoy.phrases:
            for stem in phrase[0]:
                phrases[stem].append((phrase, decoy))
    return dict(phrases)


def _read_phrase(name: str) -> DecoyPhrase:
    return tuple(frozenset(stem_both(word.folded)) for word in _telling_words(name))


def _stems(text: str) -> list[str]:
    """The stems in both languages: a decoy is short, and its words are met in whichever language the question has."""
    return [stem for word in _telling_words(text) for stem in stem_both(word.folded)]


def _telling_words(text: str) -> list[Word]:
    return [word for word in split_words(text) if word.folded not in STOP_WORDS and len(word.folded) > 1]
