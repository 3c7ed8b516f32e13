"""Questions over HTTP."""

import logging
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb_api.schemas.answers import AnswerPack
from tests.support.contract import assert_problem

QUESTION = "Does magnesium help against migraine?"


def ask(client: FlaskClient, question: Any = QUESTION, **more: Any) -> TestResponse:
    return client.post("/v1/answers", json={"question": question, **more})


def test_a_question_has_a_pack_in_the_envelope(client: FlaskClient) -> None:
    response = ask(client)
    body = response.get_json()

    assert response.status_code == 200
    assert body.keys() == {"data", "links", "meta"}
    assert body["data"].keys() == AnswerPack().fields.keys()
    assert body["data"]["answered"] is True
    assert body["data"]["revision"] == body["meta"]["revision"]


def test_an_answer_is_never_cached(client: FlaskClient) -> None:
    response = ask(client)

    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_the_question_is_in_no_log_and_no_address(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    body = ask(client, "zebra against migraine").get_json()

    assert "zebra" not in caplog.text
    assert "zebra" not in body["links"]["self"]


@pytest.mark.parametrize(
    ("question", "options", "headers", "language"),
    [
        (QUESTION, {"lang": "sv"}, {"Accept-Language": "en"}, "sv"),
        (QUESTION, {}, {"Accept-Language": "sv"}, "sv"),
        ("hjälper magnesium mot migrän", {}, {}, "sv"),
        (QUESTION, {}, {}, "en"),
        ("magnesium", {}, {}, "en"),
    ],
)
def test_the_language_is_the_callers_else_the_questions(
    client: FlaskClient, question: str, options: dict[str, str], headers: dict[str, str], language: str
) -> None:
    response = client.post("/v1/answers", json={"question": question, **options}, headers=headers)

    assert response.headers["Content-Language"] == language
    assert response.get_json()["meta"]["lang"] == language


def test_an_emergency_says_whom_to_call_in_the_callers_language(client: FlaskClient) -> None:
    data = ask(client, "tryck över bröstet och svårt att andas", lang="en").get_json()["data"]

    assert data["reason"] == "emergency"
    assert "Call 112" in data["message"]


def test_no_more_claims_than_asked_for_are_given(client: FlaskClient) -> None:
    assert len(ask(client, limit=2).get_json()["data"]["claims"]) == 2


def test_every_address_in_a_pack_can_be_opened(client: FlaskClient) -> None:
    data = ask(client).get_json()["data"]
    addresses = [claim["url"] for claim in data["claims"]] + [reference["url"] for reference in data["references"]]

    assert {client.get(address).status_code for address in addresses} == {200}


@pytest.mark.parametrize(
    ("body", "culprit"),
    [
        ({}, "/question"),
        ({"question": ""}, "/question"),
        ({"question": "  "}, "/question"),
        ({"question": None}, "/question"),
        ({"question": 1}, "/question"),
        ({"question": "a" * 501}, "/question"),
        ({"question": "a", "lang": "de"}, "/lang"),
        ({"question": "a", "limit": 0}, "/limit"),
        ({"question": "a", "limit": 21}, "/limit"),
        ({"question": "a", "max_tokens": 10}, "/max_tokens"),
        ({"question": "a", "extra": 1}, "/extra"),
    ],
)
def test_a_wrong_body_is_refused_with_its_culprit(client: FlaskClient, body: dict[str, Any], culprit: str) -> None:
    assert_problem(client.post("/v1/answers", json=body), 422, culprit)


def test_a_body_that_is_no_json_is_refused(client: FlaskClient) -> None:
    assert_problem(client.post("/v1/answers", data="{", content_type="application/json"), 400)


@pytest.mark.parametrize("question", ['"; DROP TABLE thing; --', "NEAR(", "😀", "<script>alert(1)</script>", "\u0000"])
def test_no_question_is_an_error(client: FlaskClient, question: str) -> None:
    assert ask(client, question).status_code == 200


def test_a_question_cannot_be_asked_in_an_address(client: FlaskClient) -> None:
    assert_problem(client.get("/v1/answers?question=x"), 405)
