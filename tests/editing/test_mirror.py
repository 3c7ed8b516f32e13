"""A mirror that is fed by the feed alone."""

from pathlib import Path
from random import Random

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from kb_api import create_app
from kb_api.database import Database
from kb_api.editing import apply_writes
from kb_api.migrating import migrate
from kb_api.models import Change
from kb_api.seeding import export_seed
from kb_api.seeding.files import arrange_files, dump_yaml
from kb_api.settings import Settings
from kb_api.vocabulary import Kind
from tests.editing.random_edits import Identity, Model

EDITS = 1_000


class Mirror:
    """Records by kind and slug, and how far they reach."""

    def __init__(self) -> None:
        self.revision = 0
        self.records: dict[Identity, dict] = {}

    def follow(self, client: FlaskClient, *, limit: int) -> None:
        """Take every change after what is here already, page by page."""
        address = f"/v1/changes?after={self.revision}&limit={limit}"
        while address:
            body = client.get(address).get_json()
            for change in body["data"]:
                self._take(change)
            self.revision = body["meta"]["revision"]
            address = body["links"].get("next")

    def follow_numbers(self, client: FlaskClient, *, limit: int) -> None:
        """The same by the numbers of revisions alone, as a client does that knows of no links."""
        while changes := client.get(f"/v1/changes?after={self.revision}&limit={limit}").get_json()["data"]:
            for change in changes:
                self._take(change)
            self.revision = changes[-1]["revision"]

    def export(self) -> dict[str, str]:
        living = [(kind, record) for (kind, _), record in self.records.items()]
        return {name: dump_yaml(records) for name, records in arrange_files(living)}

    def _take(self, change: dict) -> None:
        kind = Kind(change["kind"])
        self.records.pop((kind, change.get("former_slug", change["slug"])), None)
        if change["operation"] != "retract":
            self.records[kind, change["slug"]] = change["record"]


@pytest.mark.parametrize("seed", [1])
def test_a_mirror_reaches_an_equal_export_after_1000_random_edits(tmp_path: Path, seed: int) -> None:
    url = f"sqlite:///{tmp_path / 'kb.sqlite3'}"
    database = Database(url)
    migrate(database)
    client = create_app(Settings(database_url=url)).test_client()
    random, model = Random(seed), Model()  # noqa: S311 - edits, not secrets.
    follower, late, by_numbers = Mirror(), Mirror(), Mirror()

    edits = 0
    while edits < EDITS:
        edits += edit_at_random(database, model, random)
        if random.random() < 0.1:
            follower.follow(client, limit=random.choice([1, 7, 200]))
    follower.follow(client, limit=200)
    late.follow(client, limit=50)
    by_numbers.follow_numbers(client, limit=3)

    with database.read() as session:
        export_seed(session, tmp_path / "export")
        assert session.execute(select(func.count()).select_from(Change)).scalar_one() >= EDITS
    written = {
        path.relative_to(tmp_path / "export").as_posix(): path.read_text(encoding="utf-8")
        for path in (tmp_path / "export").rglob("*.yaml")
    }
    assert follower.export() == late.export() == by_numbers.export() == written
    assert follower.records == model.living


def edit_at_random(database: Database, model: Model, random: Random) -> int:
    """One revision of up to ten writes; returns how many there were."""
    touched: set[Identity] = set()
    writes = [write for _ in range(random.randrange(1, 11)) if (write := model.propose(random, touched))]
    with database.write() as session:
        apply_writes(session, writes, author="random", message="random")
        session.commit()
    model.apply(writes)
    return len(writes)
