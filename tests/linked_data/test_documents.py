"""Every thing and list as linked data: the same triples in JSON-LD and in Turtle, offline, with nothing lost.

Pages are small, because two graphs are compared the slower the more parts without a name they have.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from kb_api.database import Database
from kb_api.editing import Write, apply_writes
from kb_api.linked_data import LEFT_OUT, TERMS
from kb_api.vocabulary import Kind, Operation
from tests.citations.factories import HOSTILE_TITLE
from tests.linked_data.reading import BASE, get_both
from tests.support.contract import assert_problem, slugs

pytestmark = pytest.mark.only_on("sqlite", reason="documents are made of shapes, whatever the engine")

SCHEMA = "https://schema.org/"
KB = f"{BASE}/vocab#"
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
    "/v1/sections",
    "/v1/passages",
]
THINGS = [
    "/v1/signs/headache",
    "/v1/mechanisms/nmda-receptor",
    "/v1/forms/magnesium-l-threonate",
    "/v1/foods/pumpkin-seeds",
    "/v1/populations/older-adults",
    "/v1/claims/mgt-sleep",
    "/v1/references/hausenblas-2024",
    "/v1/health-claims/eu-muscle-function",
    "/v1/safety/cramp-long",
    "/v1/intakes/efsa-ul",
    "/v1/sections/section-1",
    "/v1/passages/1-4-supplement-cramps",
]
OTHERS = [
    "/v1/claims/mgt-sleep/evidence",
    "/v1/claims/mgt-sleep/references",
    "/v1/claims/mgt-sleep?include=references,signs",
]


@pytest.mark.parametrize("address", LISTS)
def test_every_page_of_every_list_is_the_same_triples_in_both_forms(client: FlaskClient, address: str) -> None:
    pages = 0

    for page in _pages(client, f"{address}?limit=10"):
        from_json_ld, from_turtle = get_both(client, page)
        assert isomorphic(from_json_ld, from_turtle), page
        pages += 1

    assert pages == -(-client.get(address).get_json()["meta"]["total"] // 10)


@pytest.mark.parametrize("address", [*THINGS, *OTHERS])
def test_every_thing_is_the_same_triples_in_both_forms(client: FlaskClient, address: str) -> None:
    from_json_ld, from_turtle = get_both(client, address)

    assert len(from_json_ld) > 5
    assert isomorphic(from_json_ld, from_turtle)


@pytest.mark.parametrize("address", [*LISTS, *THINGS, *OTHERS])
def test_no_key_of_an_answer_is_lost(client: FlaskClient, address: str) -> None:
    body = client.get(f"{address}{'&' if '?' in address else '?'}lang=all").get_json()

    keys = set(_keys(body["data"]))

    assert keys - {term.name for term in TERMS} - LEFT_OUT.keys() - {"sv", "en"} == set()


@pytest.mark.parametrize(
    ("address", "schema_type", "own_type"),
    [
        ("/v1/signs/headache", "MedicalSignOrSymptom", "Sign"),
        ("/v1/forms/magnesium-l-threonate", "DietarySupplement", "Form"),
        ("/v1/references/slutsky-2010", "ScholarlyArticle", "Reference"),
        ("/v1/claims/mgt-sleep", "Claim", "Claim"),
        ("/v1/passages/1-4-supplement-cramps", "ClaimReview", "Passage"),
    ],
)
def test_a_thing_has_a_type_of_schema_org_and_ours(
    client: FlaskClient, address: str, schema_type: str, own_type: str
) -> None:
    graph, _ = get_both(client, address)

    assert set(graph.objects(URIRef(BASE + address), RDF.type)) == {URIRef(SCHEMA + schema_type), URIRef(KB + own_type)}


def test_texts_carry_their_language(client: FlaskClient) -> None:
    graph, _ = get_both(client, "/v1/signs/headache")

    names = set(graph.objects(URIRef(f"{BASE}/v1/signs/headache"), URIRef(SCHEMA + "name")))

    assert {name.language for name in names if isinstance(name, Literal)} == {"sv", "en"}


def test_one_language_can_be_asked_for(client: FlaskClient) -> None:
    graph, _ = get_both(client, "/v1/signs/headache?lang=sv")

    assert {literal.language for literal in graph.objects() if isinstance(literal, Literal)} == {"sv", None}


def test_a_claim_keeps_its_polarity(client: FlaskClient) -> None:
    claim = URIRef(f"{BASE}/v1/claims/supplement-cramps")
    graph, _ = get_both(client, "/v1/claims/supplement-cramps")
    shape = client.get("/v1/claims/supplement-cramps").get_json()["data"]

    for key in ("exposure", "effect", "certainty"):
        assert [str(value) for value in graph.objects(claim, URIRef(KB + key))] == [shape[key]]
    stances = {str(piece).split("#evidence-")[1]: str(stance) for piece, stance in graph.subject_objects(KB_STANCE)}
    assert stances == {piece["reference"]["slug"]: piece["stance"] for piece in shape["evidence"]}


KB_STANCE = URIRef(KB + "stance")


def test_two_concepts_are_joined_by_claims_alone(client: FlaskClient) -> None:
    graph, _ = get_both(client, "/v1/signs/headache?include=claims,mechanisms")

    sign = URIRef(f"{BASE}/v1/signs/headache")
    joined = [str(target) for target in graph.objects(sign) if str(target).startswith(f"{BASE}/v1/mechanisms/")]
    assert joined == []


def test_red_flags_are_on_the_sign(client: FlaskClient) -> None:
    graph, _ = get_both(client, "/v1/signs/headache")
    flags = client.get("/v1/signs/headache").get_json()["data"]["red_flags"]

    found = {str(flag) for flag in graph.objects(URIRef(f"{BASE}/v1/signs/headache"), URIRef(KB + "red_flags"))}

    assert found == {f"{BASE}/v1/safety/{flag['slug']}" for flag in flags}
    assert found


@pytest.mark.parametrize("address", ["/v1/signs", "/v1/claims/mgt-sleep"])
def test_addresses_are_made_from_the_setting_and_never_from_the_host(client: FlaskClient, address: str) -> None:
    response = client.get(f"{address}?format=jsonld", headers={"Host": "evil.example"})

    assert b"evil.example" not in response.data
    assert f'"@id":"{BASE}/v1/'.encode() in response.data


def test_a_document_names_no_context_elsewhere(client: FlaskClient) -> None:
    context = client.get("/v1/signs/headache?format=jsonld").get_json()["@context"]

    assert isinstance(context, dict)
    assert context["kb"] == KB


def test_forms_have_their_own_etag_and_are_not_sent_twice(client: FlaskClient) -> None:
    etags = [client.get(f"/v1/signs/headache?format={form}").headers["ETag"] for form in ("json", "jsonld", "turtle")]

    assert len(set(etags)) == 3
    again = client.get("/v1/signs/headache?format=turtle", headers={"If-None-Match": etags[2]})
    assert again.status_code == 304


def test_fields_have_no_meaning_here(client: FlaskClient) -> None:
    assert_problem(client.get("/v1/signs?format=jsonld&fields=slug"), 422, "fields")


def test_hostile_values_stay_what_they_are(fresh_database: Database, fresh_client: FlaskClient) -> None:
    title = HOSTILE_TITLE + ' """ \\" <x> \n @prefix kb: <evil> .'
    record = fresh_client.get("/v1/references/slutsky-2010/record").get_json()["data"]
    address = 'https://example.org/a b"<c>\\{d}|^`ä?q=%20'
    changed = record | {"title": title, "source_url": address, "doi": "10.1002/(sici)1<1661::aid>3.0.co;2-2"}
    with fresh_database.write() as session:
        write = Write(Operation.UPDATE, Kind.REFERENCE, "slutsky-2010", changed)
        apply_writes(session, [write], author="test", message="hostile")
        session.commit()

    from_json_ld, from_turtle = get_both(fresh_client, "/v1/references/slutsky-2010")

    thing = URIRef(f"{BASE}/v1/references/slutsky-2010")
    assert isomorphic(from_json_ld, from_turtle)
    assert str(from_turtle.value(thing, URIRef(SCHEMA + "name"))) == title


def test_every_term_of_ours_is_documented_where_it_resolves(client: FlaskClient) -> None:
    used = {str(term) for address in THINGS for triple in get_both(client, address)[0] for term in triple[1:]}
    own = {term.removeprefix(KB) for term in used if term.startswith(KB)}
    described = Graph().parse(data=client.get("/vocab?format=turtle").data, format="turtle")
    page = client.get("/vocab").get_data(as_text=True)

    assert len(own) > 50
    assert {name for name in own if (URIRef(KB + name), None, None) not in described} == set()
    assert {name for name in own if f'id="{name}"' not in page} == set()


@pytest.mark.parametrize("accept", ["text/html", "application/ld+json", "text/turtle"])
def test_the_terms_can_be_had_in_each_form(client: FlaskClient, accept: str) -> None:
    response = client.get("/vocab", headers={"Accept": accept})

    assert response.mimetype == accept
    assert (
        client.get("/vocab", headers={"Accept": accept, "If-None-Match": response.headers["ETag"]}).status_code == 304
    )


def test_terms_in_both_forms_are_the_same_triples(client: FlaskClient) -> None:
    assert isomorphic(*get_both(client, "/vocab"))


def test_a_list_says_what_is_on_the_page_and_what_comes_next(client: FlaskClient) -> None:
    response = client.get("/v1/signs?format=jsonld&limit=3")

    page = response.get_json()["@graph"][0]

    assert [part["@id"] for part in page["has_part"]] == [
        f"{BASE}/v1/signs/{slug}" for slug in slugs(client.get("/v1/signs?limit=3").get_json())
    ]
    assert page["next"].startswith(f"{BASE}/v1/signs?")
    assert 'rel="next"' in response.headers["Link"]


def _pages(client: FlaskClient, address: str) -> Iterator[str]:
    followed: str | None = address
    while followed:
        yield followed
        followed = client.get(followed).get_json()["links"].get("next")


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from () if key in LEFT_OUT else _keys(part)
    elif isinstance(value, list):
        for part in value:
            yield from _keys(part)
