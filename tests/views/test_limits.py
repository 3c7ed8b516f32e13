"""Limits on everything: what is above one is refused with the limit's name, whatever it is."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from kb_api import create_app
from kb_api.errors import SettingsError
from kb_api.settings import Settings
from kb_api.views.reading import database
from tests.support.contract import assert_problem

MakeClient = Callable[..., FlaskClient]


@pytest.fixture
def limited(read_url: str) -> MakeClient:
    """A client of an application with these settings, and with time enough for a machine that does much else."""
    patient = {"max_statement_seconds": 30.0}
    return lambda **settings: create_app(Settings(database_url=read_url, **{**patient, **settings})).test_client()


def assert_limit(response: Any, status: int, name: str, maximum: float) -> None:
    body = assert_problem(response, status)
    assert body["limit"] == {"name": name, "maximum": maximum}


def test_a_body_is_not_longer_than_allowed(limited: MakeClient) -> None:
    client = limited(max_body_bytes=100)

    response = client.post("/v1/answers", json={"question": "a" * 100})

    assert_limit(response, 413, "max_body_bytes", 100)
    assert client.post("/v1/answers", json={"question": "magnesium"}).status_code == 200


def test_a_body_that_does_not_say_its_length_is_not_longer_either(limited: MakeClient) -> None:
    client = limited(max_body_bytes=100)

    response = client.post(
        "/v1/answers",
        data=b'{"question": "' + b"a" * 200 + b'"}',
        content_type="application/json",
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )

    assert_limit(response, 413, "max_body_bytes", 100)


def test_a_body_is_not_nested_deeper_than_allowed(limited: MakeClient) -> None:
    client = limited(max_json_depth=3)

    at_the_limit = client.post("/v1/answers", data="[[[]], []]", content_type="application/json")
    above = client.post("/v1/answers", data='[[["]]]", [{}]]]]', content_type="application/json")

    assert at_the_limit.status_code == 422
    assert "limit" not in at_the_limit.get_json()
    assert_limit(above, 422, "max_json_depth", 3)


def test_brackets_in_a_text_are_no_depth(limited: MakeClient) -> None:
    response = limited(max_json_depth=1).post("/v1/answers", json={"question": '[[[[ "\\" {{{{ magnesium'})

    assert response.status_code == 200


def test_a_number_is_not_longer_than_allowed(limited: MakeClient) -> None:
    client = limited(max_number_length=10)

    above = client.post("/v1/answers", data='{"question": "a", "limit": 12345678901}', content_type="application/json")
    in_a_text = client.post("/v1/answers", json={"question": "magnesium 12345678901"})

    assert_limit(above, 422, "max_number_length", 10)
    assert in_a_text.status_code == 200


@pytest.mark.parametrize("body", ['{"question": NaN}', "{", '{"question": "\\ud800"}', '\ufeff{"question": "a"}'])
def test_a_body_that_is_no_json_is_400(client: FlaskClient, body: str) -> None:
    response = client.post("/v1/answers", data=body.encode("utf-8", "surrogatepass"), content_type="application/json")

    assert "no JSON" in assert_problem(response, 400)["detail"]


def test_a_query_is_not_longer_than_allowed(limited: MakeClient) -> None:
    assert_limit(limited(max_query_bytes=20).get("/v1/signs?limit=1&sort=position"), 414, "max_query_bytes", 20)


def test_a_query_has_no_more_parameters_than_allowed(limited: MakeClient) -> None:
    client = limited(max_parameters=2)

    assert client.get("/v1/signs?limit=1&lang=sv").status_code == 200
    assert_limit(client.get("/v1/signs?limit=1&lang=sv&sort=slug"), 414, "max_parameters", 2)


def test_a_page_is_not_longer_than_allowed(limited: MakeClient) -> None:
    client = limited(max_page_size=5)

    assert len(client.get("/v1/signs").get_json()["data"]) == 5
    assert len(client.get("/v1/signs?limit=5").get_json()["data"]) == 5
    assert_limit(client.get("/v1/signs?limit=6"), 422, "max_page_size", 5)


def test_no_operator_can_allow_more_than_the_contract(limited: MakeClient) -> None:
    assert_problem(limited(max_page_size=1_000).get("/v1/signs?limit=201"), 422, "limit")


def test_an_answer_is_not_longer_than_allowed(limited: MakeClient) -> None:
    client = limited(max_answer_bytes=3_000)

    response = client.get("/v1/signs")

    assert_limit(response, 422, "max_answer_bytes", 3_000)
    assert "ETag" not in response.headers
    assert client.get("/v1/signs?fields=slug").status_code == 200


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT count(*) FROM n"


def test_a_statement_does_not_take_longer_than_allowed(read_url: str) -> None:
    app = create_app(Settings(database_url=read_url, max_statement_seconds=1.0))
    add_endless_page(app)

    response = app.test_client().get("/endless")

    assert_limit(response, 503, "max_statement_seconds", 1.0)
    assert int(response.headers["Retry-After"]) > 0
    assert app.test_client().get("/v1/signs").status_code == 200


def add_endless_page(app: Flask) -> None:
    def endless() -> str:
        with database().read() as session:
            return str(session.execute(text(ENDLESS)).scalar())

    app.add_url_rule("/endless", view_func=endless)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"rate_limit": "often"}, "KB_API_RATE_LIMIT"),
        ({"rate_limit": "0/minute"}, "KB_API_RATE_LIMIT"),
        ({"trusted_proxies": "10.0.0.0/33"}, "KB_API_TRUSTED_PROXIES"),
        ({"log_level": "loud"}, "KB_API_LOG_LEVEL"),
        ({"max_body_bytes": 0}, "KB_API_MAX_BODY_BYTES"),
    ],
)
def test_a_setting_without_sense_is_named(settings: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        Settings(database_url="sqlite:////nowhere/kb.sqlite3", **settings)
