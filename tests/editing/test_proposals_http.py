"""Proposals and the two-person rule."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb_api import create_app
from kb_api.settings import Settings
from kb_api.vocabulary import Kind, Scope
from tests.editing.conftest import Editor, MakeEditor
from tests.editing.factories import link, make_claim, make_sign
from tests.support.contract import assert_problem

CREATION = {"operation": "create", "kind": "claim", "record": make_claim()}
PROPOSAL = {"message": "a new claim", "conflict_of_interest": "none", "writes": [CREATION]}


def patch(position: int, revision: int = 1) -> dict:
    write = {"operation": "patch", "kind": "sign", "slug": "fatigue", "revision": revision}
    return {"message": "elsewhere", "writes": [{**write, "record": {"position": position}}]}


@pytest.fixture
def strict_app(fresh_database_url: str) -> Iterator[Flask]:
    """An application with the two-person rule."""
    app = create_app(Settings(database_url=fresh_database_url, two_person_rule=True))
    yield app
    app.extensions["kb_database"].dispose()


def test_a_proposal_changes_nothing_until_another_editor_accepts_it(ann: Editor, bo: Editor) -> None:
    opened = ann.post("/v1/proposals", json=PROPOSAL)
    assert ann.get("/v1/status").get_json()["revision"] == 1
    assert ann.get("/v1/claims/made-up-claim").status_code == 404

    accepted = bo.post("/v1/proposals/1/acceptance", json={"comment": "seen"}, version=opened.headers["ETag"])

    body = accepted.get_json()
    assert (opened.status_code, opened.headers["Location"]) == (201, "/v1/proposals/1")
    assert (body["data"]["status"], body["data"]["accepted_as"]) == ("accepted", 2)
    assert [event["step"] for event in body["data"]["events"]] == ["opened", "accepted"]
    revision = ann.get("/v1/revisions/2").get_json()["data"]
    assert revision["author"] == "ann"
    assert revision["message"] == "a new claim\nProposal 1, accepted by bo.\nStated interest: none"


def test_its_author_does_not_accept_it_with_any_key(ann: Editor, make_editor: MakeEditor) -> None:
    opened = ann.post("/v1/proposals", json=PROPOSAL)
    another_key = make_editor("ann", Scope.ADMIN)

    for editor in (ann, another_key):
        response = editor.post("/v1/proposals/1/acceptance", json={}, version=opened.headers["ETag"])
        assert_problem(response, 403)
        assert "invalid_token" not in response.headers["WWW-Authenticate"]


def test_a_proposal_shows_its_difference_to_what_stands_and_when_that_moves_on(ann: Editor, bo: Editor) -> None:
    ann.post("/v1/proposals", json=patch(70))
    before = ann.get("/v1/proposals/1").get_json()["data"]

    bo.patch("/v1/signs/fatigue", json={"position": 71}, version=1)

    after = ann.get("/v1/proposals/1").get_json()["data"]
    assert before["writes"][0]["differences"] == [{"field": "position", "before": 2, "after": 70}]
    assert (before["moved_on"], after["moved_on"]) == (False, True)
    assert after["writes"][0]["differences"] == [{"field": "position", "before": 71, "after": 70}]
    assert after["writes"][0]["stands_at"] == 2
    refused = bo.post("/v1/proposals/1/acceptance", json={}, version=1)
    assert "must revise" in assert_problem(refused, 409)["detail"]


def test_its_author_revises_it_and_nobody_accepts_what_they_have_not_seen(ann: Editor, bo: Editor) -> None:
    seen = ann.post("/v1/proposals", json=patch(70)).headers["ETag"]

    revised = ann.put("/v1/proposals/1", json=patch(72), version=seen)

    assert revised.get_json()["data"]["status"] == "revised"
    assert_problem(bo.post("/v1/proposals/1/acceptance", json={}, version=seen), 412)
    assert_problem(bo.post("/v1/proposals/1/acceptance", json={}), 428, "If-Match")
    assert_problem(bo.put("/v1/proposals/1", json=patch(73), version=2), 403)
    assert bo.post("/v1/proposals/1/acceptance", json={}, version=2).status_code == 200
    assert ann.get("/v1/signs/fatigue").get_json()["data"]["position"] == 72


def test_a_rejected_proposal_is_closed_but_can_be_talked_about(ann: Editor, bo: Editor) -> None:
    ann.post("/v1/proposals", json=patch(70))

    rejected = bo.post("/v1/proposals/1/rejection", json={"comment": "no source"}, version=1)
    commented = ann.post("/v1/proposals/1/comments", json={"comment": "I will find one"})

    assert rejected.get_json()["data"]["status"] == "rejected"
    assert [event["comment"] for event in commented.get_json()["data"]["events"]] == [
        None,
        "no source",
        "I will find one",
    ]
    assert_problem(bo.post("/v1/proposals/1/acceptance", json={}, version=2), 409)
    assert_problem(ann.put("/v1/proposals/1", json=patch(71), version=2), 409)
    assert_problem(bo.post("/v1/proposals/1/rejection", json={}, version=2), 422, "/comment")


def test_what_could_not_be_accepted_is_not_proposed(ann: Editor) -> None:
    unknown = make_claim(links=[link(Kind.SIGN, "unheard-of")])

    response = ann.post("/v1/proposals", json=PROPOSAL | {"writes": [CREATION | {"record": unknown}]})

    assert_problem(response, 422, "/writes/0/record/links/0/slug")
    assert_problem(ann.post("/v1/proposals", json=patch(2)), 422, "/writes")
    assert ann.get("/v1/proposals").get_json()["data"] == []


def test_proposals_are_for_key_holders(ann: Editor, fresh_client: FlaskClient, make_editor: MakeEditor) -> None:
    ann.post("/v1/proposals", json=PROPOSAL)
    reader = make_editor("cy", Scope.READER)

    assert_problem(fresh_client.get("/v1/proposals"), 401)
    assert [proposal["number"] for proposal in reader.get("/v1/proposals?status=open").get_json()["data"]] == [1]
    assert reader.get("/v1/proposals?status=rejected").get_json()["data"] == []
    assert_problem(reader.post("/v1/proposals/1/comments", json={"comment": "hm"}), 403)
    assert_problem(reader.get("/v1/proposals/2"), 404)


def test_under_the_rule_what_an_editor_writes_waits(make_editor: MakeEditor, strict_app: Flask) -> None:
    ann, bo = make_editor("ann", app=strict_app), make_editor("bo", app=strict_app)

    written = [
        ann.post("/v1/signs?conflict_of_interest=none&message=why", json=make_sign()),
        ann.patch("/v1/signs/fatigue", json={"position": 70}, version=1),
        ann.delete("/v1/intakes/efsa-ul", json={"reason": "superseded"}, version=1),
        ann.post("/v1/changesets", json=patch(71)),
    ]

    assert [response.status_code for response in written] == [202] * 4
    assert ann.get("/v1/status").get_json()["revision"] == 1
    assert written[0].get_json()["data"]["conflict_of_interest"] == "none"
    assert bo.post("/v1/proposals/1/acceptance", json={}, version=1).status_code == 200
    assert ann.get("/v1/signs/itching").status_code == 200


def test_under_the_rule_an_admin_still_writes(make_editor: MakeEditor, strict_app: Flask) -> None:
    admin = make_editor("di", Scope.ADMIN, app=strict_app)

    assert admin.post("/v1/signs", json=make_sign()).status_code == 201


def test_under_the_rule_a_dry_run_still_answers_what_would_change(make_editor: MakeEditor, strict_app: Flask) -> None:
    ann = make_editor("ann", app=strict_app)

    response = ann.post("/v1/signs?dry_run=true", json=make_sign())

    assert response.get_json()["meta"]["changes"][0]["operation"] == "create"


def test_a_repeated_proposal_is_opened_once(ann: Editor) -> None:
    for _ in range(2):
        assert ann.post("/v1/proposals", json=PROPOSAL, headers={"Idempotency-Key": "p"}).status_code == 201

    assert len(ann.get("/v1/proposals").get_json()["data"]) == 1
