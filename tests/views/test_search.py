"""Search over HTTP."""

import pytest
from flask.testing import FlaskClient

from tests.support.contract import assert_envelope, assert_problem, slugs


def test_hits_are_ranked_and_say_where_they_were_found(client: FlaskClient) -> None:
    body = assert_envelope(client.get("/v1/search?q=ont+i+vaderna+på+natten&lang=sv"))

    assert slugs(body)[0] == "muscle-cramps"
    assert body["data"][0].keys() == {"kind", "slug", "name", "url", "score", "field", "snippet"}
    scores = [hit["score"] for hit in body["data"]]
    assert scores == sorted(scores, reverse=True)


def test_a_mended_typo_is_in_meta(client: FlaskClient) -> None:
    body = assert_envelope(client.get("/v1/search?q=magnesim for slep"))

    assert body["meta"]["corrected"] == "magnesium for sleep"


def test_every_hit_can_be_opened(client: FlaskClient) -> None:
    for hit in assert_envelope(client.get("/v1/search?q=sleep&limit=100"))["data"]:
        assert client.get(hit["url"]).status_code == 200, hit["url"]


def test_kinds_may_be_repeated(client: FlaskClient) -> None:
    body = assert_envelope(client.get("/v1/search?q=sleep&kind=sign&kind=form&limit=100"))

    assert {hit["kind"] for hit in body["data"]} <= {"sign", "form"}


def test_type_ahead_begins_at_two_letters(client: FlaskClient) -> None:
    assert assert_envelope(client.get("/v1/search?mode=suggest&q=s"))["data"] == []
    assert "sleep-problems" in slugs(assert_envelope(client.get("/v1/search?mode=suggest&q=sl")))


def test_names_are_given_in_all_languages_when_asked_for(client: FlaskClient) -> None:
    hit = assert_envelope(client.get("/v1/search?q=sleep&lang=all"))["data"][0]

    assert hit["name"].keys() == {"sv", "en"}


@pytest.mark.parametrize("text", ["", " ", '"', "*", "NEAR(a b)", "a AND", "😀", "' OR 1=1 --", "a" * 500])
def test_no_text_is_an_error(client: FlaskClient, text: str) -> None:
    assert_envelope(client.get("/v1/search", query_string={"q": text}))
    assert_envelope(client.get("/v1/search", query_string={"q": text, "mode": "suggest"}))


def test_a_text_that_is_too_long_is_told_so(client: FlaskClient) -> None:
    body = assert_problem(client.get("/v1/search", query_string={"q": "a" * 501}), 422, "q")

    assert "500" in body["errors"][0]["message"]


@pytest.mark.parametrize(
    ("query", "culprit"),
    [("", "q"), ("q=a&kind=clam", "kind"), ("q=a&mode=x", "mode"), ("q=a&limit=0", "limit"), ("q=a&qq=b", "qq")],
)
def test_a_wrong_parameter_is_named(client: FlaskClient, query: str, culprit: str) -> None:
    assert_problem(client.get(f"/v1/search?{query}"), 422, culprit)


def test_an_unchanged_answer_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/v1/search?q=sleep").headers["ETag"]

    assert client.get("/v1/search?q=sleep", headers={"If-None-Match": tag}).status_code == 304
