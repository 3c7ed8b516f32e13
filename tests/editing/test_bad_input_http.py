"""Bad input of every sort: each a 4xx that names its culprit, and nothing stored."""

import pytest

from tests.editing.conftest import Editor
from tests.editing.factories import make_intake, make_sign
from tests.support.contract import assert_problem

pytestmark = pytest.mark.only_on("sqlite", reason="all of it is refused before the database is asked")

BIDI = "\u202e"

BAD_BODIES = {
    "duplicate keys": (b'{"slug": "a", "name": {"en": "a", "en": "b"}}', 400, "/name/en"),
    "not a number": (b'{"position": NaN}', 400, ""),
    "infinity": (b'{"position": -Infinity}', 400, ""),
    "an integer of 5 000 digits": (b'{"position": ' + b"9" * 5_000 + b"}", 400, ""),
    "a number of 5 000 digits": (b'{"position": 0.' + b"9" * 5_000 + b"}", 422, ""),
    "nested 100 000 deep": (b"[" * 100_000 + b"]" * 100_000, 400, ""),
    "nested 500 deep": (b"[" * 500 + b"]" * 500, 422, ""),
    "half a document": (b'{"slug": ', 400, ""),
    "not UTF-8": (b'{"slug": "\xff"}', 400, ""),
    "half a surrogate": (b'{"slug": "\\ud800"}', 400, ""),
    "a list": (b"[]", 422, ""),
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_body_that_cannot_be_read_is_refused(ann: Editor, nothing_stored: None, name: str) -> None:
    body, status, pointer = BAD_BODIES[name]

    assert_problem(ann.post("/v1/signs", data=body, content_type="application/json"), status, pointer)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/merge-patch+json"},
        {"Content-Type": "application/json; charset=iso-8859-1"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {"Content-Type": "application/json", "Content-Encoding": "br"},
        {},
    ],
)
def test_a_body_of_another_kind_is_refused(ann: Editor, nothing_stored: None, headers: dict[str, str]) -> None:
    assert_problem(ann.post("/v1/signs", data=b'{"slug": "a"}', headers=headers), 415)


def test_a_body_of_20_mb_is_refused(ann: Editor, nothing_stored: None) -> None:
    body = b'{"slug": "' + b"a" * 20_000_000 + b'"}'

    assert_problem(ann.post("/v1/signs", data=body, content_type="application/json"), 413)


BAD_RECORDS = {
    "a field that is ours": ({"revision": 7}, "/revision"),
    "another field that is ours": ({"kind": "sign"}, "/kind"),
    "an unknown field": ({"surprise": True}, "/surprise"),
    "a field that is computed": ({"red_flags": []}, "/red_flags"),
    "a control character": ({"name": {"en": "a\x07b"}}, "/name/en"),
    "a NUL": ({"name": {"en": "a\x00b"}}, "/name/en"),
    "a direction mark": ({"name": {"en": f"a{BIDI}b"}}, "/name/en"),
    "only spaces": ({"name": {"en": " \n\t\u00a0"}}, "/name/en"),
    "nothing that can be seen": ({"name": {"en": "\u200b\u2060 \u00ad"}}, "/name/en"),
    "an empty text": ({"name": {"en": ""}}, "/name/en"),
    "no language": ({"name": {}}, "/name"),
    "an unknown language": ({"name": {"fi": "väsymys"}}, "/name/fi"),
    "a slug that ends in a line break": ({"slug": "itching\n"}, "/slug"),
    "a slug with capitals": ({"slug": "Itching"}, "/slug"),
    "a slug that is a path": ({"slug": "../claims"}, "/slug"),
    "a text that is too long": ({"summary": {"en": "a" * 8_001}}, "/summary/en"),
    "a number as text": ({"position": "9"}, "/position"),
    "a number that is none": ({"position": True}, "/position"),
    "a number without bounds": ({"position": 10**18}, "/position"),
    "an unknown value": ({"body_system": "soul"}, "/body_system"),
    "a text for a list": ({"xrefs": "x"}, "/xrefs"),
}


@pytest.mark.parametrize("name", BAD_RECORDS)
def test_a_record_that_is_not_valid_is_refused(ann: Editor, nothing_stored: None, name: str) -> None:
    wrong, pointer = BAD_RECORDS[name]

    assert_problem(ann.post("/v1/signs", json=make_sign(**wrong)), 422, pointer)
    assert_problem(ann.put("/v1/signs/fatigue", json=make_sign("fatigue") | wrong, version=1), 422, pointer)


@pytest.mark.parametrize("value", ["350", True, "NaN"])
def test_a_value_that_is_no_number_is_refused(ann: Editor, nothing_stored: None, value: object) -> None:
    assert_problem(ann.post("/v1/intakes", json=make_intake(value=value)), 422, "/value")


@pytest.mark.parametrize("value", ["yes", 1, "true"])
def test_a_value_that_is_no_truth_is_refused(ann: Editor, nothing_stored: None, value: object) -> None:
    assert_problem(ann.post("/v1/intakes", json=make_intake(superseded=value)), 422, "/superseded")


@pytest.mark.parametrize(
    "query",
    ["dry_run=perhaps", "dry_run=true&dry_run=true", "surprise=1", "message=%20", "message=%E2%80%AE", "lang=fi"],
)
def test_an_address_that_is_not_understood_is_refused(ann: Editor, nothing_stored: None, query: str) -> None:
    assert_problem(ann.post(f"/v1/signs?{query}", json=make_sign()), 422)


def test_a_reason_is_needed_to_retract(ann: Editor, nothing_stored: None) -> None:
    assert_problem(ann.delete("/v1/intakes/efsa-ul", json={}, version=1), 422, "/reason")
    assert_problem(ann.delete("/v1/intakes/efsa-ul", version=1), 422, "/reason")
    assert_problem(ann.delete("/v1/intakes/efsa-ul", json={"reason": " "}, version=1), 422, "/reason")


def test_what_cannot_be_answered_is_not_written(ann: Editor, nothing_stored: None) -> None:
    assert_problem(ann.post("/v1/signs", json=make_sign(), headers={"Accept": "image/png"}), 406)
