"""One spelling for all requests that have the same answer."""

from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kb_api.caching.requests import canonical_language, canonical_query, choose_encoding, read_key

REQUEST = {"REQUEST_METHOD": "GET", "PATH_INFO": "/v1/signs", "QUERY_STRING": "lang=sv"}


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("", ""),
        ("b=2&a=1", "a=1&b=2"),
        ("a=2&a=1", "a=1&a=2"),
        ("include=claims%2Creferences", "include=claims%2Creferences"),
        ("include=claims,references", "include=claims%2Creferences"),
        ("q=s%C3%B6mn", "q=s%C3%B6mn"),
        ("q=a+b", "q=a+b"),
        ("q=a%20b", "q=a+b"),
        ("q=", "q="),
        ("q", "q="),
        ("%71=1", "q=1"),
    ],
)
def test_a_query_has_one_spelling(written: str, canonical: str) -> None:
    assert canonical_query(written) == canonical


PLAIN = some.text(ascii_letters + digits + "_.~-+", max_size=4)


@given(some.lists(some.tuples(PLAIN.filter(bool), PLAIN), min_size=1, max_size=6))
def test_a_query_that_is_all_encoded_is_spelled_as_the_plain_one(parameters: list[tuple[str, str]]) -> None:
    plain = "&".join(f"{name}={value}" for name, value in parameters)
    encoded = "&".join("=".join(encode(part) for part in pair) for pair in parameters)

    assert canonical_query(encoded) == canonical_query(plain)


def encode(text: str) -> str:
    return "".join("%20" if character == "+" else f"%{ord(character):02X}" for character in text)


def test_a_repeated_parameter_stays_repeated() -> None:
    assert canonical_query("limit=1&limit=1") == "limit=1&limit=1"


@pytest.mark.parametrize(
    "query", ["q=%zz", "q=%", "q=%FF", "q=%00", "q=ö", "q=" + "x" * 1_000, "&" * 50, "a=1&&b=2", "&a=1", "a=1&"]
)
def test_what_is_malformed_or_enormous_is_left_to_the_application(query: str) -> None:
    assert canonical_query(query) is None


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("sv-SE,sv;q=0.9,en;q=0.8", "sv"),
        ("de", "en"),
        ("fr, sv;q=0.1", "sv"),
        ("*", "en"),
        ("x" * 400, None),
    ],
)
def test_a_language_header_comes_to_one_of_our_languages(header: str, language: str | None) -> None:
    assert canonical_language(header) == language


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("", "identity"),
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0.1, gzip", "gzip"),
        ("br;q=0, gzip;q=0", "identity"),
        ("identity, *;q=0", "identity"),
        ("deflate", "identity"),
        ("*", "br"),
        ("gzip;q=abc", "identity"),
    ],
)
def test_the_encoding_is_the_shortest_that_the_client_likes_best(header: str, encoding: str) -> None:
    assert choose_encoding(header) == encoding


@pytest.mark.parametrize(
    "header",
    [
        "HTTP_AUTHORIZATION",
        "HTTP_COOKIE",
        "HTTP_RANGE",
        "HTTP_IF_MATCH",
        "HTTP_IF_MODIFIED_SINCE",
        "HTTP_IF_UNMODIFIED_SINCE",
    ],
)
def test_private_and_partial_requests_have_no_key(header: str) -> None:
    assert read_key(REQUEST) is not None

    assert read_key(REQUEST | {header: "x"}) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_reads_have_a_key(method: str) -> None:
    assert read_key(REQUEST | {"REQUEST_METHOD": method}) is None
