"""A state machine over all writes, over HTTP: record, feed and content stay equal to what was written."""

import shutil
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from kb_api import create_app
from kb_api.database import Database
from kb_api.editing import Write
from kb_api.editing.keys import create_key
from kb_api.migrating import migrate
from kb_api.settings import Settings
from kb_api.vocabulary import CONCEPT_KINDS, PATHS, Kind, Operation, Scope
from tests.editing.conftest import Editor
from tests.editing.random_edits import Identity, Model
from tests.editing.test_mirror import Mirror

TOLD_BY_OTHERS = {"counts", "red_flags"}
"""What a page shows that is not in the thing's own record; of a concept, its links too."""

randoms = strategies.randoms(use_true_random=False)


@cache
def empty_database_file() -> Path:
    """A database with tables and nothing in them, to be copied."""
    path = Path(mkdtemp()) / "kb.sqlite3"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.dispose()
    return path


class Writing(RuleBasedStateMachine):
    """Editors write; the model knows what must stand."""

    @initialize()
    def start(self) -> None:
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name) / "kb.sqlite3"
        shutil.copy(empty_database_file(), path)
        self.app = create_app(Settings(database_url=f"sqlite:///{path}"))
        self.model, self.mirror, self.revision = Model(), Mirror(), 0
        with self.app.extensions["kb_database"].write() as session:
            keys = [create_key(session, holder=name, scope=Scope.EDITOR) for name in ("ann", "bo")]
            session.commit()
        self.ann, self.bo = (Editor(self.app.test_client(), key) for key in keys)

    @rule(random=randoms)
    def write(self, random: Random) -> None:
        if write := self.model.propose(random, set()):
            assert self.send(write, patch=random.random() < 0.5).status_code in {200, 201}
            self.count(write)

    @rule(random=randoms)
    def try_out(self, random: Random) -> None:
        if write := self.model.propose(random, set()):
            assert self.send(write, query="?dry_run=true").status_code == 200

    @rule(random=randoms)
    def write_from_an_old_version(self, random: Random) -> None:
        write = self.model.propose(random, set())
        if write and write.operation is not Operation.CREATE:
            assert self.send(write, version=0).status_code == 412

    @rule(random=randoms)
    def write_what_is_not_valid(self, random: Random) -> None:
        write = self.model.propose(random, set())
        if write and write.record:
            assert self.send(Write(write.operation, write.kind, write.slug, write.record | {"x": 1})).status_code == 422

    @rule(random=randoms)
    def change_several(self, random: Random) -> None:
        if writes := self.propose_several(random):
            body = {"message": "several", "writes": [self.spell(write) for write in writes]}
            assert self.ann.post("/v1/changesets", json=body).status_code == 201
            self.count(*writes)

    @rule(random=randoms, is_accepted=strategies.booleans())
    def propose(self, random: Random, is_accepted: bool) -> None:
        if writes := self.propose_several(random):
            body = {"message": "proposed", "writes": [self.spell(write) for write in writes]}
            opened = self.ann.post("/v1/proposals", json=body)
            assert opened.status_code == 201
            step = "acceptance" if is_accepted else "rejection"
            address = f"{opened.headers['Location']}/{step}"
            closed = self.bo.post(address, json={"comment": "seen"}, version=opened.headers["ETag"])
            assert closed.status_code == 200
            self.count(*(writes if is_accepted else []))

    @rule()
    def follow(self) -> None:
        self.mirror.follow(self.ann.client, limit=3)
        assert self.mirror.records == self.model.living

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.check()
            self.app.extensions["kb_database"].dispose()
            self.folder.cleanup()

    def check(self) -> None:
        """The feed, the histories and the pages all say what was written, and the clock counted every revision."""
        self.follow()
        assert self.ann.get("/v1/status").get_json()["revision"] == self.revision
        numbers = [entry["number"] for entry in self.ann.get("/v1/revisions?limit=200").get_json()["data"]]
        assert numbers == list(range(self.revision, 0, -1))
        for identity, record in self.model.living.items():
            self.check_thing(identity, record)

    def check_thing(self, identity: Identity, record: dict[str, Any]) -> None:
        kind, slug = identity
        address = f"{PATHS[kind]}/{slug}"
        page = self.ann.get(f"{address}?lang=all").get_json()["data"]
        from_record = self.ann.get(f"{address}?lang=all&as_of={self.revision}").get_json()["data"]
        last = self.ann.get(f"{address}/history?limit=1").get_json()["data"][0]
        hidden = TOLD_BY_OTHERS | ({"links"} if kind in CONCEPT_KINDS else set())
        assert {key: value for key, value in page.items() if key not in hidden} == from_record
        assert self.ann.get(f"{address}/record").get_json()["data"] == record
        assert last["revision"] == page["revision"]

    def propose_several(self, random: Random) -> list[Write]:
        touched: set[Identity] = set()
        return [write for _ in range(random.randrange(1, 5)) if (write := self.model.propose(random, touched))]

    def send(self, write: Write, *, version: int | None = None, patch: bool = False, query: str = "") -> Any:
        address = f"{PATHS[write.kind]}/{write.slug}{query}"
        match write.operation:
            case Operation.CREATE:
                return self.ann.post(f"{PATHS[write.kind]}{query}", json=write.record)
            case Operation.RETRACT:
                version = self.version(write.kind, write.slug) if version is None else version
                return self.ann.delete(address, json={"reason": write.reason}, version=version)
            case _:
                version = self.version(write.kind, write.slug) if version is None else version
                send = self.ann.patch if patch else self.ann.put
                return send(address, json=write.record, version=version)

    def spell(self, write: Write) -> dict[str, Any]:
        """The write as a changeset says it."""
        spelled = {"operation": str(write.operation), "kind": str(write.kind)}
        if write.operation is not Operation.CREATE:
            spelled |= {"slug": write.slug, "revision": self.version(write.kind, write.slug)}
        return spelled | ({"record": write.record} if write.record else {"reason": write.reason})

    def version(self, kind: Kind, slug: str) -> int:
        return int(self.ann.get(f"{PATHS[kind]}/{slug}").get_json()["data"]["revision"])

    def count(self, *writes: Write) -> None:
        if writes:
            self.model.apply(list(writes))
            self.revision += 1


Writing.TestCase.settings = settings(
    max_examples=10,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestWriting = Writing.TestCase
