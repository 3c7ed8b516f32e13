"""Revisions, the feed, histories, and how a thing stood."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from kb_api.views import revisions
from kb_api.vocabulary import CONCEPT_KINDS, PATHS, Kind
from tests.editing.conftest import Editor
from tests.editing.factories import MAKERS, link, make_claim, make_sign
from tests.support.contract import assert_envelope, assert_problem

TOLD_BY_OTHERS = {"counts", "red_flags"}
RESOURCES = [*PATHS.values(), "/v1/passages"]
"""The lists of everything that can be read by itself."""
PASSAGE = "/v1/passages/90-2-made-up-claim"


def make_passage(**given: Any) -> dict[str, Any]:
    return {"section": 90, "sentence": 2, "says": {"en": "It says so."}, "verdict": "overstated", **given}


def test_a_revision_says_number_time_who_and_why(ann: Editor, fresh_client: FlaskClient) -> None:
    ann.post("/v1/signs?message=seen+in+a+review", json=make_sign())

    body = assert_envelope(fresh_client.get("/v1/revisions"))

    assert [revision["number"] for revision in body["data"]] == [2, 1]
    assert body["data"][0] | {"at": ""} == {
        "number": 2,
        "at": "",
        "author": "ann",
        "message": "seen in a review",
        "url": "/v1/revisions/2",
        "changes": 1,
    }


def test_one_revision_shows_its_changes_field_by_field(ann: Editor, fresh_client: FlaskClient) -> None:
    ann.patch("/v1/signs/fatigue", json={"position": 70}, version=1)

    body = assert_envelope(fresh_client.get("/v1/revisions/2"))

    assert body["data"]["changes"][0]["differences"] == [{"field": "position", "before": 2, "after": 70}]


@pytest.mark.parametrize("number", ["3", "0", "99999999999999999999", "x"])
def test_a_revision_that_never_was_is_not_found(fresh_client: FlaskClient, number: str) -> None:
    assert_problem(fresh_client.get(f"/v1/revisions/{number}"), 404)


def test_revisions_come_page_by_page(ann: Editor, fresh_client: FlaskClient) -> None:
    ann.post("/v1/signs", json=make_sign())

    first = fresh_client.get("/v1/revisions?limit=1").get_json()
    second = fresh_client.get(first["links"]["next"]).get_json()

    assert [body["data"][0]["number"] for body in (first, second)] == [2, 1]
    assert "next" not in second["links"]


def test_a_history_goes_back_to_the_beginning_also_after_a_retraction(ann: Editor, fresh_client: FlaskClient) -> None:
    ann.post("/v1/signs", json=make_sign())
    ann.patch("/v1/signs/itching", json={"slug": "pruritus"}, version=2)
    ann.delete("/v1/signs/pruritus", json={"reason": "a test", "successor": "fatigue"}, version=3)

    body = assert_envelope(fresh_client.get("/v1/signs/pruritus/history"))

    assert [change["operation"] for change in body["data"]] == ["retract", "rename", "create"]
    assert body["data"][0]["reason"] == "a test"
    assert body["data"][0]["successor"] == "fatigue"
    assert body["data"][1]["former_slug"] == "itching"
    assert body["data"][1]["differences"] == [{"field": "slug", "before": "itching", "after": "pruritus"}]
    assert fresh_client.get("/v1/signs/itching/history").status_code == 308


@pytest.mark.parametrize("resource", RESOURCES)
def test_whatever_can_be_read_by_itself_has_a_history_and_a_past(client: FlaskClient, resource: str) -> None:
    url = client.get(f"{resource}?limit=1").get_json()["data"][0]["url"]

    history = assert_envelope(client.get(f"{url}/history"))
    past = assert_envelope(client.get(f"{url}?as_of=1"))

    assert [(change["operation"], change["revision"]) for change in history["data"]] == [("create", 1)]
    assert history["data"][0]["url"] == past["data"]["url"] == url


@pytest.mark.parametrize("kind", list(Kind))
def test_as_of_shows_what_the_page_shows(client: FlaskClient, kind: Kind) -> None:
    address = client.get(f"{PATHS[kind]}?limit=1&sort=-slug" if kind is not Kind.SECTION else PATHS[kind]).get_json()
    url = address["data"][0]["url"]

    page = client.get(f"{url}?lang=all").get_json()["data"]
    past = assert_envelope(client.get(f"{url}?lang=all&as_of=1"))["data"]

    hidden = TOLD_BY_OTHERS | ({"links"} if kind in CONCEPT_KINDS else set())
    assert past == {key: value for key, value in page.items() if key not in hidden}


def test_as_of_shows_what_stood_with_the_names_of_then(ann: Editor, fresh_client: FlaskClient) -> None:
    ann.post("/v1/signs", json=make_sign())
    ann.post("/v1/claims", json=make_claim(links=[link(Kind.SIGN, "itching")]))
    ann.patch("/v1/signs/itching", json={"slug": "pruritus", "name": {"en": "Pruritus"}}, version=2)

    then = fresh_client.get("/v1/claims/made-up-claim?as_of=3").get_json()["data"]["links"][0]
    now = fresh_client.get("/v1/claims/made-up-claim?as_of=4").get_json()["data"]["links"][0]

    assert (then["slug"], then["name"]) == ("itching", "itching")
    assert (now["slug"], now["name"]) == ("pruritus", "Pruritus")
    assert fresh_client.get("/v1/signs/itching?as_of=3").get_json()["data"]["slug"] == "itching"
    assert fresh_client.get("/v1/signs/pruritus?as_of=3").get_json()["data"]["slug"] == "itching"


def test_as_of_before_it_was_and_after_it_went(ann: Editor, fresh_client: FlaskClient) -> None:
    ann.post("/v1/signs", json=make_sign())
    ann.delete("/v1/signs/itching", json={"reason": "a test"}, version=2)

    assert_problem(fresh_client.get("/v1/signs/itching?as_of=1"), 404)
    assert_envelope(fresh_client.get("/v1/signs/itching?as_of=2"))
    assert assert_problem(fresh_client.get("/v1/signs/itching?as_of=3"), 410)["reason"] == "a test"


@pytest.mark.parametrize("query", ["as_of=2", "as_of=0", "as_of=x", "as_of=99999999999", "as_of=1&include=claims"])
def test_as_of_a_revision_that_is_none_is_refused(fresh_client: FlaskClient, query: str) -> None:
    assert_problem(fresh_client.get(f"/v1/signs/fatigue?{query}"), 422)


@pytest.mark.parametrize("url", ["/v1/signs/fatigue", "/v1/passages/1-4-supplement-cramps"])
def test_a_past_can_be_narrowed_to_fields_that_there_are(client: FlaskClient, url: str) -> None:
    assert client.get(f"{url}?as_of=1&fields=slug,revision").get_json()["data"].keys() == {"slug", "revision"}
    assert_problem(client.get(f"{url}?as_of=1&fields=nonsense"), 422, culprit="fields")


# --- passages, which stand in the record of their claim ---


def test_a_passage_has_a_history_of_its_own(ann: Editor, fresh_client: FlaskClient) -> None:
    other = make_passage(sentence=3)
    ann.post("/v1/sections", json=MAKERS[Kind.SECTION]())
    ann.post("/v1/claims", json=make_claim(passages=[make_passage(), other]))
    ann.patch("/v1/claims/made-up-claim", json={"passages": [make_passage(verdict="error"), other]}, version=3)
    ann.patch("/v1/claims/made-up-claim", json={"passages": [make_passage(verdict="error")]}, version=4)
    ann.patch("/v1/claims/made-up-claim", json={"certainty": "high"}, version=5)
    ann.patch("/v1/claims/made-up-claim", json={"slug": "another-claim"}, version=6)
    ann.delete("/v1/claims/another-claim", json={"reason": "a test"}, version=7)

    body = assert_envelope(fresh_client.get("/v1/passages/90-2-another-claim/history"))
    rest = fresh_client.get("/v1/passages/90-3-another-claim/history").get_json()["data"]

    operations = [(change["revision"], change["operation"]) for change in body["data"]]
    assert operations == [(8, "retract"), (7, "rename"), (4, "update"), (3, "create")]
    assert body["data"][0]["reason"] == "a test"
    assert body["data"][1]["former_slug"] == "90-2-made-up-claim"
    assert body["data"][2]["fields"] == ["verdict"]
    assert body["data"][2]["differences"] == [{"field": "verdict", "before": "overstated", "after": "error"}]
    assert body["meta"]["total"] == 4
    assert [(change["revision"], change["operation"]) for change in rest] == [(5, "retract"), (3, "create")]


def test_the_history_of_a_passage_comes_page_by_page(ann: Editor, fresh_client: FlaskClient) -> None:
    ann.post("/v1/sections", json=MAKERS[Kind.SECTION]())
    ann.post("/v1/claims", json=make_claim(passages=[make_passage()]))
    ann.patch("/v1/claims/made-up-claim", json={"passages": [make_passage(verdict="error")]}, version=3)

    first = fresh_client.get(f"{PASSAGE}/history?limit=1").get_json()
    second = fresh_client.get(first["links"]["next"]).get_json()

    assert [body["data"][0]["operation"] for body in (first, second)] == ["update", "create"]
    assert "next" not in second["links"]


def test_as_of_shows_the_passage_that_stood_under_the_heading_of_then(ann: Editor, fresh_client: FlaskClient) -> None:
    ann.post("/v1/sections", json=MAKERS[Kind.SECTION]())
    ann.post("/v1/claims", json=make_claim(passages=[make_passage()]))
    then = fresh_client.get(PASSAGE).get_json()["data"]
    ann.patch("/v1/sections/section-90", json={"heading": {"en": "Another"}}, version=2)
    ann.patch("/v1/claims/made-up-claim", json={"text": {"en": "Else"}, "passages": []}, version=3)

    past = assert_envelope(fresh_client.get(f"{PASSAGE}?as_of=3"))

    assert past["data"] == then
    assert_problem(fresh_client.get(f"{PASSAGE}?as_of=2"), 404)
    assert_problem(fresh_client.get(f"{PASSAGE}?as_of=5"), 404)


def test_a_passage_moves_and_goes_with_its_claim(ann: Editor, fresh_client: FlaskClient) -> None:
    ann.post("/v1/sections", json=MAKERS[Kind.SECTION]())
    ann.post("/v1/claims", json=make_claim(passages=[make_passage()]))
    ann.patch("/v1/claims/made-up-claim", json={"slug": "another-claim"}, version=3)

    moved = fresh_client.get(f"{PASSAGE}?lang=sv")
    moved_history = fresh_client.get(f"{PASSAGE}/history")
    ann.delete("/v1/claims/another-claim", json={"reason": "a test"}, version=4)

    assert moved.status_code == moved_history.status_code == 308
    assert moved.headers["Location"] == "/v1/passages/90-2-another-claim?lang=sv"
    assert moved_history.headers["Location"] == "/v1/passages/90-2-another-claim/history"
    assert assert_problem(fresh_client.get("/v1/passages/90-2-another-claim"), 410)["reason"] == "a test"


@pytest.mark.parametrize("slug", ["1-9999-supplement-cramps", "1-4-nothing", "x", "1-x-supplement-cramps"])
def test_a_passage_that_never_was_has_no_history_and_no_past(client: FlaskClient, slug: str) -> None:
    assert_problem(client.get(f"/v1/passages/{slug}/history"), 404)
    assert_problem(client.get(f"/v1/passages/{slug}?as_of=1"), 404)


def test_the_record_is_what_put_takes(ann: Editor, fresh_client: FlaskClient) -> None:
    ann.post("/v1/signs", json=make_sign())

    response = fresh_client.get("/v1/signs/itching/record")

    assert assert_envelope(response)["data"] == make_sign()
    assert ann.put("/v1/signs/itching", json=make_sign(), version=response.headers["ETag"]).status_code == 200


# --- the feed ---


def test_the_feed_has_every_change_in_order_with_tombstones(ann: Editor, fresh_client: FlaskClient) -> None:
    ann.post("/v1/signs", json=make_sign())
    ann.delete("/v1/signs/itching", json={"reason": "a test"}, version=2)

    response = fresh_client.get("/v1/changes?after=1")
    body = response.get_json()

    assert response.headers["Cache-Control"] == "no-store"
    assert [(change["revision"], change["operation"]) for change in body["data"]] == [(2, "create"), (3, "retract")]
    assert body["data"][0]["record"] == make_sign()
    assert (body["data"][1]["reason"], body["data"][1]["successor"]) == ("a test", None)
    assert body["meta"]["complete"] is True
    assert body["meta"]["revision"] == 3


def test_the_feed_after_the_last_revision_is_empty(fresh_client: FlaskClient) -> None:
    assert fresh_client.get("/v1/changes?after=1").get_json()["data"] == []


def test_a_page_of_the_feed_ends_with_a_whole_revision(client: FlaskClient) -> None:
    body = client.get("/v1/changes?after=0&limit=1").get_json()

    assert len(body["data"]) > 600
    assert {change["revision"] for change in body["data"]} == {1}
    assert "next" not in body["links"]


def test_a_very_long_revision_comes_in_parts(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions, "WHOLE_MAX", 100)
    whole = client.get("/v1/changes?limit=200").get_json()
    addresses, found = ["/v1/changes?limit=50"], []
    assert whole["meta"]["complete"] is False

    while addresses[-1]:
        body = client.get(addresses[-1]).get_json()
        found += [(change["kind"], change["slug"]) for change in body["data"]]
        addresses.append(body["links"].get("next"))

    assert len(addresses) > 5
    assert len(found) == len(set(found)) > 600


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=201", "after=99999999999", "surprise=1"])
def test_a_feed_that_is_not_understood_is_refused(client: FlaskClient, query: str) -> None:
    assert_problem(client.get(f"/v1/changes?{query}"), 422)


def test_a_rename_tells_the_slug_before(ann: Editor, fresh_client: FlaskClient) -> None:
    ann.post("/v1/signs", json=MAKERS[Kind.SIGN]())
    ann.patch("/v1/signs/itching", json={"slug": "pruritus"}, version=2)

    change = fresh_client.get("/v1/changes?after=2").get_json()["data"][0]

    assert (change["operation"], change["former_slug"], change["slug"]) == ("rename", "itching", "pruritus")
