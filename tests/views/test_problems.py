"""Bad input: each a 4xx problem that names the culprit, never a 5xx and never an empty list by accident."""

from http.client import HTTPConnection
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from tests.support.contract import assert_problem


@pytest.mark.parametrize(
    ("address", "culprit", "suggestion"),
    [
        ("/v1/signs?mecanism=nmda-receptor", "mecanism", "mechanism"),
        ("/v1/signs?mechanism=nmda", "mechanism", "nmda-receptor"),
        ("/v1/signs?mechanism=nmda-receptor&form=magnesium-citrat", "form", "magnesium-citrate"),
        ("/v1/claims?stance=refute", "stance", "refutes"),
        ("/v1/claims?certainty=hihg", "certainty", "high"),
        ("/v1/signs?sort=positon", "sort", "position"),
        ("/v1/signs?fields=slug,nam", "fields", "name"),
        ("/v1/signs?include=claim", "include", "claims"),
        ("/v1/signs?cursor=abc", "cursor", None),
        ("/v1/signs?cursor=WyJzbHVnIiwiYSIsMV0", "cursor", None),
        ("/v1/signs?limit=0", "limit", None),
        ("/v1/signs?limit=-1", "limit", None),
        ("/v1/signs?limit=1000000000", "limit", None),
        ("/v1/signs?limit=ten", "limit", None),
        ("/v1/signs?limit=" + "9" * 5000, "limit", None),
        ("/v1/signs?limit=1&limit=2", "limit", None),
        ("/v1/signs?lang=xx", "lang", None),
        ("/v1/signs?lang=sv&lang=en", "lang", None),
        ("/v1/signs?limi=1&limi=2", "limi", "limit"),
        ("/v1/graph?from=sign:fatigue&from=sign:fatigue&to=sign:fatigue", "from", None),
        ("/v1/signs?mechanism=", "mechanism", None),
        ("/v1/signs?mechanism=" + "a" * 10_000, "mechanism", None),
        ("/v1/intakes?age=-1", "age", None),
        ("/v1/intakes?age=nan", "age", None),
        ("/v1/passages?section=x", "section", None),
    ],
)
def test_a_bad_parameter_is_named(client: FlaskClient, address: str, culprit: str, suggestion: str | None) -> None:
    body = assert_problem(client.get(address), 422, culprit)

    fault = next(fault for fault in body["errors"] if fault["parameter"] == culprit)
    if suggestion:
        assert fault["did_you_mean"] == suggestion


@pytest.mark.parametrize(
    "address",
    ["/v1/signs/fatigues", "/v1/signs/" + "a" * 10_000, "/v1/claims/x/evidence", "/v1/passages/9-9-nmda-block"],
)
def test_an_unknown_thing_is_404(client: FlaskClient, address: str) -> None:
    assert_problem(client.get(address), 404)


@pytest.mark.parametrize("address", ["/v1/nothing", "/v2/signs", "/v1", "/v1/signs/fatigue/nothing"])
def test_an_unknown_address_is_404(client: FlaskClient, address: str) -> None:
    assert_problem(client.get(address), 404)


def test_a_wrong_method_names_those_allowed(client: FlaskClient) -> None:
    response = client.post("/v1/status")

    assert_problem(response, 405)
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize(
    "target",
    [
        "/v1/signs/%00",
        "/v1/signs?mechanism=%00",
        "/v1/signs?mechanism=%ED%A0%80",
        "/v1/signs/%ED%A0%80",
        "/v1/signs/%FF",
        "/v1/signs?x=%zz",
        "/v1/signs?mechanism=%",
        "/v1/signs?mechanism=%e2%28%a1",
    ],
)
def test_bytes_that_are_no_text_are_4xx(app: Flask, target: str) -> None:
    server = make_server("127.0.0.1", 0, app)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.request("GET", target)
        response = connection.getresponse()
        body = response.read()
    finally:
        server.shutdown()

    assert 400 <= response.status < 500
    assert response.headers["Content-Type"] == "application/problem+json"
    assert b'"detail"' in body


def test_too_long_a_query_is_414(client: FlaskClient) -> None:
    assert_problem(client.get("/v1/signs?mechanism=" + "a" * 20_000), 414)


def test_too_many_parameters_are_414(client: FlaskClient) -> None:
    assert_problem(client.get("/v1/signs?" + "&".join(["mechanism=nmda-receptor"] * 300)), 414)


def test_every_fault_is_named_at_once(client: FlaskClient) -> None:
    body = assert_problem(client.get("/v1/claims?limit=0&stance=x&certainty=y"), 422)

    assert {fault["parameter"] for fault in body["errors"]} == {"limit", "stance", "certainty"}


def test_an_unforeseen_error_tells_nothing_of_the_inside(fresh_app: Flask) -> None:
    def fail() -> None:
        raise RuntimeError("secret /root/path SELECT")

    fresh_app.add_url_rule("/fail", view_func=fail)

    body = assert_problem(fresh_app.test_client().get("/fail"), 500)

    assert "secret" not in str(body)
