"""The graph: what a thing is joined to, and how two things are joined."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.contract import assert_envelope, assert_problem
from tests.support.counting import count_statements


def test_around_a_sign_are_the_things_that_its_claims_name(client: FlaskClient) -> None:
    graph = assert_envelope(client.get("/v1/graph?around=sign:brain-fog"))["data"]
    sign = client.get("/v1/signs/brain-fog").get_json()["data"]

    assert graph["nodes"][0]["id"] == "sign:brain-fog"
    linked = {f"{link['kind']}:{link['slug']}" for link in sign["links"]}
    assert {node["id"] for node in graph["nodes"][1:]} == linked
    assert all(edge["source"] == "sign:brain-fog" for edge in graph["edges"])


def test_every_edge_carries_what_its_claim_says(client: FlaskClient) -> None:
    graph = client.get("/v1/graph?around=sign:muscle-cramps").get_json()["data"]

    edge = next(edge for edge in graph["edges"] if edge["claim"] == "supplement-cramps")
    assert edge["exposure"] == "supplementation"
    assert edge["effect"] == "decreases"
    assert edge["balance"]["refutes"] == 1
    assert edge["role"] == "population"
    assert edge["target"] == "population:older-adults"


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_edges_join_nodes_that_are_there_and_none_twice(client: FlaskClient, depth: int) -> None:
    graph = assert_envelope(client.get(f"/v1/graph?around=mechanism:nmda-receptor&depth={depth}"))["data"]

    ids = {node["id"] for node in graph["nodes"]}
    joined = [(*sorted((edge["source"], edge["target"])), edge["claim"]) for edge in graph["edges"]]
    assert {end for *ends, _ in joined for end in ends} <= ids
    assert len(joined) == len(set(joined))


def test_each_step_costs_one_statement(app: Flask, client: FlaskClient) -> None:
    counts = []
    for depth in (1, 2, 3):
        with count_statements(app) as statements:
            client.get(f"/v1/graph?around=sign:fatigue&depth={depth}")
        counts.append(len(statements))

    assert counts[1] - counts[0] == counts[2] - counts[1] == 1


def test_kinds_narrow_the_nodes(client: FlaskClient) -> None:
    graph = client.get("/v1/graph?around=sign:fatigue&kinds=mechanism").get_json()["data"]

    assert {node["kind"] for node in graph["nodes"][1:]} == {"mechanism"}


def test_references_are_nodes_when_named(client: FlaskClient) -> None:
    graph = client.get("/v1/graph?around=sign:muscle-cramps&kinds=reference").get_json()["data"]

    garrison = [edge for edge in graph["edges"] if edge["target"] == "reference:garrison-2020"]
    assert {edge["stance"] for edge in garrison} >= {"refutes"}


def test_a_path_is_explained_by_claims(client: FlaskClient) -> None:
    graph = assert_envelope(client.get("/v1/graph?from=sign:brain-fog&to=sign:constipation"))["data"]

    assert graph["path"][0] == "sign:brain-fog"
    assert graph["path"][-1] == "sign:constipation"
    assert len(graph["path"]) == 2
    assert "signs-identify-deficiency" in {edge["claim"] for edge in graph["edges"]}


def test_a_path_through_other_things_is_the_shortest(client: FlaskClient) -> None:
    graph = client.get("/v1/graph?from=mechanism:nmda-receptor&to=food:nuts").get_json()["data"]

    steps = list(zip(graph["path"], graph["path"][1:], strict=False))
    assert len(steps) >= 2
    assert {(edge["source"], edge["target"]) for edge in graph["edges"]} == set(steps)


def test_no_path_is_said_plainly(client: FlaskClient) -> None:
    graph = assert_envelope(client.get("/v1/graph?from=sign:fatigue&to=mechanism:bowel-function"))["data"]

    assert graph["path"] is None
    assert graph["edges"] == []
    assert [node["id"] for node in graph["nodes"]] == ["sign:fatigue", "mechanism:bowel-function"]


@pytest.mark.parametrize(
    ("query", "culprit"),
    [
        ("", "around"),
        ("around=fatigue", "around"),
        ("around=sign:fatige", "around"),
        ("around=passage:x", "around"),
        ("around=sign:fatigue&depth=0", "depth"),
        ("around=sign:fatigue&depth=9", "depth"),
        ("around=sign:fatigue&kinds=sgin", "kinds"),
        ("around=sign:fatigue&to=sign:anxiety", "around"),
        ("from=sign:fatigue", "to"),
        ("from=sign:fatigue&to=sign:nowhere", "to"),
        ("from=sign:fatigue&to=sign:anxiety&depth=2", "depth"),
    ],
)
def test_a_bad_question_is_named(client: FlaskClient, query: str, culprit: str) -> None:
    assert_problem(client.get(f"/v1/graph?{query}"), 422, culprit)


def test_the_nearest_end_is_suggested(client: FlaskClient) -> None:
    body = assert_problem(client.get("/v1/graph?around=sign:fatige"), 422, "around")

    assert body["errors"][0]["did_you_mean"] == "sign:fatigue"


def test_too_much_is_an_error_and_never_a_silent_cut(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb_api.queries.graph.EDGES_MAX", 5)

    assert_problem(client.get("/v1/graph?around=sign:fatigue&depth=2"), 422, "depth")


def test_the_notices_on_references_in_the_graph_are_told(client: FlaskClient) -> None:
    body = client.get("/v1/graph?around=sign:sleep-problems&kinds=reference").get_json()

    assert "hausenblas-2024" in {notice["on"]["slug"] for notice in body["meta"]["notices"]}
