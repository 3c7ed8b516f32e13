"""What becomes of a question, on the seed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb_api.answers import PROMPT_TOKENS_MIN, answer_question, estimate_tokens, warm_up
from kb_api.database import Database
from kb_api.vocabulary import Language

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def answer(loaded_database: Database) -> Ask:
    def ask(question: str, lang: Language = Language.EN, **options: Any) -> dict[str, Any]:
        with loaded_database.read() as session:
            return answer_question(session, question, lang=lang, **options)

    return ask


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("Do supplements prevent cramps in older adults?", "supplement-cramps"),
        ("sänker magnesium blodtrycket", "blood-pressure"),
        ("NMDA receptors learning", "nmda-learning-memory"),
    ],
)
def test_a_question_is_answered_with_the_claim_that_speaks_of_it(answer: Ask, question: str, slug: str) -> None:
    pack = answer(question)

    assert pack["answered"]
    assert pack["reason"] is None
    assert pack["claims"][0]["slug"] == slug


def test_every_statement_can_be_followed_to_its_references(answer: Ask) -> None:
    pack = answer("does magnesium reduce migraine attacks")
    numbers = {reference["number"]: reference["slug"] for reference in pack["references"]}

    for claim in pack["claims"]:
        cited = {citation["number"]: citation["reference"]["slug"] for citation in claim["citations"]}
        assert cited.items() <= numbers.items()
        assert [evidence["reference"]["slug"] for evidence in claim["evidence"]] == list(cited.values())
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_a_claim_says_how_certain_it_is_and_what_speaks_against_it(answer: Ask) -> None:
    claim = answer("Do supplements prevent cramps in older adults?")["claims"][0]

    assert claim["certainty"] in {"high", "moderate", "low", "very_low"}
    assert claim["balance"]["refutes"] >= 1
    assert claim["score"] > 0


def test_the_red_flags_of_the_sign_are_told(answer: Ask) -> None:
    notices = answer("does low magnesium cause headache")["notices"]

    assert "red_flag" in {notice["notice_type"] for notice in notices}
    assert notices[0]["urgency"] == "emergency"


def test_the_answer_is_in_the_language_asked_for(answer: Ask) -> None:
    assert answer("migraine", Language.SV)["claims"][0]["text"] != answer("migraine", Language.EN)["claims"][0]["text"]


@pytest.mark.parametrize(
    ("question", "exposures"),
    [
        ("Hjälper magnesium mot kramp?", {"supplementation"}),
        ("får man kramp av magnesiumbrist?", {"deficiency", "low_intake"}),
        ("does magnesium help with sleep", {"supplementation"}),
        ("does low magnesium disturb sleep", {"deficiency", "low_intake"}),
        ("kan man få för mycket magnesium i blodet?", {"excess"}),
    ],
)
def test_what_a_question_supposes_decides_between_claims_on_its_topic(
    answer: Ask, question: str, exposures: set[str]
) -> None:
    assert answer(question)["claims"][0]["exposure"] in exposures


@pytest.mark.parametrize("lang", list(Language))
@pytest.mark.parametrize(
    "question",
    [
        "det trycker över bröstet och jag får ingen luft",
        "my toddler swallowed a bottle of magnesium",
        "I want to kill myself",
        "plötsligt domnad i ena sidan av kroppen",
        "worst headache of my life, came suddenly",
        "fell and hit my head, now my arms feel numb",
    ],
)
def test_an_emergency_says_whom_to_call_and_nothing_else(answer: Ask, question: str, lang: Language) -> None:
    pack = answer(question, lang)

    assert (pack["answered"], pack["reason"]) == (False, "emergency")
    assert "112" in pack["message"]
    assert "1177" in pack["message"]
    assert pack["claims"] == pack["related"] == pack["notices"] == []


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("when should I take magnesium", "personal_medical_advice"),
        ("kan jag ta magnesium tillsammans med penicillin", "personal_medical_advice"),
        ("har jag magnesiumbrist", "diagnosis_request"),
        ("how much magnesium can I give my 5 year old", "dose_for_vulnerable_group"),
        ("hjälper zink mot förkylning", "out_of_scope"),
        ("magnesium fertiliser for tomatoes", "out_of_scope"),
        ("xyzzy qwfpg", "out_of_scope"),
        ("does magnesium oil work through the skin", "no_evidence"),
    ],
)
def test_a_refusal_has_its_reason(answer: Ask, question: str, reason: str) -> None:
    pack = answer(question)

    assert (pack["answered"], pack["reason"]) == (False, reason)
    assert pack["message"]
    assert pack["claims"] == []


@pytest.mark.parametrize(
    "question",
    [
        "can magnesium deficiency cause seizures?",
        "Kan magnesiumbrist ge krampanfall?",
        "Får man kramp av magnesiumbrist?",
        "magnesium poisoning from antacids",
    ],
)
def test_a_general_question_about_a_danger_that_is_covered_is_no_alarm(answer: Ask, question: str) -> None:
    assert answer(question)["reason"] != "emergency"


def test_a_refusal_names_what_there_is_and_that_it_is_no_answer(answer: Ask) -> None:
    related = answer("hur mycket magnesium ska jag ta för sömnen")["related"]

    assert related
    assert not any(claim["is_answer"] for claim in related)


def test_a_question_is_answered_in_part(answer: Ask) -> None:
    pack = answer("Does magnesium help against migraine? When should I take it?")

    assert pack["answered"]
    assert [part["reason"] for part in pack["unanswered"]] == ["personal_medical_advice"]
    assert "When should I take it?" in pack["message"]


@pytest.mark.parametrize("max_tokens", [PROMPT_TOKENS_MIN, 600, 1_500])
def test_the_prompt_keeps_its_bound(answer: Ask, max_tokens: int) -> None:
    pack = answer("kramper", Language.SV, limit=20, max_tokens=max_tokens)

    assert pack["prompt_tokens"] == estimate_tokens(pack["prompt"]) <= max_tokens


def test_the_prompt_holds_the_claims_with_their_sources(answer: Ask) -> None:
    pack = answer("does magnesium reduce migraine attacks", max_tokens=4_000)

    assert f"1. {pack['claims'][0]['text']}" in pack["prompt"]
    assert pack["references"][0]["short"] in pack["prompt"]
    assert f"Revision {pack['revision']}." in pack["prompt"]


def test_the_prompt_of_a_refusal_gives_no_claims(answer: Ask) -> None:
    pack = answer("har jag magnesiumbrist", Language.SV)

    assert pack["message"] in pack["prompt"]
    assert "1." not in pack["prompt"].split("Revision")[0]


@pytest.mark.parametrize(
    "hostile", ['"; DROP TABLE thing', "NEAR(", "😀😀", "\ud800", "a" * 500, "<script>", "* OR 1=1", "()"]
)
def test_no_question_is_an_error(answer: Ask, hostile: str) -> None:
    assert isinstance(answer(hostile)["answered"], bool)


def test_the_same_question_has_the_same_answer(answer: Ask) -> None:
    assert answer("why am I always tired") == answer("why am I always tired")


def test_who_warms_up_before_there_is_a_database_is_not_stopped(tmp_path: Path) -> None:
    (tmp_path / "kb.sqlite3").write_text("no database")

    warm_up(Database(f"sqlite:///{tmp_path / 'kb.sqlite3'}"))


def test_an_answer_is_not_changed_by_an_earlier_one(answer: Ask) -> None:
    before = answer("cramps", limit=2)

    answer("cramps at night", limit=20)

    assert answer("cramps", limit=2) == before
