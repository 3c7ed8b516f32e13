"""Writing over HTTP: every kind, versions, repetition, dry runs, and what is refused."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from kb_api.database import Database
from kb_api.editing.keys import create_key
from kb_api.models import RememberedAnswer
from kb_api.vocabulary import PATHS, Kind, Scope
from tests.editing.conftest import Editor, count_rows
from tests.editing.factories import MAKERS, link, make_claim, make_mechanism, make_sign
from tests.support.contract import assert_problem


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_made_replaced_patched_and_retracted(ann: Editor, kind: Kind) -> None:
    record = MAKERS[kind]()
    address = f"{PATHS[kind]}/{record['slug']}"

    made = ann.post(PATHS[kind], json=record)
    read = ann.get(f"{address}/record")
    unchanged = ann.put(address, json=read.get_json()["data"], version=read.headers["ETag"])
    renamed = ann.patch(address, json={"slug": "another-slug"}, version=made.headers["ETag"])
    retracted = ann.delete(f"{PATHS[kind]}/another-slug", json={"reason": "a test"}, version=renamed.headers["ETag"])

    assert (made.status_code, made.headers["Location"]) == (201, address)
    assert read.get_json()["data"] == record
    assert unchanged.get_json()["meta"]["changes"] == []
    assert (renamed.status_code, retracted.status_code) == (200, 200)
    assert ann.get(address).status_code == 308
    assert ann.get(f"{PATHS[kind]}/another-slug").status_code == 410


def test_a_write_answers_the_thing_its_etag_and_the_revision(ann: Editor) -> None:
    made = ann.post("/v1/signs", json=make_sign())

    read = ann.get("/v1/signs/itching")
    body = made.get_json()
    assert body["data"] == read.get_json()["data"]
    assert made.headers["KB-Revision"] == str(body["meta"]["revision"]) == "2"
    assert made.headers["ETag"].startswith('"2-2-')
    assert [change["operation"] for change in body["meta"]["changes"]] == ["create"]


def test_what_an_editor_sees_is_stored_by_nobody(ann: Editor, fresh_client: FlaskClient) -> None:
    assert ann.get("/v1/signs").headers["Cache-Control"] == "no-store"
    assert ann.post("/v1/signs", json=make_sign()).headers["Cache-Control"] == "no-store"
    assert fresh_client.get("/v1/signs").headers["Cache-Control"].startswith("public")


def test_a_write_without_a_version_is_refused(ann: Editor, nothing_stored: None) -> None:
    response = ann.put("/v1/mechanisms/nmda-receptor", json=make_mechanism("nmda-receptor"))

    assert_problem(response, 428, "If-Match")


@pytest.mark.parametrize("version", ['"0-1-abc"', '"99"', 'W/"2-1-abc"', "nonsense", ""])
def test_a_stale_version_is_refused(ann: Editor, nothing_stored: None, version: str) -> None:
    response = ann.put("/v1/mechanisms/nmda-receptor", json=make_mechanism("nmda-receptor"), version=version)

    assert_problem(response, 412)


def test_any_version_is_no_version(ann: Editor, nothing_stored: None) -> None:
    assert_problem(ann.patch("/v1/signs/fatigue", json={"position": 70}, version="*"), 428, "If-Match")


@pytest.mark.parametrize("version", ['"1-77-other"', 'W/"1-1-x"', '"1-1-x:gzip"', '"8-1-x", "1-1-x"'])
def test_only_the_part_of_the_etag_that_is_the_things_counts(ann: Editor, version: str) -> None:
    assert ann.patch("/v1/signs/fatigue", json={"position": 70}, version=version).status_code == 200


def test_an_edit_elsewhere_is_no_conflict(ann: Editor) -> None:
    version = ann.get("/v1/signs/fatigue?lang=sv&include=claims").headers["ETag"]
    ann.post("/v1/signs", json=make_sign())

    assert ann.patch("/v1/signs/fatigue", json={"position": 70}, version=version).status_code == 200


def test_a_patch_takes_away_and_replaces_lists(ann: Editor) -> None:
    ann.post("/v1/claims", json=make_claim(note={"sv": "a", "en": "b"}, links=[link(Kind.SIGN, "fatigue")]))

    response = ann.patch("/v1/claims/made-up-claim", json={"note": {"sv": None}, "links": []}, version=2)

    record = ann.get("/v1/claims/made-up-claim/record").get_json()["data"]
    assert response.status_code == 200
    assert (record["note"], record["links"]) == ({"en": "b"}, [])


@pytest.mark.parametrize("patch", [[], "x", 1, None])
def test_a_patch_that_is_no_object_would_replace_the_record(ann: Editor, nothing_stored: None, patch: object) -> None:
    assert_problem(ann.patch("/v1/signs/fatigue", json=patch, version=1), 422)


def test_text_is_stored_in_nfc(ann: Editor) -> None:
    ann.post("/v1/signs", json=make_sign(name={"sv": "A\u030angest"}))

    assert ann.get("/v1/signs/itching/record").get_json()["data"]["name"] == {"sv": "Ångest"}


def test_a_text_of_8000_characters_is_stored_whole(ann: Editor) -> None:
    text = "å" * 8_000

    ann.post("/v1/signs", json=make_sign(summary={"en": text}))

    assert ann.get("/v1/signs/itching").get_json()["data"]["summary"] == text


def test_what_a_dry_run_shows_is_shown_to_nobody_else(ann: Editor) -> None:
    before = ann.client.get("/v1/signs/fatigue")

    shown = ann.patch("/v1/signs/fatigue?dry_run=true", json={"summary": {"en": "Not written."}}, version=1)
    after = ann.client.get("/v1/signs/fatigue")

    assert shown.get_json()["data"]["summary"] == "Not written."
    assert after.data == before.data


def test_a_dry_run_says_what_would_change_and_changes_nothing(ann: Editor, nothing_stored: None) -> None:
    made = ann.post("/v1/signs?dry_run=true", json=make_sign())
    patched = ann.patch("/v1/signs/fatigue?dry_run=true", json={"slug": "tiredness"}, version=1)
    retracted = ann.delete("/v1/intakes/efsa-ul?dry_run=true", json={"reason": "a test"}, version=1)

    assert [response.status_code for response in (made, patched, retracted)] == [200, 200, 200]
    assert made.get_json()["meta"]["dry_run"] is True
    assert patched.get_json()["meta"]["changes"][0]["differences"] == [
        {"field": "slug", "before": "fatigue", "after": "tiredness"}
    ]
    assert "ETag" not in made.headers
    assert "Location" not in made.headers


def test_a_dry_run_refuses_what_the_write_would_refuse(ann: Editor, nothing_stored: None) -> None:
    assert_problem(ann.post("/v1/signs?dry_run=true", json=make_sign("fatigue")), 409, "/slug")


def test_what_still_names_it_is_named_and_settled_in_one_changeset(ann: Editor) -> None:
    ann.post("/v1/signs", json=make_sign())
    ann.post("/v1/claims", json=make_claim(links=[link(Kind.SIGN, "itching")]))

    refused = ann.delete("/v1/signs/itching", json={"reason": "a test"}, version=2)
    writes = [
        {
            "operation": "retract",
            "kind": "sign",
            "slug": "itching",
            "revision": 2,
            "reason": "x",
            "successor": "fatigue",
        },
        {"operation": "patch", "kind": "claim", "slug": "made-up-claim", "revision": 3, "record": {"links": []}},
    ]
    settled = ann.post("/v1/changesets", json={"message": "both", "writes": writes})

    assert "claims/made-up-claim" in assert_problem(refused, 409)["detail"]
    assert (settled.status_code, settled.headers["Location"]) == (201, "/v1/revisions/4")
    assert assert_problem(ann.get("/v1/signs/itching"), 410)["successor"] == "/v1/signs/fatigue"


def test_a_changeset_is_all_or_nothing(ann: Editor, nothing_stored: None) -> None:
    writes = [
        {"operation": "create", "kind": "sign", "record": make_sign()},
        {"operation": "update", "kind": "sign", "slug": "fatigue", "revision": 9, "record": make_sign("fatigue")},
    ]

    assert_problem(ann.post("/v1/changesets", json={"message": "x", "writes": writes}), 412)


def test_every_fault_of_a_changeset_is_named_where_it_is(ann: Editor, nothing_stored: None) -> None:
    writes = [
        {"operation": "create", "kind": "sign", "record": make_sign(surprise=1)},
        {"operation": "create", "kind": "claim", "record": make_claim(links=[link(Kind.SIGN, "Not a slug")])},
    ]

    response = ann.post("/v1/changesets", json={"message": "x", "writes": writes})

    assert_problem(response, 422, "/writes/0/record/surprise")
    assert_problem(response, 422, "/writes/1/record/links/0/slug")


@pytest.mark.parametrize("operation", ["update", "patch", "retract"])
def test_a_changeset_that_names_a_former_slug_is_told_the_new_one(ann: Editor, operation: str) -> None:
    ann.post("/v1/signs", json=make_sign())
    ann.patch("/v1/signs/itching", json={"slug": "pruritus"}, version=2)
    said = {"reason": "a test"} if operation == "retract" else {"record": make_sign()}
    write = {"operation": operation, "kind": "sign", "slug": "itching", "revision": 3, **said}

    response = ann.post("/v1/changesets", json={"message": "x", "writes": [write]})

    assert assert_problem(response, 409)["errors"][0]["did_you_mean"] == "pruritus"
    assert "Location" not in response.headers


def test_a_former_slug_still_means_the_thing_in_the_graph(ann: Editor, fresh_client: FlaskClient) -> None:
    ann.patch("/v1/signs/fatigue", json={"slug": "tiredness"}, version=1)

    old, new = (fresh_client.get(f"/v1/graph?around=sign:{slug}") for slug in ("fatigue", "tiredness"))

    assert old.get_json()["data"] == new.get_json()["data"]


# --- the same request twice ---


def test_a_repeated_request_gets_the_first_answer(ann: Editor) -> None:
    headers = {"Idempotency-Key": "one"}

    first = ann.post("/v1/claims", json=make_claim(), headers=headers)
    again = ann.post("/v1/claims", json=make_claim(), headers=headers)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.data == first.data
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["ETag"] == first.headers["ETag"]
    assert ann.get("/v1/status").get_json()["revision"] == 2


def test_another_request_with_the_same_key_is_refused(ann: Editor) -> None:
    ann.post("/v1/claims", json=make_claim(), headers={"Idempotency-Key": "one"})

    response = ann.post("/v1/claims", json=make_claim("another"), headers={"Idempotency-Key": "one"})

    assert_problem(response, 422, "Idempotency-Key")


def test_a_key_is_its_holders_own(ann: Editor, bo: Editor) -> None:
    ann.post("/v1/claims", json=make_claim(), headers={"Idempotency-Key": "one"})

    assert bo.post("/v1/claims", json=make_claim("another"), headers={"Idempotency-Key": "one"}).status_code == 201


def test_a_refused_request_may_be_mended_and_sent_again(ann: Editor) -> None:
    refused = ann.post("/v1/claims", json=make_claim("nmda-block"), headers={"Idempotency-Key": "one"})

    mended = ann.post("/v1/claims", json=make_claim(), headers={"Idempotency-Key": "one"})

    assert (refused.status_code, mended.status_code) == (409, 201)


def test_a_request_that_is_under_way_is_not_done_twice(ann: Editor, fresh_database: Database) -> None:
    ann.post("/v1/claims", json=make_claim(), headers={"Idempotency-Key": "one"})
    with fresh_database.write() as session:
        session.execute(update(RememberedAnswer).values(status=None, headers=None, body=None, at=datetime.now(UTC)))
        session.commit()

    assert_problem(
        ann.post("/v1/claims", json=make_claim(), headers={"Idempotency-Key": "one"}), 409, "Idempotency-Key"
    )


def test_an_answer_is_kept_for_24_hours(ann: Editor, fresh_database: Database) -> None:
    ann.post("/v1/claims", json=make_claim(), headers={"Idempotency-Key": "one"})
    with fresh_database.write() as session:
        session.execute(update(RememberedAnswer).values(at=datetime.now(UTC) - timedelta(hours=24, minutes=1)))
        session.commit()

    assert ann.post("/v1/claims", json=make_claim("b"), headers={"Idempotency-Key": "one"}).status_code == 201


def test_a_request_sent_many_times_at_once_is_done_once(ann: Editor, fresh_database: Database) -> None:
    answers = []

    def send() -> None:
        response = ann.client.application.test_client().post(
            "/v1/claims",
            json=make_claim(),
            headers={"Authorization": f"Bearer {ann.key}", "Idempotency-Key": "one"},
        )
        answers.append(response.status_code)

    threads = [Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 201 in answers
    assert set(answers) <= {201, 409}
    assert count_rows(fresh_database)[0] == 2


# --- who ---


def test_a_key_is_asked_for_before_anything_is_judged(fresh_client: FlaskClient, nothing_stored: None) -> None:
    for response in (
        fresh_client.put("/v1/signs/unheard-of", json={}),
        fresh_client.post("/v1/signs", data=b"{", content_type="application/json"),
        fresh_client.post("/v1/signs", data=b"x", content_type="text/plain"),
    ):
        assert_problem(response, 401)
        assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_scope_is_judged_before_anything_else(make_editor, nothing_stored: None) -> None:  # noqa: ANN001 - a fixture.
    reader = make_editor("cy", Scope.READER)

    response = reader.put("/v1/signs/unheard-of", json={})

    assert_problem(response, 403)
    assert 'scope="editor"' in response.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "authorization", ["Bearer", "Bearer ", "Basic a2V5", "kbk_1_2", "Bearer kbk_å_ö", "Bearer \x00"]
)
def test_what_is_no_key_is_refused(fresh_client: FlaskClient, authorization: str) -> None:
    response = fresh_client.post("/v1/signs", json=make_sign(), headers={"Authorization": authorization})

    assert_problem(response, 401)


def test_the_secret_is_stored_nowhere(fresh_database: Database) -> None:
    with fresh_database.write() as session:
        key = create_key(session, holder="ann", scope=Scope.EDITOR)
        session.commit()
        stored = str(session.connection().exec_driver_sql("SELECT * FROM api_key").all())

    assert key.startswith("kbk_")
    assert len(key.split("_")[2]) == 64
    assert key.split("_")[2] not in stored
