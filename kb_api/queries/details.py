"""Things by key, put together from their rows in a constant number of statements and shaped.

Rule: whatever asks for things (a view, an answer, a tool) asks here. A summary is what a list shows of a thing, a
detail what its own page shows; of references and facts they are the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb_api.models import Thing
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
from kb_api.queries.prepared import execute_for, execute_for_one
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


def get_summaries(session: Session, kind: Kind, ids: Sequence[int], words: Words) -> Iterator[Shape]:
    """The living things of a kind with these keys as a list shows them, in the order of the keys, one after another."""
    if kind is Kind.CLAIM:
        return _get_claims(session, ids, words)
    if kind in CONCEPT_KINDS:
        return (shape_concept(kind, row, words) for row in _get_rows(session, kind, ids))
    return get_details(session, kind, ids, words)


def get_details(session: Session, kind: Kind, ids: Sequence[int], words: Words) -> Iterator[Shape]:
    """The living things of a kind with these keys as their own pages show them, in the order of the keys."""
    if kind is Kind.CLAIM:
        return _get_claim_details(session, ids, words)
    if kind is Kind.REFERENCE:
        return _get_references(session, ids, words)
    if kind in CONCEPT_KINDS:
        return (_shape_concept_detail(session, kind, row, words) for row in _get_rows(session, kind, ids))
    relations = group_rows(execute_for(session, select_relations, ids), "thing_id")
    return (FACT_SHAPES[kind](row, relations[row.id], words) for row in _get_rows(session, kind, ids))


def get_claim_evidence(session: Session, claim_id: int, words: Words, *, stances: Sequence[str] = ()) -> list[Shape]:
    """The evidence of one claim, each piece with the claim and with the notices on its reference."""
    query = select(Thing.kind, Thing.slug, Thing.name).where(Thing.id == claim_id)
    claim = shape_link(session.execute(query).one(), words)
    rows = execute_for(session, select_evidence, [claim_id], tuple(stances)).all()
    found = execute_for(session, select_notices, [row.reference_id for row in rows])
    notices = group_rows(found, "reference_id")
    return [
        shape_evidence(row, words)
        | {"claim": claim, "notices": [shape_notice(notice, words) for notice in notices[row.reference_id]]}
        for row in rows
    ]


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


def _get_claims(session: Session, ids: Sequence[int], words: Words) -> Iterator[Shape]:
    """Claims with their links and the notices on what they cite."""
    links = group_rows(execute_for(session, select_links, ids), "claim_id")
    notices = group_rows(execute_for(session, select_notices_of_claims, ids), "claim_id")
    return (
        shape_claim(row, links[row.id], words)
        | {"notices": [shape_notice(notice, words) for notice in notices[row.id]]}
        for row in _get_rows(session, Kind.CLAIM, ids)
    )


def _get_claim_details(session: Session, ids: Sequence[int], words: Words) -> Iterator[Shape]:
    """Claims with links, evidence, passages and the notices on what they cite."""
    links = group_rows(execute_for(session, select_links, ids), "claim_id")
    evidence = group_rows(execute_for(session, select_evidence, ids), "claim_id")
    passages = group_rows(execute_for(session, select_passages_of_claims, ids), "claim_id")
    notices = group_rows(execute_for(session, select_notices_of_claims, ids), "claim_id")
    return (
        shape_claim_detail(
            row,
            links[row.id],
            evidence[row.id],
            passages[row.id],
            [shape_notice(notice, words) for notice in notices[row.id]],
            words,
        )
        for row in _get_rows(session, Kind.CLAIM, ids)
    )


def _get_references(session: Session, ids: Sequence[int], words: Words) -> Iterator[Shape]:
    """References with the notices on them."""
    notices = group_rows(execute_for(session, select_notices, ids), "reference_id")
    rows = _get_rows(session, Kind.REFERENCE, ids)
    return (shape_reference(row, notices[row.id], words) for row in rows)


def _shape_concept_detail(session: Session, kind: Kind, row: Any, words: Words) -> Shape:
    """A concept with its counts and links, a sign with its red flags, a population with its sources."""
    shape = shape_concept(kind, row, words)
    if kind is Kind.SIGN:
        shape["red_flags"] = get_red_flags(session, [row.id], words)[row.id]
    if kind is Kind.POPULATION:
        shape |= shape_relations(execute_for(session, select_relations, [row.id]), words, RelationRole.SOURCE)
    linked = execute_for_one(session, select_linked, row.id, LINKED_MAX).all()
    counts = execute_for_one(session, select_counts, row.id).one()
    shape["counts"] = {"claims": counts.claims, "references": counts.references}
    shape["links"] = [shape_link(link, words, role=link.role, claims=link.claims) for link in linked]
    return shape


def _get_rows(session: Session, kind: Kind, ids: Sequence[int]) -> list[Any]:
    """The rows of the living things of a kind with these keys, in the order of the keys."""
    rows = {row.id: row for row in execute_for(session, _select_by_key, ids, kind)}
    return [rows[thing_id] for thing_id in ids if thing_id in rows]


def _select_by_key(ids: Sequence[int], kind: Kind) -> AnySelect:
    return _select_kind(kind).where(Thing.id.in_(ids))


def _select_kind(kind: Kind) -> AnySelect:
    if kind is Kind.CLAIM:
        return select_claims()
    if kind is Kind.REFERENCE:
        return select_references()
    return select_concepts(kind) if kind in CONCEPT_KINDS else select_facts(kind)
