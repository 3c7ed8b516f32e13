"""What stands: things with their records as they are before a write, and what refers to them.

Rule: nothing is changed here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from kb_api.editing.projection import PARTS, Row
from kb_api.models import TABLES, Base, Change, FormerSlug, Thing
from kb_api.vocabulary import Kind

Identity = tuple[Kind, str]
"""A kind and a slug."""

CHUNK = 5_000
"""How many values one statement names; SQLite allows 250 000, PostgreSQL 65 535."""

REGISTRY_TABLES = {"thing", "change", "former_slug", "search_entry", "loaded_record", "link_count"}
"""Tables that speak of things without being part of one."""


@dataclass
class Standing:
    """A thing as it stands before the write."""

    id: int
    kind: Kind
    slug: str
    revision: int
    retraction_reason: str | None
    record: Row | None


def read_standing(session: Session, identities: Iterable[Identity]) -> dict[Identity, Standing]:
    """The things that have one of these slugs now, the retracted ones included, with their records."""
    found: dict[Identity, Standing] = {}
    for kind, slugs in _group_slugs(identities):
        for row in session.execute(_select_standing().where(Thing.kind == kind, Thing.slug.in_(slugs))):
            found[kind, row.slug] = _as_standing(row)
    return found


def read_referring(session: Session, thing_id: int) -> list[Standing]:
    """The living things whose rows refer to this one, with their records."""
    found: dict[int, Standing] = {}
    for owner, column in _referring_columns():
        ids = select(owner).where(column == thing_id).scalar_subquery()
        for row in session.execute(_select_standing().where(Thing.id.in_(ids), Thing.id != thing_id)):
            found[row.id] = _as_standing(row)
    return sorted(found.values(), key=lambda standing: standing.id)


def find_living_ids(session: Session, identities: Iterable[Identity]) -> dict[Identity, int]:
    """(kind, slug) → key, for the things that stand."""
    found: dict[Identity, int] = {}
    for kind, slugs in _group_slugs(identities):
        query = select(Thing.slug, Thing.id)
        query = query.where(Thing.kind == kind, Thing.slug.in_(slugs), Thing.retracted_in.is_(None))
        found |= {(kind, row.slug): row.id for row in session.execute(query)}
    return found


def find_taken_slugs(session: Session, identities: Iterable[Identity]) -> set[Identity]:
    """Those of the slugs that a thing has, or once had."""
    taken: set[Identity] = set()
    for kind, slugs in _group_slugs(identities):
        for model in (Thing, FormerSlug):
            query = select(model.slug).where(model.kind == kind, model.slug.in_(slugs))
            taken |= {(kind, slug) for slug in session.execute(query).scalars()}
    return taken


def find_holders(session: Session, kind: Kind, column: str, values: Sequence[Any]) -> Iterator[tuple[Any, int, str]]:
    """(value, key, slug) of the living things of a kind that have one of the values in a column."""
    table = cast(Table, TABLES[kind].__table__)
    for start in range(0, len(values), CHUNK):
        query = select(table.c[column], Thing.id, Thing.slug).join(Thing, Thing.id == table.c.thing_id)
        for row in session.execute(query.where(table.c[column].in_(values[start : start + CHUNK]))):
            yield row[0], row.id, row.slug


def _group_slugs(identities: Iterable[Identity]) -> Iterator[tuple[Kind, list[str]]]:
    """Kind by kind, as many slugs at a time as one statement may name."""
    by_kind: dict[Kind, list[str]] = {}
    for kind, slug in identities:
        by_kind.setdefault(kind, []).append(slug)
    for kind, slugs in by_kind.items():
        for start in range(0, len(slugs), CHUNK):
            yield kind, slugs[start : start + CHUNK]


def _select_standing() -> Any:
    return select(Thing.id, Thing.kind, Thing.slug, Thing.revision, Thing.retraction_reason, Change.record).join_from(
        Thing, Change, (Change.thing_id == Thing.id) & (Change.revision == Thing.revision)
    )


def _as_standing(row: Any) -> Standing:
    return Standing(row.id, Kind(row.kind), row.slug, row.revision, row.retraction_reason, row.record)


def _referring_columns() -> list[tuple[Any, Any]]:
    """(owner, column) of every foreign key that one thing's rows use to refer to another thing."""
    pairs = []
    owners = {cast(Table, table.__table__).name: owner for parts in PARTS.values() for table, owner in parts.items()}
    for table in Base.metadata.tables.values():
        owner = owners.get(table.name, "thing_id")
        if table.name in REGISTRY_TABLES or owner not in table.c:
            continue
        for key in table.foreign_keys:
            target = (key.column.table.name, key.column.name)
            if target in {("thing", "id"), ("reference", "thing_id")} and key.parent.name != owner:
                pairs.append((table.c[owner], key.parent))
    return pairs
