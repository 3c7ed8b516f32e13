"""Records → database as one revision, and what stands → files.

Rule: a record in the database that no file holds is left alone; files add and revise, editors retract.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb_api.editing import Outcome, apply_writes, lock_clock
from kb_api.models import Change, Thing
from kb_api.seeding.files import Record, arrange_files, dump_yaml
from kb_api.seeding.merging import Preference, digest_record, merge_records, note_loaded
from kb_api.vocabulary import Kind, Operation


def load_records(
    session: Session,
    records: Sequence[tuple[Kind, Record]],
    *,
    author: str,
    message: str,
    preference: Preference = Preference.NEITHER,
) -> Outcome:
    """Create what is new and revise what the files changed, as one revision; nothing new or different is no revision.

    Raises ``ClashError`` where editors changed the same records, unless ``preference`` says which are to stand.
    """
    lock_clock(session)
    merge = merge_records(session, records, preference)
    outcome = apply_writes(session, merge.writes, author=author, message=message)
    created = {
        change.thing_id: digest_record(change.record)
        for change in outcome.changes
        if change.operation is Operation.CREATE
    }
    note_loaded(session, merge.brought | created, outcome.revision or lock_clock(session))
    return outcome


def read_living_records(session: Session) -> Iterator[tuple[Kind, Record]]:
    """(kind, record) of everything that stands, in the order of entry."""
    query = (
        select(Thing.kind, Change.record)
        .join(Change, (Change.thing_id == Thing.id) & (Change.revision == Thing.revision))
        .where(Thing.retracted_in.is_(None))
        .order_by(Thing.id)
        .execution_options(yield_per=1_000)
    )
    for row in session.execute(query):
        yield Kind(row.kind), row.record


def export_seed(session: Session, folder: Path) -> list[str]:
    """Write what stands as seed files below ``folder`` and return their names."""
    names = []
    for name, records in arrange_files(read_living_records(session)):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dump_yaml(records), encoding="utf-8")
        names.append(name)
    return names
