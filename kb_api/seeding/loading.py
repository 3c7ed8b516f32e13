"""Records → database as one revision, and what stands → files.

Rule: a record in the database that no file holds is left alone; files add and revise, editors retract.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb_api.editing import Outcome, Write, apply_writes, read_standing
from kb_api.models import Change, Thing
from kb_api.seeding.files import Record, arrange_files, dump_yaml
from kb_api.vocabulary import Kind, Operation


def load_records(session: Session, records: Sequence[tuple[Kind, Record]], *, author: str, message: str) -> Outcome:
    """Create what is new and revise what differs, as one revision; nothing new or different is no revision."""
    standing = read_standing(session, [(kind, record["slug"]) for kind, record in records])
    writes = [
        Write(
            Operation.UPDATE if (kind, record["slug"]) in standing else Operation.CREATE,
            kind,
            record["slug"],
            record,
            pointer=f"/{position}",
        )
        for position, (kind, record) in enumerate(records)
    ]
    return apply_writes(session, writes, author=author, message=message)


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
