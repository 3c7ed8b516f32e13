"""Facts to act on: exact wordings, dated verdicts, red flags, interactions, disagreeing authorities side by side."""

from hashlib import sha256
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.contract import assert_envelope, assert_problem, slugs

content = pytest.mark.only_on("sqlite", reason="the seed is the same on both engines")

WORDINGS = {
    ("eu-bones", "sv"): "c158aa55e12a2a1e",
    ("eu-bones", "en"): "19de1257a0b8ebcd",
    ("eu-cell-division", "sv"): "d7a4d16891e92058",
    ("eu-cell-division", "en"): "9df8ee04d46db17a",
    ("eu-electrolyte-balance", "sv"): "7e41d445f6516789",
    ("eu-electrolyte-balance", "en"): "099563f9ad461150",
    ("eu-energy-metabolism", "sv"): "b66f89042839bbbe",
    ("eu-energy-metabolism", "en"): "d9b2773f4f008b8e",
    ("eu-muscle-function", "sv"): "ddd13132464fac33",
    ("eu-muscle-function", "en"): "e3c45e24cab1e41a",
    ("eu-nervous-system", "sv"): "1e27e088a2d6a2ac",
    ("eu-nervous-system", "en"): "b3fde7f9b170007a",
    ("eu-protein-synthesis", "sv"): "0882051268753c16",
    ("eu-protein-synthesis", "en"): "7826e2e9a23afbbc",
    ("eu-psychological-function", "sv"): "e4bb5077d36dd578",
    ("eu-psychological-function", "en"): "6a1699747b38d575",
    ("eu-teeth", "sv"): "26ce028edb541dcd",
    ("eu-teeth", "en"): "a9342adbc9b07c6f",
    ("eu-tiredness-fatigue", "sv"): "c601c06fd4938cf9",
    ("eu-tiredness-fatigue", "en"): "89a81ed01990294d",
    ("us-dshea-disclaimer-plural", "en"): "02ca3f1b0ad2245c",
    ("us-dshea-disclaimer-singular", "en"): "4503a0eb1c15769a",
    ("us-dshea-disclaimer-sv-article", "sv"): "f70ff4a2950ddc55",
    ("us-qhc-1", "en"): "07bfa8456b740f0b",
    ("us-qhc-2", "en"): "27bbadb56cfe41b8",
    ("us-qhc-3", "en"): "dd752b73266ccdcf",
}
"""Row and language → the beginning of the SHA-256 of its wording: none may change by a letter without notice."""


@content
def test_every_wording_stands_to_the_letter(client: FlaskClient) -> None:
    rows = every(client, "/v1/health-claims?lang=all")

    found = {
        (row["slug"], language): sha256(text.encode()).hexdigest()[:16]
        for row in rows
        for language, text in (row["wording"] or {}).items()
    }

    assert found == WORDINGS


@content
def test_an_authorised_wording_says_on_what_it_rests(client: FlaskClient) -> None:
    rows = every(client, "/v1/health-claims?status=authorised&lang=all")

    assert len(rows) == 10
    for row in rows:
        assert row["wording"].keys() == row["wording_verification"].keys() == {"sv", "en"}
        assert row["conditions"]
        assert "432/2012" in row["legal_act"]
        assert row["efsa"]
        assert all(seen["official_text_seen"] in {True, False} for seen in row["wording_verification"].values())
        assert all(seen["source"] for seen in row["wording_verification"].values())


@content
@pytest.mark.parametrize("address", ["/v1/health-claims", "/v1/intakes", "/v1/safety"])
def test_every_row_says_where_it_was_seen(client: FlaskClient, address: str) -> None:
    rows = every(client, address)

    assert rows
    assert {row["verification"]["level"] for row in rows} <= {"official", "index", "secondary", "none"}
    assert all(row["verification"]["source"] for row in rows)


@content
@pytest.mark.parametrize(("address", "count"), [("/v1/signs", 11), ("/v1/forms", 15)])
def test_every_sign_and_form_has_a_dated_verdict(client: FlaskClient, address: str, count: int) -> None:
    verdicts = [thing["health_claims_verdict"] for thing in every(client, address)]

    assert len(verdicts) == count
    assert {verdict["coverage"] for verdict in verdicts} <= {"good", "partial", "none"}
    assert all(verdict["checked_on"] >= "2026-01-01" for verdict in verdicts)
    assert all(verdict["not_covered"] for verdict in verdicts)


@content
def test_a_sign_that_no_wording_covers_has_a_row_that_says_so(client: FlaskClient) -> None:
    uncovered = [
        sign["slug"] for sign in every(client, "/v1/signs") if sign["health_claims_verdict"]["coverage"] == "none"
    ]

    assert uncovered
    for slug in uncovered:
        rows = every(client, f"/v1/health-claims?sign={slug}&jurisdiction=eu&status=no_authorised_claim")
        assert rows, slug
        assert all(row["wording"] is None for row in rows)


@content
def test_every_form_says_what_is_known_of_its_market(client: FlaskClient) -> None:
    forms = {form["slug"]: form["market_status"] for form in every(client, "/v1/forms")}

    threonate = forms["magnesium-l-threonate"]
    assert threonate["status"] == "authorised_novel_food"
    assert threonate["from"] == "2024-11-07"
    assert "2024/2694" in threonate["legal_act"]
    assert "data protection" in threonate["conditions"]
    assert all(status["conditions"] and status["verification"]["source"] for status in forms.values())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "jurisdiction=us&status=qualified",
            ["us-qhc-1", "us-qhc-2", "us-qhc-3", "us-qhc-conditions", "us-qhc-date"],
        ),
        ("jurisdiction=eu&status=authorised&sign=fatigue", ["eu-energy-metabolism", "eu-tiredness-fatigue"]),
        ("form=magnesium-citrate", ["eu-no-bowel"]),
        ("sign=headache&status=authorised", []),
    ],
)
def test_wordings_are_filtered(client: FlaskClient, query: str, expected: list[str]) -> None:
    assert slugs(assert_envelope(client.get(f"/v1/health-claims?{query}"))) == expected


def test_wordings_are_filtered_by_claim(client: FlaskClient) -> None:
    row = next(row for row in every(client, "/v1/health-claims") if row["claims"])
    claim = row["claims"][0]["slug"]

    found = every(client, f"/v1/health-claims?claim={claim}")

    assert row["slug"] in {other["slug"] for other in found}
    assert all(claim in {link["slug"] for link in other["claims"]} for other in found)


@pytest.mark.parametrize(
    ("address", "culprit"),
    [
        ("/v1/health-claims?status=authorized", "status"),
        ("/v1/health-claims?jurisdiction=se", "jurisdiction"),
        ("/v1/health-claims?sign=fatiuge", "sign"),
        ("/v1/intakes?measure=max_dose", "measure"),
        ("/v1/intakes?age=-1", "age"),
        ("/v1/intakes?sex=other", "sex"),
        ("/v1/safety?urgency=soon", "urgency"),
        ("/v1/safety?safety_type=interactions", "safety_type"),
    ],
)
def test_what_is_unknown_is_named(client: FlaskClient, address: str, culprit: str) -> None:
    assert_problem(client.get(address), 422, culprit)


@content
def test_disagreeing_authorities_stand_side_by_side(client: FlaskClient) -> None:
    rows = every(client, "/v1/intakes?measure=ul&age=35")

    values = {row["slug"]: (row["value"], row["unit"], row["applies_to"]) for row in rows}
    assert values["efsa-ul"][:2] == (250.0, "mg/day")
    assert values["us-ul-adult"][:2] == (350.0, "mg/day")
    assert all(row["authority"] and row["population"] for row in rows)


@pytest.mark.parametrize(
    ("age", "is_in", "is_out"),
    [
        ("18", "us-rda-14-18-f", "us-rda-19-30-f"),
        ("18.5", "us-rda-14-18-f", "us-rda-19-30-f"),
        ("19", "us-rda-19-30-f", "us-rda-14-18-f"),
        ("0.95", "efsa-ai-7-11m", "efsa-ai-1-2"),
        ("1", "efsa-ai-1-2", "efsa-ai-7-11m"),
        ("90", "us-rda-51-f", "us-rda-31-50-f"),
    ],
)
def test_a_last_age_lasts_until_the_next_birthday(client: FlaskClient, age: str, is_in: str, is_out: str) -> None:
    found = {row["slug"] for row in every(client, f"/v1/intakes?age={age}&sex=female")}

    assert is_in in found
    assert is_out not in found


@pytest.mark.parametrize("query", ["authority=EFSA", "authority=efsa", "sex=female&measure=rda", "authority=NHS"])
def test_intakes_are_filtered(client: FlaskClient, query: str) -> None:
    assert 0 < len(every(client, f"/v1/intakes?{query}")) < len(every(client, "/v1/intakes"))


@content
def test_no_answer_gives_one_recommended_dose(client: FlaskClient) -> None:
    address = "/v1/intakes?sex=female&age=35&measure=rda&measure=ai&measure=ri&measure=ul"

    rows = every(client, address)

    assert len({row["authority"] for row in rows}) > 2
    assert all("recommended_dose" not in row for row in rows)


@content
def test_every_sign_carries_its_red_flags_without_being_asked(client: FlaskClient) -> None:
    signs = every(client, "/v1/signs?lang=sv")

    assert len(signs) == 11
    for sign in signs:
        flags = client.get(f"{sign['url']}?lang=sv").get_json()["data"]["red_flags"]
        assert flags, sign["slug"]
        assert all(flag["text"] and flag["where_to_turn"] for flag in flags)
        urgencies = [flag["urgency"] for flag in flags]
        order = ["emergency", "urgent", "doctor", "none"]
        assert urgencies == sorted(urgencies, key=order.index)
        emergencies = [flag for flag in flags if flag["urgency"] == "emergency"]
        assert all("112" in flag["where_to_turn"] for flag in emergencies)


@content
def test_red_flags_in_swedish_name_1177(client: FlaskClient) -> None:
    flags = every(client, "/v1/safety?safety_type=red_flag&urgency=urgent&lang=sv")

    assert flags
    assert all("1177" in flag["where_to_turn"] or "112" in flag["where_to_turn"] for flag in flags)


@content
def test_interactions_name_a_class_of_medicines_and_what_to_do(client: FlaskClient) -> None:
    rows = every(client, "/v1/safety?safety_type=interaction&lang=all")

    assert len(rows) >= 10
    assert all(row["medicine"].keys() == row["action"].keys() == {"sv", "en"} for row in rows if row["action"])
    assert all(row["medicine"] and row["direction"] for row in rows)


@content
@pytest.mark.parametrize("safety_type", ["red_flag", "interaction", "adverse_effect", "contraindication"])
def test_every_sort_of_safety_row_is_there_in_both_languages(client: FlaskClient, safety_type: str) -> None:
    rows = every(client, f"/v1/safety?safety_type={safety_type}&lang=all")

    assert rows
    assert all(row["text"].keys() == {"sv", "en"} for row in rows)


@pytest.mark.parametrize("name", ["evidence", "references"])
def test_an_erratum_is_told_by_whatever_includes_the_reference(client: FlaskClient, name: str) -> None:
    body = assert_envelope(client.get(f"/v1/claims/mgt-sleep/{name}"))

    assert "hausenblas-2024" in {notice["on"]["slug"] for notice in body["meta"]["notices"]}


def test_an_erratum_is_on_every_claim_that_cites_the_reference(client: FlaskClient) -> None:
    listed = every(client, "/v1/claims?reference=hausenblas-2024")

    assert listed
    for claim in listed:
        assert "hausenblas-2024" in {notice["on"]["slug"] for notice in claim["notices"]}
        detail = client.get(claim["url"]).get_json()
        assert "hausenblas-2024" in {notice["on"]["slug"] for notice in detail["meta"]["notices"]}


def test_evidence_of_one_side_tells_the_notices_of_that_side_only(client: FlaskClient) -> None:
    body = assert_envelope(client.get("/v1/claims/mgt-sleep/evidence?stance=refutes"))

    shown = {piece["reference"]["slug"] for piece in body["data"]}
    assert {notice["on"]["slug"] for notice in body["meta"].get("notices", [])} <= shown


def every(client: FlaskClient, address: str) -> list[dict[str, Any]]:
    """All rows of a list."""
    body = assert_envelope(client.get(f"{address}{'&' if '?' in address else '?'}limit=200"))
    assert "next" not in body["links"]
    rows: list[dict[str, Any]] = body["data"]
    return rows
