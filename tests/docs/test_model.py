"""The drawn model is that of the code."""

from tests.docs.reading import DOCS
from tests.support.draw_model import COLUMNS, PICTURE, draw_model, list_tables


def test_the_picture_is_current() -> None:
    assert PICTURE.read_text(encoding="utf-8") == draw_model(), "run: python -m tests.support.draw_model"


def test_every_table_of_the_content_is_drawn() -> None:
    assert {name for names in COLUMNS for name in names} == list_tables()


def test_the_page_shows_the_picture() -> None:
    assert "](model.svg)" in (DOCS / "model.md").read_text(encoding="utf-8")
