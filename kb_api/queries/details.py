"""Rows and what belongs to them, put together and shaped, in a constant number of statements.

Rule: whatever asks for whole claims, references or facts (a view, an answer, a tool) asks here.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb_api.models import Claim, Reference, Thing
from kb_api.queries.claims import (
    select_claims,
    select_evidence,
    select_links,
    select_notices_of_claims,
    select_passages_of_claims,
)
from kb_api.queries.concepts import select_concepts, select_counts, select_linked
from kb_api.queries.facts import URGENCY_ORDER, select_facts, select_red_flags, select_relations
from kb_api.queries.ordering import AnySelect
from kb_api.queries.prepared import execute_for
from kb_api.queries.references import select_notices, select_references
from kb_api.shapes.claims import shape_claim, shape_claim_detail, shape_evidence
from kb_api.shapes.concepts import shape_concept
from kb_api.shapes.facts import FACT_SHAPES, shape_red_flag, shape_relations
from kb_api.shapes.links import Shape, shape_link
from kb_api.shapes.references import shape_notice, shape_reference
from kb_api.shapes.words import Words
from kb_api.vocabulary import CONCEPT_KINDS, Kind, RelationRole

LINKED_MAX = 200
"""How many linked things the page of a concept names; ``counts`` says how many claims there are in all."""


def shape_claims(session: Session, rows: Sequence[Any], words: Words) -> list[Shape]:
    """Claims with their links and the notices on what they cite."""
    ids = [row.id for row in rows]
    links = group_rows(execute_for(session, select_links, ids), "claim_id")
    notices = group_rows(execute_for(session, select_notices_of_claims, ids), "claim_id")
    return [
        shape_claim(row, links[row.id], words)
        | {"notices": [shape_notice(notice, words) for notice in notices[row.id]]}
        for row in rows
    ]


def shape_claim_details(
    session: Session, rows: Sequence[Any], words: Words, *, stances: Sequence[str] = ()
) -> list[Shape]:
    """Claims with links, evidence, passages and the notices on what they cite."""
    ids = [row.id for row in rows]
    links = group_rows(execute_for(session, select_links, ids), "claim_id")
    evidence = group_rows(execute_for(session, select_evidence, ids, tuple(stances)), "claim_id")
    passages = group_rows(execute_for(session, select_passages_of_claims, ids), "claim_id")
    notices = group_rows(execute_for(session, select_notices_of_claims, ids), "claim_id")
    return [
        shape_claim_detail(
            row,
            links[row.id],
            evidence[row.id],
            passages[row.id],
            [shape_notice(notice, words) for notice in notices[row.id]],
            words,
        )
        for row in rows
    ]


def get_claim_details(session: Session, claim_ids: Sequence[int], words: Words) -> list[Shape]:
    """Whole claims by key, in the order of the keys."""
    rows = execute_for(session, _select_claims_by_key, claim_ids).all()
    by_id = {row.id: row for row in rows}
    return shape_claim_details(session, [by_id[claim_id] for claim_id in claim_ids if claim_id in by_id], words)


def get_claim_evidence(session: Session, claim_id: int, words: Words, *, stances: Sequence[str] = ()) -> list[Shape]:
    """The evidence of one claim, each piece with the claim and with the notices on its reference."""
    query = select(Thing.kind, Thing.slug, Thing.name).where(Thing.id == claim_id)
    claim = shape_link(session.execute(query).one(), words)
    rows = session.execute(select_evidence([claim_id], stances)).all()
    found = session.execute(select_notices([row.reference_id for row in rows]))
    notices = group_rows(found, "reference_id")
    return [
        shape_evidence(row, words)
        | {"claim": claim, "notices": [shape_notice(notice, words) for notice in notices[row.reference_id]]}
        for row in rows
    ]


def shape_references(session: Session, rows: Sequence[Any], words: Words) -> list[Shape]:
    """References with the notices on them."""
    notices = group_rows(execute_for(session, select_notices, [row.id for row in rows]), "reference_id")
    return [shape_reference(row, notices[row.id], words) for row in rows]


def get_references(session: Session, reference_ids: Sequence[int], words: Words) -> list[Shape]:
    """Whole references by key, in the order of slugs."""
    rows = execute_for(session, _select_references_by_key, reference_ids).all()
    return shape_references(session, rows, words)


def shape_facts(session: Session, kind: Kind, rows: Sequence[Any], words: Words) -> list[Shape]:
    """Health claims, safety rows, intakes or sections with what they touch."""
    relations = group_rows(execute_for(session, select_relations, [row.id for row in rows]), "thing_id")
    return [FACT_SHAPES[kind](row, relations[row.id], words) for row in rows]


def shape_concept_detail(session: Session, kind: Kind, row: Any, words: Words) -> Shape:
    """A concept with its counts and links, a sign with its red flags, a population with its sources."""
    shape = shape_concept(kind, row, words)
    if kind is Kind.SIGN:
        shape["red_flags"] = get_red_flags(session, [row.id], words)[row.id]
    if kind is Kind.POPULATION:
        shape |= shape_relations(session.execute(select_relations([row.id])), words, RelationRole.SOURCE)
    linked = session.execute(select_linked(row.id, limit=LINKED_MAX)).all()
    counts = session.execute(select_counts(row.id)).one()
    shape["counts"] = {"claims": counts.claims, "references": counts.references}
    shape["links"] = [shape_link(link, words, role=link.role, claims=link.claims) for link in linked]
    return shape


def get_red_flags(session: Session, sign_ids: Sequence[int], words: Words) -> dict[int, list[Shape]]:
    """The red flags of each sign, the most urgent first."""
    flags = execute_for(session, select_red_flags, sign_ids).all()
    flags = sorted(flags, key=lambda flag: URGENCY_ORDER.index(flag.urgency))
    groups = group_rows(flags, "target_id")
    return {sign_id: [shape_red_flag(flag, words) for flag in groups[sign_id]] for sign_id in sign_ids}


def group_rows(rows: Iterable[Any], key: str) -> dict[int, list[Any]]:
    """Rows by the key of what they belong to; whoever has none gets an empty list."""
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, key)].append(row)
    return groups


def get_detail(session: Session, kind: Kind, thing_id: int, words: Words) -> Shape:
    """One living thing of any kind as its own page shows it. Raises ``NoResultFound`` when it does not stand."""
    if kind is Kind.CLAIM:
        return get_claim_details(session, [thing_id], words)[0]
    if kind is Kind.REFERENCE:
        return get_references(session, [thing_id], words)[0]
    if kind in CONCEPT_KINDS:
        row = session.execute(select_concepts(kind).where(Thing.id == thing_id)).one()
        return shape_concept_detail(session, kind, row, words)
    row = session.execute(select_facts(kind).where(Thing.id == thing_id)).one()
    return shape_facts(session, kind, [row], words)[0]


def _select_claims_by_key(claim_ids: Sequence[int]) -> AnySelect:
    return select_claims().where(Claim.thing_id.in_(claim_ids))


def _select_references_by_key(reference_ids: Sequence[int]) -> AnySelect:
    return select_references().where(Reference.thing_id.in_(reference_ids)).order_by(Thing.slug)
