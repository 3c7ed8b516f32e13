"""Every request in the documentation is asked, and answered as shown; every link between the pages leads somewhere."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kb_api.database import Database
from kb_api.editing.keys import create_key
from kb_api.vocabulary import Scope
from tests.docs.reading import DOCS, check, find_examples, list_pages, send

PAGES = [page for page in list_pages() if find_examples(page)]
WITHOUT_KEY = [page for page in PAGES if "$KEY" not in page.read_text(encoding="utf-8")]
WITH_KEY = [page for page in PAGES if page not in WITHOUT_KEY]
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def name_of(page: Path) -> str:
    return page.relative_to(DOCS).as_posix()


@pytest.mark.parametrize("page", WITHOUT_KEY, ids=name_of)
def test_a_page_shows_the_answers_that_are_given(client: FlaskClient, page: Path) -> None:
    for example in find_examples(page):
        check(send(client, example, {}), example)


@pytest.mark.parametrize("page", WITH_KEY, ids=name_of)
def test_a_page_about_writing_shows_the_answers_that_are_given(
    fresh_client: FlaskClient, fresh_database: Database, page: Path
) -> None:
    with fresh_database.write() as session:
        key = create_key(session, holder="anna", scope=Scope.ADMIN, expires_at=None)
        session.commit()

    for example in find_examples(page):
        check(send(fresh_client, example, {"KEY": key}), example)


def test_the_conventions_are_shown_with_requests() -> None:
    assert len(find_examples(DOCS / "conventions.md")) >= 15


@pytest.mark.parametrize("page", list_pages(), ids=name_of)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
