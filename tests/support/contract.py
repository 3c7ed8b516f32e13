"""The contract, as helpers that every endpoint is held against."""

from typing import Any

from werkzeug.test import TestResponse

PROBLEM_KEYS = {"type", "title", "status", "detail", "instance"}


def assert_problem(response: TestResponse, status: int, culprit: str | None = None) -> dict[str, Any]:
    """The response is problem+json of this status and, when asked, names the culprit. Returns the document."""
    assert response.status_code == status, response.get_data(as_text=True)[:500]
    assert response.mimetype == "application/problem+json"
    body: dict[str, Any] = response.get_json()
    assert body.keys() >= PROBLEM_KEYS
    assert body["status"] == status
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    if culprit is not None:
        named = {fault.get("parameter") or fault.get("pointer") for fault in body["errors"]}
        assert culprit in named, body
    return body


def assert_envelope(response: TestResponse) -> dict[str, Any]:
    """The response is a cacheable answer in the envelope. Returns the document."""
    assert response.status_code == 200, response.get_data(as_text=True)[:500]
    body: dict[str, Any] = response.get_json()
    assert body.keys() >= {"data", "links", "meta"}
    assert body["meta"].keys() >= {"revision", "lang", "license", "disclaimer"}
    assert response.headers["KB-Revision"] == str(body["meta"]["revision"])
    assert response.headers["Cache-Control"] == "public, max-age=60, stale-if-error=86400"
    assert response.headers["ETag"].startswith('"')
    assert {"Accept", "Accept-Language", "Accept-Encoding"} <= set(response.vary)
    assert response.headers["Content-Language"]
    if isinstance(body["data"], list):
        assert body["meta"].keys() >= {"total", "total_exact"}
    return body


def slugs(body: dict[str, Any]) -> list[str]:
    """The slugs of a list, in its order."""
    return [thing["slug"] for thing in body["data"]]
