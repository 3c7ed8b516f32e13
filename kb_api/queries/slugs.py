"""From the slugs that people write to the keys of the things that have them.

Rule: an unknown slug is always an error that names the nearest one; it never looks like "no results".
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz, process
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from kb_api.errors import Fault, GoneError, InvalidInputError, MovedError, NotFoundError
from kb_api.models import FormerSlug, Thing
from kb_api.vocabulary import Kind

SUGGESTED_FROM = 3_000
"""How many slugs of a kind are compared for a suggestion: bounds a typing error's cost at about 1 ms."""
LIKE_ENOUGH = 60
"""Least likeness, of 100, at which a suggestion helps: a guess that offers 'nmda-receptor' for 'nmda'."""


# Built once: every request for a thing or with a filter asks one of these.
HEAD = select(Thing.id, Thing.slug, Thing.revision, Thing.retraction_reason, Thing.successor_id).where(
    Thing.kind == bindparam("wanted_kind"), Thing.slug == bindparam("wanted_slug")
)
LIVING = select(Thing.kind, Thing.slug, Thing.id).where(
    Thing.slug.in_(bindparam("wanted_slugs", expanding=True)), Thing.retracted_in.is_(None)
)


class Head(NamedTuple):
    """What is known of a thing before anything else is read."""

    id: int
    slug: str
    revision: int


def get_head(session: Session, kind: Kind, slug: str) -> Head:
    """The living thing. Raises ``MovedError``, ``GoneError`` or ``NotFoundError`` with the nearest slug."""
    row = session.execute(HEAD, {"wanted_kind": kind, "wanted_slug": slug}).first()
    if row is None:
        raise _absence(session, kind, slug)
    if row.retraction_reason is not None:
        successor = session.execute(select(Thing.slug).where(Thing.id == row.successor_id)).scalar()
        raise GoneError(kind, slug, row.retraction_reason, successor)
    return Head(row.id, row.slug, row.revision)


def resolve_filters(session: Session, wanted: Mapping[str, tuple[Kind, Sequence[str]]]) -> dict[Kind, list[int]]:
    """The keys of the things that a request filters by: parameter → (kind, slugs).

    A slug that a thing once had still means that thing. Raises ``InvalidInputError`` for every slug that is unknown.
    """
    pairs = {(kind, slug) for kind, slugs in wanted.values() for slug in slugs}
    if not pairs:
        return {}
    slugs = {slug for _, slug in pairs}
    found = {(Kind(row.kind), row.slug): row.id for row in session.execute(LIVING, {"wanted_slugs": list(slugs)})}
    if missing := pairs - found.keys():
        found |= _find_former(session, missing)
    faults = [
        _unknown(session, parameter, kind, slug)
        for parameter, (kind, slugs) in wanted.items()
        for slug in slugs
        if (kind, slug) not in found
    ]
    if faults:
        raise InvalidInputError(faults)
    return {kind: sorted({found[kind, slug] for slug in slugs}) for kind, slugs in wanted.values() if slugs}


def suggest_slug(session: Session, kind: Kind, slug: str) -> str | None:
    """The slug of this kind that is most like what was written."""
    living = select(Thing.slug).where(Thing.kind == kind, Thing.retracted_in.is_(None))
    # In one order, so that of equally near slugs both databases name the same.
    return find_nearest(slug, session.execute(living.order_by(Thing.slug).limit(SUGGESTED_FROM)).scalars())


def find_nearest(written: str, choices: Iterable[str]) -> str | None:
    """The choice that is most like what was written, if any is like it at all; of equals, the one as long."""
    text = written[:200].lower()
    likely = process.extract(text, list(choices), scorer=fuzz.WRatio, score_cutoff=LIKE_ENOUGH, limit=20)
    return max(likely, key=lambda found: found[1] + fuzz.ratio(text, found[0]), default=(None,))[0]


def _absence(session: Session, kind: Kind, slug: str) -> Exception:
    query = (
        select(Thing.slug)
        .join(FormerSlug, FormerSlug.thing_id == Thing.id)
        .where(FormerSlug.kind == kind, FormerSlug.slug == slug)
    )
    if new_slug := session.execute(query).scalar():
        return MovedError(kind, slug, new_slug)
    return NotFoundError(kind, slug, suggest_slug(session, kind, slug))


def _find_former(session: Session, pairs: Iterable[tuple[Kind, str]]) -> dict[tuple[Kind, str], int]:
    query = (
        select(FormerSlug.kind, FormerSlug.slug, FormerSlug.thing_id)
        .join(Thing, Thing.id == FormerSlug.thing_id)
        .where(FormerSlug.slug.in_({slug for _, slug in pairs}), Thing.retracted_in.is_(None))
    )
    return {(Kind(row.kind), row.slug): row.thing_id for row in session.execute(query)}


def _unknown(session: Session, parameter: str, kind: Kind, slug: str) -> Fault:
    message = f"there is no {kind} '{slug[:120]}'"
    return Fault(message, parameter=parameter, did_you_mean=suggest_slug(session, kind, slug))
