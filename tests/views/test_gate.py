"""Who asks, under which name, how often, and what is told of it."""

import json
import logging
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb_api import create_app
from kb_api.logs import JsonFormatter
from kb_api.settings import Settings
from tests.support.contract import assert_problem

MakeClient = Callable[..., FlaskClient]

pytestmark = pytest.mark.only_on("sqlite", reason="no database takes part in what is judged here")


@pytest.fixture
def client_with(read_url: str) -> MakeClient:
    """A client of an application with these settings."""
    return lambda **settings: create_app(Settings(database_url=read_url, **settings)).test_client()


# --- The rate limit ---


def test_a_client_may_ask_as_often_as_the_limit_says(client_with: MakeClient) -> None:
    client = client_with(rate_limit="3/minute")

    answers = [client.get("/v1/signs?limit=1") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["RateLimit"] for answer in answers[:3]] == [
        '"client";r=2;t=60',
        '"client";r=1;t=60',
        '"client";r=0;t=60',
    ]
    assert answers[0].headers["RateLimit-Policy"] == '"client";q=3;w=60'


def test_a_refusal_says_when_to_come_back(client_with: MakeClient) -> None:
    client = client_with(rate_limit="1/minute")
    client.get("/v1/signs")

    refused = client.get("/v1/signs")

    body = assert_problem(refused, 429)
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert body["limit"] == {"name": "rate_limit", "maximum": "1 requests in 60 s"}


def test_what_has_not_changed_does_not_count(client_with: MakeClient) -> None:
    client = client_with(rate_limit="2/minute")
    etag = client.get("/v1/signs").headers["ETag"]

    unchanged = [client.get("/v1/signs", headers={"If-None-Match": etag}) for _ in range(5)]

    assert {answer.status_code for answer in unchanged} == {304}
    assert client.get("/v1/signs").status_code == 200
    assert client.get("/v1/signs").status_code == 429


def test_errors_count(client_with: MakeClient) -> None:
    client = client_with(rate_limit="2/minute")
    client.get("/v1/signs/nope")
    client.post("/v1/claims", json={}, headers={"Authorization": "Bearer kbk_guessed"})

    assert client.get("/v1/signs").status_code == 429


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_machines_are_not_limited(client_with: MakeClient, path: str) -> None:
    client = client_with(rate_limit="1/minute")

    answers = [client.get(path) for _ in range(5)]

    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit" not in answers[0].headers


def test_a_preflight_does_not_count(client_with: MakeClient) -> None:
    client = client_with(rate_limit="1/minute")
    for _ in range(3):
        client.options("/v1/signs", headers={"Origin": "https://a.example", "Access-Control-Request-Method": "GET"})

    assert client.get("/v1/signs").status_code == 200


def test_without_a_setting_nothing_is_limited_or_said(client: FlaskClient) -> None:
    assert "RateLimit" not in client.get("/v1/signs").headers


# --- Who the client is ---


def ask(client: FlaskClient, peer: str, **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/v1/signs", headers=named, environ_overrides={"REMOTE_ADDR": peer})


def test_a_forged_address_has_no_effect(client_with: MakeClient) -> None:
    client = client_with(rate_limit="1/minute", trusted_proxies="10.0.0.1")
    ask(client, "203.0.113.5", X_Forwarded_For="198.51.100.1")

    assert ask(client, "203.0.113.5", X_Forwarded_For="198.51.100.2").status_code == 429


def test_without_trusted_proxies_nobody_is_believed(client_with: MakeClient) -> None:
    client = client_with(rate_limit="1/minute")
    ask(client, "127.0.0.1", X_Forwarded_For="198.51.100.1")

    assert ask(client, "127.0.0.1", X_Forwarded_For="198.51.100.2").status_code == 429


def test_a_trusted_proxy_is_believed(client_with: MakeClient) -> None:
    client = client_with(rate_limit="1/minute", trusted_proxies="10.0.0.0/8")
    ask(client, "10.1.2.3", X_Forwarded_For="198.51.100.1")

    assert ask(client, "10.1.2.3", X_Forwarded_For="198.51.100.2").status_code == 200
    assert ask(client, "10.9.9.9", X_Forwarded_For="198.51.100.1").status_code == 429


def test_what_the_client_wrote_before_the_proxy_has_no_effect(client_with: MakeClient) -> None:
    client = client_with(rate_limit="1/minute", trusted_proxies="10.0.0.0/8")
    ask(client, "10.1.2.3", X_Forwarded_For="1.1.1.1, 198.51.100.1, 10.4.4.4")

    assert ask(client, "10.1.2.3", X_Forwarded_For="2.2.2.2, 198.51.100.1").status_code == 429


@pytest.mark.parametrize("written", ["198.51.100.1:4711", "::ffff:198.51.100.1", "[::ffff:198.51.100.1]:80"])
def test_one_address_has_many_spellings(client_with: MakeClient, written: str) -> None:
    client = client_with(rate_limit="1/minute", trusted_proxies="10.0.0.1")
    ask(client, "10.0.0.1", X_Forwarded_For="198.51.100.1")

    assert ask(client, "10.0.0.1", X_Forwarded_For=written).status_code == 429


def test_a_network_of_ipv6_is_one_client(client_with: MakeClient) -> None:
    client = client_with(rate_limit="1/minute")
    ask(client, "2001:db8:1:2::1")

    assert ask(client, "2001:db8:1:2:ffff::2").status_code == 429
    assert ask(client, "2001:db8:1:3::1").status_code == 200


def test_a_request_id_is_taken_from_a_trusted_proxy_only(client_with: MakeClient) -> None:
    client = client_with(trusted_proxies="10.0.0.1")

    assert ask(client, "10.0.0.1", X_Request_Id="abc-1").headers["X-Request-Id"] == "abc-1"
    assert ask(client, "10.0.0.2", X_Request_Id="abc-1").headers["X-Request-Id"] != "abc-1"
    assert ask(client, "10.0.0.1", X_Request_Id='a" b').headers["X-Request-Id"] != 'a" b'
    assert ask(client, "10.0.0.1", X_Request_Id="a" * 65).headers["X-Request-Id"] != "a" * 65


def test_every_request_has_an_id_of_its_own(client: FlaskClient) -> None:
    ids = {client.get("/v1/signs").headers["X-Request-Id"] for _ in range(3)}

    assert len(ids) == 3


# --- Under which name ---


@pytest.mark.parametrize("host", ["kb.example", "KB.EXAMPLE:8000", "kb.example.", "a.b.example.org"])
def test_known_hosts_are_answered(client_with: MakeClient, host: str) -> None:
    client = client_with(allowed_hosts="kb.example, .example.org")

    assert client.get("/v1/signs", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "kb.example.evil.example", "evilexample.org", "127.0.0.1"])
def test_unknown_hosts_are_refused(client_with: MakeClient, host: str) -> None:
    client = client_with(allowed_hosts="kb.example,.example.org")

    assert_problem(client.get("/v1/signs", headers={"Host": host}), 421)


@pytest.mark.parametrize("host", ["a,b", "a b", "user@a", "a/b", "[::1"])
def test_a_host_that_is_none_is_refused_always(client: FlaskClient, host: str) -> None:
    assert_problem(client.get("/v1/signs", headers={"Host": host}), 400)


def test_machines_may_ask_by_address(client_with: MakeClient) -> None:
    client = client_with(allowed_hosts="kb.example")

    assert client.get("/healthz", headers={"Host": "10.0.0.7:8000"}).status_code == 200


def test_no_address_is_made_from_the_host(client: FlaskClient) -> None:
    answer = client.get("/v1//signs", headers={"Host": "evil.example"})

    assert_problem(answer, 404)
    assert "evil.example" not in answer.get_data(as_text=True) + str(answer.headers)


# --- Headers ---


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/signs"), ("GET", "/nope"), ("POST", "/v1/signs"), ("GET", "/metrics")]
)
def test_every_answer_is_protected(client: FlaskClient, method: str, path: str) -> None:
    headers = client.open(path, method=method).headers

    policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    assert headers["Content-Security-Policy"] == policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Strict-Transport-Security" not in headers


def test_a_page_may_run_only_what_is_served_here(client: FlaskClient) -> None:
    policy = client.get("/", headers={"Accept": "text/html"}).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_transport_security_is_told_where_the_address_is_https(client_with: MakeClient) -> None:
    client = client_with(public_url="https://kb.example")

    assert client.get("/v1/signs").headers["Strict-Transport-Security"] == "max-age=31536000"


# --- The log ---


def test_a_request_is_one_line_of_routes_and_numbers(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "kb_api.requests"):
        answer = client.get("/v1/signs/fatigue?lang=sv", headers={"Authorization": "Bearer kbk_secret"})

    line = json.loads(JsonFormatter().format(caplog.records[-1]))
    assert line.pop("at").endswith("Z")
    assert line.pop("milliseconds") > 0
    assert line == {
        "event": "request",
        "level": "info",
        "logger": "kb_api.requests",
        "method": "GET",
        "request_id": answer.headers["X-Request-Id"],
        "revision": 1,
        "route": "/v1/signs/<slug>",
        "status": 200,
    }


def test_no_question_is_logged(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post("/v1/answers", json={"question": "my secret cramps"})
        client.get("/v1/search?q=my+secret+cramps")
        client.get("/v1/signs/my-secret-cramps")

    written = "".join(JsonFormatter().format(record) for record in caplog.records)
    assert "/v1/answers" in written
    assert "secret" not in written


def test_a_line_break_from_outside_begins_no_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        logging.getLogger("a").warning("from outside: %s", 'x\n{"event": "forged"}\r\u2028')

    written = JsonFormatter().format(caplog.records[-1])
    assert len(written.splitlines()) == 1 or "\u2028" in written
    assert "\n" not in written
    assert json.loads(written)["level"] == "warning"


def test_a_refusal_names_the_limit_in_the_log(client_with: MakeClient, caplog: pytest.LogCaptureFixture) -> None:
    client = client_with(max_query_bytes=5)
    with caplog.at_level(logging.INFO, "kb_api.requests"):
        client.get("/v1/signs?limit=1")

    assert json.loads(JsonFormatter().format(caplog.records[-1]))["limit"] == "max_query_bytes"


# --- Metrics ---


def test_metrics_know_routes_and_never_paths(client_with: MakeClient) -> None:
    client = client_with(max_query_bytes=50)
    client.get("/v1/signs/fatigue")
    client.get("/v1/signs/no-such-sign")
    client.get("/nowhere/at/all")
    client.open("/v1/signs", method="BREW")
    client.get("/v1/signs?" + "a" * 60)

    written = client.get("/metrics").get_data(as_text=True)

    assert 'kb_api_requests_total{method="GET",route="/v1/signs/<slug>",status="200"} 1.0' in written
    assert 'kb_api_requests_total{method="GET",route="/v1/signs/<slug>",status="404"} 1.0' in written
    assert 'kb_api_requests_total{method="GET",route="unmatched",status="404"} 1.0' in written
    assert 'method="other"' in written
    assert 'kb_api_refused_total{limit="max_query_bytes"} 1.0' in written
    assert "kb_api_revision 1.0" in written
    assert "fatigue" not in written
    assert "nowhere" not in written
    assert "BREW" not in written
