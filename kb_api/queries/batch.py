"""Many things by id, in a number of statements that depends on their kinds and not on how many they are."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from kb_api.models import FormerSlug, Thing
from kb_api.queries.details import get_details, get_red_flags, get_summaries
from kb_api.shapes.links import Shape, id_of
from kb_api.shapes.words import Words
from kb_api.vocabulary import CONCEPT_KINDS, Kind

Identity = tuple[Kind, str]


def find_batch(session: Session, ids: Sequence[str], words: Words) -> list[Shape]:
    """What became of each id: ``found``, ``moved``, ``gone`` or ``missing``, in the order of asking."""
    identities = {written: _read_identity(written) for written in ids}
    wanted = {identity for identity in identities.values() if identity is not None}
    states = _find_states(session, wanted)
    shapes = _shape_living(session, states.values(), words)
    return [_shape_member(written, identities[written], states, shapes) for written in ids]


def shape_things(session: Session, kind: Kind, thing_ids: Sequence[int], words: Words) -> list[Shape]:
    """The living things of a kind with these keys, in the order of the keys: whole, but for what concepts link to."""
    if kind not in CONCEPT_KINDS:
        return list(get_details(session, kind, thing_ids, words))
    shapes = list(get_summaries(session, kind, thing_ids, words))
    if kind is not Kind.SIGN:
        return shapes
    flags = get_red_flags(session, thing_ids, words)
    return [shape | {"red_flags": flags[sign]} for shape, sign in zip(shapes, thing_ids, strict=True)]


def _read_identity(written: str) -> Identity | None:
    kind, separator, slug = written.partition(":")
    return (Kind(kind), slug) if separator and slug and kind in set(Kind) else None


def _find_states(session: Session, wanted: set[Identity]) -> dict[Identity, Any]:
    """The rows of the things that have, or once had, these slugs."""
    slugs = {slug for _, slug in wanted}
    successor = aliased(Thing)
    columns = (
        Thing.id,
        Thing.kind,
        Thing.slug,
        Thing.retraction_reason,
        successor.slug.label("successor"),
    )
    query = select(*columns).outerjoin(successor, successor.id == Thing.successor_id)
    states = {(Kind(row.kind), row.slug): row for row in session.execute(query.where(Thing.slug.in_(slugs)))}
    former = query.add_columns(FormerSlug.slug.label("former")).join(FormerSlug, FormerSlug.thing_id == Thing.id)
    for row in session.execute(former.where(FormerSlug.slug.in_(slugs))):
        states.setdefault((Kind(row.kind), row.former), row)
    return {identity: row for identity, row in states.items() if identity in wanted}


def _shape_living(session: Session, rows: Any, words: Words) -> dict[int, Shape]:
    """The shape of every living thing by its key, kind by kind."""
    ids: dict[Kind, list[int]] = defaultdict(list)
    for row in rows:
        if row.retraction_reason is None:
            ids[Kind(row.kind)].append(row.id)
    shapes: dict[Identity, Shape] = {}
    for kind, thing_ids in ids.items():
        for shape in shape_things(session, kind, thing_ids, words):
            shapes[kind, shape["slug"]] = shape
    return {row.id: shapes[Kind(row.kind), row.slug] for row in rows if row.retraction_reason is None}


def _shape_member(
    written: str, identity: Identity | None, states: dict[Identity, Any], shapes: dict[int, Shape]
) -> Shape:
    if identity is None:
        message = f"an id is kind:slug, with a kind of {', '.join(Kind)}"
        return {"id": written, "status": "missing", "message": message}
    row = states.get(identity)
    if row is None:
        return {"id": written, "status": "missing", "message": f"there is no {identity[0]} '{identity[1][:120]}'"}
    if row.retraction_reason is not None:
        successor = row.successor and id_of(identity[0], row.successor)
        gone = {"id": written, "status": "gone", "reason": row.retraction_reason}
        return gone | ({"successor": successor} if successor else {})
    if row.slug != identity[1]:
        moved_to = id_of(identity[0], row.slug)
        return {"id": written, "status": "moved", "moved_to": moved_to, "thing": shapes[row.id]}
    return {"id": written, "status": "found", "thing": shapes[row.id]}
