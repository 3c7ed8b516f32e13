"""The counts of what claims join: kept with every write, they are what counting anew gives."""

from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb_api.copying.rows import empty_tables
from kb_api.database import Database
from kb_api.editing.link_counts import rebuild_link_counts
from kb_api.models import LinkCount
from tests.editing.conftest import Editor
from tests.editing.random_edits import Model
from tests.editing.test_mirror import edit_at_random

EDITS = 200


def read_counts(session: Session) -> list[tuple[object, ...]]:
    table = LinkCount.__table__
    return [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]


@pytest.mark.parametrize("seed", [1, 2])
def test_after_random_edits_the_counts_are_those_of_a_recount(fresh_database: Database, seed: int) -> None:
    random, model = Random(seed), Model()  # noqa: S311 - edits, not secrets.
    with fresh_database.write() as session:
        empty_tables(session)
        session.commit()
    edits = 0
    while edits < EDITS:
        edits += edit_at_random(fresh_database, model, random)

    with fresh_database.write() as session:
        kept = read_counts(session)
        rebuild_link_counts(session)

        assert kept == read_counts(session)
        assert kept


def test_a_link_more_is_counted_and_a_claim_less_is_not(ann: Editor) -> None:
    before = ann.get("/v1/signs/fatigue").get_json()["data"]["counts"]["claims"]
    claims = ann.get("/v1/claims?sign=fatigue&limit=1").get_json()["data"]
    slug, version = claims[0]["slug"], claims[0]["revision"]
    record = ann.get(f"/v1/claims/{slug}/record").get_json()["data"]
    others = [link for link in record["links"] if link["slug"] != "fatigue"]

    ann.patch(f"/v1/claims/{slug}", json={"links": others}, version=version)

    assert ann.get("/v1/signs/fatigue").get_json()["data"]["counts"]["claims"] == before - 1
