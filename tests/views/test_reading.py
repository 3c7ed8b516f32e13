"""What every reading request has in common: language, pages, fields, caching, formats, counting."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb_api.views.shelf import Shelf
from tests.support.contract import assert_envelope, assert_problem, slugs
from tests.support.counting import count_statements

LISTS = [
    "/v1/signs",
    "/v1/mechanisms",
    "/v1/forms",
    "/v1/foods",
    "/v1/populations",
    "/v1/claims",
    "/v1/references",
    "/v1/health-claims",
    "/v1/safety",
    "/v1/intakes",
    "/v1/passages",
    "/v1/sections",
]


@pytest.mark.parametrize("address", LISTS)
def test_pages_together_are_the_whole_list_in_its_order(client: FlaskClient, address: str) -> None:
    total = client.get(address).get_json()["meta"]["total"]

    followed, found = f"{address}?limit=7", []
    while followed:
        response = client.get(followed)
        body = assert_envelope(response)
        found += slugs(body)
        followed = body["links"].get("next")
        assert ("Link" in response.headers) == bool(followed)
    assert len(found) == total
    assert len(set(found)) == total


@pytest.mark.parametrize("address", LISTS)
def test_a_list_can_be_sorted_backwards(client: FlaskClient, address: str) -> None:
    sort = "sentence" if address == "/v1/passages" else "slug"
    forward = slugs(client.get(f"{address}?sort={sort}&limit=200").get_json())
    total = client.get(address).get_json()["meta"]["total"]

    backward = slugs(client.get(f"{address}?sort=-{sort}&limit=200").get_json())

    if total <= 200:
        assert backward == forward[::-1]
    else:
        assert backward[0] not in forward


@pytest.mark.parametrize("address", LISTS)
def test_the_number_of_statements_does_not_grow_with_the_list(app: Flask, client: FlaskClient, address: str) -> None:
    query = "include=claims,references,mechanisms&" if address not in {"/v1/intakes", "/v1/sections"} else ""

    app.extensions["kb_shelf"] = Shelf()
    with count_statements(app) as statements:
        client.get(f"{address}?{query}limit=40")

    assert len(statements) <= 20


def test_the_language_of_the_query_beats_the_header(client: FlaskClient) -> None:
    response = client.get("/v1/signs/fatigue?lang=sv", headers={"Accept-Language": "en"})

    assert response.get_json()["meta"]["lang"] == response.headers["Content-Language"] == "sv"


@pytest.mark.parametrize(
    ("header", "language"), [("sv-SE,sv;q=0.9,en;q=0.5", "sv"), ("de", "en"), ("en-GB", "en"), ("fr, sv;q=0.1", "sv")]
)
def test_the_header_chooses_the_language_and_english_is_the_default(
    client: FlaskClient, header: str, language: str
) -> None:
    response = client.get("/v1/signs/fatigue", headers={"Accept-Language": header})

    assert response.headers["Content-Language"] == language


def test_all_languages_give_objects(client: FlaskClient) -> None:
    sign = assert_envelope(client.get("/v1/signs/fatigue?lang=all"))["data"]

    assert sign["name"].keys() == {"sv", "en"}
    assert sign["aliases"].keys() == {"sv", "en"}


def test_fields_narrow_what_is_shown(client: FlaskClient) -> None:
    body = assert_envelope(client.get("/v1/signs?fields=slug,name"))

    assert all(sign.keys() == {"slug", "name"} for sign in body["data"])


@pytest.mark.parametrize("address", [*LISTS, "/v1/signs/fatigue", "/v1/claims/nmda-block", "/v1/safety/cramp-long"])
def test_what_the_client_has_is_not_sent_again(client: FlaskClient, address: str) -> None:
    etag = client.get(address).headers["ETag"]

    again = client.get(address, headers={"If-None-Match": etag})

    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == etag
    assert again.headers["KB-Revision"]


def test_each_representation_has_its_own_etag(client: FlaskClient) -> None:
    addresses = ["/v1/signs/fatigue", "/v1/signs/fatigue?lang=sv", "/v1/signs/fatigue?include=claims"]

    etags = {client.get(address).headers["ETag"] for address in addresses}

    assert len(etags) == 3
    assert {etag.split("-")[0] for etag in etags} == {'"1'}


@pytest.mark.parametrize("address", LISTS)
def test_head_answers_like_get_without_the_body(client: FlaskClient, address: str) -> None:
    got, head = client.get(address), client.head(address)

    assert head.status_code == 200
    assert head.data == b""
    assert head.headers["ETag"] == got.headers["ETag"]


def test_other_origins_may_read(client: FlaskClient) -> None:
    response = client.get("/v1/signs", headers={"Origin": "https://example.org"})
    preflight = client.options(
        "/v1/signs", headers={"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    )

    assert response.headers["Access-Control-Allow-Origin"] == preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in response.headers["Access-Control-Expose-Headers"]


def test_a_format_that_cannot_be_given_is_406_and_names_those_that_can(client: FlaskClient) -> None:
    body = assert_problem(client.get("/v1/signs", headers={"Accept": "text/csv"}), 406)

    assert "application/json" in body["available"]


def test_a_browser_gets_json(client: FlaskClient) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

    assert client.get("/v1/signs", headers={"Accept": accept}).mimetype == "application/json"


def test_the_status_counts_what_is_served(client: FlaskClient) -> None:
    body = client.get("/v1/status").get_json()

    assert body["counts"]["signs"] == 11
    assert body["revision"] == 1


@pytest.mark.parametrize("address", ["/v1/status", "/healthz", "/readyz"])
def test_what_changes_by_the_second_is_not_stored(client: FlaskClient, address: str) -> None:
    response = client.get(address)

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
