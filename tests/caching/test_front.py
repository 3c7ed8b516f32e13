"""The cache before the application: the same bytes, sooner, and only to those who may have them."""

import gzip
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask import Flask
from werkzeug.test import Client

from kb_api import create_app
from kb_api.caching import CachedApplication
from kb_api.settings import Settings
from tests.caching.conftest import ObservedClient, Revise, behind_gate, put_cache_before

SIGNS = "/v1/signs?mechanism=nmda-receptor&include=claims"


def test_the_second_answer_comes_from_memory_and_is_the_same(cached_client: ObservedClient, fresh_app: Flask) -> None:
    first, second = cached_client.get(SIGNS), cached_client.get(SIGNS)
    fresh = Client(behind_gate(fresh_app)).get(SIGNS)

    assert cached_client.outcomes == ["miss", "hit"]
    assert first.data == second.data == fresh.data
    assert sorted(first.headers) == sorted(second.headers) == sorted(fresh.headers)


def test_the_order_of_parameters_does_not_matter(cached_client: ObservedClient) -> None:
    first = cached_client.get("/v1/signs?mechanism=nmda-receptor&limit=5&lang=sv")
    second = cached_client.get("/v1/signs?lang=sv&limit=5&mechanism=nmda-receptor")

    assert cached_client.outcomes == ["miss", "hit"]
    assert first.data == second.data


def test_a_parameter_that_takes_one_value_is_still_refused_twice(cached_client: ObservedClient) -> None:
    cached_client.get("/v1/signs?limit=5")

    assert cached_client.get("/v1/signs?limit=5&limit=5").status_code == 422


@pytest.mark.parametrize("header", [{"Accept-Language": "sv"}, {"Accept": "application/json"}])
def test_each_language_and_media_type_is_an_answer_of_its_own(
    cached_client: ObservedClient, fresh_app: Flask, header: dict[str, str]
) -> None:
    cached_client.get(SIGNS)

    response = cached_client.get(SIGNS, headers=header)

    assert cached_client.outcomes == ["miss", "miss"]
    assert response.data == Client(behind_gate(fresh_app)).get(SIGNS, headers=header).data


@pytest.mark.parametrize("header", [{"Authorization": "Bearer key"}, {"Cookie": "a=b"}])
def test_private_requests_neither_fill_the_cache_nor_are_answered_from_it(
    worker: CachedApplication, header: dict[str, str]
) -> None:
    client = ObservedClient(worker)

    client.get(SIGNS, headers=header)
    assert len(worker.store) == 0
    client.get(SIGNS)
    client.get(SIGNS, headers=header)

    assert client.outcomes == ["bypass", "miss", "bypass"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/v1/signs/unknown", 404),
        ("/v1/signs?limit=0", 422),
        ("/v1/signs?unknown=1", 422),
        ("/v1/signs?lang=%FF", 400),
        ("/nowhere", 404),
        ("/v1/status", 200),
        ("/healthz", 200),
        ("/readyz", 200),
    ],
)
def test_errors_and_what_may_not_be_stored_are_never_kept(worker: CachedApplication, address: str, status: int) -> None:
    client = Client(worker)

    responses = [client.get(address), client.get(address)]

    assert [response.status_code for response in responses] == [status, status]
    assert len(worker.store) == 0


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_other_methods_pass_by(cached_client: ObservedClient, method: str) -> None:
    cached_client.get(SIGNS)
    cached_client.open(SIGNS, method=method)

    assert cached_client.outcomes == ["miss", "bypass"]


def test_hostile_addresses_cannot_push_out_what_is_wanted(fresh_app: Flask) -> None:
    worker = put_cache_before(fresh_app, max_bytes=400_000)
    client = ObservedClient(worker)
    client.get("/v1/signs/fatigue")
    client.get("/v1/signs/fatigue")

    for number in range(150):
        assert client.get(f"/v1/references?doi=10.1000/{number}").status_code == 200
        client.get(f"/v1/signs?limit={number}&unknown={number}")

    assert worker.store.size_bytes <= 400_000
    client.get("/v1/signs/fatigue")
    assert client.outcomes[-1] == "hit"


def test_a_client_that_has_the_answer_gets_304(cached_client: ObservedClient) -> None:
    etag = cached_client.get(SIGNS).headers["ETag"]

    for condition in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        response = cached_client.get(SIGNS, headers={"If-None-Match": condition})
        assert (response.status_code, response.data) == (304, b"")
        assert response.headers["ETag"] == etag
        assert "Content-Length" not in response.headers
    assert cached_client.get(SIGNS, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_condition_on_a_cold_answer_is_heeded_too(
    cached_client: ObservedClient, other_worker: CachedApplication
) -> None:
    etag = Client(other_worker).get(SIGNS).headers["ETag"]

    response = cached_client.get(SIGNS, headers={"If-None-Match": etag})

    assert cached_client.outcomes == ["miss"]
    assert response.status_code == 304


def test_a_condition_on_an_answer_that_is_not_kept_is_heeded_too(cached_client: ObservedClient) -> None:
    etag = cached_client.get("/openapi.json").headers["ETag"]

    response = cached_client.get("/openapi.json", headers={"If-None-Match": etag})

    assert (response.status_code, response.data) == (304, b"")


@pytest.mark.parametrize(("encoding", "decode"), [("gzip", gzip.decompress), ("br", brotli.decompress)])
def test_each_encoding_has_its_own_strong_etag(cached_client: ObservedClient, encoding: str, decode: Any) -> None:
    plain = cached_client.get(SIGNS)

    response = cached_client.get(SIGNS, headers={"Accept-Encoding": encoding})

    assert response.headers["Content-Encoding"] == encoding
    assert response.headers["ETag"] == f'{plain.headers["ETag"][:-1]}-{encoding}"'
    assert int(response.headers["Content-Length"]) == len(response.data) < len(plain.data) / 2
    assert decode(response.data) == plain.data
    assert "Accept-Encoding" in response.headers["Vary"]
    unchanged = cached_client.get(
        SIGNS, headers={"Accept-Encoding": encoding, "If-None-Match": response.headers["ETag"]}
    )
    assert unchanged.status_code == 304
    other = cached_client.get(SIGNS, headers={"If-None-Match": response.headers["ETag"]})
    assert other.status_code == 200


@pytest.mark.parametrize("address", [SIGNS, "/v1/status", "/v1/signs/unknown", "/openapi.json"])
@pytest.mark.parametrize("encoding", ["identity", "br"])
def test_head_says_what_get_says_without_a_body(cached_client: ObservedClient, address: str, encoding: str) -> None:
    headers = {"Accept-Encoding": encoding}

    cold = cached_client.head(address, headers=headers)
    whole = cached_client.get(address, headers=headers)
    warm = cached_client.head(address, headers=headers)

    assert cold.data == warm.data == b""
    assert sorted(cold.headers) == sorted(whole.headers) == sorted(warm.headers)
    assert cold.status_code == whole.status_code


def test_a_write_is_seen_by_every_worker_at_its_next_request(
    worker: CachedApplication, other_worker: CachedApplication, revise_sign: Revise
) -> None:
    clients = [Client(worker), Client(other_worker)]
    for client in clients:
        client.get("/v1/signs/fatigue")
        client.get("/v1/signs/fatigue")

    for number in range(5):
        revision = revise_sign("fatigue", f"Summary {number}.")
        for client in clients:
            body = client.get("/v1/signs/fatigue").get_json()
            assert body["meta"]["revision"] == revision
            assert body["data"]["summary"] == f"Summary {number}."


def test_without_tables_the_application_answers(tmp_path: Path) -> None:
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path / 'empty.sqlite3'}"))

    client = ObservedClient(put_cache_before(app))

    response = client.get(SIGNS)

    assert client.outcomes == ["bypass"]
    assert response.status_code == 503
