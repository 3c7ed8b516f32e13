"""Lists and single things of signs, mechanisms, forms, foods and populations."""

import pytest
from flask.testing import FlaskClient

from tests.support.contract import assert_envelope, assert_problem, slugs

COUNTS = {"signs": 11, "mechanisms": 30, "forms": 15, "populations": 18}
OTHER_FILTERS = {"sign": "fatigue", "mechanism": "atp-production", "form": "magnesium-oxide", "population": "athletes"}


@pytest.mark.parametrize(("plural", "count"), COUNTS.items())
def test_a_list_has_every_thing_of_the_kind(client: FlaskClient, plural: str, count: int) -> None:
    body = assert_envelope(client.get(f"/v1/{plural}"))

    assert body["meta"]["total"] == count
    assert body["meta"]["total_exact"] is True
    assert len(slugs(body)) == count


def test_signs_come_in_the_order_of_the_article(client: FlaskClient) -> None:
    body = assert_envelope(client.get("/v1/signs"))

    assert [sign["position"] for sign in body["data"]] == list(range(1, 12))
    assert slugs(body)[0] == "muscle-cramps"


def test_every_thing_has_kind_slug_url_revision_and_name(client: FlaskClient) -> None:
    for plural in COUNTS:
        for thing in client.get(f"/v1/{plural}").get_json()["data"]:
            assert thing["url"] == f"/v1/{plural}/{thing['slug']}"
            assert thing["kind"] == plural.removesuffix("s")
            assert thing["revision"] == 1
            assert thing["name"]


def test_signs_through_a_mechanism_are_those_that_a_claim_links(client: FlaskClient) -> None:
    body = assert_envelope(client.get("/v1/signs?mechanism=nmda-receptor&include=claims,references"))

    claims = body["included"]["claims"]
    assert "brain-fog" in slugs(body)
    for sign in body["data"]:
        assert any(_names(claim, "sign", sign["slug"]) for claim in claims)
    for claim in claims:
        assert _names(claim, "mechanism", "nmda-receptor")
    cited = {evidence["reference"]["slug"] for claim in claims for evidence in claim["evidence"]}
    assert cited == {reference["slug"] for reference in body["included"]["references"]}


def test_a_filter_works_in_both_directions(client: FlaskClient) -> None:
    signs = slugs(client.get("/v1/signs?mechanism=nmda-receptor").get_json())
    mechanisms = [slugs(client.get(f"/v1/mechanisms?sign={sign}").get_json()) for sign in signs]

    assert signs
    assert all("nmda-receptor" in found for found in mechanisms)


def test_a_repeated_filter_is_any_of(client: FlaskClient) -> None:
    either = set(slugs(client.get("/v1/signs?mechanism=nmda-receptor&mechanism=atp-production").get_json()))
    one = set(slugs(client.get("/v1/signs?mechanism=nmda-receptor").get_json()))
    other = set(slugs(client.get("/v1/signs?mechanism=atp-production").get_json()))

    assert either == one | other


def test_different_filters_are_all_of_each_by_its_own_claim(client: FlaskClient) -> None:
    both = set(slugs(client.get("/v1/signs?mechanism=nmda-receptor&form=magnesium-l-threonate").get_json()))
    one = set(slugs(client.get("/v1/signs?mechanism=nmda-receptor").get_json()))
    other = set(slugs(client.get("/v1/signs?form=magnesium-l-threonate").get_json()))

    assert both == one & other


@pytest.mark.parametrize("plural", COUNTS)
@pytest.mark.parametrize(("name", "slug"), OTHER_FILTERS.items())
def test_each_list_filters_by_every_other_kind(client: FlaskClient, plural: str, name: str, slug: str) -> None:
    response = client.get(f"/v1/{plural}?{name}={slug}")

    if plural == f"{name}s":
        assert_problem(response, 422, name)
    else:
        assert_envelope(response)


def test_a_sign_is_a_whole_page_in_one_request(client: FlaskClient) -> None:
    response = client.get("/v1/signs/sleep-problems?include=claims,references,mechanisms,forms&lang=sv")

    body = assert_envelope(response)
    assert body["data"]["name"] == "Sömnstörningar"
    assert body["data"]["red_flags"]
    assert body["data"]["counts"]["claims"] == len(body["included"]["claims"])
    assert body["data"]["counts"]["references"] == len(body["included"]["references"])
    assert {"references", "mechanisms", "forms", "claims"} == body["included"].keys()
    assert response.headers["Content-Language"] == "sv"


def test_links_say_what_claims_link_a_thing_to(client: FlaskClient) -> None:
    sign = client.get("/v1/signs/brain-fog").get_json()["data"]

    link = next(link for link in sign["links"] if link["slug"] == "nmda-receptor")
    found = client.get("/v1/claims?sign=brain-fog&mechanism=nmda-receptor").get_json()["meta"]["total"]
    assert link["kind"] == "mechanism"
    assert sum(other["claims"] for other in sign["links"] if other["slug"] == "nmda-receptor") == found


def test_foods_are_found_by_their_group(client: FlaskClient) -> None:
    body = assert_envelope(client.get("/v1/foods?group=nuts"))

    assert "almonds" in slugs(body)
    assert all(food["group"]["slug"] == "nuts" for food in body["data"])
    assert all(food["magnesium_mg_per_100g"] > 0 for food in body["data"])


def test_an_unknown_group_is_named(client: FlaskClient) -> None:
    body = assert_problem(client.get("/v1/foods?group=nut"), 422, "group")

    assert body["errors"][0]["did_you_mean"] == "nuts"


def test_foods_can_be_sorted_by_their_magnesium(client: FlaskClient) -> None:
    body = assert_envelope(client.get("/v1/foods?sort=-magnesium_mg_per_100g&limit=10"))

    values = [food["magnesium_mg_per_100g"] for food in body["data"]]
    assert values == sorted(values, reverse=True)


def test_a_mechanism_names_its_parent(client: FlaskClient) -> None:
    mechanism = client.get("/v1/mechanisms/nmda-receptor").get_json()["data"]

    assert mechanism["parent"]["slug"] == "glutamate-signalling"
    assert mechanism["parent"]["url"] == "/v1/mechanisms/glutamate-signalling"


def _names(claim: dict, kind: str, slug: str) -> bool:
    return any(link["kind"] == kind and link["slug"] == slug for link in claim["links"])
