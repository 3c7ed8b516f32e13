"""Many things in one request."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb_api.database import Database
from kb_api.editing import Write, apply_writes
from kb_api.vocabulary import Kind, Operation
from tests.support.contract import assert_problem
from tests.support.counting import count_statements

EVERY_KIND = [
    "sign:fatigue",
    "mechanism:nmda-receptor",
    "form:magnesium-citrate",
    "food:nuts",
    "population:athletes",
    "reference:slutsky-2010",
    "claim:nmda-block",
    "health_claim:eu-muscle-function",
    "safety:cramp-long",
    "intake:efsa-ul",
    "section:section-1",
]


def test_every_kind_is_found_in_the_order_asked_for(client: FlaskClient) -> None:
    response = client.post("/v1/batch?lang=sv", json={"ids": EVERY_KIND})

    assert response.status_code == 200
    members = response.get_json()["data"]
    assert [member["id"] for member in members] == EVERY_KIND
    assert {member["status"] for member in members} == {"found"}
    assert [f"{member['thing']['kind']}:{member['thing']['slug']}" for member in members] == EVERY_KIND
    assert members[0]["thing"]["name"] == "Utmattning och låg energi"
    assert response.headers["Cache-Control"] == "no-store"


def test_a_repeated_id_is_answered_as_often(client: FlaskClient) -> None:
    members = client.post("/v1/batch", json={"ids": ["sign:fatigue", "sign:fatigue"]}).get_json()["data"]

    assert members[0] == members[1]


@pytest.mark.parametrize("written", ["sign:nowhere", "nothing", "star:sirius", ":", "sign:", ""])
def test_what_is_not_there_is_missing_and_says_why(client: FlaskClient, written: str) -> None:
    member = client.post("/v1/batch", json={"ids": [written]}).get_json()["data"][0]

    assert member["id"] == written
    assert member["status"] == "missing"
    assert member["message"]


def test_what_moved_or_is_gone_says_so(fresh_database: Database, fresh_client: FlaskClient) -> None:
    orotate = fresh_client.post("/v1/batch", json={"ids": ["form:magnesium-orotate"]}).get_json()["data"][0]
    assert orotate["status"] == "found"
    with fresh_database.write() as session:
        retraction = Write(
            Operation.RETRACT, Kind.FORM, "magnesium-orotate", reason="sold no more", successor="magnesium-citrate"
        )
        apply_writes(session, [retraction], author="test", message="retract")
        session.commit()

    gone = fresh_client.post("/v1/batch", json={"ids": ["form:magnesium-orotate"]}).get_json()["data"][0]

    assert gone["status"] == "gone"
    assert gone["reason"] == "sold no more"
    assert gone["successor"] == "form:magnesium-citrate"


@pytest.mark.parametrize(
    "body", [{}, {"ids": []}, {"ids": ["sign:fatigue"] * 201}, {"ids": "sign:fatigue"}, {"ids": [1]}]
)
def test_a_bad_batch_is_422(client: FlaskClient, body: dict) -> None:
    assert_problem(client.post("/v1/batch", json=body), 422)


def test_the_number_of_statements_does_not_grow_with_the_batch(app: Flask, client: FlaskClient) -> None:
    slugs = [claim["slug"] for claim in client.get("/v1/claims?limit=100&fields=slug").get_json()["data"]]
    with count_statements(app) as few:
        client.post("/v1/batch", json={"ids": [f"claim:{slug}" for slug in slugs[:2]]})
    with count_statements(app) as many:
        client.post("/v1/batch", json={"ids": [f"claim:{slug}" for slug in slugs]})

    assert len(few) == len(many)


def test_a_sign_comes_with_its_red_flags(client: FlaskClient) -> None:
    members = client.post("/v1/batch", json={"ids": ["sign:headache", "sign:fatigue"]}).get_json()["data"]

    for member in members:
        detail = client.get(member["thing"]["url"]).get_json()["data"]
        assert member["thing"]["red_flags"] == detail["red_flags"] != []


def test_an_erratum_is_told(client: FlaskClient) -> None:
    body = client.post("/v1/batch", json={"ids": ["reference:hausenblas-2024"]}).get_json()

    assert [notice["on"]["slug"] for notice in body["meta"]["notices"]] == ["hausenblas-2024"]
