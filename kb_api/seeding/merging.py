"""Files against what editors made of them since: three versions of every record, and which of them is to stand.

Rule: what the files last brought is remembered for each thing, by digest. A record that editors left alone is revised;
one that the files left alone is kept; where both changed, somebody must say which is to stand.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kb_api.editing import Standing, Write, changed_fields, read_standing
from kb_api.errors import ConflictError
from kb_api.models import FormerSlug, LoadedRecord, Thing
from kb_api.seeding.files import Record
from kb_api.vocabulary import Kind, Operation


class Preference(StrEnum):
    """What is to stand where files and editors have both changed a record; the words are those of a merge in git."""

    NEITHER = "neither"
    THEIRS = "theirs"
    """The files'."""
    OURS = "ours"
    """What stands in the database."""


class Clash(NamedTuple):
    """A record that the files and an editor have both changed since it was last loaded."""

    kind: Kind
    slug: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind} '{self.slug}' {self.what}"


class ClashError(ConflictError):
    """Loading would overwrite what editors made."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        super().__init__("; ".join(map(str, clashes[:20])))
        self.clashes = list(clashes)


class Merge(NamedTuple):
    """What a load writes, and what it will have brought: key of a standing thing → digest of the file's record."""

    writes: list[Write]
    brought: dict[int, str]


def merge_records(session: Session, records: Sequence[tuple[Kind, Record]], preference: Preference) -> Merge:
    """Compare the files with what stands and with what they last brought. Raises ``ClashError``."""
    slugs = [(kind, record["slug"]) for kind, record in records]
    standing = read_standing(session, slugs)
    standing |= _find_renamed(session, [identity for identity in slugs if identity not in standing])
    loaded = read_loaded(session)
    merge = Merge([], {})
    clashes = []
    for position, (kind, record) in enumerate(records):
        now = standing.get((kind, record["slug"]))
        digest = digest_record(record)
        if now is None:
            merge.writes.append(Write(Operation.CREATE, kind, record["slug"], record, pointer=f"/{position}"))
            continue
        clash = _compare(now, record, digest, loaded.get(now.id))
        if clash is not None and not _is_settled(now, record, preference):
            clashes.append(clash)
        elif _is_to_be_written(now, record, digest, loaded.get(now.id), clash, preference):
            merge.writes.append(Write(Operation.UPDATE, kind, record["slug"], record, pointer=f"/{position}"))
        merge.brought[now.id] = digest
    if clashes:
        raise ClashError(clashes)
    return merge


def read_loaded(session: Session) -> dict[int, str]:
    """Key of a thing → digest of what was last loaded for it."""
    query = select(LoadedRecord.thing_id, LoadedRecord.digest)
    return {row.thing_id: row.digest for row in session.execute(query)}


def note_loaded(session: Session, brought: dict[int, str], revision: int) -> None:
    """Remember what the files brought; what is as it was stays as it was."""
    before = read_loaded(session)
    changed = {thing_id: digest for thing_id, digest in brought.items() if before.get(thing_id) != digest}
    if not changed:
        return
    for chunk in _chunks(list(changed)):
        session.execute(delete(LoadedRecord).where(LoadedRecord.thing_id.in_(chunk)))
    rows = [{"thing_id": thing_id, "revision": revision, "digest": digest} for thing_id, digest in changed.items()]
    session.execute(insert(LoadedRecord), rows)


def digest_record(record: Record) -> str:
    """What tells two records apart, whatever the order of their keys."""
    return sha256(orjson.dumps(record, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _compare(now: Standing, record: Record, digest: str, loaded: str | None) -> Clash | None:
    """The clash between the file's record and what stands, if there is one."""
    if digest == loaded:
        return None  # The files have left it alone.
    if now.retraction_reason is not None:
        return Clash(now.kind, record["slug"], f"was retracted ({now.retraction_reason}): take it out of the files")
    if now.slug != record["slug"]:
        return Clash(now.kind, record["slug"], f"is '{now.slug}' now: rename it in the files")
    if now.record is None or now.record == record or digest_record(now.record) == loaded:
        return None  # Editors have left it alone, or have come to the same.
    fields = ", ".join(changed_fields(record, now.record))
    return Clash(now.kind, now.slug, f"was edited, now at revision {now.revision}: {fields} would be overwritten")


def _is_settled(now: Standing, record: Record, preference: Preference) -> bool:
    """Whether the preference decides the clash; no preference can give a slug out again."""
    if preference is Preference.THEIRS:
        return now.retraction_reason is None and now.slug == record["slug"]
    return preference is Preference.OURS


def _is_to_be_written(
    now: Standing, record: Record, digest: str, loaded: str | None, clash: Clash | None, preference: Preference
) -> bool:
    if clash is not None:
        return preference is Preference.THEIRS
    return digest != loaded and now.record != record


def _find_renamed(session: Session, slugs: list[tuple[Kind, str]]) -> dict[tuple[Kind, str], Standing]:
    """What once had one of the slugs, by that slug."""
    found: dict[tuple[Kind, str], Standing] = {}
    for chunk in _chunks(slugs):
        query = (
            select(FormerSlug.kind, FormerSlug.slug, Thing.slug.label("new_slug"))
            .join(Thing, Thing.id == FormerSlug.thing_id)
            .where(FormerSlug.slug.in_({slug for _, slug in chunk}))
        )
        renamed = {(Kind(row.kind), row.slug): (Kind(row.kind), row.new_slug) for row in session.execute(query)}
        standing = read_standing(session, renamed.values())
        found |= {old: standing[new] for old, new in renamed.items() if old in set(chunk)}
    return found


def _chunks(values: list[Any]) -> Iterable[list[Any]]:
    return (values[start : start + 5_000] for start in range(0, len(values), 5_000))
