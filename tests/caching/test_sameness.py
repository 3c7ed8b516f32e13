"""Whatever is asked and whatever is written in between: a cached answer is, to the byte, what a fresh one would be."""

from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from kb_api.caching import CachedApplication
from kb_api.caching.front import Application
from tests.caching.conftest import Revise, at_hand_first

PATHS = [
    "/v1/signs",
    "/v1/signs/fatigue",
    "/v1/signs/fatigue/",
    "/v1/claims",
    "/v1/claims/nmda-block",
    "/v1/claims/nmda-block/references",
    "/v1/references",
    "/v1/health-claims",
    "/v1/safety",
    "/v1/passages",
    "/v1/signs/no-such-sign",
    "/v1/status",
]
PARAMETERS = [
    ("mechanism", "nmda-receptor"),
    ("mechanism", "gaba-receptor"),
    ("stance", "supports"),
    ("stance", "refutes"),
    ("include", "claims,references"),
    ("include", "mechanisms"),
    ("fields", "slug,name"),
    ("lang", "sv"),
    ("lang", "all"),
    ("limit", "3"),
    ("sort", "-slug"),
    ("doi", "10.1016/j.neuron.2009.12.026"),
    ("unknown", "ö"),
]
HEADERS: list[dict[str, str]] = [
    {},
    {"Accept-Language": "sv-SE,sv;q=0.9"},
    {"Accept": "application/json"},
    {"Accept": "text/html, */*;q=0.1"},
    {"Accept": "image/png"},
    {"Authorization": "Bearer x"},
]
requests = st.builds(
    lambda path, parameters, headers: ("ask", path, parameters, headers),
    st.sampled_from(PATHS),
    st.lists(st.sampled_from(PARAMETERS), max_size=3),
    st.sampled_from(HEADERS),
)
writes = st.just(("write",))
_numbers = count(1)


def answer_of(client: Client, path: str, parameters: list[tuple[str, str]], headers: dict[str, str]) -> Any:
    response = client.get(path, query_string=parameters, headers=headers)
    if response.status_code >= 400:
        # Several faults may come in another order; which there are is the application's own test.
        return response.status
    kept = sorted((name.lower(), value) for name, value in response.headers)
    return response.status, kept, response.data


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(requests, requests, requests, writes), min_size=4, max_size=20))
def test_a_cached_answer_is_what_a_fresh_one_would_be(
    fresh_worker: Application,
    worker: CachedApplication,
    other_worker: CachedApplication,
    revise_sign: Revise,
    steps: list[tuple[Any, ...]],
) -> None:
    workers = [worker, other_worker, at_hand_first(worker), at_hand_first(other_worker)]
    clients = [Client(each, use_cookies=False) for each in workers]
    fresh = Client(fresh_worker, use_cookies=False)

    for step in steps:
        if step[0] == "write":
            revise_sign("fatigue", f"Summary {next(_numbers)}.")
            continue
        expected = answer_of(fresh, *step[1:])
        # Twice each: the first may fill the cache, the second may be answered from it.
        assert [answer_of(client, *step[1:]) for client in clients * 2] == [expected] * 8
