"""Things that are kept as JSON: never more than there is room for, and never of a revision that does not stand."""

import json
from collections.abc import Sequence

from flask import Flask
from flask.testing import FlaskClient

from kb_api.shapes.links import Shape
from kb_api.shapes.words import Words
from kb_api.views.shelf import Section, Shelf
from kb_api.vocabulary import Kind
from tests.support.counting import count_statements

SIGNS = Section(Kind.SIGN, False, "en")


class Shaping:
    """Shapes things, and counts for how many it was asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, ids: Sequence[int], words: Words) -> list[Shape]:
        self.asked += ids
        return [{"slug": str(thing_id), "text": "x" * 1_000} for thing_id in ids]


def test_a_thing_that_was_shown_before_is_not_read_again(app: Flask, client: FlaskClient) -> None:
    app.extensions["kb_shelf"] = Shelf()
    with count_statements(app) as first:
        one = client.get("/v1/claims?limit=20").data
    with count_statements(app) as second:
        other = client.get("/v1/claims?limit=19").data

    assert json.loads(one)["data"][:19] == json.loads(other)["data"]
    assert len(second) < len(first)


def test_what_is_kept_belongs_to_its_revision() -> None:
    shelf, shaping = Shelf(), Shaping()

    for revision in (3, 3, 4, 3, 4):
        assert len(shelf.find(revision, SIGNS, [1, 2], shaping)) == 2

    # The second and the last found theirs; who reads an earlier revision takes nothing and leaves nothing.
    assert shaping.asked == [1, 2] * 3


def test_the_shelf_never_holds_more_than_its_bytes() -> None:
    shelf, shaping = Shelf(max_bytes=10_000), Shaping()

    shelf.find(1, SIGNS, list(range(100)), shaping)
    shelf.find(1, SIGNS, list(range(100)), shaping)

    assert len(set(shaping.asked)) == 100
    assert 190 < len(shaping.asked) <= 200


def test_languages_and_forms_stand_apart() -> None:
    shelf, shaping = Shelf(), Shaping()

    for section in (SIGNS, SIGNS._replace(language="sv"), SIGNS._replace(is_detail=True)):
        shelf.find(1, section, [1], shaping)

    assert shaping.asked == [1, 1, 1]
