"""Claims, their evidence and their references."""

import pytest
from flask.testing import FlaskClient

from tests.support.contract import assert_envelope, assert_problem, slugs


def test_a_claim_shows_both_sides(client: FlaskClient) -> None:
    claim = assert_envelope(client.get("/v1/claims/supplement-cramps"))["data"]

    assert claim["exposure"] == "supplementation"
    assert claim["balance"] == {"supports": 0, "mixed": 0, "refutes": 1, "background": 2}
    assert len(claim["evidence"]) == sum(claim["balance"].values())
    assert claim["passages"][0]["verdict"] == "overstated"
    assert {"kind", "slug", "name", "role", "url"} <= claim["links"][0].keys()


def test_the_text_is_in_the_language_asked_for(client: FlaskClient) -> None:
    swedish = client.get("/v1/claims/supplement-cramps?lang=sv").get_json()["data"]["text"]
    both = client.get("/v1/claims/supplement-cramps?lang=all").get_json()["data"]["text"]

    assert swedish == "Magnesiumtillskott förebygger muskelkramper hos äldre."
    assert both["sv"] == swedish


def test_one_claim_must_meet_every_filter(client: FlaskClient) -> None:
    body = assert_envelope(client.get("/v1/claims?sign=brain-fog&mechanism=nmda-receptor&limit=200"))

    for claim in body["data"]:
        named = {link["slug"] for link in claim["links"]}
        assert {"brain-fog", "nmda-receptor"} <= named


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("claim_type", "supplement_effect"),
        ("exposure", "excess"),
        ("effect", "no_change"),
        ("certainty", "very_low"),
    ],
)
def test_claims_are_filtered_by_field(client: FlaskClient, field: str, value: str) -> None:
    body = assert_envelope(client.get(f"/v1/claims?{field}={value}&limit=200"))

    assert body["data"]
    assert {claim[field] for claim in body["data"]} == {value}


def test_claims_that_evidence_refutes_are_found_and_said_to_be_one_side(client: FlaskClient) -> None:
    body = assert_envelope(client.get("/v1/claims?stance=refutes&limit=200"))

    assert {"supplement-cramps", "low-intake-prevalence"} <= set(slugs(body))
    assert all(claim["balance"]["refutes"] > 0 for claim in body["data"])
    assert body["meta"]["filtered"] == {"stance": ["refutes"]}


def test_claims_are_filtered_by_verdict(client: FlaskClient) -> None:
    body = assert_envelope(client.get("/v1/claims?verdict=error"))

    assert "substance-p-pain-signal" in slugs(body)


def test_evidence_can_be_narrowed_to_one_stance_and_says_so(client: FlaskClient) -> None:
    everything = assert_envelope(client.get("/v1/claims/supplement-cramps/evidence"))
    refuting = assert_envelope(client.get("/v1/claims/supplement-cramps/evidence?stance=refutes"))

    assert everything["meta"]["total"] == 3
    assert "filtered" not in everything["meta"]
    assert [piece["reference"]["slug"] for piece in refuting["data"]] == ["garrison-2020"]
    assert refuting["meta"]["filtered"] == {"stance": ["refutes"]}


def test_the_references_of_a_claim_agree_with_the_filtered_references(client: FlaskClient) -> None:
    for claim in client.get("/v1/claims?limit=200").get_json()["data"]:
        of_claim = client.get(f"/v1/claims/{claim['slug']}/references?limit=200").get_json()
        filtered = client.get(f"/v1/references?claim={claim['slug']}&limit=200").get_json()

        assert of_claim["data"] == filtered["data"]
        assert of_claim["meta"]["total"] == sum(claim["balance"].values())


def test_claims_have_no_parameter_for_claims(client: FlaskClient) -> None:
    assert_problem(client.get("/v1/claims?claim=nmda-block"), 422, "claim")


def test_an_unknown_claim_is_404_with_the_nearest(client: FlaskClient) -> None:
    body = assert_problem(client.get("/v1/claims/supplement-cramp/references"), 404)

    assert body["errors"][0]["did_you_mean"] == "supplement-cramps"
