"""``?include=``: the linked things that an answer brings along, each once, in a constant number of statements.

Rule: what is brought along hangs on the claims that link it; with filters, on the claims that made the match.
"""

from collections.abc import Sequence

from sqlalchemy import select

from kb_api.errors import Fault, InvalidInputError
from kb_api.models import ClaimLink, Thing
from kb_api.queries.claims import select_claims_of_concepts, select_claims_of_references
from kb_api.queries.concepts import Ids, select_concepts
from kb_api.queries.details import get_claim_details, get_references, shape_facts
from kb_api.queries.facts import select_facts_about
from kb_api.queries.prepared import execute_for
from kb_api.queries.references import select_notices, select_references_of_claims
from kb_api.shapes.concepts import shape_concept
from kb_api.shapes.links import Shape
from kb_api.shapes.references import shape_notice
from kb_api.views.reading import Reading, check_names, split_list
from kb_api.vocabulary import CONCEPT_KINDS, PLURALS, Kind

INCLUDABLE = [PLURALS[kind] for kind in (Kind.CLAIM, Kind.REFERENCE, *CONCEPT_KINDS, Kind.SAFETY, Kind.HEALTH_CLAIM)]
CLAIMS_MAX = 1_000
"""The most claims that one answer brings along; more is an error that says how to ask for less."""


def include(reading: Reading, kind: Kind, ids: Sequence[int], filters: Ids | None = None) -> Shape | None:
    """What the request asks to be brought along for the things with these keys, under the plural of each kind."""
    names = split_list(reading.query.get("include"))
    if not names:
        return None
    check_names("include", names, INCLUDABLE)
    claim_ids = _find_claim_ids(reading, kind, ids, filters or {})
    wanted = [other for other in PLURALS if PLURALS[other] in names]
    return {PLURALS[other]: _get_included(reading, other, kind, ids, claim_ids) for other in wanted}


def collect_notices(included: Shape | None, shapes: Sequence[Shape] = ()) -> list[Shape] | None:
    """The notices on every reference that an answer shows, each once, or ``None``."""
    holders = [*shapes, *(included or {}).get("references", []), *(included or {}).get("claims", [])]
    unique = {
        (notice["on"]["slug"], str(notice["notice_type"]), str(notice["text"])): notice
        for holder in holders
        for notice in holder.get("notices", [])
    }
    return list(unique.values()) or None


def find_notices(reading: Reading, reference_ids: Sequence[int]) -> list[Shape] | None:
    """The notices on references that an answer only names, or ``None``."""
    if not reference_ids:
        return None
    rows = reading.session.execute(select_notices(reference_ids))
    return [shape_notice(row, reading.words) for row in rows] or None


def _find_claim_ids(reading: Reading, kind: Kind, ids: Sequence[int], filters: Ids) -> list[int]:
    if kind is Kind.CLAIM:
        return list(ids)
    if kind is Kind.REFERENCE:
        query = select_claims_of_references(ids, filters, limit=CLAIMS_MAX + 1)
    elif kind in CONCEPT_KINDS:
        query = select_claims_of_concepts(ids, filters, limit=CLAIMS_MAX + 1)
    else:
        return []
    found = list(reading.session.execute(query).scalars())
    if len(found) > CLAIMS_MAX:
        message = f"more than {CLAIMS_MAX} claims would be included: narrow the filter or lower 'limit'"
        raise InvalidInputError([Fault(message, parameter="include")])
    return found


def _get_included(reading: Reading, other: Kind, kind: Kind, ids: Sequence[int], claim_ids: list[int]) -> list[Shape]:
    session, words = reading.session, reading.words
    if other is Kind.CLAIM:
        return get_claim_details(session, claim_ids, words)
    if other is Kind.REFERENCE:
        reference_ids = execute_for(session, select_references_of_claims, claim_ids).scalars().all()
        return get_references(session, reference_ids, words)
    if other in CONCEPT_KINDS:
        linked = select(ClaimLink.thing_id).where(ClaimLink.claim_id.in_(claim_ids))
        rows = session.execute(select_concepts(other).where(Thing.id.in_(linked)).order_by(Thing.slug)).all()
        return [shape_concept(other, row, words) for row in rows]
    rows = session.execute(select_facts_about(other, ids)).all()
    return shape_facts(session, other, rows, words)
