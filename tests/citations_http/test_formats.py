"""References over HTTP in every citation format, each read by a library that is not ours."""

from typing import Any

import pytest
from citeproc.source.json import CiteProcJSON  # type: ignore[import-untyped]
from flask.testing import FlaskClient
from pybtex.database import parse_string

from tests.citations.readers import pick_compared_fields, read_bibtex, read_ris_records
from tests.support.contract import assert_envelope, assert_problem, slugs

ADDRESSES = ["/v1/references", "/v1/references/slutsky-2010", "/v1/claims/nmda-block/references"]
MEDIA_TYPES = {
    "csl": "application/vnd.citationstyles.csl+json",
    "bibtex": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "vancouver": "text/x-bibliography; style=vancouver",
    "apa": "text/x-bibliography; style=apa",
}
CLAIM = "/v1/claims/nmda-block/references"
ALL = "/v1/references?limit=200"


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(("name", "media_type"), MEDIA_TYPES.items())
def test_the_header_and_the_address_ask_for_the_same(
    client: FlaskClient, address: str, name: str, media_type: str
) -> None:
    by_header = client.get(address, headers={"Accept": media_type})
    by_address = client.get(f"{address}?format={name}")

    assert by_header.status_code == by_address.status_code == 200
    assert by_header.data == by_address.data
    assert by_header.headers["Content-Type"] == by_address.headers["Content-Type"]
    assert by_header.headers["Content-Type"].startswith(media_type)


def test_the_json_of_a_style_processor_opens_there(client: FlaskClient) -> None:
    items = client.get(f"{CLAIM}?format=csl").get_json()

    source = CiteProcJSON(items)

    assert set(source) == {item["id"].lower() for item in items}
    assert {item["id"] for item in items} == set(slugs(client.get(CLAIM).get_json()))


@pytest.mark.parametrize("name", ["bibtex", "ris"])
def test_every_reference_comes_back_from_a_second_library(client: FlaskClient, name: str) -> None:
    items = {item["id"]: item for item in client.get(f"{ALL}&format=csl").get_json()}
    text = client.get(f"{ALL}&format={name}").get_data(as_text=True)

    read = read_bibtex(text) if name == "bibtex" else read_ris_records(text)

    total = client.get("/v1/references").get_json()["meta"]["total"]
    assert read.keys() == items.keys()
    assert len(items) == total
    assert {slug for slug in items if not _is_intact(items[slug], read[slug])} == set()


def test_the_bibliography_of_a_claim_opens_in_bibtex_itself(client: FlaskClient) -> None:
    text = client.get(f"{CLAIM}?format=bibtex").get_data(as_text=True)

    library = parse_string(text, "bibtex")

    assert set(library.entries) == set(slugs(client.get(CLAIM).get_json()))


@pytest.mark.parametrize("name", ["vancouver", "apa"])
def test_a_bibliography_has_one_line_a_reference(client: FlaskClient, name: str) -> None:
    shown = client.get(CLAIM).get_json()["data"]

    lines = client.get(f"{CLAIM}?format={name}").get_data(as_text=True).splitlines()

    assert len(lines) == len(shown)
    assert all(any(reference["title"] in line for line in lines) for reference in shown)


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ({"format": "apa", "locale": "sv-SE"}, {}),
        ({"format": "apa", "locale": "sv"}, {}),
        ({"format": "apa", "lang": "sv"}, {}),
        ({"format": "apa"}, {"Accept-Language": "sv"}),
        ({}, {"Accept": "text/x-bibliography; style=apa; locale=sv-SE"}),
        ({}, {"Accept": "text/html, text/x-bibliography;style=apa;locale=sv-SE;q=0.9, */*;q=0.1"}),
    ],
)
def test_a_bibliography_speaks_the_language_asked_for(
    client: FlaskClient, query: dict[str, str], headers: dict[str, str]
) -> None:
    response = client.get("/v1/references/nih-ods-magnesium-hp", query_string=query, headers=headers)

    assert response.headers["Content-Type"] == "text/x-bibliography; style=apa; locale=sv-SE; charset=utf-8"
    assert response.headers["Content-Language"] == "sv-SE"


def test_titles_stay_original_in_every_format_and_language(client: FlaskClient) -> None:
    title = client.get("/v1/references/slutsky-2010").get_json()["data"]["title"]

    for name in MEDIA_TYPES:
        assert title in client.get(f"/v1/references/slutsky-2010?format={name}&lang=sv").get_data(as_text=True)


def test_each_form_has_its_own_etag_and_is_not_sent_twice(client: FlaskClient) -> None:
    addresses = [f"{CLAIM}?format={name}" for name in (*MEDIA_TYPES, "json")]
    addresses += [f"{CLAIM}?format=apa&locale=sv-SE"]
    etags = {address: client.get(address).headers["ETag"] for address in addresses}
    by_header = {client.get(CLAIM, headers={"Accept": accept}).headers["ETag"] for accept in MEDIA_TYPES.values()}

    assert len(set(etags.values())) == len(addresses)
    assert len(by_header) == len(MEDIA_TYPES)
    for address, etag in etags.items():
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    ("address", "file_name"),
    [
        ("/v1/references?format=bibtex", "references.bib"),
        ("/v1/references/slutsky-2010?format=ris", "slutsky-2010.ris"),
        ("/v1/claims/nmda-block/references?format=vancouver", "nmda-block-references.txt"),
        ("/v1/claims/nmda-block/references?format=csl", "nmda-block-references.json"),
    ],
)
def test_a_saved_bibliography_has_a_telling_name(client: FlaskClient, address: str, file_name: str) -> None:
    assert client.get(address).headers["Content-Disposition"] == f'inline; filename="{file_name}"'


def test_pages_and_filters_are_those_of_the_json(client: FlaskClient) -> None:
    address = "/v1/references?claim=supplement-cramps&limit=2"
    expected, found, followed = slugs(client.get("/v1/references?claim=supplement-cramps").get_json()), [], address

    while followed:
        response = client.get(followed, headers={"Accept": MEDIA_TYPES["csl"]})
        found += [item["id"] for item in response.get_json()]
        followed = response.headers["Link"].split(">")[0].removeprefix("<") if "Link" in response.headers else ""

    assert len(expected) > 2
    assert found == expected


def test_the_stance_filters_a_bibliography(client: FlaskClient) -> None:
    items = client.get("/v1/claims/supplement-cramps/references?stance=refutes&format=csl").get_json()

    assert [item["id"] for item in items] == ["garrison-2020"]


@pytest.mark.parametrize("name", ["mla", "BIBTEXX", "html"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_format_that_does_not_exist_names_those_that_do(client: FlaskClient, address: str, name: str) -> None:
    body = assert_problem(client.get(f"{address}?format={name}"), 406)

    assert set(body["available"]) >= {"json", *MEDIA_TYPES}


@pytest.mark.parametrize(
    "accept",
    [
        "text/x-bibliography; style=mla",
        "text/x-bibliography; style=apa; locale=de-DE",
        "text/html",
        "application/x-bibtex;q=0",
    ],
)
def test_what_cannot_be_given_by_header_names_what_can(client: FlaskClient, accept: str) -> None:
    body = assert_problem(client.get(CLAIM, headers={"Accept": accept}), 406)

    assert "application/x-bibtex" in body["available"]
    assert any(available.startswith("text/x-bibliography; style=apa") for available in body["available"])


def test_a_locale_that_does_not_exist_names_those_that_do(client: FlaskClient) -> None:
    body = assert_problem(client.get(f"{CLAIM}?format=apa&locale=de-DE"), 406)

    assert body["available"] == ["en-US", "sv-SE"]


def test_signs_have_no_citation(client: FlaskClient) -> None:
    body = assert_problem(client.get("/v1/signs?format=bibtex"), 406)

    assert "json" in body["available"]
    assert "bibtex" not in body["available"]


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html, */*;q=0.8", "application/*", None])
def test_json_is_the_form_without_a_wish(client: FlaskClient, accept: str | None) -> None:
    response = client.get(CLAIM, headers={"Accept": accept} if accept else {})

    assert_envelope(response)


def test_the_better_liked_form_is_given(client: FlaskClient) -> None:
    accept = "application/json;q=0.4, application/x-bibtex;q=0.8, text/x-bibliography;style=apa;q=0.6"

    assert client.get(CLAIM, headers={"Accept": accept}).mimetype == "application/x-bibtex"


@pytest.mark.parametrize("name", ["fields", "include"])
def test_a_parameter_without_meaning_in_a_form_is_refused(client: FlaskClient, name: str) -> None:
    assert_problem(client.get(f"{CLAIM}?format=ris&{name}=claims"), 422, name)


def _is_intact(item: dict[str, Any], read: dict[str, Any]) -> bool:
    wanted = pick_compared_fields(item)
    compared = ("DOI", "PMID", "author", "title", "page")
    return all(read.get(key) == wanted.get(key) for key in compared) and read["issued"][0] == wanted["issued"][0]
