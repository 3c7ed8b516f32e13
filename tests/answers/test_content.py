"""The content that answers are decided by."""

from collections import Counter

import pytest
import yaml
from sqlalchemy import select

from benchmarks.answers.measuring import read_questions
from kb_api.answers import Reason
from kb_api.answers.content import read_content
from kb_api.answers.deciding import find_emergency, find_refusal
from kb_api.database import Database
from kb_api.folders import find_folder
from kb_api.models import Claim, Thing
from kb_api.search.lay_language import read_lay_language
from kb_api.vocabulary import Kind, Language

FOLDER = find_folder("seed") / "answers"
EMERGENCY_NUMBER = "112"
ADVICE_NUMBER = "1177"


def test_every_reason_has_a_message_in_both_languages() -> None:
    messages = read_content().messages

    assert all(set(messages[reason]["message"]) == set(Language) for reason in Reason)


@pytest.mark.parametrize("language", list(Language))
def test_every_emergency_message_names_whom_to_call(language: Language) -> None:
    emergency = read_content().messages["emergency"]

    for said in [emergency["message"], *emergency["topics"].values()]:
        assert EMERGENCY_NUMBER in said[language]
        assert ADVICE_NUMBER in said[language]


@pytest.mark.parametrize("language", list(Language))
def test_no_other_message_raises_an_alarm(language: Language) -> None:
    messages = read_content().messages

    for reason in set(Reason) - {Reason.EMERGENCY}:
        assert EMERGENCY_NUMBER not in messages[reason]["message"][language].replace(ADVICE_NUMBER, "")


def test_every_special_message_belongs_to_an_emergency_topic() -> None:
    topics = {emergency.topic for emergency in read_content().emergencies}

    assert set(read_content().messages["emergency"]["topics"]) <= topics


def test_no_claim_asked_as_a_question_is_an_emergency(loaded_database: Database) -> None:
    with loaded_database.read() as session:
        names = session.execute(select(Thing.name).join(Claim, Claim.thing_id == Thing.id)).scalars().all()

    alarming = [text for name in names for text in name.values() if find_emergency(text, [], read_content())]

    assert alarming == []


def test_few_claims_asked_as_a_question_are_refused(loaded_database: Database) -> None:
    with loaded_database.read() as session:
        names = session.execute(select(Thing.name).join(Claim, Claim.thing_id == Thing.id)).scalars().all()
    texts = [text for name in names for text in name.values()]

    refused = [text for text in texts if find_refusal(text, [], read_content())]

    # Those that are left are about pregnancy, or about medicines taken together with magnesium.
    assert len(refused) <= len(texts) * 0.02, refused


def test_no_phrase_of_the_lay_language_is_empty_of_words() -> None:
    groups = yaml.safe_load((FOLDER / "synonyms.yaml").read_text(encoding="utf-8"))

    empty = [
        phrase
        for group in groups
        for phrase in (*group["sv"], *group["en"])
        if not read_lay_language().has_phrase(str(phrase))
    ]

    assert empty == []


def test_every_thing_that_lay_words_mean_exists(loaded_database: Database) -> None:
    groups = yaml.safe_load((FOLDER / "synonyms.yaml").read_text(encoding="utf-8"))
    named = {tuple(str(meaning).split(":")) for group in groups for meaning in group["means"] if ":" in str(meaning)}
    with loaded_database.read() as session:
        existing = {(str(row.kind), row.slug) for row in session.execute(select(Thing.kind, Thing.slug))}

    assert named - existing == set()


def test_calibration_questions_are_many_bilingual_and_a_third_are_to_be_refused() -> None:
    questions = read_questions()
    languages = Counter(question["lang"] for question in questions)
    refused = sum("refused" in question for question in questions)

    assert len(questions) >= 150
    assert 0.45 <= languages["sv"] / len(questions) <= 0.55
    assert refused / len(questions) >= 0.3
    assert len({question["id"] for question in questions}) == len(questions)


def test_calibration_questions_name_claims_that_exist(loaded_database: Database) -> None:
    with loaded_database.read() as session:
        slugs = set(session.execute(select(Thing.slug).where(Thing.kind == Kind.CLAIM)).scalars())

    unknown = {slug for question in read_questions() for slug in question.get("claims", []) if slug not in slugs}

    assert unknown == set()
