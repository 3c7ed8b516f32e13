"""References as JSON."""

import pytest
from flask.testing import FlaskClient

from tests.support.contract import assert_envelope, assert_problem, slugs

DOI = "10.1016/j.neuron.2009.12.026"


@pytest.mark.parametrize(
    "written",
    [DOI, DOI.upper(), f"https://doi.org/{DOI}", f"http://dx.doi.org/{DOI.upper()}", f"doi:{DOI}"],
)
def test_a_doi_is_found_however_it_is_written(client: FlaskClient, written: str) -> None:
    body = assert_envelope(client.get("/v1/references", query_string={"doi": written}))

    assert slugs(body) == ["slutsky-2010"]


@pytest.mark.parametrize("written", ["20152124", "PMID:20152124", "https://pubmed.ncbi.nlm.nih.gov/20152124/"])
def test_a_pmid_is_found_however_it_is_written(client: FlaskClient, written: str) -> None:
    assert slugs(assert_envelope(client.get("/v1/references", query_string={"pmid": written}))) == ["slutsky-2010"]


@pytest.mark.parametrize(("name", "value"), [("doi", "10.9999/nothing-here"), ("pmid", "1")])
def test_a_well_formed_identifier_that_is_not_here_is_an_empty_list(client: FlaskClient, name: str, value: str) -> None:
    assert assert_envelope(client.get(f"/v1/references?{name}={value}"))["data"] == []


@pytest.mark.parametrize(("name", "value"), [("doi", "neuron"), ("pmid", "abc"), ("pmid", "0")])
def test_a_malformed_identifier_is_refused(client: FlaskClient, name: str, value: str) -> None:
    assert_problem(client.get(f"/v1/references?{name}={value}"), 422, name)


def test_claim_and_stance_speak_of_the_same_evidence(client: FlaskClient) -> None:
    body = assert_envelope(client.get("/v1/references?claim=supplement-cramps&stance=refutes"))

    assert slugs(body) == ["garrison-2020"]


def test_references_are_filtered_by_what_their_claims_name(client: FlaskClient) -> None:
    by_sign = set(slugs(client.get("/v1/references?sign=muscle-cramps&limit=200").get_json()))

    assert "garrison-2020" in by_sign


def test_the_title_is_never_translated(client: FlaskClient) -> None:
    english = client.get("/v1/references/slutsky-2010?lang=en").get_json()["data"]
    swedish = client.get("/v1/references/slutsky-2010?lang=sv").get_json()["data"]

    assert english["title"] == swedish["title"] == "Enhancement of Learning and Memory by Elevating Brain Magnesium"
    assert english["finding"] != swedish["finding"]


def test_an_erratum_shows_wherever_the_reference_is_cited(client: FlaskClient) -> None:
    reference = client.get("/v1/references/hausenblas-2024").get_json()
    claim = client.get("/v1/claims/mgt-sleep").get_json()
    sign = client.get("/v1/signs/sleep-problems?include=claims").get_json()

    assert reference["data"]["notices"][0]["notice_type"] == "erratum"
    assert reference["data"]["notices"][0]["reference"]["slug"] == "hausenblas-2025-corrigendum"
    for body in (reference, claim, sign):
        assert any(notice["on"]["slug"] == "hausenblas-2024" for notice in body["meta"]["notices"])


@pytest.mark.parametrize("address", ["/v1/search?q=hausenblas", "/v1/passages?claim=mgt-sleep&include=references"])
def test_an_erratum_shows_where_the_reference_is_found(client: FlaskClient, address: str) -> None:
    notices = client.get(address).get_json()["meta"]["notices"]

    assert "hausenblas-2024" in {notice["on"]["slug"] for notice in notices}
